"""The phone of a customer: what waits there, the answers, and what protects them."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.apis.helpers import set_customer
from tests.apis.login.client import CALLBACK, CUSTOMER, Client, query_of
from tests.apis.login.till import Till
from tests.harness import Emulator, csrf_of
from tests.phone.browsing import Browser, Page

OTHER = "4798765432"
PHONE = f"/wallet/{CUSTOMER}"
XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
PUSH = {"userFlow": "PUSH_MESSAGE", "returnUrl": None, "customer": {"phoneNumber": CUSTOMER}}


class PhoneBrowser(Browser):
    """A browser on the page of a phone."""

    def send(self, fields: dict[str, str]) -> Page:
        path = urlsplit(str(self.answer.request.url)).path
        self.answer = self.emulator.request("POST", path, data=fields)
        if self.answer.status_code == 303:
            return self.open(self.answer.headers["location"])
        return self.page


@pytest.fixture
def browser(emulator: Emulator) -> PhoneBrowser:
    return PhoneBrowser(emulator)


@pytest.fixture
def till(emulator: Emulator) -> Till:
    return Till(emulator)


def push(emulator: Emulator, reference: str = "reference-1", **fields: Any) -> None:
    answer = emulator.create(reference, **PUSH | fields)
    assert answer.status_code == 201, answer.text


def test_nothing_waits(browser: PhoneBrowser) -> None:
    page = browser.open(PHONE)
    assert "Karen Myklebust" in page.text
    assert "Nothing waits for an answer." in page.text
    assert page.buttons == []


def test_a_login_is_confirmed(browser: PhoneBrowser, till: Till) -> None:
    auth_req_id = till.begin(scope="openid name address", binding_message="4MZ-CQ3")
    page = browser.open(PHONE)
    for shown in ("4MZ-CQ3", "Helland nettbutikk", "Karen Myklebust", "Antonsenhaugen 8"):
        assert shown in page.text
    assert page.buttons == ["accept", "cancel"]
    page = browser.press("accept")
    assert "Confirmed." in page.text
    assert "Nothing waits" in page.text
    assert till.poll(auth_req_id).status_code == 200


def test_what_was_agreed_to_is_not_asked_again(browser: PhoneBrowser, till: Till) -> None:
    till.tokens(scope="openid name address")
    till.begin(scope="openid name address")
    page = browser.open(PHONE)
    assert "Antonsenhaugen 8" not in page.text
    assert page.buttons == ["accept", "cancel"]


def test_a_login_is_rejected(browser: PhoneBrowser, till: Till) -> None:
    auth_req_id = till.begin()
    browser.open(PHONE)
    assert "Rejected." in browser.press("cancel").text
    assert till.poll(auth_req_id).json()["error"] == "access_denied"


@pytest.mark.parametrize(("button", "parameter"), [("accept", "code"), ("cancel", "error")])
def test_a_redirecting_login_goes_on_in_the_browser(
    browser: PhoneBrowser, till: Till, button: str, parameter: str
) -> None:
    till.begin_redirecting()
    browser.open(PHONE)
    page = browser.press(button)
    [refresh] = [each for each in page.all("meta") if each.get("http-equiv") == "refresh"]
    target = str(refresh["content"]).removeprefix("0; url=")
    assert target.startswith(f"{CALLBACK}?{parameter}=")
    if parameter == "code":
        assert till.redeem(query_of(target)["code"]).status_code == 200


def test_consents_that_the_merchant_needs_have_to_be_ticked(browser: PhoneBrowser, till: Till) -> None:
    till.set_up(delegated_consents={"consents": [{"id": "email", "text": "Email me", "required": True}]})
    auth_req_id = till.begin(scope="openid delegatedConsents")
    browser.open(PHONE)
    page = browser.press("accept")
    assert browser.refused
    assert page.message == "alert"
    browser.press("accept", **{"marketing-email": "yes"})
    assert till.poll(auth_req_id).status_code == 200


def test_a_browsers_login_is_answered_on_the_phone_too(browser: PhoneBrowser, emulator: Emulator) -> None:
    client = Client(emulator)
    visitor = PhoneBrowser(emulator)
    visitor.open(client.authorize(scope="openid name").headers["location"])
    number = visitor.press("continue").text.split("shows the number")[1].split()[0]
    page = browser.open(PHONE)
    assert "Which number does the browser show?" in page.text
    assert number in page.buttons
    page = browser.press(number)
    assert "Karen Myklebust" in page.text
    assert "Confirmed." in browser.press("accept").text
    assert emulator.control("GET", "/logins?state=approved").json()["logins"][0]["customer"] == CUSTOMER


def test_a_browsers_login_is_not_confirmed_before_its_number(browser: PhoneBrowser, emulator: Emulator) -> None:
    visitor = PhoneBrowser(emulator)
    visitor.open(Client(emulator).authorize().headers["location"])
    visitor.press("continue")
    browser.open(PHONE)
    browser.press("accept")
    assert browser.refused
    assert emulator.control("GET", "/logins").json()["logins"][0]["state"] == "waiting"


def test_the_wrong_number_ends_a_browsers_login(browser: PhoneBrowser, emulator: Emulator) -> None:
    client = Client(emulator)
    visitor = PhoneBrowser(emulator)
    visitor.open(client.authorize().headers["location"])
    number = visitor.press("continue").text.split("shows the number")[1].split()[0]
    page = browser.open(PHONE)
    wrong = next(each for each in page.buttons if each.isdigit() and each != number)
    assert "Rejected." in browser.press(wrong).text
    assert emulator.control("GET", "/logins").json()["logins"][0]["error"] == "wrong_challenge"


@pytest.mark.parametrize(
    ("button", "state"), [("approve", "AUTHORIZED"), ("cancel", "ABORTED")]
)  # fmt: skip
def test_a_pushed_payment_is_answered(browser: PhoneBrowser, emulator: Emulator, button: str, state: str) -> None:
    push(emulator)
    page = browser.open(PHONE)
    assert "Pay 100.00 NOK" in page.text
    assert "One pair of socks" in page.text
    page = browser.press(button)
    assert ("Approved: the payment is reserved." if button == "approve" else "Rejected.") in page.text
    assert "Nothing waits" in page.text
    assert emulator.get()["state"] == state


def test_a_phone_lists_what_is_shared_anew_only(browser: PhoneBrowser, emulator: Emulator) -> None:
    push(emulator, profile={"scope": "name email"})
    assert "You share your name, your email address." in browser.open(PHONE).text
    browser.press("approve")
    push(emulator, "reference-2", profile={"scope": "name birthDate"})
    assert "You share your date of birth." in browser.open(PHONE).text


@pytest.mark.parametrize(
    "named",
    [{"phoneNumber": CUSTOMER}, {"personalQr": f"https://qr.vipps.no/p/{CUSTOMER}"},
     {"customerToken": "token-of-karen"}],
)  # fmt: skip
def test_whatever_names_the_customer_waits_on_the_phone(
    browser: PhoneBrowser, emulator: Emulator, named: dict[str, str]
) -> None:
    set_customer(emulator, CUSTOMER, token="token-of-karen")
    push(emulator, customer=named)
    code = emulator.control("GET", f"/customers/{CUSTOMER}").json()["personal_qr"]
    push(emulator, "reference-2", customer={"personalQr": code})
    assert browser.open(PHONE).text.count("Pay 100.00 NOK") == 2
    assert "Nothing waits" in browser.open(f"/wallet/{OTHER}").text
    assert "Karen Myklebust 4712345678 2 waiting" in browser.open("/wallet").text


def test_payments_that_name_nobody_wait_nowhere(browser: PhoneBrowser, emulator: Emulator) -> None:
    assert emulator.create().status_code == 201
    push(emulator, "reference-2", customer={"phoneNumber": OTHER})
    assert "Nothing waits" in browser.open(PHONE).text


def test_what_is_over_waits_no_more(browser: PhoneBrowser, emulator: Emulator, till: Till) -> None:
    push(emulator)
    till.begin()
    emulator.advance("PT10M")
    assert "Nothing waits" in browser.open(PHONE).text


def test_a_bank_that_says_no(browser: PhoneBrowser, emulator: Emulator) -> None:
    push(emulator, amount={"currency": "NOK", "value": 151})
    browser.open(PHONE)
    page = browser.press("approve")
    assert page.message == "alert"
    assert "There is not enough money on the account" in page.text
    assert emulator.get()["state"] == "CREATED"


def test_a_bank_that_asks_once_more(browser: PhoneBrowser, emulator: Emulator) -> None:
    push(emulator, amount={"currency": "NOK", "value": 202})
    browser.open(PHONE)
    assert "once more" in browser.press("approve").text
    assert emulator.get()["state"] == "CREATED"
    browser.press("approve")
    assert emulator.get()["state"] == "AUTHORIZED"


def test_express_goes_on_on_its_own_page(browser: PhoneBrowser, emulator: Emulator) -> None:
    option = {"id": "door", "name": "Door", "amount": {"currency": "NOK", "value": 100}, "isDefault": True}
    group = {"type": "HOME_DELIVERY", "brand": "POSTEN", "isDefault": True, "priority": 1, "options": [option]}
    answer = emulator.create(
        customer={"phoneNumber": CUSTOMER}, profile={"scope": "name address email phoneNumber"},
        shipping={"fixedOptions": [group]},
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    page = browser.open(PHONE)
    assert any(str(each["href"]).startswith("/landing?token=") for each in page.all("a"))
    browser.press("approve")
    assert browser.refused
    assert emulator.get()["state"] == "CREATED"


def test_many_requests_have_forms_of_their_own(browser: PhoneBrowser, emulator: Emulator, till: Till) -> None:
    first, second = till.begin(binding_message="FIRST"), till.begin(binding_message="SECOND")
    push(emulator)
    page = browser.open(PHONE)
    assert len(page.all("form")) == 3
    logins = [each["value"] or "" for each in page.all("input") if each.get("name") == "login"]
    browser.send({"csrf": page.fields["csrf"], "login": logins[1], "action": "accept"})
    assert till.poll(first).status_code == 200
    assert till.poll(second).json()["error"] == "authorization_pending"


def test_the_list_of_phones(browser: PhoneBrowser, till: Till) -> None:
    till.begin(OTHER)
    page = browser.open("/wallet")
    links = [each["href"] for each in page.all("a")]
    assert links[0] == f"/wallet/{OTHER}"
    assert PHONE in links
    assert "1 waiting" in page.text
    browser.open("/wallet?phone=%2B47%2012%2034%2056%2078")
    assert (browser.answer.status_code, browser.answer.headers["location"]) == (303, PHONE)
    assert "Nobody has the number 4790000099" in browser.open("/wallet?phone=4790000099").text
    assert browser.answer.status_code == 404


@pytest.mark.parametrize("path", ["/wallet/4790000099", "/wallet/nobody", "/wallet/%3Cscript%3E"])
def test_nobodys_phone(browser: PhoneBrowser, path: str) -> None:
    browser.open(path)
    assert browser.answer.status_code == 404
    assert "<script>" not in browser.answer.text


def test_everything_is_escaped(browser: PhoneBrowser, emulator: Emulator, till: Till) -> None:
    set_customer(emulator, CUSTOMER, first_name=XSS, last_name=XSS)
    emulator.control("PATCH", f"/sales-units/{till.msn}", {"name": XSS})
    emulator.control("PATCH", f"/merchants/{emulator.unit(till.msn).merchant_id}", {"name": XSS})
    push(emulator, paymentDescription=XSS[:100])
    till.begin(scope="openid name")
    for path in (PHONE, "/wallet", f"/wallet?phone={XSS}"):
        page = browser.open(path)
        assert "<script>" not in browser.answer.text
        assert page.all("img") == []
        assert "default-src 'none'" in browser.answer.headers["content-security-policy"]
        assert "no-store" in browser.answer.headers["cache-control"]


@pytest.mark.parametrize("csrf", [None, "", "made-up"])
def test_a_form_from_elsewhere_changes_nothing(browser: PhoneBrowser, till: Till, csrf: str | None) -> None:
    auth_req_id = till.begin()
    browser.open(PHONE)
    browser.press("accept", csrf=csrf)
    assert browser.answer.status_code == 403
    assert till.poll(auth_req_id).json()["error"] == "authorization_pending"


def test_a_phone_answers_only_for_itself(browser: PhoneBrowser, emulator: Emulator, till: Till) -> None:
    push(emulator)
    auth_req_id = till.begin()
    page = browser.open(PHONE)
    login, payment = page.fields["login"], page.fields["payment"]
    browser.open(f"/wallet/{OTHER}")
    browser.send({"csrf": page.fields["csrf"], "login": login, "action": "accept"})
    assert browser.answer.status_code == 404
    browser.open(f"/wallet/{OTHER}")
    browser.send({"csrf": page.fields["csrf"], "payment": payment, "action": "approve"})
    assert browser.refused
    assert till.poll(auth_req_id).json()["error"] == "authorization_pending"
    assert emulator.get()["state"] == "CREATED"


@pytest.mark.parametrize("action", ["", "nothing", "accept", "99", "٣"])
@pytest.mark.parametrize("kind", ["payment", "login"])
def test_buttons_that_do_not_exist(
    browser: PhoneBrowser, emulator: Emulator, till: Till, kind: str, action: str
) -> None:
    push(emulator)
    auth_req_id = till.begin()
    page = browser.open(PHONE)
    if (kind, action) == ("login", "accept"):
        till.act(auth_req_id, "deny")
    browser.send({"csrf": page.fields["csrf"], kind: page.fields[kind], "action": action})
    assert browser.refused
    assert emulator.get()["state"] == "CREATED"


@pytest.mark.parametrize("token", ["", "1", "zz.zz", "1.0"])
@pytest.mark.parametrize("kind", ["payment", "login"])
def test_tokens_that_do_not_exist(browser: PhoneBrowser, kind: str, token: str) -> None:
    page = browser.open("/wallet")
    browser.open(PHONE)
    browser.send({"csrf": csrf_of(browser.emulator), kind: token, "action": "accept"})
    assert browser.answer.status_code == 404
    assert page.text
