"""A company becomes a partner in a real browser, at both sizes, without scripts."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.apis.partners.company import FORM, ID, PILOT
from tests.end_to_end.chromium import Browser, browsing, find_chromium
from tests.end_to_end.running import Running, serving

pytest.importorskip("selenium", reason="selenium is not installed: it comes with the extra dev")

from selenium.webdriver.common.by import By
from selenium.webdriver.support.select import Select

pytestmark = pytest.mark.browser


@pytest.fixture
def server() -> Iterator[Running]:
    find_chromium()
    with serving() as server:
        yield server


def road(server: Running) -> dict[str, object]:
    found: dict[str, object] = httpx.get(f"{server.url}/_mock/partners/{ID}/road").json()
    return found


def choose(browser: Browser, id_: str, value: str) -> None:
    Select(browser.driver.find_element(By.ID, id_)).select_by_value(value)


@pytest.mark.parametrize(("phone", "dark"), [(True, False), (False, True)], ids=["phone", "desk"])
def test_a_company_becomes_a_partner(server: Running, tmp_path: Path, phone: bool, dark: bool) -> None:
    name = f"partner-{'phone' if phone else 'desk'}"
    with browsing(tmp_path, scripts=False, phone=phone, dark=dark) as browser:
        browser.open(f"{server.url}/partners")
        for field in ("name", "organisationNumber", "contact", "email", "website", "solution"):
            browser.fill_in(field, str(FORM[field]))
        browser.fill_in("email", "nobody")
        browser.press("Send the application")
        assert "Must be an email address" in browser.message()
        browser.screenshot(f"{name}-wrong")
        browser.fill_in("email", str(FORM["email"]))
        browser.press("Send the application")
        assert "Your application is being looked at" in browser.text()
        choose(browser, "level", "Partner Plus")
        browser.press("Approve the application")
        assert browser.read("test-msn") == road(server)["testMsn"]
        httpx.patch(f"{server.url}/_mock/sales-units/{PILOT}", json={"partner_id": ID}).raise_for_status()
        browser.driver.find_element(By.ID, "termsAccepted").click()
        browser.fill_in("documentation", "https://ny.example.com/docs")
        browser.press("Save and continue later")
        choose(browser, "msn", PILOT)
        browser.screenshot(f"{name}-approved")
        browser.press("Start with this customer")
        assert browser.read("pilot-msn") == PILOT
        browser.press("Send it in")
        assert "2 fields have to be corrected" in browser.message()
        browser.fill_in("demo", "https://ny.example.com/demo")
        browser.fill_in("examples", "order-1, captured\norder-2, refunded")
        browser.press("Send it in")
        assert "Your integration is being verified" in browser.text()
        browser.screenshot(f"{name}-sent-in")
        browser.press("Verify the integration")
        assert "You are a partner" in browser.text()
        browser.screenshot(f"{name}-live")
        assert browser.too_wide() <= 0 or not phone
    assert road(server)["stage"] == "live"
