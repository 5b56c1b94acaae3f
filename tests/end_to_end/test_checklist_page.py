"""The checklist in a real browser: on a phone, on a desk, and on paper."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.running import Merchant, Running, serving

pytest.importorskip("selenium", reason="selenium is not installed: it comes with the extra dev")

from tests.end_to_end.chromium import Browser, browsing, find_chromium

pytestmark = pytest.mark.browser

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
SIZES = {"phone": 390, "desk": 1280}


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    find_chromium()
    with serving() as server:
        with closing(Merchant(server)) as merchant:
            merchant.request("order-0001", paymentDescription=LONG)
        yield server


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browsing(tmp_path_factory.mktemp("profile"), dark=True) as browser:
        yield browser


def sized(browser: Browser, width: int) -> None:
    size = {"width": width, "height": 900, "screenWidth": width, "screenHeight": 900}
    metrics = size | {"deviceScaleFactor": 1, "mobile": width < 500}
    browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def looks(browser: Browser, selector: str, name: str) -> Any:
    """What the browser makes of a property of the first thing that fits."""
    script = "return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]"
    return browser.driver.execute_script(script, selector, name)


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_wider_than_the_window(server: Running, browser: Browser, size: str) -> None:
    sized(browser, SIZES[size])
    browser.open(f"{server.url}/checklist?description={LONG}&demo=https://a.example.com/{'x' * 300}")
    assert browser.too_wide() <= 0
    assert LONG in browser.text()
    browser.screenshot(f"checklist-{size}")


def test_what_one_says_is_typed_into_the_page(server: Running, browser: Browser) -> None:
    sized(browser, SIZES["desk"])
    browser.open(f"{server.url}/checklist")
    browser.driver.execute_script("document.querySelector('summary').click()")
    browser.fill_in("pilot", "123456")
    browser.fill_in("demo", "OK")
    browser.press("Show")
    assert "1 request changed something for sales unit 123456." in browser.text()
    assert "nobody else can open" in browser.text()


def test_paper_is_white_and_has_neither_bar_nor_form(server: Running, browser: Browser, tmp_path: Path) -> None:
    sized(browser, SIZES["desk"])
    browser.open(f"{server.url}/checklist")
    dark = {"name": "prefers-color-scheme", "value": "dark"}
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print", "features": [dark]})
    try:
        browser.screenshot("checklist-paper")
        assert looks(browser, "header.emulator", "display") == looks(browser, ".screen", "display") == "none"
        for shown in ("body", "main", ".sheet"):
            assert looks(browser, shown, "backgroundColor") == "rgb(255, 255, 255)"
            assert looks(browser, shown, "color") == "rgb(0, 0, 0)"
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": [dark]})
