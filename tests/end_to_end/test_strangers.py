"""Pages of strangers in a real browser: what they try with a server on this machine, and by a name that leads to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest

from tests.end_to_end.chromium import Browser, browsing, find_chromium
from tests.end_to_end.running import Merchant, Running, serving

pytest.importorskip("selenium", reason="selenium is not installed: it comes with the extra dev")

from selenium.webdriver.common.by import By

pytestmark = pytest.mark.browser

NAMES = "--host-resolver-rules=MAP *.example 127.0.0.1"
TRY = """
const done = arguments[arguments.length - 1], [url, options] = arguments;
fetch(url, options).then(async answer => done(answer.type + " " + answer.status + " " + await answer.text()))
    .catch(error => done("failed"));
"""


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        content = b"<!doctype html><title>Stranger</title><p>Hello."
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def stranger() -> Iterator[int]:
    """A site of somebody else; gives its port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    find_chromium()
    with serving() as server:
        yield server


@pytest.fixture(scope="module")
def browser(server: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browsing(tmp_path_factory.mktemp("profile"), NAMES) as browser:
        yield browser


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with stranger() as port:
        yield port


def frozen(server: Running) -> bool:
    return bool(httpx.get(f"{server.url}/_mock/clock").json()["frozen"])


@pytest.mark.parametrize("site", ["127.0.0.1", "localhost", "evil.example"])
@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "emu.example"])
def test_a_page_commands_nothing(server: Running, browser: Browser, port: int, site: str, name: str) -> None:
    browser.open(f"http://{site}:{port}/")
    url = f"http://{name}:{httpx.URL(server.url).port}/_mock/clock/freeze"
    browser.driver.execute_async_script(TRY, url, {"method": "POST", "mode": "no-cors"})
    assert not frozen(server)


def test_a_name_that_was_led_here_reads_nothing(server: Running, browser: Browser) -> None:
    origin = f"http://rebound.example:{httpx.URL(server.url).port}"
    browser.open(f"{origin}/nothing-here")
    for path in ("/_mock/state", "/_mock/keys", "/wallet", "/openapi/control.json"):
        read = browser.driver.execute_async_script(TRY, f"{origin}{path}", {})
        assert read.startswith("basic 421 ")
        assert "own_names" in read
        assert "4712345678" not in read
    read = browser.driver.execute_async_script(TRY, f"{origin}/_mock/clock/freeze", {"method": "POST"})
    assert read.startswith("basic 421 ")
    assert not frozen(server)


def test_another_port_plants_no_token(server: Running, browser: Browser, port: int) -> None:
    merchant = Merchant(server)
    page = merchant.create("planted-1")
    browser.open(f"http://127.0.0.1:{port}/")
    form = (
        f'<form method="post" action="{server.url}/landing"><input name="csrf" value="planted">'
        f'<input name="token" value="{page.partition("token=")[2]}">'
        '<button name="action" value="cancel">Win</button></form>'
    )
    plant = "document.cookie = 'mock_visitor=planted; path=/'; document.body.innerHTML = arguments[0]"
    browser.driver.execute_script(plant, form)
    browser.driver.find_element(By.TAG_NAME, "button").click()
    assert "trusted_origins" in browser.text()
    assert merchant.get("planted-1")["state"] == "CREATED"

    browser.open(page)
    browser.press("Cancel")
    assert merchant.get("planted-1")["state"] == "ABORTED"
    merchant.close()


def test_a_person_shows_the_admin_token(tmp_path_factory: pytest.TempPathFactory) -> None:
    find_chromium()
    with (
        serving("--admin-token", "open sesame") as server,
        browsing(tmp_path_factory.mktemp("profile")) as browser,
    ):
        browser.open(f"{server.url}/wallet/4712345678")
        assert "Admin token" in browser.text()
        browser.fill_in("token", "wrong")
        browser.press("Continue")
        assert "This is not the admin token" in browser.message()
        browser.fill_in("token", "open sesame")
        browser.press("Continue")
        assert "4712345678" in browser.text()
