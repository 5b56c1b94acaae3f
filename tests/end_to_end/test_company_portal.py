"""The portal around product orders in a real browser: a new company, its people, its keys, and another partner."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.end_to_end.chromium import Browser, browsing, find_chromium
from tests.end_to_end.running import Running, serving

pytest.importorskip("selenium", reason="selenium is not installed: it comes with the extra dev")

from selenium.webdriver.common.by import By
from selenium.webdriver.support.select import Select

pytestmark = pytest.mark.browser

MATHISEN = "merchant-no-2"
DESK = {"width": 1280, "height": 800, "screenWidth": 1280, "screenHeight": 800, "deviceScaleFactor": 1, "mobile": False}
SIZES = [("wide", False, False), ("phone", True, False), ("phone-dark", True, True)]


@pytest.fixture
def server() -> Iterator[Running]:
    find_chromium()
    with serving() as server:
        yield server


def choose(browser: Browser, id_: str, part: str) -> None:
    """Choose the first option whose text has this in it."""
    select = Select(browser.driver.find_element(By.ID, id_))
    select.select_by_visible_text(next(each.text for each in select.options if part in each.text))


def follow(browser: Browser, link: str) -> None:
    browser.driver.find_element(By.PARTIAL_LINK_TEXT, link).click()


@pytest.mark.parametrize(("name", "phone", "dark"), SIZES, ids=[name for name, *_ in SIZES])
def test_a_merchant_changes_its_partner(server: Running, tmp_path: Path, name: str, phone: bool, dark: bool) -> None:
    widths: dict[str, int] = {}
    with browsing(tmp_path, phone=phone, dark=dark) as browser:
        if not phone:
            browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", DESK)

        def look_at(page: str) -> None:
            browser.screenshot(f"company-{name}-{page}")
            widths[page] = browser.too_wide()

        browser.open(f"{server.url}/portal")
        look_at("entrance")
        choose(browser, "merchantUser", "Mathisen Gruppen")
        browser.press("Continue as this person")
        look_at("company")
        follow(browser, "Mathisen via partner")
        look_at("unit")
        follow(browser, "Show keys")
        old = browser.read("subscription-key")
        look_at("keys")
        browser.press("Regenerate")
        assert "There is a new key" in browser.text()
        assert browser.read("subscription-key") == old
        follow(browser, "Back to")
        follow(browser, "Order with another partner")
        choose(browser, "product", "Payment integration")
        choose(browser, "partner", "Premium Partner")
        look_at("choice")
        browser.press("Continue")
        look_at("order")
        browser.fill_in("websiteUrl", "https://shop.example.com")
        browser.fill_in("termsUrl", "https://shop.example.com/terms")
        browser.fill_in("intendedPurpose", "Socks")
        choose(browser, "productUseCase", "Website")
        choose(browser, "merchantCategoryCode", "Family clothing")
        browser.press("Submit")
        assert "Processing takes until" in browser.text()
        look_at("ordered")
        browser.press("Approve")
        follow(browser, "Back to")
        look_at("two-units")
        browser.driver.find_element(By.CSS_SELECTOR, "a[href='/portal/523456']").click()
        browser.press("Close the sales unit")
        assert "Tick the box" in browser.message()
        look_at("wrong")
        browser.driver.find_element(By.ID, "understood").click()
        browser.press("Close the sales unit")
        assert "The sales unit is closed" in browser.text()
        look_at("closed")

    units = httpx.get(f"{server.url}/_mock/sales-units").json()["salesUnits"]
    mine = [(each["partner_id"], each["active"]) for each in units if each["merchant_id"] == MATHISEN]
    assert sorted(mine) == [("partner-plus", False), ("partner-premium", True), ("partner-premium", True)]
    assert max(widths.values()) <= 0


@pytest.mark.parametrize(("name", "phone", "dark"), SIZES, ids=[name for name, *_ in SIZES])
def test_a_new_company_lets_a_partner_in(server: Running, tmp_path: Path, name: str, phone: bool, dark: bool) -> None:
    widths: dict[str, int] = {}
    with browsing(tmp_path, phone=phone, dark=dark, scripts=False) as browser:
        if not phone:
            browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", DESK)

        def look_at(page: str) -> None:
            browser.screenshot(f"company-{name}-{page}")
            widths[page] = browser.too_wide()

        browser.open(f"{server.url}/portal")
        browser.fill_in("name", "Ny AS")
        browser.fill_in("organisation_number", "148 014 000")
        browser.press("Register the company")
        assert "This company is here already" in browser.message()
        look_at("known")
        browser.fill_in("organisation_number", "923 609 016")
        browser.press("Register the company")
        look_at("new")
        browser.press("Sign the merchant agreement")
        assert "Signed, and in process" in browser.text()
        follow(browser, "Who may use the portal")
        browser.fill_in("email", "employee@plus-partner.example.com")
        browser.fill_in("name", "Per Plus")
        choose(browser, "partner_id", "Plus Partner")
        browser.press("Let this person in")
        assert "Per Plus may use the portal now" in browser.text()
        look_at("users")
        follow(browser, "Per Plus")
        look_at("user")
        browser.press("Sign out")
        choose(browser, "employee", "Plus Partner")
        browser.press("Continue as this employee")
        look_at("employee")
        follow(browser, "Ny AS")
        assert "Who may use the portal" not in browser.text()
        look_at("let-in")
        browser.open(f"{server.url}/portal/523456/keys")
        assert "may not see API keys" in browser.text()
        look_at("refused")

    assert max(widths.values()) <= 0
