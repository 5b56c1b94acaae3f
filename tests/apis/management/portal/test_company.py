"""The portal around product orders: who gets in, what each page shows, what each button does."""

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.apis.management.portal.company.gate import MOST
from mockserver.web.sessions import MOST_OPEN
from mockserver.world.domain.user import MOST_USERS
from tests.apis.management.partner import CUSTOMER, NEW, prefilled
from tests.apis.management.portal.browsing import management
from tests.apis.management.portal.insider import NUMBER, Insider, company
from tests.harness import Emulator, key_headers

MATHISEN = "merchant-no-2"
EMPLOYEE = ("partner-plus", "employee@plus-partner.example.com")


@pytest.fixture
def admin(emulator: Emulator) -> Insider:
    return Insider(emulator).sign_in(MATHISEN)


def hrefs(insider: Insider) -> set[str | None]:
    return {each.get("href") for each in insider.page.all("a")}


def test_without_a_name_there_is_the_way_in_and_it_leads_on(emulator: Emulator) -> None:
    visitor = Insider(emulator)
    page = visitor.open("/portal/523456")
    assert "Choose who you are" in page.text
    assert "523456" not in page.text
    fields = page.form("merchant").fields
    user = next(each for each in page.form("merchant").choices["merchantUser"] if MATHISEN in each)
    visitor.request("POST", "/portal", data=fields | {"action": "merchant", "merchantUser": user})
    assert visitor.answer.headers["location"] == "/portal/523456"
    assert visitor.open("/portal/523456").by_id["msn"] == "523456"


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/portal//evil.example", "/wallet", "/\\e"])
def test_it_leads_nowhere_else(emulator: Emulator, to: str) -> None:
    visitor = Insider(emulator)
    fields = visitor.open("/portal").form("merchant").fields
    visitor.request("POST", "/portal", data=fields | {"action": "merchant", "to": to})
    assert visitor.answer.headers["location"] == "/portal"


def test_companies_are_found_by_name_number_and_address(emulator: Emulator) -> None:
    for words in ("mathisen", "211756004", "211756", "merchant-no-2"):
        page = Insider(emulator).open(f"/portal?find={words}")
        assert [MATHISEN in each for each in page.form("merchant").choices["merchantUser"]] == [True, True]
    page = Insider(emulator).open("/portal?find=nobody-at-all")
    assert "No company has this in its name" in page.text


def test_the_cookie_is_for_one_browser_and_http_alone(emulator: Emulator, admin: Insider) -> None:
    [cookie] = [each for each in admin.client.cookies.jar if each.name == "mock_portal"]
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "lax"
    thief = Insider(emulator)
    thief.open("/portal")
    thief.client.cookies.set("mock_portal", str(cookie.value))
    assert "Choose who you are" in thief.open(company(MATHISEN)).text


def test_signing_out_forgets_who_it_was(admin: Insider) -> None:
    assert "Choose who you are" in admin.send("/portal", "sign-out").text
    assert "Choose who you are" in admin.open(company(MATHISEN)).text


def stolen(admin: Insider) -> dict[str, str]:
    return {each.name: str(each.value) for each in admin.client.cookies.jar}


def signed_in(emulator: Emulator, cookies: dict[str, str]) -> bool:
    thief = Insider(emulator)
    thief.client.cookies.update(cookies)
    return "Choose who you are" not in thief.open(company(MATHISEN)).text


def test_a_session_that_was_signed_out_is_over_for_whoever_kept_its_cookies(emulator: Emulator, admin: Insider) -> None:
    kept = stolen(admin)
    assert signed_in(emulator, kept)
    admin.send("/portal", "sign-out")
    assert not signed_in(emulator, kept)


def test_whoever_becomes_somebody_else_leaves_no_session_behind(emulator: Emulator, admin: Insider) -> None:
    kept = stolen(admin)
    admin.sign_in("merchant-no-1")
    assert not signed_in(emulator, kept)


def test_the_oldest_of_too_many_sessions_is_signed_out(emulator: Emulator, admin: Insider) -> None:
    sessions = emulator.server.runtime.sessions
    for _ in range(MOST_OPEN - 1):
        sessions.open("somebody", "else")
    assert signed_in(emulator, stolen(admin))
    first = stolen(admin)
    sessions.open("somebody", "else")
    assert not signed_in(emulator, first)
    assert not signed_in(emulator, first | {"mock_portal": ""})


def test_a_merchant_sees_its_units_agreement_orders_and_what_it_can_order(admin: Insider) -> None:
    page = admin.open("/portal")
    for words in ("Mathisen Gruppen", "211756004", "In place", "523456", "Plus Partner AS", "523457"):
        assert words in page.text
    assert {
        "/portal/523456",
        f"{company(MATHISEN)}/order?product=LOGIN",
        f"{company(MATHISEN)}/users",
        "/mail?address=merchant-no-2%40merchant.example.com",
    } <= hrefs(admin)


def test_a_unit_shows_its_configuration(emulator: Emulator, admin: Insider) -> None:
    change = {"configuration": {"skip_landing_page_allowed": False, "capture_type": "DirectCapture"}}
    assert emulator.control("PATCH", "/sales-units/523456", change).status_code == 200
    page = admin.open("/portal/523456")
    assert page.by_id["skip_landing_page_allowed"] == "No"
    assert page.by_id["capture_type"].startswith("Direct capture")
    assert emulator.unit("523456").keys.client_secret not in admin.answer.text


def fetched(emulator: Emulator, keys: Any) -> int:
    return emulator.request("POST", "/accesstoken/get", headers=key_headers(keys)).status_code


def test_each_key_is_made_anew_by_itself_and_the_old_one_ends_at_once(emulator: Emulator, admin: Insider) -> None:
    old = emulator.unit("523456").keys
    token = emulator.token(old)

    def call(subscription_key: str) -> int:
        headers = {"Authorization": f"Bearer {token}", "Ocp-Apim-Subscription-Key": subscription_key}
        return emulator.request("GET", "/management/v1/sales-units", headers=headers).status_code

    assert (call(old.subscription_key), call(old.secondary_subscription_key)) == (200, 200)
    page = admin.send("/portal/523456/keys", "subscription_key")
    assert "There is a new key" in page.text
    new = page.by_id["subscription-key"].strip()
    assert new != old.subscription_key
    assert (call(old.subscription_key), call(new), call(old.secondary_subscription_key)) == (401, 200, 200)

    page = admin.send("/portal/523456/keys", "client_secret")
    assert page.by_id["client-id"] == old.client_id
    assert call(new) == 401, "a token that was fetched with the old secret"
    secret = page.by_id["client-secret"].strip()
    headers = {"client_id": old.client_id, "Ocp-Apim-Subscription-Key": new}
    for given, status in ((old.client_secret, 401), (secret, 200)):
        answer = emulator.request("POST", "/accesstoken/get", headers=headers | {"client_secret": given})
        assert answer.status_code == status
    token = answer.json()["access_token"]
    assert call(new) == 200
    shown = emulator.control("GET", "/sales-units/523456").json()["keys"]
    assert (shown["client_secret"], shown["subscription_key"]) == (secret, new)


def test_a_new_company_starts_from_nothing_and_gets_a_unit_by_itself(emulator: Emulator) -> None:
    founder = Insider(emulator)
    page = founder.send("/portal", "register", name="Ny AS", market="NO", organisation_number="923 609 016")
    assert "Not signed yet" in page.text
    id_ = f"merchant-no-{NUMBER}"
    assert emulator.control("GET", f"/merchants/{id_}").json()["agreement"]["state"] == "NONE"
    refused = founder.send(f"{company(id_)}/order?product=LOGIN&partner=-", "submit", salesUnitName="Ny")
    assert "has to be signed first" in refused.text
    assert emulator.control("GET", "/product-orders").json()["productOrders"] == []

    founder.send(company(id_), "sign", companyName="Ny AS", withRights="yes")
    order = founder.order(id_, "-")
    shown = emulator.control("GET", f"/product-orders/{order}").json()
    assert (shown["type"], shown["status"], shown["partner"]) == ("MANUAL", "RECEIVED", None)
    assert shown["form"]["unit_name"] == "Nye sokker"
    emulator.advance("P1D")
    assert "The sales unit is ready" in founder.open(f"/portal/orders/{order}").text
    msn = emulator.control("GET", f"/product-orders/{order}").json()["msn"]
    assert emulator.control("GET", f"/sales-units/{msn}").json()["partner_id"] is None
    emails = emulator.control("GET", f"/emails?order={order}").json()["emails"]
    assert {each["address"] for each in emails} == {f"{id_}@merchant.example.com"}
    assert founder.open(f"/portal/{msn}/keys").by_id["msn"] == msn


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"organisation_number": "148014000"}, "organisation_number"),
        ({"organisation_number": "x"}, "organisation_number"),
        ({"organisation_number": ""}, "organisation_number"),
        ({"name": ""}, "name"),
        ({"name": "x" * 51}, "name"),
        ({"market": "US"}, "market"),
        ({"email": "no address"}, "email"),
    ],
)
def test_what_is_no_company_is_told_by_field_and_nothing_is_made(
    emulator: Emulator, fields: dict[str, str], field: str
) -> None:
    before = emulator.control("GET", "/merchants").json()
    typed = {"name": "Ny AS", "market": "NO", "organisation_number": NUMBER} | fields
    founder = Insider(emulator)
    page = founder.send("/portal", "register", **typed)
    assert f"{field}-error" in page.by_id
    assert page.form("register").fields["name"] == typed["name"]
    assert emulator.control("GET", "/merchants").json() == before


def test_a_strict_server_wants_a_registered_number(start: Callable[..., Emulator]) -> None:
    emulator = start(strict=True)
    typed = {"name": "Ny AS", "market": "NO", "organisation_number": "123456789"}
    assert "No number of business:NO:ORG" in Insider(emulator).send("/portal", "register", **typed).text


def test_only_published_partners_can_be_chosen(emulator: Emulator, admin: Insider) -> None:
    assert emulator.control("PATCH", "/partners/partner-plus", {"stage": "piloting"}).status_code == 200
    page = admin.open(f"{company(MATHISEN)}/order")
    choices = next(form.choices["partner"] for form in page.forms if "partner" in form.choices)
    assert "partner-plus" not in choices
    assert {"-", "partner-premium", "partner-basic"} < set(choices)
    path = f"{company(MATHISEN)}/order?product=LOGIN&partner=partner-plus"
    assert "Pick a partner of the list" in admin.open(path).text
    assert "Pick a partner of the list" in admin.send(path, "submit", salesUnitName="A").text
    assert emulator.control("GET", "/product-orders").json()["productOrders"] == []


def test_a_manual_order_is_the_partner_s_to_see_with_three_statuses(emulator: Emulator, admin: Insider) -> None:
    order = admin.order(MATHISEN, "partner-plus")
    assert "Processing takes until" in admin.open(f"/portal/orders/{order}").text

    def seen() -> Any:
        listed = management(emulator, "GET", "/v2/product-orders")
        return [(each["productOrderId"], each["status"], each["productOrderType"]) for each in listed]

    assert seen() == [(order, "RECEIVED", "MANUAL")]
    emulator.control("POST", f"/product-orders/{order}/hold", {"reason": "purpose-unclear"})
    assert seen() == [(order, "RECEIVED", "MANUAL")]
    assert "We need to know more" in admin.open(company(MATHISEN)).text
    emulator.control("POST", f"/product-orders/{order}/reject", {"reason": "Too many socks"})
    assert seen() == [(order, "REJECTED", "MANUAL")]
    assert "Too many socks" in admin.open(f"/portal/orders/{order}").text


def test_a_wrong_order_form_keeps_what_was_typed(emulator: Emulator, admin: Insider) -> None:
    path = f"{company(MATHISEN)}/order?product=PAYMENT_INTEGRATION&partner=partner-plus"
    page = admin.send(path, "submit", salesUnitName="Sokker!", websiteUrl="http://shop.example.com")
    assert {"salesUnitName-error", "websiteUrl-error", "pricePackageId-error"} <= set(page.by_id)
    assert page.fields["salesUnitName"] == "Sokker!"
    assert emulator.control("GET", "/product-orders").json()["productOrders"] == []
    summary = [str(each["href"])[1:] for each in page.all("a") if str(each.get("href")).startswith("#")]
    inputs = [each.get("id") for tag, each in page.tags if tag in ("input", "select", "textarea")]
    assert len(summary) > 4
    assert summary == sorted(summary, key=inputs.index), "mistakes are summed up in another order than on the page"


def test_people_are_let_in_changed_and_shown_out(emulator: Emulator, admin: Insider) -> None:
    assert "kari may use the portal now" in admin.invite(MATHISEN, "kari@example.com", "see").text
    kari = Insider(emulator).sign_in(MATHISEN, "kari@example.com")
    assert kari.open("/portal/523456").by_id["msn"] == "523456"
    kari.open("/portal/523456/keys")
    assert (kari.status, "may not see API keys" in kari.page.text) == (403, True)
    path = f"{company(MATHISEN)}/users/kari@example.com"
    assert "Saved" in admin.send(path, "change", **{"right-keys": "yes"}, units="523457").text
    kari.open("/portal/523456/keys")
    assert kari.status == 404
    assert kari.open("/portal/523457/keys").by_id["msn"] == "523457"
    assert "may not use the portal any more" in admin.send(path, "remove").text
    assert "Choose who you are" in kari.open("/portal/523457").text
    told = [(each["kind"], each["address"]) for each in emulator.control("GET", "/emails").json()["emails"]]
    assert told == [("portal-access-taken", "kari@example.com"), ("portal-access-given", "kari@example.com")]


@pytest.mark.parametrize(
    ("email", "rights", "more", "field"),
    [
        ("no address", ("see",), {}, "email"),
        ("", ("see",), {}, "email"),
        ("shop@mathisen.example.com", ("see",), {}, "email"),
        ("merchant-no-2@merchant.example.com", ("see",), {}, "email"),
        ("a@example.com", (), {}, "rights"),
        ("a@example.com", ("administer",), {"partner": "partner-plus"}, "rights"),
        ("a@example.com", ("administer",), {"units": "523456"}, "rights"),
        ("a@example.com", ("see",), {"units": "123456"}, "units"),
        ("a@example.com", ("see",), {"partner": "nobody"}, "partner_id"),
    ],
)
def test_who_cannot_be_let_in_is_told_why(
    emulator: Emulator, admin: Insider, email: str, rights: tuple[str, ...], more: dict[str, str], field: str
) -> None:
    before = emulator.control("GET", "/world").json()["users"]
    page = admin.invite(MATHISEN, email, *rights, **more)
    assert f"{field}-error" in page.by_id
    assert emulator.control("GET", "/world").json()["users"] == before


def test_the_administrator_stays(emulator: Emulator, admin: Insider) -> None:
    path = f"{company(MATHISEN)}/users/merchant-no-2@merchant.example.com"
    assert admin.open(path).buttons == {"sign-out"}
    for action in ("change", "remove"):
        admin.send(path, action, **{"right-see": "yes"})
    assert admin.open(company(MATHISEN)).text
    assert f"{company(MATHISEN)}/users" in hrefs(admin)


def test_an_employee_sees_who_has_let_them_in(emulator: Emulator) -> None:
    employee = Insider(emulator).as_employee(*EMPLOYEE)
    page = employee.page
    assert "Mathisen Gruppen" in page.text
    assert "manage" in page.text
    page = employee.open(company(MATHISEN))
    assert {"523456", "523457"} <= set(page.text.split())
    assert "/portal/523456/keys" not in employee.open("/portal/523456").text
    for path in (f"{company(MATHISEN)}/users", "/portal/523456/keys"):
        employee.open(path)
        assert employee.status == 403
    assert not [href for href in hrefs(employee) if href and href.startswith("/mail")]
    order = employee.order(MATHISEN, "partner-plus")
    assert emulator.control("GET", f"/product-orders/{order}").json()["merchant"] == MATHISEN


def test_an_employee_nobody_let_in_sees_nobody(emulator: Emulator) -> None:
    employee = Insider(emulator).as_employee("partner-premium", "employee@premium-partner.example.com")
    assert "None yet" in employee.page.text
    for path in (company(MATHISEN), "/portal/523457"):
        employee.open(path)
        assert employee.status == 404


def test_closing_needs_a_tick_and_happens_once(emulator: Emulator, admin: Insider) -> None:
    page = admin.send("/portal/523456", "close")
    assert "understood-error" in page.by_id
    assert emulator.control("GET", "/sales-units/523456").json()["active"] is True
    assert "The sales unit is closed" in admin.send("/portal/523456", "close", understood="yes").text
    assert emulator.control("GET", "/sales-units/523456").json()["active"] is False
    assert "close" not in admin.open("/portal/523456").buttons
    assert "closed already" in admin.send("/portal/523456", "close", understood="yes").text


def test_keys_that_are_not_looked_at_cannot_be_made_anew(start: Callable[..., Emulator]) -> None:
    emulator = start(auth="any")
    headers = {"client_id": "me", "client_secret": "s", "Ocp-Apim-Subscription-Key": "k"}
    assert emulator.request("POST", "/accesstoken/get", headers=headers).status_code == 200
    unit = next(
        each for each in emulator.control("GET", "/sales-units").json()["salesUnits"] if each["name"].startswith("Demo")
    )
    admin = Insider(emulator).sign_in(unit["merchant_id"])
    assert "are not looked at" in admin.send(f"/portal/{unit['msn']}/keys", "client_secret").text


def test_a_held_order_by_hand_is_answered_on_the_portal(emulator: Emulator, admin: Insider) -> None:
    order = admin.order(MATHISEN, "-")
    page = f"/portal/orders/{order}"
    emulator.control("PATCH", f"/merchants/{MATHISEN}", {"orders": {"answer": "release", "processing": 0}})
    emulator.control("POST", f"/product-orders/{order}/hold", {"reason": "purpose-unclear"})
    emails = emulator.control("GET", f"/emails?order={order}").json()["emails"]
    assert f"Answer here: http://emulator.test{page}" in emails[0]["text"]
    sees = {"email": "a@example.com", "name": "A", "rights": ["see"]}
    assert emulator.control("POST", f"/merchants/{MATHISEN}/users", sees).status_code == 200
    onlooker = Insider(emulator).sign_in(MATHISEN, "a@example.com")
    fields = {name: "Socks of wool" for name in admin.open(page).form("answer").fields if name != "csrf"}
    onlooker.send(page, "answer", **fields)
    assert onlooker.status == 403
    assert emulator.control("GET", f"/product-orders/{order}").json()["hold"] == "purpose-unclear"
    admin.send(page, "answer", **fields)
    assert emulator.control("GET", f"/product-orders/{order}").json()["hold"] is None


def test_a_hundred_people_are_the_most(emulator: Emulator) -> None:
    path = "/merchants/merchant-no-1/users"
    for number in range(MOST_USERS):
        person = {"email": f"p{number}@example.com", "name": "P", "rights": ["see"]}
        assert emulator.control("POST", path, person).status_code == 200
    answer = emulator.control("POST", path, {"email": "more@example.com", "name": "P", "rights": ["see"]})
    assert (answer.status_code, "100 people are the most" in answer.text) == (400, True)


@pytest.mark.parametrize("rights", [["see"], ["see", "keys"], ["manage"], ["administer"]])
@pytest.mark.parametrize("merchant", ["merchant-no-2", "merchant-new"])
def test_the_link_of_a_prefilled_order_is_for_who_may_do_all_that_it_lets_one_do(
    emulator: Emulator, merchant: str, rights: list[str]
) -> None:
    id_ = prefilled(emulator, CUSTOMER if merchant == MATHISEN else NEW)
    person = {"email": "new@example.com", "name": "New", "rights": rights}
    assert emulator.control("POST", f"/merchants/{merchant}/users", person).status_code == 200
    page = Insider(emulator).sign_in(merchant, "new@example.com").open("/portal")
    opens = rights == ["administer"] or (rights == ["manage"] and merchant == MATHISEN)
    assert ("/register/vippspanett/" in str(page.all("a"))) is opens
    assert (id_ in str(page.all("a"))) is opens
    assert "Not submitted" in page.text


def with_employees(emulator: Emulator, count: int) -> None:
    """So many employees of one partner, each let in by a merchant: more than one merchant or partner may tell of."""
    state = emulator.control("GET", "/state").json()
    merchant = next(each for each in state["merchants"] if each["merchant"]["id"] == MATHISEN)
    for index in range(count // MOST_USERS + 1):
        made = {"id": f"mass-{index}", "organisation_number": f"{900_000_000 + index}", "email": None}
        number = 1000 + index
        state["merchants"].append({"number": number, "merchant": merchant["merchant"] | made})
    usual = {"partner_id": "partner-plus", "rights": ["see"]}
    for index in range(count):
        person = {"email": f"person-{index}@plus.example.com", "name": f"Person {index}"}
        state["users"].append({"user": usual | person | {"merchant_id": f"mass-{index // MOST_USERS}"}})
    answer = emulator.control("PUT", "/state", json=state)
    assert answer.status_code == 200, answer.text


def test_masses_of_employees_are_found_by_name_address_and_partner(emulator: Emulator) -> None:
    with_employees(emulator, 250)
    visitor = Insider(emulator)

    def offered(find: str) -> list[str]:
        return visitor.open(f"/portal?findEmployee={find}").form("partner").choices["employee"]

    assert len(offered("")) == MOST
    assert "There are more employees" in visitor.answer.text
    for find in ("person-249@", "person 249"):
        [only] = offered(find)
        assert "person-249@plus.example.com" in only
        assert "There are more employees" not in visitor.answer.text
    assert len(offered("plus partner")) == MOST
    assert "No employee has this" in visitor.open("/portal?findEmployee=nobody").text
    employee = Insider(emulator).as_employee("partner-plus", "person-249@plus.example.com")
    assert "Companies that have let you in" in employee.open("/portal").text
    employee.open(company("mass-2"))
    assert employee.status == 200
    employee.open(company("mass-1"))
    assert employee.status == 404


def test_an_employee_of_masses_of_merchants_sees_the_first_and_may_enter_all(emulator: Emulator) -> None:
    with_employees(emulator, 120 * MOST_USERS - 1)
    state = emulator.control("GET", "/state").json()
    state["users"] = [each for each in state["users"] if not each["user"].get("merchant_id", "").startswith("mass-")]
    usual = {"partner_id": "partner-plus", "rights": ["see"], "email": EMPLOYEE[1], "name": "Per"}
    state["users"] += [{"user": usual | {"merchant_id": f"mass-{index}"}} for index in range(120)]
    assert emulator.control("PUT", "/state", json=state).status_code == 200
    employee = Insider(emulator).as_employee(*EMPLOYEE)
    shown = [each for each in hrefs(employee) if each and each.startswith("/portal/companies/")]
    assert len(shown) == MOST
    assert f"Only the first {MOST} are listed" in employee.answer.text
    for id_ in ("mass-0", "mass-119", MATHISEN):
        employee.open(company(id_))
        assert employee.status == 200
    removed = emulator.control("DELETE", f"/partners/partner-plus/employees/{EMPLOYEE[1]}", json={})
    assert removed.status_code == 200
    assert "Choose who you are" in employee.open(company("mass-119")).text
    assert EMPLOYEE[1] not in str(emulator.control("GET", "/state").json()["users"])


def test_whoever_is_chosen_in_capitals_is_the_same(emulator: Emulator) -> None:
    employee = Insider(emulator).as_employee("partner-plus", EMPLOYEE[1].upper())
    assert company(MATHISEN) in hrefs(employee)
    employee.open(company(MATHISEN))
    assert employee.status == 200
