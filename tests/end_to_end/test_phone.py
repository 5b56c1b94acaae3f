"""A customer's phone in a real browser: a pushed payment and logins that a merchant started, answered there."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.end_to_end.running import Merchant, Running, serving
from tests.end_to_end.shop import selling

pytest.importorskip("selenium", reason="selenium is not installed: it comes with the extra dev")

from tests.end_to_end.chromium import browsing, find_chromium

pytestmark = pytest.mark.browser

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    find_chromium()
    with serving() as server:
        yield server


class Till:
    """Starts logins over HTTP."""

    def __init__(self, server: Running) -> None:
        self.phone = server.variables["VIPPS_PHONE"]
        keys = server.variables["VIPPS_CLIENT_ID"], server.variables["VIPPS_CLIENT_SECRET"]
        self._client = httpx.Client(base_url=server.url, auth=keys)

    def begin(self, **form: str) -> str:
        asked = {"login_hint": f"urn:msisdn:{self.phone}", "scope": "openid name address email"} | form
        answer = self._client.post("/vipps-login-ciba/api/backchannel/authentication", data=asked)
        assert answer.status_code == 200, answer.text
        auth_req_id: str = answer.json()["auth_req_id"]
        return auth_req_id

    def token(self, **form: str) -> dict[str, Any]:
        content: dict[str, Any] = self._client.post("/access-management-1.0/access/oauth2/token", data=form).json()
        return content

    def poll(self, auth_req_id: str) -> dict[str, Any]:
        return self.token(grant_type="urn:openid:params:grant-type:ciba", auth_req_id=auth_req_id)

    def close(self) -> None:
        self._client.close()


def push(merchant: Merchant, reference: str, phone: str, **fields: Any) -> None:
    """Creates a payment that the customer gets on the phone."""
    merchant.request(reference, userFlow="PUSH_MESSAGE", returnUrl=None, customer={"phoneNumber": phone}, **fields)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark-no-scripts"])
def test_a_payment_and_logins_are_answered_on_the_phone(server: Running, tmp_path: Path, *, dark: bool) -> None:
    look = "dark" if dark else "light"
    with (
        closing(Merchant(server)) as merchant,
        closing(Till(server)) as till,
        selling() as shop,
        browsing(tmp_path, scripts=not dark, phone=True, dark=dark) as browser,
    ):

        def look_at(name: str) -> None:
            browser.screenshot(f"phone-{look}-{name}")
            assert browser.too_wide() <= 0

        push(
            merchant,
            f"push-{look}",
            till.phone,
            paymentDescription=LONG,
            amount={"currency": "NOK", "value": 65_000_000},
        )
        here, elsewhere = till.begin(binding_message="4MZ-CQ3"), f"{shop.return_url('login')}-{look}"
        browser.open(f"{server.url}/wallet")
        look_at("list")
        browser.driver.find_element("link text", "Karen Myklebust").click()
        shown = browser.text()
        for words in ("4MZ-CQ3", "Helland", LONG[:40], "650 000.00 NOK", *(() if dark else ("Antonsenhaugen 8",))):
            assert words in shown
        look_at("waiting")
        assert till.poll(here)["error"] == "authorization_pending"
        browser.press("Confirm")
        assert "Confirmed." in browser.text()
        look_at("confirmed")
        assert till.poll(here)["token_type"] == "Bearer"
        browser.press("Approve 650 000.00 NOK")
        assert "the payment is reserved" in browser.text()
        assert "Nothing waits for an answer." in browser.text()
        look_at("approved")
        assert merchant.get(f"push-{look}")["state"] == "AUTHORIZED"
        moved = till.begin(requested_flow="login_to_webpage", redirect_uri=elsewhere)
        browser.open(f"{server.url}/wallet/{till.phone}")
        browser.press("Confirm")
        browser.wait.until(lambda driver: driver.current_url.startswith(f"{elsewhere}&code="))
        code = str(browser.driver.current_url).partition("&code=")[2]
        tokens = till.token(grant_type="urn:vipps:params:grant-type:ciba-redirect", code=code)
        assert tokens["token_type"] == "bearer"
        assert till.poll(moved)["error"] == "invalid_grant"
        denied = till.begin()
        browser.open(f"{server.url}/wallet/{till.phone}")
        browser.press("Reject")
        assert "Rejected." in browser.text()
        assert till.poll(denied)["error"] == "access_denied"
