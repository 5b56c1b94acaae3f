"""A merchant comes aboard in a real browser: from a partner's prefill to a payment captured with partner keys."""

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.apis.management.portal.browsing import full, picture
from tests.end_to_end.chromium import PHONE, browsing, find_chromium
from tests.end_to_end.running import Running, serving
from tests.harness import WORLD, key_headers

pytest.importorskip("selenium", reason="selenium is not installed: it comes with the extra dev")

from selenium.webdriver.common.by import By
from selenium.webdriver.support.select import Select

pytestmark = pytest.mark.browser

LONG_NAME = "Donaudampfschifffahrtselektrizitätenhaup"
KNOWN = {"scheme": "business:NO:ORG", "id": "148014000"}


class Partner:
    """A partner's system, with its partner keys."""

    def __init__(self, server: Running) -> None:
        keys = next(partner.keys for partner in WORLD.partners if partner.id == "partner-plus")
        assert keys is not None
        self._client = httpx.Client(base_url=server.url)
        answer = self._client.post("/accesstoken/get", headers=key_headers(keys)).raise_for_status()
        self._client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        self._client.headers["Ocp-Apim-Subscription-Key"] = keys.subscription_key

    def call(self, method: str, path: str, json: Any = None, **headers: str) -> Any:
        sent = {"Idempotency-Key": str(uuid4())} | {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self._client.request(method, path, json=json, headers=sent)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def prefill(self, **fields: Any) -> tuple[str, str]:
        """A product order: its id, and the address for the merchant."""
        made = self.call("POST", "/management/v1/product-orders", full(**fields))
        return made["prefilledOrderId"], made["prefillUrl"]

    def details(self, order: str) -> Any:
        return self.call("GET", f"/management/v2/product-orders/{order}/details")

    def close(self) -> None:
        self._client.close()


@pytest.fixture
def server() -> Iterator[Running]:
    find_chromium()
    with serving() as server:
        yield server


@pytest.fixture
def partner(server: Running) -> Iterator[Partner]:
    partner = Partner(server)
    yield partner
    partner.close()


def test_a_merchant_comes_aboard_and_its_partner_captures_a_payment(
    server: Running, partner: Partner, tmp_path: Path
) -> None:
    order, url = partner.prefill(website=None, pricePackageId=None, merchantCategoryCode="1234")
    assert partner.details(order)["status"] == "RECEIVED"

    with browsing(tmp_path) as browser:
        browser.open(url)
        assert "Merchant agreement" in browser.text()
        assert partner.details(order)["status"] == "MERCHANT_VIEWED"
        browser.screenshot("portal-agreement")
        browser.fill_in("companyName", "Solberg Nytt Bygg AS")
        browser.press("Sign")

        assert "Signed, and in process" in browser.text()
        assert "its fields are empty" in browser.read("website-warning")
        assert "has no category 1234" in browser.read("merchantCategoryCode-warning")
        logo = browser.driver.find_element(By.CSS_SELECTOR, "img.logo")
        assert browser.driver.execute_script("return arguments[0].naturalWidth", logo) == 120
        browser.screenshot("portal-form")
        browser.press("Submit")
        browser.screenshot("portal-wrong")
        assert "An https address is needed here" in browser.message()
        assert partner.details(order)["status"] == "MERCHANT_VIEWED"

        browser.fill_in("websiteUrl", "https://shop.example.com")
        browser.fill_in("termsUrl", "https://shop.example.com/terms")
        Select(browser.driver.find_element(By.ID, "productUseCase")).select_by_value("Website")
        Select(browser.driver.find_element(By.ID, "merchantCategoryCode")).select_by_value("5651")
        browser.press("Save")
        assert "Saved." in browser.text()
        browser.press("Submit")
        assert "Processing takes until" in browser.text()
        assert partner.details(order)["status"] == "ORDER_SUBMITTED"
        browser.screenshot("portal-submitted")
        browser.press("Approve")
        assert "The sales unit is ready" in browser.text()
        browser.screenshot("portal-completed")
        browser.driver.find_element(By.LINK_TEXT, "Its keys").click()
        people = Select(browser.driver.find_element(By.ID, "merchantUser"))
        people.select_by_visible_text("Solberg Nytt Bygg AS (910000004) · Administrator")
        browser.press("Continue as this person")
        msn, secret = browser.read("msn"), browser.read("client-secret")

    details = partner.details(order)
    assert details["status"] == "COMPLETED"
    assert details["salesUnit"] == {"msn": msn, "name": "Solberg nettbutikk"}
    assert secret not in str(details)
    _pay_and_capture(partner, msn)
    assert partner.call("GET", f"/management/v1/sales-units/{msn}")["configuration"]["recurringAllowed"] is True


def _pay_and_capture(partner: Partner, msn: str) -> None:
    payment = {
        "amount": {"currency": "NOK", "value": 10_000},
        "paymentMethod": {"type": "WALLET"},
        "reference": "first-sale",
        "userFlow": "WEB_REDIRECT",
        "returnUrl": "https://shop.example.com/thanks",
        "paymentDescription": "A pair of socks",
    }
    unit = {"Merchant_Serial_Number": msn}
    partner.call("POST", "/epayment/v1/payments", payment, **unit)
    partner.call("POST", "/epayment/v1/test/payments/first-sale/approve", **unit)
    capture = {"modificationAmount": payment["amount"]}
    captured = partner.call("POST", "/epayment/v1/payments/first-sale/capture", capture, **unit)
    assert captured["aggregate"]["capturedAmount"] == payment["amount"]


def test_pages_work_without_javascript(server: Running, partner: Partner, tmp_path: Path) -> None:
    order, url = partner.prefill()
    with browsing(tmp_path, scripts=False) as browser:
        browser.open(url)
        for button in ("Sign", "Submit", "Hold", "Release", "Approve"):
            browser.press(button)
        assert "The sales unit is ready" in browser.text()
    assert partner.details(order)["status"] == "COMPLETED"


@pytest.mark.parametrize("look", ["light", "dark"])
def test_pages_fit_a_phone(server: Running, partner: Partner, tmp_path: Path, look: str) -> None:
    widths: dict[str, int] = {}
    long = "https://shop.example.com/" + "x" * 200
    logo = b64encode(picture(300, 200)).decode()
    _, url = partner.prefill(salesUnitName=LONG_NAME, website={"url": long, "termsUrl": long}, salesUnitLogo=logo)
    _, dropped = partner.prefill(businessIdentifier=KNOWN, website=None, salesUnitLogo="eA==", pricePackageId=None)

    with browsing(tmp_path, phone=True, dark=look == "dark") as browser:

        def look_at(name: str) -> None:
            browser.screenshot(f"portal-phone-{look}-{name}")
            widths[name] = browser.too_wide()

        browser.open(url)
        assert browser.driver.execute_script("return screen.width") == PHONE["width"]
        look_at("agreement")
        browser.pick("no")
        browser.press("Sign")
        look_at("form")
        browser.press("Submit")
        look_at("wrong")
        browser.open(dropped)
        look_at("warnings")
        browser.open(url)
        browser.fill_in("testWebsiteUrl", "https://test.example.com")
        browser.press("Submit")
        look_at("submitted")
        browser.press("Sign")
        browser.press("Hold")
        look_at("held")
        browser.press("Approve")
        look_at("completed")
        browser.open(dropped)
        browser.press("Expire the order")
        look_at("expired")

    assert widths == dict.fromkeys(widths, 0)
    assert len(widths) == 8
