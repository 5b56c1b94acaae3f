"""OpenID Connect clients as published, logging in at a server of their own; one of them through a real browser."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from tests.end_to_end.running import Running, serving
from tests.phone.browsing import Page

FOLDER = Path(__file__).parent / "login_clients"


def find_node() -> str:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("Node.js and npm are not installed")
    if not (FOLDER / "node_modules/openid-client/package.json").is_file():
        pytest.skip(f"the clients are not installed: run `npm install` in {FOLDER}")
    return node


BROWSER_FLOW = {"discoverOpenIDConfiguration", "oauthAuth", "oauth2Token", "userinfoAuthorizationCode"}
CIBA_FLOW = {"discoverOpenIDConfiguration", "ciba-auth", "oauth2Token", "userinfoAuthorizationCode"}


@pytest.mark.node
@pytest.mark.parametrize(
    ("script", "operations"),
    [("openid.mjs", BROWSER_FLOW), ("authjs.mjs", BROWSER_FLOW), ("ciba.mjs", CIBA_FLOW)],
)
def test_a_node_client_logs_in(script: str, operations: set[str]) -> None:
    node = find_node()
    with serving() as server:
        environment = os.environ | server.variables
        run = subprocess.run(
            [node, script], cwd=FOLDER, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        journal = server.journal()
    assert run.returncode == 0, f"{run.stdout}\n{run.stderr}"
    assert run.stdout.endswith("all steps done\n")
    called = {entry["operation"] for entry in journal}
    assert operations <= called


@contextmanager
def relying_party(server: Running) -> Iterator[str]:
    """Runs the site that uses Authlib, and gives its address."""
    pytest.importorskip("authlib", reason="Authlib is not installed: it comes with the extra test")
    command = [sys.executable, str(FOLDER / "relying_party.py")]
    environment = os.environ | server.variables
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert line, "the site did not start"
            yield f"http://127.0.0.1:{json.loads(line)['port']}"
        finally:
            process.terminate()


def press(browser: httpx.Client, answer: httpx.Response, action: str) -> httpx.Response:
    fields = Page(answer.text).fields | {"action": action}
    return browser.post(str(answer.url.copy_with(query=None)), data=fields, follow_redirects=True)


def test_authlib_logs_in() -> None:
    with serving() as server, relying_party(server) as site, httpx.Client() as browser:
        page = browser.get(f"{site}/login", follow_redirects=True)
        page = press(browser, page, "continue")
        page = press(browser, page, page.text.split('<p class="number"><strong>')[1].split("<")[0])
        page = press(browser, page, "accept")
        [target] = [each["content"] for each in Page(page.text).all("meta") if each.get("http-equiv") == "refresh"]
        answer = browser.get(str(target).removeprefix("0; url="))
        assert_logged_in(answer.json(), server)
        assert browser.get(str(answer.url)).status_code == 400


def assert_logged_in(content: dict[str, Any], server: Running) -> None:
    claims, userinfo = content["id_token"], content["userinfo"]
    assert claims["iss"] == f"{server.url}/access-management-1.0/access/"
    assert claims["aud"] == [server.variables["VIPPS_CLIENT_ID"]]
    assert claims["nonce"]
    assert claims["sub"] == userinfo["sub"]
    assert userinfo["name"] == "Karen Myklebust"
    assert userinfo["address"]["region"] == "Brekke"


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_authlib_logs_in_through_a_real_browser(tmp_path: Path, *, scripts: bool) -> None:
    pytest.importorskip("selenium", reason="selenium is not installed: it comes with the extra dev")
    from selenium.webdriver.common.by import By

    from tests.end_to_end.chromium import browsing

    with (
        serving() as server,
        relying_party(server) as site,
        browsing(tmp_path, scripts=scripts, phone=True, dark=not scripts) as browser,
    ):
        browser.open(f"{site}/login")
        assert "Who are you?" in browser.text()
        assert browser.too_wide() <= 0
        browser.screenshot(f"login-who-{scripts}")
        browser.pick("yes")
        browser.press("Continue")
        number = browser.driver.find_element(By.CSS_SELECTOR, ".number").text
        browser.screenshot(f"login-confirm-{scripts}")
        browser.press(number)
        assert "Antonsenhaugen 8" in browser.text()
        browser.screenshot(f"login-consent-{scripts}")
        browser.press("Accept")
        assert_logged_in(shown(browser, site), server)
        browser.open(f"{site}/login")
        assert_logged_in(shown(browser, site), server)  # remembered, and consent was given


def shown(browser: Any, site: str) -> dict[str, Any]:
    """The JSON that the browser shows once it is back at the site."""
    from selenium.webdriver.common.by import By

    browser.wait.until(lambda driver: driver.current_url.startswith(f"{site}/callback?"))
    text = browser.wait.until(lambda driver: driver.find_element(By.TAG_NAME, "pre").text)
    content: dict[str, Any] = json.loads(text)
    return content


class _Form(BaseHTTPRequestHandler):
    """A client that takes forms, and sends the browser on to another host."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.send_response(303)
        self.send_header("Location", f"http://localhost:{self.server.server_port}/?{body}")  # type: ignore[attr-defined]
        self.end_headers()

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_form_is_posted_by_a_real_browser(tmp_path: Path, *, scripts: bool) -> None:
    pytest.importorskip("selenium", reason="selenium is not installed: it comes with the extra dev")
    from tests.end_to_end.chromium import browsing

    with (
        ThreadingHTTPServer(("127.0.0.1", 0), _Form) as receiver,
        serving() as server,
        browsing(tmp_path, scripts=scripts) as browser,
    ):
        Thread(target=receiver.serve_forever, daemon=True).start()
        asked = {
            "client_id": server.variables["VIPPS_CLIENT_ID"],
            "redirect_uri": f"http://127.0.0.1:{receiver.server_port}/callback",
            "response_type": "code",
            "response_mode": "form_post",
            "scope": "openid",
            "state": "StateProperties=&<>",
        }
        browser.open(f"{server.url}/access-management-1.0/access/oauth2/auth?{urlencode(asked)}")
        browser.press("Cancel")
        if not scripts:
            browser.press("Continue")
        browser.wait.until(lambda driver: driver.current_url.startswith(f"http://localhost:{receiver.server_port}/?"))
        posted = parse_qs(urlsplit(browser.driver.current_url).query)
        receiver.shutdown()
    assert (posted["error"], posted["state"]) == (["access_denied"], ["StateProperties=&<>"])
