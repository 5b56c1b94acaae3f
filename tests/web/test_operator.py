"""With an admin token: which pages ask for it, and how a browser shows it."""

from collections.abc import Callable

import pytest

from tests.apis.management.portal.browsing import visit
from tests.harness import Emulator, csrf_of

TOKEN = "open sesame"
PAGES = [
    "/wallet",
    "/wallet/4712345678",
    "/wallet/4712345678/consents",
    "/portal",
    "/openapi/control",
    "/checklist",
]
OPEN = ["/openapi", "/openapi/epayment", "/openapi/epayment.json", "/style.css", "/favicon.ico"]


@pytest.fixture
def guarded(start: Callable[..., Emulator]) -> Emulator:
    return start(admin_token=TOKEN)


def enter(emulator: Emulator, token: str = TOKEN, to: str = "/wallet", **headers: str) -> str:
    """Shows the token, and gives the address that the browser is sent to; empty when it is refused."""
    emulator.request("GET", "/operator")
    form = {"csrf": csrf_of(emulator), "token": token, "to": to}
    answer = emulator.request("POST", "/operator", data=form, headers=headers)
    return answer.headers["location"] if answer.status_code == 303 else ""


@pytest.mark.parametrize("path", PAGES)
def test_who_has_not_shown_the_token_is_asked_for_it(guarded: Emulator, path: str) -> None:
    answer = guarded.request("GET", path)
    assert answer.status_code == 401
    assert f'name="to" value="{path}"' in answer.text
    assert "4712345678" not in answer.text.replace(path, "")


@pytest.mark.parametrize("path", PAGES)
def test_who_has_shown_it_is_let_in(guarded: Emulator, path: str) -> None:
    assert enter(guarded, to=path) == path
    assert guarded.request("GET", path).status_code == 200


@pytest.mark.parametrize("path", [*PAGES, "/openapi/control.json"])
def test_it_may_come_as_a_header_too(guarded: Emulator, path: str) -> None:
    assert guarded.request("GET", path, headers={"Authorization": f"bearer {TOKEN}"}).status_code == 200
    assert guarded.request("GET", path, headers={"Authorization": "Bearer other"}).status_code == 401


def test_a_document_is_refused_as_json(guarded: Emulator) -> None:
    answer = guarded.request("GET", "/openapi/control.json")
    assert answer.status_code == 401
    assert answer.json()["statusCode"] == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", OPEN)
def test_what_shows_nobody_stays_open(guarded: Emulator, path: str) -> None:
    assert guarded.request("GET", path).status_code == 200


@pytest.mark.parametrize("token", ["", "open", "Open sesame", "open sesame!", "ö"])
def test_another_token_opens_nothing(guarded: Emulator, token: str) -> None:
    assert enter(guarded, token) == "/operator?to=%2Fwallet&wrong=yes"
    answer = guarded.request("GET", "/operator?to=%2Fwallet&wrong=yes")
    assert "This is not the admin token" in answer.text
    assert guarded.request("GET", "/wallet").status_code == 401


@pytest.mark.parametrize("to", ["", "//evil.example", "/\\evil.example", "https://evil.example", "javascript:a", "a b"])
def test_it_leads_nowhere_else(guarded: Emulator, to: str) -> None:
    assert enter(guarded, to=to) == "/wallet"
    assert guarded.request("GET", "/operator", params={"to": to}).headers["location"] == "/wallet"


def test_the_cookie_is_for_http_alone_and_neither_the_token_nor_of_another_run(
    guarded: Emulator, start: Callable[..., Emulator]
) -> None:
    enter(guarded)
    [cookie] = [each for each in guarded.client.cookies.jar if each.name == "mock_operator"]
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert TOKEN not in str(cookie.value)
    other = start(admin_token=TOKEN)
    for value in (str(cookie.value), "", TOKEN):
        other.client.cookies.set("mock_operator", value)
        assert other.request("GET", "/wallet").status_code == 401
        other.client.cookies.clear()


def test_a_form_from_elsewhere_shows_no_token(guarded: Emulator) -> None:
    assert enter(guarded, Origin="http://localhost:3000") == ""
    answer = guarded.request("POST", "/operator", data={"token": TOKEN, "to": "/wallet"})
    assert answer.status_code == 403
    assert guarded.request("GET", "/wallet").status_code == 401


def test_the_wallet_takes_no_answers_from_who_has_not_shown_it(guarded: Emulator) -> None:
    guarded.create(customer={"phoneNumber": "4712345678"}, userFlow="PUSH_MESSAGE")
    guarded.request("GET", "/operator")
    form = {"csrf": csrf_of(guarded), "payment": "1.a", "action": "approve"}
    assert guarded.request("POST", "/wallet/4712345678", data=form).status_code == 401
    enter(guarded)
    assert guarded.request("POST", "/wallet/4712345678", data=form).status_code == 404


def test_who_was_sent_a_link_can_use_it(guarded: Emulator) -> None:
    page = guarded.request("GET", guarded.create().json()["redirectUrl"])
    assert page.status_code == 200
    assert "Approve" in page.text


def test_the_platform_s_buttons_are_there_for_who_has_shown_it(guarded: Emulator) -> None:
    browser = visit(guarded, signed=False)
    assert "approve" not in browser.open().buttons
    assert "expire" not in browser.page.buttons
    enter(guarded)
    assert "expire" in browser.open().buttons
    assert "This link has expired" in browser.press("expire").text


def test_without_an_admin_token_nobody_is_asked(emulator: Emulator) -> None:
    assert emulator.request("GET", "/operator").status_code == 404
    assert [emulator.request("GET", path).status_code for path in (*PAGES, *OPEN)] == [200] * len(PAGES + OPEN)
