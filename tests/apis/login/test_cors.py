"""Clients in browsers: pages of any origin may call what they need, and nothing else."""

import pytest

from tests.apis.helpers import shared_emulator
from tests.apis.login.client import BASE, JWKS, TOKEN, USERINFO, Client
from tests.harness import Emulator

shared = shared_emulator()
PAGE = {"Origin": "http://localhost:5173"}
OPEN = {
    f"{BASE}/.well-known/openid-configuration": "GET",
    JWKS: "GET",
    TOKEN: "POST",
    f"{BASE}/oauth2/revoke": "POST",
    USERINFO: "GET",
}
SENTENCE = (
    "Client authentication failed (e.g., unknown client, no client authentication included, or unsupported "
    "authentication method)."
)


@pytest.mark.parametrize(("path", "method"), OPEN.items())
def test_a_page_may_ask_and_call(shared: Emulator, path: str, method: str) -> None:
    asks = PAGE | {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization"}
    answer = shared.request("OPTIONS", path, headers=asks)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-methods"] == method
    assert answer.headers["access-control-allow-headers"] == "authorization"
    called = shared.request(method, path, headers=PAGE)
    assert called.status_code in (200, 400, 401)
    assert called.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in {*answer.headers, *called.headers}
    assert shared.request("PUT", path, headers=PAGE).headers["access-control-allow-origin"] == "*"


def test_a_login_of_a_page(shared: Emulator) -> None:
    client = Client(shared)
    code = client.code()
    refused = client.exchange(code, headers=PAGE, client_id=client.client_id)
    assert refused.status_code == 401
    assert (refused.json()["error"], refused.json()["error_description"]) == ("invalid_client", SENTENCE)
    assert refused.json()["error_debug"] == "The client did not authenticate."
    tokens = client.exchange(code, headers=PAGE | client.basic())
    assert tokens.headers["access-control-allow-origin"] == "*"
    bearer = {"Authorization": f"Bearer {tokens.json()['access_token']}"}
    assert shared.request("GET", USERINFO, headers=PAGE | bearer).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        f"{BASE}/oauth2/auth",
        f"{BASE}/oauth2/sessions/logout",
        f"{USERINFO}/1",
        "/vipps-login-ciba/api/v1/user-exists",
        "/vipps-login-ciba/api/backchannel/authentication",
        "/accesstoken/get",
        "/epayment/v1/payments",
        "/_mock/clock",
        "/_mock/reset",
        "/landing",
    ],
)
def test_nothing_else_is_open_to_pages(shared: Emulator, path: str) -> None:
    for method in ("OPTIONS", "GET", "POST"):
        answer = shared.request(method, path, headers=PAGE | {"Access-Control-Request-Method": "POST"})
        assert answer.status_code != 204
        assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_options_that_no_browser_sent_is_not_allowed(shared: Emulator) -> None:
    assert shared.request("OPTIONS", TOKEN).status_code == 405
