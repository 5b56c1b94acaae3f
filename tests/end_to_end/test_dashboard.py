"""The dashboard in a real browser: each view and button, with scripts and without, on a phone and on a desk."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest

from tests.end_to_end.chromium import Browser, browsing, find_chromium
from tests.end_to_end.running import Merchant, Running, serving

pytest.importorskip("selenium", reason="selenium is not installed: it comes with the extra dev")

from selenium.webdriver.common.by import By
from selenium.webdriver.support.select import Select

pytestmark = pytest.mark.browser

CREATED = "epayments.payment.created.v1"
VIEWS = (
    "/",
    "/dashboard/payments",
    "/dashboard/payments/123456/shown-0001",
    "/dashboard/logins",
    "/dashboard/product-orders",
    "/dashboard/requests",
    "/dashboard/webhooks",
    "/dashboard/clock",
    "/dashboard/scenarios",
    "/dashboard/world",
    "/dashboard/emails",
    "/dashboard/checklist",
    "/dashboard/connect",
)


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    find_chromium()
    with serving() as server:
        yield server


@pytest.fixture
def merchant(server: Running) -> Iterator[Merchant]:
    httpx.post(f"{server.url}/_mock/reset", trust_env=False)
    with closing(Merchant(server)) as merchant:
        merchant.register(f"{server.url}/_mock/inbox/shop", CREATED)
        for number in range(1, 4):
            merchant.create(f"shown-000{number}", paymentDescription="<i>Socks</i>")
        yield merchant


@pytest.fixture(scope="module", params=["scripts", "none", "phone", "dark phone"])
def browser(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    kind = request.param
    with browsing(
        tmp_path_factory.mktemp("profile"),
        "--window-size=1280,800",
        scripts=kind != "none",
        phone="phone" in kind,
        dark="dark" in kind,
    ) as browser:
        browser.kind = kind  # type: ignore[attr-defined]
        yield browser


def kind_of(browser: Browser) -> str:
    return str(getattr(browser, "kind", "")).replace(" ", "-")


def test_every_view_is_shown_and_fits(browser: Browser, server: Running, merchant: Merchant) -> None:
    for path in VIEWS:
        browser.open(f"{server.url}{path}")
        assert browser.text()
        name = path.strip("/").replace("dashboard/", "").split("/")[-1] or "now"
        if "phone" in kind_of(browser):
            assert browser.too_wide() <= 0, path
        elif kind_of(browser) == "scripts":
            wider = browser.driver.execute_script("return document.documentElement.scrollWidth - innerWidth")
            assert wider <= 0, path
        browser.screenshot(f"dashboard-{kind_of(browser)}-{name}")
    logged = browser.driver.get_log("browser")  # type: ignore[no-untyped-call]
    assert [each["message"] for each in logged if each["level"] == "SEVERE"] == []


def state(server: Running, reference: str) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{server.url}/_mock/payments/123456/{reference}", trust_env=False).json()
    return found


def test_buttons_of_a_payment(browser: Browser, server: Running, merchant: Merchant) -> None:
    browser.open(f"{server.url}/dashboard/payments/123456/shown-0001")
    Select(browser.driver.find_element(By.NAME, "text.reason")).select_by_visible_text("insufficient-funds")
    browser.press("Decline")
    assert "Done: Decline." in browser.text()
    assert state(server, "shown-0001")["declines"][0]["reason"] == "insufficient-funds"
    browser.press("Approve")
    assert state(server, "shown-0001")["state"] == "AUTHORIZED"
    assert "AUTHORIZED" in browser.text()
    for summary in browser.driver.find_elements(By.CSS_SELECTOR, ".story summary"):
        summary.click()
    assert "One pair" not in browser.text()
    assert "<i>Socks</i>" in browser.text()
    browser.screenshot(f"dashboard-{kind_of(browser)}-payment-open")
    browser.open(f"{server.url}/dashboard/payments/123456/shown-0002")
    browser.press("Abort")
    assert state(server, "shown-0002")["state"] == "ABORTED"
    browser.open(f"{server.url}/dashboard/payments/123456/shown-0003")
    browser.press("Expire")
    assert state(server, "shown-0003")["state"] == "EXPIRED"


def test_clock_scenarios_and_webhooks(browser: Browser, server: Running, merchant: Merchant) -> None:
    with httpx.Client(base_url=f"{server.url}/_mock", trust_env=False) as control:
        press_through(browser, server.url, control)


def press_through(browser: Browser, url: str, control: httpx.Client) -> None:
    browser.open(f"{url}/dashboard/clock")
    browser.press("Freeze")
    assert control.get("/clock").json()["frozen"]
    before = control.get("/clock").json()["aheadSeconds"]
    browser.press("+ 11 minutes")
    assert control.get("/clock").json()["aheadSeconds"] - before > 600
    browser.press("+ 1 day")
    browser.press("Unfreeze")
    assert "runs" in browser.text()
    browser.open(f"{url}/dashboard/scenarios")
    browser.press("declines")
    assert control.get("/scenarios").json()["rules"]
    browser.press("Switch off")
    assert not control.get("/scenarios").json()["rules"][0]["enabled"]
    browser.press("Delete all rules")
    assert control.get("/scenarios").json()["rules"] == []
    browser.open(f"{url}/dashboard/webhooks")
    browser.press("Break the signature")
    browser.press("Mend")
    browser.press("Pause")
    assert control.get("/webhooks").json()["webhooks"][0]["paused"]
    browser.press("Resume")
    browser.press("Send a sample")
    browser.press("Send all again")
    assert "Done: Send all again." in browser.text()


def test_it_is_live_with_scripts_and_the_same_without(browser: Browser, server: Running, merchant: Merchant) -> None:
    browser.open(f"{server.url}/")
    browser.text()
    if kind_of(browser) != "none":
        browser.wait.until(lambda driver: driver.find_element(By.ID, "live-status").text == "Live")
    merchant.create("comes-later")
    if kind_of(browser) == "none":
        assert "Reload" in browser.text()
        browser.open(f"{server.url}/")
    browser.wait.until(lambda driver: "comes-later" in driver.find_element(By.ID, "live").text)
    browser.screenshot(f"dashboard-{kind_of(browser)}-live")
