"""Answers with secrets are kept by nobody, and what is no page is taken for none."""

import httpx
import pytest

from tests.apis.login.client import Client
from tests.harness import Emulator, key_headers


def assert_never_kept(answer: httpx.Response) -> None:
    assert answer.is_success, answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_tokens(emulator: Emulator) -> None:
    headers = key_headers(emulator.unit("123456").keys)
    assert_never_kept(emulator.request("POST", "/accesstoken/get", headers=headers))
    [keys, *_] = [each.management_keys for each in emulator.world.partners if each.management_keys]
    form = {"grant_type": "client_credentials"}
    auth = (keys.client_id, keys.client_secret)
    assert_never_kept(emulator.request("POST", "/miami/v1/token", data=form, auth=auth))


def test_secrets_of_webhooks(emulator: Emulator) -> None:
    content = {"url": "https://shop.example.com/hook", "events": ["epayments.payment.captured.v1"]}
    headers = emulator.headers()
    assert_never_kept(emulator.request("POST", "/webhooks/v1/webhooks", json=content, headers=headers))


def test_logins(emulator: Emulator) -> None:
    client = Client(emulator)
    token = client.tokens()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert_never_kept(emulator.request("GET", "/vipps-userinfo-api/userinfo", headers=headers))


@pytest.mark.parametrize("path", ["/keys", "/state", "/requests", "/sales-units", "/webhooks", "/logins", "/emails"])
def test_the_control_api(emulator: Emulator, path: str) -> None:
    assert_never_kept(emulator.control("GET", path))


def test_refusals_of_the_control_api_too(emulator: Emulator) -> None:
    answer = emulator.request("GET", "/_mock/keys", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.headers["cache-control"]) == (421, "no-store")


@pytest.mark.parametrize("path", ["/style.css", "/favicon.ico", "/wallet", "/openapi"])
def test_what_pages_load(emulator: Emulator, path: str) -> None:
    assert emulator.request("GET", path).headers["x-content-type-options"] == "nosniff"
