"""How the browser brings the answer back: by query, in the fragment, or as a form that it posts by itself."""

import hashlib
import re
from base64 import b64encode
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.apis.helpers import shared_emulator
from tests.apis.login.browser import LoginBrowser
from tests.apis.login.client import CALLBACK, CUSTOMER, STATE, Client, assert_sent_back
from tests.harness import Emulator
from tests.phone.browsing import Page

shared = shared_emulator()
B2C = {
    "response_mode": "form_post",
    "ia": "web",
    "login_hint": "urn:mobilenumber:12345678",
    "nonce": "q/w+e==",
    "state": "StateProperties=" + "x" * 300,
}
HARMFUL = "<script>'\"&amp;</form>"


@pytest.fixture
def client(shared: Emulator) -> Client:
    return Client(shared)


def posted(answer: httpx.Response, to: str = CALLBACK) -> dict[str, str]:
    """The fields of the form that the page posts by itself."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    page = Page(answer.text)
    [form] = page.all("form")
    assert (form["method"], form["action"]) == ("post", to)
    assert len(page.all("button")) == 1
    [script] = re.findall("<script>(.*)</script>", answer.text)
    digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
    where = urlsplit(to)
    policy = answer.headers["content-security-policy"].split("; ")
    assert f"script-src 'sha256-{digest}'" in policy
    assert f"form-action {where.scheme}://{where.netloc} https: http:" in policy
    assert {"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} <= set(policy)
    return page.fields


def approved(client: Client, **parameters: Any) -> dict[str, Any]:
    """The login as the control API shows it after its customer has approved."""
    path = f"/logins/{client.start(**parameters)}/approve"
    content: dict[str, Any] = client.emulator.control("POST", path, {"customer": CUSTOMER}).json()
    return content


def test_a_form_brings_code_and_state(client: Client) -> None:
    login = approved(client, **B2C)
    fields = posted(client.emulator.request("GET", login["redirectTo"]))
    assert fields == login["form"]
    assert set(fields) == {"code", "scope", "state"}
    assert fields["state"] == B2C["state"]
    assert client.exchange(fields["code"]).status_code == 200
    assert "<script>" not in client.emulator.request("GET", login["page"]).text


def test_the_pages_end_in_the_form_too(client: Client) -> None:
    browser = LoginBrowser(client.emulator)
    browser.open(client.authorize(response_mode="form_post", state=HARMFUL).headers["location"])
    browser.press("cancel")
    fields = posted(browser.answer)
    assert (fields["error"], fields["state"]) == ("access_denied", HARMFUL)
    assert "form-action 'self'" in client.authorize(redirect_uri="x").headers["content-security-policy"]


def test_errors_are_posted_at_once(client: Client) -> None:
    for wrong, error in (({"scope": "name"}, "invalid_scope"), ({"prompt": "none"}, "login_required")):
        fields = posted(client.authorize(response_mode="form_post", **wrong))
        assert (fields["error"], fields["state"]) == (error, STATE)
        assert fields["error_description"]


def test_no_form_is_posted_to_an_app(client: Client) -> None:
    client.set_up(redirect_uris=[CALLBACK, "myapp://back"])
    answer = client.authorize(response_mode="form_post", redirect_uri="myapp://back")
    assert_sent_back(answer, "unsupported_response_mode", to="myapp://back")


def test_the_fragment_brings_code_and_state(client: Client) -> None:
    back = urlsplit(approved(client, response_mode="fragment")["redirectTo"])
    assert (f"{back.scheme}://{back.netloc}{back.path}", back.query) == (CALLBACK, "")
    fields = parse_qs(back.fragment, strict_parsing=True)
    assert fields["state"] == [STATE]
    assert client.exchange(fields["code"][0]).status_code == 200
    location = client.authorize(response_mode="fragment", scope="name").headers["location"]
    assert location.startswith(f"{CALLBACK}#error=invalid_scope&")


def test_a_host_that_no_policy_can_name_is_left_out(client: Client) -> None:
    answer = client.authorize(response_mode="form_post", redirect_uri="http://[::1]:9/x", scope="name")
    assert "form-action https: http:;" in answer.headers["content-security-policy"]
