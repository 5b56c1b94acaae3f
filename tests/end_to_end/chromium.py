"""Chromium without a window, and what people do with it."""

import os
import shutil
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.end_to_end.shop import TITLE_WITH_SCRIPTS

pytest.importorskip("selenium", reason="selenium is not installed: it comes with the extra dev")

from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as expected
from selenium.webdriver.support.wait import WebDriverWait

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1000,900",
)
PHONE = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
SECONDS = 20


class Browser:
    """What somebody sees and does."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver
        # Chromium's driver answers with errors of many kinds while one page gives way to the next.
        self.wait = WebDriverWait(driver, SECONDS, poll_frequency=0.05, ignored_exceptions=[WebDriverException])

    def open(self, url: str) -> None:
        self.driver.get(url)

    def press(self, label: str) -> None:
        """Presses the button that begins so, and waits until its page is gone."""
        found = By.XPATH, f"//button[starts-with(normalize-space(), '{label}')]"
        button = self.wait.until(expected.element_to_be_clickable(found))
        button.click()
        self.wait.until(expected.staleness_of(button))

    def pick(self, value: str) -> None:
        """Picks a radio button or checkbox by its value."""
        self.driver.find_element(By.CSS_SELECTOR, f"input[value='{value}']").click()

    def text(self) -> str:
        main = self.wait.until(expected.presence_of_element_located((By.TAG_NAME, "main")))
        return str(main.text)

    def message(self) -> str:
        found = By.CSS_SELECTOR, "[role=alert]"
        return str(self.wait.until(expected.visibility_of_element_located(found)).text)

    def expect_return(self, url: str, title: str = TITLE_WITH_SCRIPTS) -> None:
        """Waits until the browser is back in the shop."""
        self.wait.until(expected.url_to_be(url))
        self.wait.until(expected.title_is(title))

    def fill_in(self, id_: str, value: str) -> None:
        """Types into an input, instead of what is there."""
        found = self.driver.find_element(By.ID, id_)
        found.clear()
        found.send_keys(value)

    def read(self, id_: str) -> str:
        """The text of what has this id."""
        return str(self.wait.until(expected.presence_of_element_located((By.ID, id_))).text)

    def too_wide(self) -> int:
        """By how many pixels the page is wider than the window."""
        wider: int = self.driver.execute_script(
            "return Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - screen.width"
        )
        return wider

    def screenshot(self, name: str) -> None:
        """The whole page as a picture, into the folder that the variable SCREENSHOTS names."""
        folder = os.environ.get("SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            taken = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
            (Path(folder) / f"{name}.png").write_bytes(b64decode(taken["data"]))


def find_chromium() -> tuple[str, str]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    chromedriver = shutil.which("chromedriver")
    if chromium is None or chromedriver is None:
        missing = "Chromium" if chromium is None else "chromedriver"
        pytest.skip(f"{missing} is not installed")
    return chromium, chromedriver


@contextmanager
def browsing(
    profile: Path, *more: str, scripts: bool = True, phone: bool = False, dark: bool = False
) -> Iterator[Browser]:
    chromium, chromedriver = find_chromium()
    options = ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS, *more, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    if not scripts:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    driver = Chrome(options=options, service=ChromeService(chromedriver))
    try:
        if phone:
            driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
        if dark:
            media = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
            driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
        yield Browser(driver)
    finally:
        driver.quit()
