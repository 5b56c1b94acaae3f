"""Discovery and keys: addresses under the name that the client uses; rotation; no key made unasked."""

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from mockserver.world import jwt
from tests.apis.login.client import BASE, JWKS, Client, claims_of, header_of
from tests.harness import ORIGIN, Emulator

DISCOVERY = f"{BASE}/.well-known/openid-configuration"


def test_discovery_names_every_endpoint_under_the_name_that_the_client_uses(emulator: Emulator) -> None:
    answer = emulator.request("GET", DISCOVERY)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "max-age=3600"
    assert answer.headers["content-type"] == "application/json"
    content = answer.json()
    assert content["issuer"] == f"{ORIGIN}{BASE}/"
    assert content["authorization_endpoint"] == f"{ORIGIN}{BASE}/oauth2/auth"
    assert content["token_endpoint"] == f"{ORIGIN}{BASE}/oauth2/token"
    assert content["userinfo_endpoint"] == f"{ORIGIN}/vipps-userinfo-api/userinfo"
    assert content["jwks_uri"] == f"{ORIGIN}{BASE}/.well-known/jwks.json"
    assert content["revocation_endpoint"] == f"{ORIGIN}{BASE}/oauth2/revoke"
    assert content["end_session_endpoint"] == f"{ORIGIN}{BASE}/oauth2/sessions/logout"
    assert content["backchannel_authentication_endpoint"] == f"{ORIGIN}/vipps-login-ciba/api/backchannel/authentication"
    assert content["subject_types_supported"] == ["pairwise"]
    assert content["id_token_signing_alg_values_supported"] == ["RS256"]
    assert content["code_challenge_methods_supported"] == ["S256"]
    assert content["response_modes_supported"] == ["query"]
    assert content["token_endpoint_auth_methods_supported"] == ["client_secret_post", "client_secret_basic"]
    assert set(content["scopes_supported"]) == {
        "openid", "address", "name", "email", "phoneNumber", "nin", "birthDate", "gender", "delegatedConsents",
        "customFlow",
    }  # fmt: skip
    assert content["grant_types_supported"] == ["authorization_code", "client_credentials"]


@pytest.mark.parametrize("path", [DISCOVERY + "/", "/" + DISCOVERY, JWKS + "/"])
def test_no_spelling_is_redirected(emulator: Emulator, path: str) -> None:
    assert emulator.request("GET", f"{ORIGIN}{path}").status_code == 200


def test_the_issuer_follows_host_and_trusted_proxies_everywhere_alike(
    start: Callable[..., Emulator],
) -> None:
    emulator = start(trusted_proxies="127.0.0.0/8")
    client = Client(emulator)
    for headers, origin in (
        ({"Host": "mock:8080"}, "http://mock:8080"),
        ({"X-Forwarded-Proto": "https", "X-Forwarded-Host": "vipps.example.com"}, "https://vipps.example.com"),
    ):
        issuer = emulator.request("GET", DISCOVERY, headers=headers).json()["issuer"]
        assert issuer == f"{origin}{BASE}/"
        answer = client.exchange(client.code(), headers=client.basic() | headers)
        assert claims_of(emulator, answer.json()["id_token"])["iss"] == issuer


def test_a_public_url_wins_over_every_name(start: Callable[..., Emulator]) -> None:
    emulator = start(public_url="https://login.example.com")
    issuer = emulator.request("GET", DISCOVERY).json()["issuer"]
    assert issuer == f"https://login.example.com{BASE}/"
    client = Client(emulator)
    assert client.authorize().headers["location"].startswith("https://login.example.com/login?session=")
    assert claims_of(emulator, client.tokens()["id_token"])["iss"] == issuer


def test_keys_are_public_and_the_id_tokens_kid_is_among_them(emulator: Emulator) -> None:
    content = emulator.request("GET", JWKS).json()
    shared = {"use", "kty", "kid", "alg"}
    assert [set(key) for key in content["keys"]] == [shared | {"n", "e"}, shared | {"crv", "x", "y"}]
    header = header_of(Client(emulator).tokens()["id_token"])
    assert header["alg"] == "RS256"
    assert header["kid"] == content["keys"][0]["kid"]
    for key in content["keys"]:
        kind, _, id_ = key["kid"].partition(":")
        assert (kind, str(uuid.UUID(id_))) == ("public", id_)


def test_rotation_signs_with_a_new_key_and_keeps_the_old_one(emulator: Emulator) -> None:
    client = Client(emulator)
    before = client.tokens()["id_token"]
    rotated = emulator.control("POST", "/login-keys/rotate")
    assert rotated.status_code == 200
    after = client.tokens()["id_token"]
    assert header_of(after)["kid"] == rotated.json()["kid"] != header_of(before)["kid"]
    assert claims_of(emulator, before)["sub"] == claims_of(emulator, after)["sub"]
    assert len(emulator.request("GET", JWKS).json()["keys"]) == 3
    emulator.control("POST", "/reset")
    assert len(emulator.request("GET", JWKS).json()["keys"]) == 2


def test_a_new_key_survives_a_restart(start: Callable[..., Emulator], tmp_path: Path) -> None:
    emulator = start(data=tmp_path)
    kid = emulator.control("POST", "/login-keys/rotate").json()["kid"]
    emulator.server.runtime.engine.database.close()
    assert start(data=tmp_path).request("GET", JWKS).json()["keys"][0]["kid"] == kid


def test_no_start_and_no_login_of_an_open_server_makes_a_key(
    start: Callable[..., Emulator], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(kid: str) -> dict[str, object]:
        raise AssertionError("a key was made")

    for name in ("generate", "generate_elliptic"):
        monkeypatch.setattr(jwt, name, refuse)
    assert Client(start()).tokens()["id_token"]
    start(data=tmp_path, admin_token="secret")
