"""A customer in a real browser: from redirectUrl to returnUrl."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.chromium import PHONE, Browser, browsing, find_chromium
from tests.end_to_end.running import Merchant, Running, serving
from tests.end_to_end.shop import TITLE, Shop, selling

pytest.importorskip("selenium", reason="selenium is not installed: it comes with the extra dev")

from selenium.webdriver.common.by import By
from selenium.webdriver.support.select import Select

pytestmark = pytest.mark.browser

FIXED_SHIPPING = [
    {
        "type": "HOME_DELIVERY",
        "brand": "POSTEN",
        "isDefault": True,
        "priority": 1,
        "options": [
            {
                "id": "door",
                "name": "To your door",
                "amount": {"currency": "NOK", "value": 9900},
                "isDefault": True,
                "estimatedDelivery": "1-2 days",
            },
            {"id": "slow", "name": "Economy", "amount": {"currency": "NOK", "value": 4900}},
        ],
    },
    {
        "type": "PICKUP_POINT",
        "brand": "BRING",
        "priority": 2,
        "options": [
            {
                "id": "kiosk",
                "name": "Kiosk on the corner",
                "amount": {"currency": "NOK", "value": 2500},
                "meta": "Storgata 1, 0155 Oslo",
            }
        ],
    },
]
EXPRESS_SCOPES = {"scope": "name address email phoneNumber"}


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    find_chromium()
    with serving() as server:
        yield server


@pytest.fixture(scope="module")
def merchant(server: Running) -> Iterator[Merchant]:
    merchant = Merchant(server)
    yield merchant
    merchant.close()


@pytest.fixture
def shop() -> Iterator[Shop]:
    with selling() as shop:
        yield shop


@pytest.fixture(scope="module")
def browser(server: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browsing(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


def nok(value: int) -> dict[str, Any]:
    return {"currency": "NOK", "value": value}


def test_approving_leads_back_to_the_shop(browser: Browser, merchant: Merchant, shop: Shop) -> None:
    url = shop.return_url("approve-1")
    landing = merchant.create("approve-1", returnUrl=url, amount=nok(12_345))
    browser.open(landing)
    shown = browser.text()
    assert "123.45 NOK" in shown
    assert "One pair of socks" in shown
    assert "Helland" in shown
    browser.screenshot("landing")
    browser.press("Approve")
    browser.expect_return(url)
    browser.screenshot("shop")
    payment = merchant.get("approve-1")
    assert payment["state"] == "AUTHORIZED"
    assert payment["aggregate"]["authorizedAmount"] == nok(12_345)
    browser.open(landing)
    assert "Approved: 123.45 NOK is reserved." in browser.text()
    browser.screenshot("approved")


def test_cancelling_leads_back_to_the_shop(browser: Browser, merchant: Merchant, shop: Shop) -> None:
    url = shop.return_url("cancel-1")
    landing = merchant.create("cancel-1", returnUrl=url)
    browser.open(landing)
    browser.press("Cancel")
    browser.expect_return(url)
    assert merchant.get("cancel-1")["state"] == "ABORTED"
    browser.open(landing)
    assert "Cancelled by the customer." in browser.text()
    browser.screenshot("cancelled")


def test_a_declined_customer_reads_why_and_can_still_cancel(browser: Browser, merchant: Merchant, shop: Shop) -> None:
    url = shop.return_url("decline-1")
    browser.open(merchant.create("decline-1", returnUrl=url, amount=nok(151)))
    browser.press("Approve")
    assert "There is not enough money on the account" in browser.message()
    assert browser.driver.title.startswith("Error: ")
    assert browser.driver.switch_to.active_element.get_attribute("role") == "alert"
    browser.screenshot("declined")
    browser.driver.refresh()
    assert "There is not enough money on the account" in browser.message()
    assert merchant.get("decline-1")["state"] == "CREATED"
    browser.press("Cancel")
    browser.expect_return(url)
    assert merchant.get("decline-1")["state"] == "ABORTED"
    assert merchant.events("decline-1") == [("CREATED", True), ("AUTHORIZED", False), ("ABORTED", True)]


def test_express_with_fixed_shipping_adds_the_chosen_option(browser: Browser, merchant: Merchant, shop: Shop) -> None:
    url = shop.return_url("fixed-shipping")
    shipping = {"fixedOptions": FIXED_SHIPPING}
    browser.open(merchant.create("fixed-shipping", returnUrl=url, profile=EXPRESS_SCOPES, shipping=shipping))
    browser.screenshot("express")
    browser.press("Choose shipping")
    browser.pick("kiosk")
    browser.screenshot("shipping")
    browser.press("Approve")
    browser.expect_return(url)
    payment = merchant.get("fixed-shipping")
    assert payment["aggregate"]["authorizedAmount"] == nok(12_500)
    assert payment["shippingDetails"]["shippingOptionId"] == "kiosk"
    assert payment["userDetails"]["email"] == "customer1@example.com"


def test_express_with_dynamic_shipping_asks_the_shop_for_each_address(
    browser: Browser, merchant: Merchant, shop: Shop
) -> None:
    url = shop.return_url("dynamic-shipping")
    dynamic = {"callbackUrl": shop.callback_url, "callbackAuthorizationToken": "shared-secret"}
    shipping = {"dynamicOptions": dynamic}
    browser.open(merchant.create("dynamic-shipping", returnUrl=url, profile=EXPRESS_SCOPES, shipping=shipping))
    Select(browser.driver.find_element(By.ID, "customer")).select_by_value("4798765432")
    browser.press("Choose shipping")
    assert f"Van to {shop.asked[0]['City']}" in browser.text()
    addresses = browser.driver.find_elements(By.NAME, "address")
    addresses[1].click()
    browser.press("Show options")
    assert f"Van to {shop.asked[1]['City']}" in browser.text()
    browser.screenshot("dynamic-shipping")
    browser.press("Approve")
    browser.expect_return(url)
    assert len(shop.asked) == 2
    assert {each["authorization"] for each in shop.asked} == {"shared-secret"}
    assert {each["reference"] for each in shop.asked} == {"dynamic-shipping"}
    assert shop.asked[0]["AddressLine1"] != shop.asked[1]["AddressLine1"]
    payment = merchant.get("dynamic-shipping")
    assert payment["aggregate"]["authorizedAmount"] == nok(14_900)
    assert payment["shippingDetails"]["address"]["addressLine1"] == shop.asked[1]["AddressLine1"]


def test_the_bank_asks_once_more_for_the_magic_amount(browser: Browser, merchant: Merchant, shop: Shop) -> None:
    url = shop.return_url("confirm-1")
    browser.open(merchant.create("confirm-1", returnUrl=url, amount=nok(202)))
    browser.press("Approve")
    assert "confirm this payment once more" in browser.text()
    browser.screenshot("confirm")
    assert merchant.get("confirm-1")["state"] == "CREATED"
    browser.press("Confirm")
    browser.expect_return(url)
    assert merchant.get("confirm-1")["state"] == "AUTHORIZED"


def test_not_consenting_to_share_ends_the_payment(browser: Browser, merchant: Merchant, shop: Shop) -> None:
    url = shop.return_url("no-consent")
    browser.open(merchant.create("no-consent", returnUrl=url, profile={"scope": "name birthDate"}))
    assert re.search("your name.*your date of birth", browser.text(), re.DOTALL)
    browser.driver.find_element(By.NAME, "consent").click()
    browser.press("Approve")
    browser.expect_return(url)
    assert merchant.get("no-consent")["state"] == "ABORTED"


def test_pages_work_without_javascript(merchant: Merchant, shop: Shop, tmp_path: Path) -> None:
    with browsing(tmp_path, scripts=False) as browser:
        for button, state in (("Approve", "AUTHORIZED"), ("Cancel", "ABORTED")):
            reference = f"no-scripts-{button}"
            url = shop.return_url(reference)
            browser.open(merchant.create(reference, returnUrl=url))
            browser.press(button)
            browser.expect_return(url, TITLE)
            assert merchant.get(reference)["state"] == state


LONG = {
    "paymentDescription": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "amount": nok(65_000_000),
    "receipt": {
        "orderLines": [
            {
                "name": "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz",
                "id": "1",
                "totalAmount": 65_000_000,
                "totalAmountExcludingTax": 52_000_000,
                "totalTaxAmount": 13_000_000,
                "taxRate": 2500,
                "unitInfo": {"unitPrice": 650_000, "quantity": "100"},
            }
        ],
        "bottomLine": {"currency": "NOK"},
    },
}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_pages_fit_a_phone(merchant: Merchant, shop: Shop, tmp_path: Path, dark: bool) -> None:
    look = "dark" if dark else "light"
    pages: dict[str, int] = {}

    with browsing(tmp_path, phone=True, dark=dark) as browser:

        def look_at(name: str) -> None:
            browser.screenshot(f"phone-{look}-{name}")
            pages[name] = browser.too_wide()

        long_reference = f"long-{look}-".ljust(64, "x")
        landing = merchant.create(long_reference, returnUrl=shop.return_url("long"), **LONG)
        browser.open(landing)
        look_at("landing")
        assert browser.driver.execute_script("return screen.width") == PHONE["width"]
        browser.press("Cancel")
        browser.expect_return(shop.return_url("long"))
        browser.open(landing)
        look_at("done")
        shipping = {"fixedOptions": FIXED_SHIPPING}
        express = f"express-{look}"
        browser.open(
            merchant.create(
                express, returnUrl=shop.return_url(express), profile=EXPRESS_SCOPES, shipping=shipping, amount=nok(202)
            )
        )
        look_at("express")
        browser.press("Choose shipping")
        look_at("shipping")
        browser.press("Approve")
        browser.text()
        look_at("confirm")
        browser.press("Confirm")
        browser.expect_return(shop.return_url(express))
        browser.open(merchant.create(f"declined-{look}", amount=nok(151)))
        browser.press("Approve")
        browser.message()
        look_at("declined")
        browser.open(landing.partition("?")[0] + "?token=nobody")
        look_at("message")
    assert pages == dict.fromkeys(pages, 0)
    assert len(pages) == 7
