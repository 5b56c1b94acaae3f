"""Who may log in: an active account, 15 years of age, and somebody at all, whatever the way of logging in."""

from collections.abc import Callable

import pytest

from tests.apis.helpers import created, set_customer
from tests.apis.login.browser import LoginBrowser
from tests.apis.login.client import CUSTOMER, Client, assert_sent_back, query_of
from tests.apis.login.till import Till
from tests.harness import Emulator, code_of

INACTIVE, CHILD, NOBODYS_PERSONA, NOBODY = "4792000008", "4792000009", "4793000016", "4799999999"
BARRED = [INACTIVE, CHILD, NOBODYS_PERSONA]


@pytest.fixture
def client(emulator: Emulator) -> Client:
    set_customer(emulator, NOBODYS_PERSONA, payment="unknown")
    return Client(emulator)


@pytest.mark.parametrize("phone", BARRED)
def test_the_page_the_control_api_and_a_till_refuse_them_alike(client: Client, phone: str) -> None:
    emulator = client.emulator
    login_id = client.start()
    page = emulator.control("GET", f"/logins/{login_id}").json()["page"]
    browser = LoginBrowser(emulator)
    browser.open(page)
    browser.press("continue", phone=phone)
    assert browser.refused
    assert any(reason in browser.page.text for reason in ("15 years", "No customer", f"{phone} is not active"))
    refused = emulator.control("POST", f"/logins/{login_id}/approve", {"customer": phone})
    assert (refused.status_code, code_of(refused)) == (400, "7010")
    assert emulator.control("GET", f"/logins/{login_id}").json()["state"] == "waiting"
    till = Till(emulator)
    assert till.ask(phone).json()["error_code"] == "invalid_user"
    assert till.exists(login_hint=f"urn:msisdn:{phone}").json() == {"exists": False}


@pytest.mark.parametrize("change", [{"active": False}, {"birth_date": "2020-01-01"}])
def test_a_login_that_waits_ends_with_its_users_account(client: Client, change: dict[str, object]) -> None:
    emulator, till = client.emulator, Till(client.emulator)
    auth_req_id = till.begin()
    browser = LoginBrowser(emulator)
    browser.open(client.authorize(requested_flow="automatic_return_from_vipps_app").headers["location"])
    browser.press("continue", customer=CUSTOMER)
    set_customer(emulator, CUSTOMER, **change)
    browser.press("accept")
    assert browser.refused
    assert emulator.control("POST", f"/ciba/{auth_req_id}/confirm").status_code == 400


def test_a_delayed_user_whose_account_is_gone_confirms_nothing(client: Client) -> None:
    till = Till(client.emulator)
    set_customer(client.emulator, CUSTOMER, login="delayed", login_delay=30)
    auth_req_id = till.begin()
    set_customer(client.emulator, CUSTOMER, active=False)
    client.emulator.advance("PT31S")
    assert client.emulator.control("GET", f"/ciba/{auth_req_id}").json()["state"] == "pending"


def test_a_remembered_browser_is_asked_again(client: Client) -> None:
    browser = LoginBrowser(client.emulator)
    browser.open(client.authorize(scope="openid").headers["location"])
    browser.press("continue", remember="yes", customer=CUSTOMER)
    browser.press(browser.number)
    assert "code" in query_of(client.authorize(scope="openid").headers["location"])
    set_customer(client.emulator, CUSTOMER, active=False)
    assert "/login?session=" in client.authorize(scope="openid").headers["location"]
    assert_sent_back(client.authorize(scope="openid", prompt="none"), "login_required")


@pytest.mark.parametrize("phone", [INACTIVE, CHILD])
def test_a_payment_shares_no_profile_of_them(client: Client, phone: str) -> None:
    reference = created(client.emulator, profile={"scope": "name"})
    answer = client.emulator.api("POST", f"/test/payments/{reference}/approve", {"customer": {"phoneNumber": phone}})
    assert (answer.status_code, code_of(answer)) == (400, "7010")
    path = f"/payments/123456/{reference}/approve"
    assert client.emulator.control("POST", path, {"customer": phone}).status_code == 400
    assert client.emulator.get(reference)["state"] == "CREATED"


def test_a_child_pays_and_a_closed_account_does_not(client: Client) -> None:
    for phone, status in ((CHILD, 200), (INACTIVE, 400)):
        set_customer(client.emulator, phone, has_approved=True)
        reference = created(client.emulator)
        named = {"customer": {"phoneNumber": phone}}
        assert client.emulator.api("POST", f"/test/payments/{reference}/approve", named).status_code == status


def test_a_number_that_nobody_has_logs_in_with_a_warning(client: Client) -> None:
    tokens = client.exchange(client.code(NOBODY))
    assert tokens.status_code == 200
    assert tokens.headers["x-mock-warning"].startswith("unknown-customers: ")
    entries = client.emulator.control("GET", "/requests?operation=oauth2Token&warnings=true").json()["requests"]
    assert NOBODY in entries[0]["warnings"][0]["message"]
    assert "x-mock-warning" not in client.exchange(client.code(NOBODY)).headers
    browser = LoginBrowser(client.emulator)
    browser.open(client.authorize(requested_flow="automatic_return_from_vipps_app").headers["location"])
    browser.press("continue", phone="4799999998")
    browser.press("accept")
    login = client.emulator.control("GET", "/logins?limit=1").json()["logins"][0]
    code = query_of(login["redirectTo"])["code"]
    assert "unknown-customers" in client.exchange(code).headers["x-mock-warning"]


@pytest.mark.parametrize("settings", [{"strict": True}, {"refuse": "unknown-customers"}])
def test_a_number_that_nobody_has_is_refused_where_that_kindness_is_off(
    start: Callable[..., Emulator], settings: dict[str, object]
) -> None:
    client = Client(start(**settings))
    login_id = client.start()
    answer = client.emulator.control("POST", f"/logins/{login_id}/approve", {"customer": NOBODY})
    assert (answer.status_code, code_of(answer)) == (400, "7010")
    browser = LoginBrowser(client.emulator)
    browser.open(client.emulator.control("GET", f"/logins/{login_id}").json()["page"])
    browser.press("continue", phone=NOBODY)
    assert browser.refused
    assert NOBODY in browser.page.text
    assert client.emulator.control("GET", f"/customers/{NOBODY}").status_code == 404


def test_approving_by_the_control_api_for_somebody_made_up_is_told(client: Client) -> None:
    emulator = client.emulator
    answer = emulator.control("POST", f"/logins/{client.start()}/approve", {"customer": "4790909090"})
    assert answer.status_code == 200
    [warning] = answer.headers.get_list("x-mock-warning")
    assert warning.startswith("unknown-customers")
    [entry, *_] = emulator.control("GET", "/requests?warnings=true").json()["requests"]
    assert [each["kindness"] for each in entry["warnings"]] == ["unknown-customers"]
    assert entry["path"].endswith("/approve")
    answer = emulator.control("POST", f"/logins/{client.start()}/approve", {"customer": CUSTOMER})
    assert "x-mock-warning" not in answer.headers
