"""A merchant whose order is on hold, in a real browser: reads the email, follows its link, answers, and goes on."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from mockserver.apis.management.domain.holds import HEADLINES
from mockserver.world.domain.order_policy import HoldReason
from tests.end_to_end.chromium import PHONE, Browser, browsing, find_chromium
from tests.end_to_end.running import Running, serving
from tests.end_to_end.test_portal import KNOWN, Partner

pytest.importorskip("selenium", reason="selenium is not installed: it comes with the extra dev")

from selenium.webdriver.common.by import By

pytestmark = pytest.mark.browser
DESK = {"width": 1280, "height": 900, "deviceScaleFactor": 1, "mobile": False}
ADDRESS = "merchant-no-1@merchant.example.com"


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


def follow(browser: Browser, text: str) -> None:
    """Follows the link that has this in its text."""
    link = browser.driver.find_element(By.PARTIAL_LINK_TEXT, text)
    link.click()
    browser.wait.until(lambda driver: link not in driver.find_elements(By.TAG_NAME, "a"))


def control(server: Running, path: str, json: object = None) -> None:
    httpx.post(f"{server.url}/_mock{path}", json=json or {}).raise_for_status()


def held(server: Running, partner: Partner, reason: HoldReason) -> tuple[str, str]:
    order, url = partner.prefill(businessIdentifier=KNOWN)
    control(server, f"/product-orders/{order}/submit")
    control(server, f"/product-orders/{order}/hold", {"reason": reason})
    return order, url


def test_a_merchant_answers_a_hold_from_its_inbox(server: Running, partner: Partner, tmp_path: Path) -> None:
    order, _ = held(server, partner, HoldReason.RISK_AND_COMPLIANCE)
    proof = tmp_path / "owners.pdf"
    proof.write_text("Two sisters")

    with browsing(tmp_path, scripts=False) as browser:
        browser.open(f"{server.url}/mail")
        follow(browser, "Your product order is on hold")
        assert "Risk and compliance have to look at the company more closely" in browser.text()
        follow(browser, f"/register/vippspanett/{order}")
        assert HEADLINES[HoldReason.RISK_AND_COMPLIANCE] not in browser.text()
        browser.screenshot("holds-outside")
        follow(browser, "Sign in at the portal")
        browser.press("Continue as this person")
        assert HEADLINES[HoldReason.RISK_AND_COMPLIANCE] in browser.text()
        browser.fill_in("answerText", "Two sisters own it")
        browser.driver.find_element(By.ID, "document1").send_keys(str(proof))
        browser.press("Send the answer")
        assert "We are looking at your answer" in browser.text()
        assert "owners.pdf" in browser.text()
        assert partner.details(order)["status"] == "ORDER_SUBMITTED"
        control(server, "/clock/advance", {"duration": "P2D"})
        browser.driver.refresh()
        assert "The sales unit is ready" in browser.text()
    assert partner.details(order)["status"] == "COMPLETED"


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "desk"])
def test_holds_and_inboxes_fit_every_screen(
    server: Running, partner: Partner, tmp_path: Path, look: str, size: str
) -> None:
    orders = {reason: held(server, partner, reason) for reason in HoldReason}
    widths: dict[str, int] = {}
    with browsing(tmp_path, phone=size == "phone", dark=look == "dark") as browser:
        if size == "desk":
            browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", DESK)

        def look_at(name: str, path: str) -> None:
            browser.open(path if path.startswith("http") else f"{server.url}{path}")
            assert browser.text()
            browser.screenshot(f"holds-{size}-{look}-{name}")
            widths[name] = browser.driver.execute_script("return document.documentElement.scrollWidth")

        look_at("outside", orders[HoldReason.RISK_AND_COMPLIANCE][1])
        follow(browser, "Sign in at the portal")
        browser.press("Continue as this person")
        for reason, (_, url) in orders.items():
            look_at(reason, url)
            assert HEADLINES[reason] in browser.text()
        control(server, f"/product-orders/{orders[HoldReason.PURPOSE_UNCLEAR][0]}/answer", {"purpose": "Wool"})
        look_at("answered", orders[HoldReason.PURPOSE_UNCLEAR][1])
        for name, action in (("approved", "approve"), ("declined", "reject")):
            order, url = partner.prefill(businessIdentifier=KNOWN)
            control(server, f"/product-orders/{order}/submit")
            control(server, f"/product-orders/{order}/{action}")
            look_at(name, url)
        look_at("mail", "/mail")
        look_at("inbox", f"/mail?address={ADDRESS}")
        look_at("email", "/mail/1")
    assert max(widths.values()) <= (PHONE if size == "phone" else DESK)["width"]
