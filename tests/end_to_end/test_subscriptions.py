"""A subscription in a real browser: accepted and rejected on its page, changed and stopped on the phone."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.end_to_end.running import Merchant, Running, serving
from tests.end_to_end.shop import TITLE, TITLE_WITH_SCRIPTS, selling

pytest.importorskip("selenium", reason="selenium is not installed: it comes with the extra dev")

from selenium.webdriver.support.ui import Select

from tests.end_to_end.chromium import Browser, browsing, find_chromium

pytestmark = pytest.mark.browser

LONG = "Donaudampfschifffahrtselektrizitaetenhaupt"
CUSTOMER = "4712345678"


@pytest.fixture
def server() -> Iterator[Running]:
    find_chromium()
    with serving() as server:
        yield server


class Publisher(Merchant):
    """Sells subscriptions."""

    def offer(self, back: str, **fields: Any) -> dict[str, str]:
        """Drafts an agreement and gives the answer."""
        content = {
            "pricing": {"type": "VARIABLE", "suggestedMaxAmount": 125_000, "currency": "NOK"},
            "interval": {"unit": "MONTH", "count": 1},
            "merchantRedirectUrl": back,
            "merchantAgreementUrl": "https://news.example.com/subscription",
            "productName": "News every morning",
            "productDescription": f"On paper and on the web: {LONG}",
        } | fields
        answer = self._client.post("/recurring/v3/agreements", json=content, headers={"Idempotency-Key": uuid4().hex})
        assert answer.status_code == 201, answer.text
        drafted: dict[str, str] = answer.json()
        return drafted

    def charge(self, agreement: str, due: str, amount: int) -> None:
        content = {
            "amount": amount, "description": f"Paper of {due}", "transactionType": "DIRECT_CAPTURE", "due": due,
            "retryDays": 2,
        }  # fmt: skip
        path = f"/recurring/v3/agreements/{agreement}/charges"
        answer = self._client.post(path, json=content, headers={"Idempotency-Key": uuid4().hex})
        assert answer.status_code == 201, answer.text

    def agreement(self, agreement: str) -> dict[str, Any]:
        shown: dict[str, Any] = self._client.get(f"/recurring/v3/agreements/{agreement}").raise_for_status().json()
        return shown


def pick(browser: Browser, name: str, value: str) -> None:
    found = browser.driver.find_element("css selector", f"select[name='{name}']")
    Select(found).select_by_value(value)


def day(server: Running, days: int) -> str:
    """A day that is so many days ahead on the server's clock."""
    now = httpx.get(f"{server.url}/_mock/clock").json()["now"]
    return (datetime.fromisoformat(now.replace("Z", "+00:00")) + timedelta(days=days)).date().isoformat()


@pytest.mark.parametrize("phone", [True, False], ids=["390-light-no-scripts", "1280-dark"])
def test_a_subscription_is_accepted_changed_and_stopped(server: Running, tmp_path: Path, *, phone: bool) -> None:
    look = "390-light" if phone else "1280-dark"
    flags = () if phone else ("--window-size=1280,900",)
    with (
        closing(Publisher(server)) as publisher,
        selling() as shop,
        browsing(tmp_path, *flags, scripts=not phone, phone=phone, dark=not phone) as browser,
    ):

        def look_at(name: str) -> None:
            browser.screenshot(f"subscription-{look}-{name}")
            wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert (browser.too_wide() if phone else browser.driver.execute_script(wide)) <= 0

        title, back = TITLE if phone else TITLE_WITH_SCRIPTS, f"{shop.return_url(look)}&x=%20y#top"
        initial = {"amount": 19_900, "description": "First month, with a bag", "transactionType": "RESERVE_CAPTURE"}
        drafted = publisher.offer(back, initialCharge=initial, scope="name email")
        browser.open(drafted["vippsConfirmationUrl"])
        for words in ("Up to 1 250.00 NOK", "every month", LONG, "199.00 NOK is reserved now", "your name"):
            assert words in browser.text()
        look_at("landing")
        pick(browser, "customer", CUSTOMER)
        browser.fill_in("phone", "12")
        browser.press("Accept")
        assert "Enter the number with country code" in browser.message()
        look_at("landing-error")
        browser.fill_in("phone", "")
        pick(browser, "maximum", "187500")
        browser.press("Accept")
        browser.expect_return(back, title)
        assert publisher.agreement(drafted["agreementId"])["pricing"]["maxAmount"] == 187_500
        browser.open(drafted["vippsConfirmationUrl"])
        assert "Accepted: the agreement is active." in browser.text()
        look_at("accepted")

        rejected = publisher.offer(back)
        browser.open(rejected["vippsConfirmationUrl"])
        browser.press("Reject")
        browser.expect_return(back, title)
        assert publisher.agreement(rejected["agreementId"])["status"] == "STOPPED"

        publisher.charge(drafted["agreementId"], day(server, 3), 99_900)
        publisher.charge(drafted["agreementId"], day(server, 10), 120_000)
        legacy = {"type": "LEGACY", "amount": 9_900, "currency": "NOK"}
        campaign = {"type": "PERIOD_CAMPAIGN", "price": 100, "period": {"unit": "WEEK", "count": 10}}
        publisher.offer(back, phoneNumber=CUSTOMER, pricing=legacy, campaign=campaign, productName=LONG)
        browser.open(f"{server.url}/wallet/{CUSTOMER}")
        for words in ("Agree to", "1.00 NOK for 10 weeks.", "Your agreements", "Coming up", "1 200.00 NOK"):
            assert words in browser.text()
        look_at("phone")
        browser.press("Reject")
        assert "Rejected." in browser.text()
        pick(browser, "maximum", "62500")
        browser.press("Change the maximum")
        assert "Your maximum is changed." in browser.text()
        assert publisher.agreement(drafted["agreementId"])["pricing"]["maxAmount"] == 62_500
        browser.press("Stop")
        assert "Nothing starts it again" in browser.text()
        look_at("stopping")
        browser.press("Stop News every morning for good")
        assert "Stopped: nothing more is charged." in browser.text()
        look_at("stopped")
        assert publisher.agreement(drafted["agreementId"])["status"] == "STOPPED"
