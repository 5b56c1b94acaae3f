"""The documents' pages in a real browser: a phone's and a desk's, in the light and in the dark, without scripts."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.end_to_end.running import Running, serving

pytest.importorskip("selenium", reason="selenium is not installed: it comes with the extra dev")

from tests.end_to_end.chromium import browsing, find_chromium

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    find_chromium()
    with serving() as server:
        yield server


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_no_page_is_wider_than_a_phone(server: Running, tmp_path: Path, dark: bool) -> None:
    with browsing(tmp_path, scripts=False, phone=True, dark=dark) as browser:
        for name in ("", "epayment", "webhooks", "access-token", "management", "login", "userinfo", "control"):
            browser.open(f"{server.url}/openapi/{name}")
            assert "emulator" in browser.text()
            assert browser.too_wide() <= 0, name
            browser.screenshot(f"openapi-{name or 'index'}-{'dark' if dark else 'light'}")


def test_from_the_index_to_a_type(server: Running, tmp_path: Path) -> None:
    with browsing(tmp_path, scripts=False) as browser:
        browser.open(f"{server.url}/openapi/")
        for link in ("ePayment API (emulator)", "createPayment", "CreatePaymentRequest"):
            browser.driver.find_element("link text", link).click()
        assert browser.driver.current_url == f"{server.url}/openapi/epayment#type-CreatePaymentRequest"
        assert "paymentDescription" in browser.text()


def test_a_document_names_the_server_that_it_came_from(server: Running) -> None:
    document = httpx.get(f"{server.url}/openapi/epayment.json").json()
    assert document["servers"] == [{"url": server.url}]
