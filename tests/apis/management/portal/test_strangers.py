"""Every page of the portal, asked by everybody who may not: nothing is shown, nothing is done, and it is said why."""

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.app import every_page
from tests.apis.management.portal.insider import Insider, company
from tests.harness import Emulator

MATHISEN = "merchant-no-2"
REASON = "Zebras are not socks"
ACTIONS = {
    "/portal/companies/{id}": ("sign",),
    "/portal/companies/{id}/users": ("invite",),
    "/portal/companies/{id}/users/{email}": ("change", "remove"),
    "/portal/companies/{id}/order": ("submit",),
    "/portal/orders/{id}": ("sign", "save", "submit"),
    "/portal/{msn}": ("close",),
    "/portal/{msn}/keys": ("client_secret", "subscription_key", "secondary_subscription_key"),
}
FIELDS = {
    "right-administer": "yes",
    "right-keys": "yes",
    "email": "evil@example.com",
    "name": "Evil",
    "understood": "yes",
    "companyName": "Evil AS",
    "withRights": "yes",
    "salesUnitName": "Evil",
}


@pytest.fixture
def order(emulator: Emulator) -> str:
    """A declined order by hand of the merchant that strangers want to know of."""
    made = Insider(emulator).sign_in(MATHISEN).order(MATHISEN, "partner-plus", salesUnitName="Hemmelige sokker")
    emulator.control("POST", f"/product-orders/{made}/reject", {"reason": REASON})
    return made


def concrete(path: str, order: str) -> str:
    if path.startswith("/portal/orders/"):
        return path.replace("{id}", order)
    email = "shop@mathisen.example.com"
    return path.replace("{id}", MATHISEN).replace("{msn}", "523456").replace("{email}", email)


def pages(emulator: Emulator, method: str) -> list[str]:
    """The pages that belong to one merchant, as the server routes them."""
    routes = every_page(emulator.server.runtime)
    found = [each.path for each in routes if method in (each.methods or ()) and each.path.startswith("/portal/")]
    assert len(found) >= 7
    return found


def secrets(emulator: Emulator) -> list[str]:
    keys = emulator.control("GET", "/sales-units/523456").json()["keys"]
    return [*keys.values(), "Mathisen via partner", "523457", "Hemmelige sokker", REASON, "15201001207"]


def everything(emulator: Emulator) -> Any:
    found = [emulator.control("GET", path).json() for path in ("/world", "/product-orders")]
    return found, len(emulator.control("GET", "/emails").json()["emails"])


def nobody(emulator: Emulator) -> Insider:
    return Insider(emulator)


def other_merchant(emulator: Emulator) -> Insider:
    return Insider(emulator).sign_in("merchant-no-1")


def not_let_in(emulator: Emulator) -> Insider:
    return Insider(emulator).as_employee("partner-premium", "employee@premium-partner.example.com")


def shown_out(emulator: Emulator) -> Insider:
    """Whose access was taken away after signing in."""
    employee = Insider(emulator).as_employee("partner-plus", "employee@plus-partner.example.com")
    path = "/merchants/merchant-no-2/users/employee@plus-partner.example.com"
    assert emulator.control("DELETE", path).status_code == 200
    return employee


def left(emulator: Emulator) -> Insider:
    """One of the merchant's people, who was removed after signing in."""
    person = Insider(emulator).sign_in(MATHISEN, "shop@mathisen.example.com")
    assert emulator.control("DELETE", "/merchants/merchant-no-2/users/shop@mathisen.example.com").status_code == 200
    return person


def fired(emulator: Emulator) -> Insider:
    """A partner's employee no more."""
    employee = Insider(emulator).as_employee("partner-plus", "employee@plus-partner.example.com")
    path = "/partners/partner-plus/employees/employee@plus-partner.example.com"
    assert emulator.control("DELETE", path).status_code == 200
    return employee


STRANGERS = [nobody, other_merchant, not_let_in, shown_out, left, fired]


@pytest.mark.parametrize("stranger", STRANGERS)
def test_a_stranger_sees_nothing(emulator: Emulator, order: str, stranger: Callable[[Emulator], Insider]) -> None:
    visitor = stranger(emulator)
    hidden = secrets(emulator)
    for path in pages(emulator, "GET"):
        address = concrete(path, order)
        visitor.open(address)
        seen = visitor.answer.text.replace(address, "")
        assert visitor.status in (403, 404) or "Choose who you are" in seen, path
        assert not [each for each in hidden if each in seen], path


@pytest.mark.parametrize("stranger", STRANGERS)
def test_a_stranger_does_nothing(emulator: Emulator, order: str, stranger: Callable[[Emulator], Insider]) -> None:
    visitor = stranger(emulator)
    before = everything(emulator)
    query = "?product=LOGIN&partner=-"
    for path in pages(emulator, "POST"):
        for action in (*ACTIONS[path], "nonsense"):
            visitor.send(f"{concrete(path, order)}{query}", action, **FIELDS)
            assert visitor.status in (403, 404), (path, action)
    assert everything(emulator) == before


def test_nothing_is_done_without_the_page_s_token(emulator: Emulator, order: str) -> None:
    admin = Insider(emulator).sign_in(MATHISEN)
    foreign = Insider(emulator).sign_in("merchant-no-1").csrf()
    before = everything(emulator)
    for path in [*pages(emulator, "POST"), "/portal"]:
        for action in ACTIONS.get(path, ("merchant", "partner", "register", "sign-out")):
            for token in ({}, {"csrf": ""}, {"csrf": "0" * 64}, {"csrf": foreign}):
                answer = admin.request("POST", concrete(path, order), data={"action": action, **FIELDS, **token})
                assert answer.status_code == 403, (path, action)
                assert "This form has expired" in answer.text
    assert everything(emulator) == before
    assert admin.open(company(MATHISEN)).by_id["agreement-state"] == "In place"


def test_pages_of_other_sites_send_nothing(emulator: Emulator, order: str) -> None:
    admin = Insider(emulator).sign_in(MATHISEN)
    token = admin.csrf()
    before = everything(emulator)
    for path in pages(emulator, "POST"):
        for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            data = {"csrf": token, "action": ACTIONS[path][0], **FIELDS}
            assert admin.request("POST", concrete(path, order), data=data, headers=headers).status_code == 403
    assert everything(emulator) == before


@pytest.mark.parametrize(
    ("rights", "units", "refused"),
    [
        (["see"], None, {"keys", "renew", "close", "order", "users", "sign"}),
        (["manage"], None, {"keys", "renew", "users", "sign"}),
        (["keys"], None, {"renew", "close", "order", "users", "sign"}),
        (["manage", "keys"], None, {"users", "sign"}),
        (["manage", "keys"], ["523456"], {"order", "users", "sign"}),
        (["administer"], None, set()),
    ],
)
def test_each_right_allows_what_the_table_says(
    emulator: Emulator, rights: list[str], units: list[str] | None, refused: set[str]
) -> None:
    emulator.control("POST", "/merchants", {"organisation_number": "923609016", "name": "Ny", "market": "NO"})
    person = {"email": "a@example.com", "name": "A", "rights": rights, "units": units}
    assert emulator.control("POST", "/merchants/merchant-no-2/users", person).status_code == 200
    insider = Insider(emulator).sign_in(MATHISEN, "a@example.com")
    found = set()
    tries: list[tuple[str, str, str, str]] = [
        ("keys", "GET", "/portal/523456/keys", ""),
        ("renew", "POST", "/portal/523456/keys", "subscription_key"),
        ("order", "GET", f"{company(MATHISEN)}/order", ""),
        ("order", "POST", f"{company(MATHISEN)}/order?product=LOGIN&partner=-", "submit"),
        ("users", "GET", f"{company(MATHISEN)}/users", ""),
        ("users", "POST", f"{company(MATHISEN)}/users", "invite"),
        ("sign", "POST", company(MATHISEN), "sign"),
        ("close", "POST", "/portal/523456", "close"),
    ]
    for name, method, path, action in tries:
        if method == "GET":
            insider.open(path)
        else:
            insider.send(path, action, **FIELDS)
        assert insider.status in (200, 403), (name, insider.answer.text)
        if insider.status == 403:
            assert "may not" in insider.page.text
            found.add(name)
    assert found == refused


def test_someone_let_in_for_one_unit_sees_that_alone(emulator: Emulator, order: str) -> None:
    person = {"email": "a@example.com", "name": "A", "rights": ["manage", "keys"], "units": ["523457"]}
    assert emulator.control("POST", "/merchants/merchant-no-2/users", person).status_code == 200
    insider = Insider(emulator).sign_in(MATHISEN, "a@example.com")
    page = insider.open(company(MATHISEN))
    assert "523457" in page.text
    for word in ("523456", "Hemmelige sokker", REASON):
        assert word not in insider.answer.text
    for path in ("/portal/523456", "/portal/523456/keys", f"/portal/orders/{order}"):
        insider.open(path)
        assert insider.status == 404


def test_with_an_admin_token_all_of_it_is_behind_it(start: Callable[..., Emulator]) -> None:
    emulator = start(admin_token="open sesame")
    for method in ("GET", "POST"):
        for path in [*pages(emulator, method), "/portal"]:
            answer = emulator.request(method, concrete(path, "x"))
            assert answer.status_code == 401, path
            assert "Mathisen" not in answer.text


@pytest.mark.parametrize(
    "id_", ["", "x", "%00", "..%2F..", "a" * 3000, "{id}", "'; DROP TABLE merchants", "%F0%9F%98%80"]
)
def test_addresses_that_lead_nowhere_say_so(emulator: Emulator, id_: str) -> None:
    admin = Insider(emulator).sign_in(MATHISEN)
    for path in (f"/portal/companies/{id_}", f"/portal/orders/{id_}", f"/portal/{id_}/keys", f"/portal/{id_}"):
        admin.request("GET", path)
        assert admin.status in (303, 404), path
        if admin.status == 303:
            assert not id_


@pytest.mark.parametrize("cookie", ["", ".", "a.b", "eyJlbWFpbCI6ImEifQ." + "0" * 64, "." + "0" * 64, "é", "x" * 9000])
def test_a_made_up_cookie_is_nobody(emulator: Emulator, cookie: str) -> None:
    insider = Insider(emulator)
    insider.open("/portal")
    visitor = insider.client.cookies["mock_visitor"]
    header = f"mock_visitor={visitor}; mock_portal={cookie}".encode()
    answer = insider.request("GET", company(MATHISEN), headers={b"Cookie": header})
    assert answer.status_code in (200, 431)
    assert "Mathisen via partner" not in answer.text


def test_with_tls_the_cookie_is_for_tls_alone(emulator: Emulator) -> None:
    insider = Insider(emulator)
    insider.client.base_url = "https://emulator.test"
    page = insider.open("/portal")
    fields = page.form("merchant").fields
    answer = insider.request("POST", "/portal", data=fields | {"action": "merchant"})
    assert "secure" in answer.headers["set-cookie"].lower()
