"""The authorize endpoint: what is refused on a page, what goes back to the client, what starts a login."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.apis.helpers import shared_emulator
from tests.apis.login.client import (
    AUTH,
    CALLBACK,
    LOCAL,
    PKCE,
    STATE,
    Client,
    assert_page,
    assert_sent_back,
    query_of,
    userinfo,
)
from tests.harness import Emulator

shared = shared_emulator()


@pytest.fixture
def client(shared: Emulator) -> Client:
    return Client(shared)


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ({"client_id": None}, 400),
        ({"client_id": "no-such-client"}, 401),
        ({"redirect_uri": None}, 400),
        ({"redirect_uri": "https://evil.example.com/callback"}, 400),
        ({"redirect_uri": CALLBACK + "/"}, 400),
        ({"redirect_uri": CALLBACK + "?a=b"}, 400),
        ({"redirect_uri": CALLBACK.replace("https", "HTTPS")}, 400),
        ({"redirect_uri": CALLBACK + "#there"}, 400),
        ({"redirect_uri": LOCAL + "#there"}, 400),
        ({"redirect_uri": "http://localhost.evil.example.com/callback"}, 400),
        ({"redirect_uri": "http://localhost@evil.example.com/"}, 400),
        ({"redirect_uri": "myapp://callback"}, 400),
        ({"redirect_uri": "javascript:alert(1)"}, 400),
    ],
)
def test_what_cannot_be_trusted_is_told_on_a_page(client: Client, parameters: dict[str, Any], status: int) -> None:
    assert_page(client.authorize(**parameters), status, "cannot start")


def test_the_error_page_escapes_what_was_sent(client: Client) -> None:
    answer = client.authorize(client_id="<script>alert(1)</script>")
    assert_page(answer, 401, "&lt;script&gt;")
    assert "<script>" not in answer.text


@pytest.mark.parametrize("query", ["client_id=%ff", "client_id=a&client_id=b", "&".join(["a=b"] * 200), ""])
def test_a_broken_query_is_told_on_a_page(shared: Emulator, query: str) -> None:
    assert shared.request("GET", f"{AUTH}?{query}").status_code in (400, 401)


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_mode": "web_message"}, "unsupported_response_mode"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "name email"}, "invalid_scope"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": "x" * 44, "code_challenge_method": "S256"}, "invalid_request"),
        ({"code_challenge": "x" * 43, "code_challenge_method": "S512"}, "invalid_request"),
        ({"code_challenge_method": "S256"}, "invalid_request"),
        ({"request": "a.b.c"}, "request_not_supported"),
        ({"request_uri": "https://example.com"}, "request_uri_not_supported"),
        ({"registration": "{}"}, "registration_not_supported"),
        ({"requested_flow": "app_to_moon"}, "invalid_request"),
        ({"requested_flow": "app_to_app"}, "invalid_app_callback_uri"),
        ({"requested_flow": "app_to_app", "app_callback_uri": "myapp://"}, "invalid_app_callback_uri"),
        ({"requested_flow": "app_to_app", "app_callback_uri": "other://back"}, "app_callback_uri_not_registered"),
        ({"requested_flow": "app_to_app_v2"}, "invalid_request"),
        ({"app_callback_uri": "myapp://back"}, "invalid_request"),
        ({"final_redirect_is_app": "maybe"}, "invalid_request"),
        ({"market": "DE"}, "invalid_request"),
        ({"prompt": "whisper"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_everything_else_goes_back_to_the_client(client: Client, parameters: dict[str, Any], error: str) -> None:
    assert_sent_back(client.authorize(**parameters), error)


@pytest.mark.parametrize("state", ["", "1234567", None])
def test_a_short_state_goes_back_as_it_came(client: Client, state: str | None) -> None:
    assert_sent_back(client.authorize(state=state), "invalid_state", state=state)


def test_a_repeated_parameter_goes_back(client: Client) -> None:
    query = urlencode({"client_id": client.client_id, "redirect_uri": CALLBACK, "state": STATE, "scope": "openid"})
    answer = client.emulator.request("GET", f"{AUTH}?{query}&scope=openid&response_type=code")
    assert_sent_back(answer, "invalid_request")


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        PKCE,
        {"code_challenge": "x" * 43},
        {"code_challenge": "y" * 128, "code_challenge_method": "plain"},
        {"nonce": "n-1", "market": "DK", "prompt": "login consent", "max_age": "0", "ui_locales": "nb"},
        {"requested_flow": "automatic_return_from_vipps_app", "final_redirect_is_app": "true"},
        {"requested_flow": "app_to_app_v2"} | PKCE,
        {"requested_flow": "app_to_app", "app_callback_uri": CALLBACK},
        {"requested_flow": "app_to_app", "app_callback_uri": "myapp://back"},
        {"acr_values": "urn:vipps:acr:app_auth something-else"},
        {"response_mode": "query", "unknown": "parameter", "nonce": ""},
    ],
)
def test_these_requests_start_a_login(client: Client, parameters: dict[str, str]) -> None:
    client.set_up(app_callback_uris=["myapp://back"])
    answer = client.authorize(**parameters)
    assert answer.status_code == 302
    assert "/login?session=" in answer.headers["location"]
    assert answer.headers["cache-control"] == "no-store"
    assert client.emulator.request("GET", answer.headers["location"]).status_code == 200


def test_a_request_by_form_is_the_same(client: Client) -> None:
    form = {"client_id": client.client_id, "redirect_uri": CALLBACK, "state": STATE, "scope": "openid"}
    answer = client.emulator.request("POST", AUTH, data=form | {"response_type": "code"})
    assert "/login?session=" in answer.headers["location"]


@pytest.mark.parametrize("state", [STATE, "a b&c=d#e%20+æøå<>\"'", "x" * 900])
def test_state_comes_back_unchanged(client: Client, state: str) -> None:
    assert client.callback(state=state)["state"] == state


def test_a_registered_uri_keeps_its_query(client: Client) -> None:
    uri = "https://shop.example.com/cb?lang=nb&x=%2F"
    client.set_up(redirect_uris=[CALLBACK, uri])
    login_id = client.start(redirect_uri=uri)
    answer = client.emulator.control("POST", f"/logins/{login_id}/approve")
    assert answer.json()["redirectTo"].startswith(f"{uri}&code=")


def test_the_scope_that_comes_back_is_what_the_plan_covers(client: Client) -> None:
    asked = "name openid unknownScope email nin customFlow"
    assert client.callback(scope=asked)["scope"].split() == ["name", "openid", "email"]
    client.set_up(scopes=["openid", "email"])
    assert client.callback(scope=asked)["scope"].split() == ["openid", "email"]
    client.set_up(scopes=["name", "email"])
    assert client.callback(scope=asked)["scope"].split() == ["name", "openid", "email"]
    client.set_up(scopes=["openid", "name", "email", "nin"])


@pytest.mark.parametrize("msn", ["223456", "323456", "423456"])
def test_nin_is_there_outside_norway_where_the_unit_may_have_it(start: Callable[..., Emulator], msn: str) -> None:
    emulator = start()
    unit = emulator.control("GET", f"/sales-units/{msn}").json()
    phone = {"2": "4512345678", "3": "358401234567", "4": "46701234567"}[msn[0]]
    known = emulator.control("GET", f"/customers/{phone}").json()["nin"]
    client = Client(emulator, msn)
    login_id = client.start(scope="openid nin")
    back = emulator.control("POST", f"/logins/{login_id}/approve").json()["redirectTo"]
    assert query_of(back)["scope"] == "openid nin"
    tokens = client.exchange(query_of(back)["code"]).json()
    assert userinfo(emulator, tokens["access_token"]).json()["nin"] == known
    emulator.control("PATCH", f"/sales-units/{msn}", {"configuration": unit["configuration"] | {"nin_allowed": False}})
    assert client.callback(phone, scope="openid nin name")["scope"] == "openid name"


def test_nin_is_not_available_in_norway_whatever_the_market_of_the_page(shared: Emulator) -> None:
    assert Client(shared, "523456").callback(scope="openid nin name", market="DK")["scope"] == "openid name"


def test_an_unregistered_loopback_address_is_taken_with_a_warning(client: Client) -> None:
    for uri in (LOCAL, "http://127.0.0.1:5000/x", "http://[::1]:9/x", "https://localhost/x"):
        answer = client.authorize(redirect_uri=uri)
        assert "/login?session=" in answer.headers["location"]
        assert "unregistered-redirect" in answer.headers["x-mock-warning"]
    assert "x-mock-warning" not in client.authorize().headers


def test_strict_takes_registered_addresses_only(start: Callable[..., Emulator]) -> None:
    client = Client(start(strict=True))
    assert_page(client.authorize(redirect_uri=LOCAL), 400)
    client.set_up(redirect_uris=[LOCAL])
    assert "/login?session=" in client.authorize(redirect_uri=LOCAL).headers["location"]


def test_an_inactive_unit_has_no_logins(shared: Emulator) -> None:
    client = Client(shared, "123461")
    assert_page(client.authorize(), 401, "not active")


def test_a_partner_names_the_unit_by_its_msn(shared: Emulator) -> None:
    client = Client(shared, "523456")
    assert "/login?session=" in client.authorize(client_id="523456").headers["location"]
    assert_page(Client(shared).authorize(client_id="123456"), 401)


def test_any_client_may_log_in_where_anybody_is_let_in(start: Callable[..., Emulator]) -> None:
    client = Client(start(auth="any"))
    client.client_id, client.secret, client.redirect_uri = "my-own-client", "whatever", LOCAL
    code = client.code()
    assert client.exchange(code).json()["token_type"] == "bearer"


def test_the_journal_knows_the_unit_and_the_answer_goes_nowhere_else(client: Client) -> None:
    client.authorize()
    newest = client.emulator.control("GET", "/requests?operation=oauthAuth&limit=1").json()["requests"][0]
    assert (newest["api"], newest["msn"], newest["status"]) == ("login", "123456", 302)


@pytest.mark.parametrize(
    "login",
    [
        {"redirect_uris": ["https://shop.example.com/#x"]},
        {"redirect_uris": ["myapp://"]},
        {"redirect_uris": ["/callback"]},
        {"app_callback_uris": ["not a url"]},
        {"scopes": ["openid", "everything"]},
        {"redirect_uris": ["ftp://shop.example.com/callback"]},
        {"consent_webhook_url": "ftp://example.com"},
        {"consent_webhook_url": ""},
        {"delegated_consents": {"terms_url": "https://user:password@example.com/"}},
        {"custom_flow": {"screens": [{"title": "A", "links": [{"title": "B", "url": "javascript:alert(1)"}]}]}},
        {"token_endpoint_auth_method": "private_key_jwt"},
        {"surprise": True},
    ],
)
def test_bad_settings_are_refused_and_change_nothing(client: Client, login: dict[str, Any]) -> None:
    path = f"/sales-units/{client.msn}"
    before = client.emulator.control("GET", path).json()
    answer = client.emulator.control("PATCH", path, {"login": login})
    assert answer.status_code == 400
    assert answer.json()["extraDetails"][0]["name"].startswith("login.")
    assert client.emulator.control("GET", path).json() == before


def test_a_login_that_nobody_confirms_ends_after_ten_minutes(emulator: Emulator) -> None:
    client = Client(emulator)
    login_id = client.start()
    emulator.advance("PT9M59S")
    assert emulator.control("GET", f"/logins/{login_id}").json()["state"] == "waiting"
    emulator.advance("PT1S")
    over = emulator.control("GET", f"/logins/{login_id}").json()
    assert over["state"] == "expired"
    assert query_of(over["redirectTo"])["error"] == "server_error"
    assert emulator.control("POST", f"/logins/{login_id}/approve").status_code == 409
