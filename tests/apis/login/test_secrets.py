"""Codes and tokens of logins in the journal: nowhere, whatever they stand under."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from mockserver.apis.login.domain.links import REMEMBERED
from mockserver.web.redaction import REDACTED
from tests.apis.login.browser import LoginBrowser
from tests.apis.login.client import CUSTOMER, Client
from tests.apis.login.till import Till
from tests.harness import Emulator


def code(emulator: Emulator) -> str:
    return Client(emulator).code()


def access_token(emulator: Emulator) -> str:
    token: str = Client(emulator).tokens()["access_token"]
    return token


def session(emulator: Emulator) -> str:
    page = Client(emulator).authorize().headers["location"]
    return parse_qs(urlsplit(page).query)["session"][0].partition(".")[2]


def polled(emulator: Emulator) -> str:
    return Till(emulator).begin()


def polled_token(emulator: Emulator) -> str:
    till = Till(emulator)
    auth_req_id = till.begin()
    till.act(auth_req_id, "confirm")
    token: str = till.poll(auth_req_id).json()["access_token"]
    return token


def remembered(emulator: Emulator) -> str:
    browser = LoginBrowser(emulator)
    browser.open(Client(emulator).authorize(scope="openid").headers["location"])
    browser.press("continue", remember="yes", customer=CUSTOMER)
    browser.press(browser.number) if "number" in browser.page.text else None
    token = emulator.client.cookies.get(REMEMBERED)
    assert token is not None
    return token


@pytest.mark.parametrize("make", [code, access_token, session, polled, polled_token, remembered])
@pytest.mark.parametrize("restarted", [False, True])
def test_they_are_shown_nowhere(
    start: Callable[..., Emulator], make: Callable[[Emulator], str], restarted: bool, tmp_path: Path
) -> None:
    emulator = start(data=tmp_path)
    secret = make(emulator)
    if restarted:
        emulator.close()
        emulator = start(data=tmp_path)
    emulator.request("GET", f"/odd/x{quote(secret)}x?q={quote(secret)}", headers={"X-Odd": f"x{secret.upper()}x"})
    shown: dict[str, Any] = emulator.control("GET", "/requests").json()["requests"][0]
    assert shown["path"] == f"/odd/x{REDACTED}x"
    assert shown["query"] == f"q={REDACTED}"
    assert ["x-odd", f"x{REDACTED}x"] in shown["request"]["headers"]


def test_the_id_to_poll_with_is_no_reference_in_the_journal(emulator: Emulator) -> None:
    auth_req_id = Till(emulator).begin()
    entries = emulator.control("GET", "/requests").json()["requests"]
    assert auth_req_id not in str(entries)
    assert entries[0]["reference"] == REDACTED
