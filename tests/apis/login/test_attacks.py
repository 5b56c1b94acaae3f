"""What attackers try on OAuth and OpenID Connect, by name (RFC 6819, RFC 9700, OpenID Connect Core)."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey, RSAKey

from mockserver.apis.login.domain.authorization import s256
from tests.apis.login.client import (
    AUTH,
    BASE,
    CALLBACK,
    JWKS,
    PKCE,
    STATE,
    TOKEN,
    VERIFIER,
    Client,
    assert_oauth,
    assert_page,
    claims_of,
    query_of,
    userinfo,
)
from tests.harness import Emulator

OTHER_CALLBACK = "https://shop.example.com/other"
OTHER_VERIFIER = "another-verifier-of-at-least-43-characters-0123"


@pytest.fixture
def client(emulator: Emulator) -> Client:
    return Client(emulator)


def part(content: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def test_redirect_uri_mix_up_a_code_is_bound_to_the_uri_it_was_sent_to(client: Client) -> None:
    client.set_up(redirect_uris=[CALLBACK, OTHER_CALLBACK])
    code = client.code()
    assert_oauth(client.exchange(code, redirect_uri=OTHER_CALLBACK), 400, "invalid_grant")
    assert client.exchange(code).status_code == 200


@pytest.mark.parametrize(
    "uri",
    [
        "https://shop.example.com/callback/../evil",
        "https://shop.example.com/callback%2f",
        "https://shop.example.com.evil.com/callback",
        "https://shop.example.com:443/callback",
        "https://user@shop.example.com/callback",
        "https://SHOP.example.com/callback",
        "https://shop.example.com/callback?next=//evil.example.com",
        "//shop.example.com/callback",
        " https://shop.example.com/callback",
        "https://shop.example.com/callback\r\nX-Evil: 1",
    ],
)
def test_open_redirector_no_uri_near_a_registered_one_is_taken(client: Client, uri: str) -> None:
    assert_page(client.authorize(redirect_uri=uri), 400)


def test_open_redirector_errors_stay_here_when_the_uri_is_not_known(client: Client) -> None:
    assert_page(client.authorize(redirect_uri="https://evil.example.com", scope="", state=""), 400)
    assert_page(client.authorize(client_id="x", response_type="token"), 401)


def test_open_redirector_two_redirect_uris_are_none(client: Client) -> None:
    query = {"client_id": client.client_id, "redirect_uri": [CALLBACK, "https://evil.example.com"], "state": STATE}
    assert_page(client.emulator.request("GET", AUTH, params=query), 400)


def test_header_injection_the_state_stays_within_its_parameter(client: Client) -> None:
    state = "12345678\r\nSet-Cookie: a=b\r\n\r\n&code=stolen#fragment"
    answer = client.authorize(state=state, prompt="none")
    assert answer.status_code == 302
    assert "set-cookie" not in answer.headers
    assert query_of(answer.headers["location"]) | {"error_description": ""} == {
        "error": "login_required",
        "error_description": "",
        "state": state,
    }


def test_client_mix_up_another_client_cannot_exchange_the_code_even_with_its_own_secret(client: Client) -> None:
    other = Client(client.emulator, "123457")
    code = client.code()
    assert_oauth(other.exchange(code), 400, "invalid_grant")
    assert_oauth(other.exchange(code, client_id=client.client_id), 400, "invalid_grant")
    assert_oauth(client.exchange(code, headers=client.basic(secret=other.secret)), 401, "invalid_client")


def test_token_mix_up_a_login_of_one_client_tells_nothing_of_another(client: Client) -> None:
    other = Client(client.emulator, "123457")
    mine, theirs = client.tokens(), other.tokens()
    assert claims_of(client.emulator, mine["id_token"])["aud"] == [client.client_id]
    assert claims_of(client.emulator, theirs["id_token"])["aud"] == [other.client_id]
    subs = [userinfo(client.emulator, each["access_token"]).json()["sub"] for each in (mine, theirs)]
    assert subs[0] != subs[1]


def test_verifier_mix_up_each_code_wants_the_verifier_of_its_own_login(client: Client) -> None:
    one = client.code(**PKCE)
    other = client.code(code_challenge=s256(OTHER_VERIFIER), code_challenge_method="S256")
    assert_oauth(client.exchange(one, code_verifier=OTHER_VERIFIER), 400, "invalid_grant")
    assert_oauth(client.exchange(other, code_verifier=VERIFIER), 400, "invalid_grant")
    assert client.exchange(one, code_verifier=VERIFIER).status_code == 200
    assert client.exchange(other, code_verifier=OTHER_VERIFIER).status_code == 200


def test_pkce_downgrade_a_verifier_without_challenge_is_refused_and_the_challenge_is_no_verifier(
    client: Client,
) -> None:
    assert_oauth(client.exchange(client.code(), code_verifier=VERIFIER), 400, "invalid_grant")
    code = client.code(**PKCE)
    assert_oauth(client.exchange(code), 400, "invalid_grant")
    assert_oauth(client.exchange(code, code_verifier=PKCE["code_challenge"]), 400, "invalid_grant")


def test_nonce_mix_up_each_id_token_has_the_nonce_of_its_own_login(client: Client) -> None:
    one, other = client.code(nonce="nonce-of-one"), client.code(nonce="nonce-of-other")
    for code, nonce in ((other, "nonce-of-other"), (one, "nonce-of-one")):
        assert claims_of(client.emulator, client.exchange(code).json()["id_token"])["nonce"] == nonce
    assert "nonce" not in claims_of(client.emulator, client.tokens()["id_token"])


def forged(client: Client, how: str) -> str:
    """An id token that this server did not sign."""
    token = client.tokens()["id_token"]
    header, payload, signature = token.split(".")
    key = client.emulator.request("GET", JWKS).json()["keys"][0]
    claims = claims_of(client.emulator, token)
    match how:
        case "none":
            return f"{part({'alg': 'none', 'kid': key['kid']})}.{payload}."
        case "None":
            return f"{part({'alg': 'None'})}.{payload}.{signature}"
        case "public key as secret":
            secret = OctKey.import_key(json.dumps(key))
            return jwt.encode({"alg": "HS256", "kid": key["kid"]}, claims, secret)
        case "key of one's own":
            own = RSAKey.generate_key(2048, {"kid": key["kid"]})
            return jwt.encode({"alg": "RS256", "kid": key["kid"]}, claims, own)
        case "other claims":
            return f"{header}.{part(claims | {'sub': 'somebody else'})}.{signature}"
        case _:
            return f"{header}.{payload}."


FORGERIES = ("none", "None", "public key as secret", "key of one's own", "other claims", "no signature")


@pytest.mark.parametrize("how", FORGERIES)
def test_alg_none_and_other_forged_id_tokens_are_taken_by_nobody(client: Client, how: str) -> None:
    token = forged(client, how)
    keys = KeySet.import_key_set(client.emulator.request("GET", JWKS).json())
    with pytest.raises((JoseError, ValueError)):
        jwt.decode(token, keys, algorithms=["RS256"])
    logout = {"id_token_hint": token, "post_logout_redirect_uri": CALLBACK}
    page = client.emulator.request("GET", f"{BASE}/oauth2/sessions/logout", params=logout)
    assert_page(page, 400)
    assert "This logout has failed" in page.text
    assert "This login cannot start" not in page.text
    assert userinfo(client.emulator, token).status_code == 401


def test_alg_none_is_never_used_to_sign(client: Client) -> None:
    discovery = client.emulator.request("GET", f"{BASE}/.well-known/openid-configuration").json()
    assert discovery["id_token_signing_alg_values_supported"] == ["RS256"]
    assert {key["alg"] for key in client.emulator.request("GET", JWKS).json()["keys"]} == {"RS256", "ES256"}


def test_expired_code(client: Client) -> None:
    code = client.code()
    client.emulator.advance("PT2M")
    assert_oauth(client.exchange(code), 400, "invalid_grant")


def test_expired_id_token_and_access_token(start: Callable[..., Emulator]) -> None:
    client = Client(start(token_clock="emulator"))
    tokens = client.tokens()
    client.emulator.advance("PT1H")
    claims = claims_of(client.emulator, tokens["id_token"])
    now = client.emulator.server.runtime.engine.clock.now() // 1000
    assert claims["exp"] <= now
    assert userinfo(client.emulator, tokens["access_token"]).status_code == 401


def test_reused_code_also_by_two_at_once(client: Client) -> None:
    code = client.code()
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}

    def send() -> Any:
        return client.emulator.client.post(TOKEN, data=form, headers=client.basic())

    answers: list[httpx.Response] = client.emulator.together(send, send)
    assert sorted(answer.status_code for answer in answers) == [200, 400]


def test_reused_login_page_cannot_change_what_was_decided(client: Client) -> None:
    login_id = client.start()
    approved = client.emulator.control("POST", f"/logins/{login_id}/approve").json()
    for again in ("approve", "reject"):
        assert client.emulator.control("POST", f"/logins/{login_id}/{again}").status_code == 409
    assert client.emulator.control("GET", f"/logins/{login_id}").json()["redirectTo"] == approved["redirectTo"]


def test_code_guessing_codes_and_tokens_have_256_bits_and_more(client: Client) -> None:
    codes = {client.code() for _ in range(20)}
    assert len(codes) == 20
    assert all(len(code) == 87 for code in codes)


def test_token_in_query_userinfo_takes_it_from_the_header_only(client: Client) -> None:
    token = client.tokens()["access_token"]
    answer = client.emulator.request("GET", "/vipps-userinfo-api/userinfo", params={"access_token": token})
    assert answer.status_code == 401


def test_clickjacking_and_referrers_pages_are_framed_by_nobody_and_told_to_nobody(client: Client) -> None:
    answer = client.emulator.request("GET", client.authorize().headers["location"])
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "same-origin"


def test_fixation_a_consent_of_one_user_is_not_another_users(client: Client) -> None:
    client.callback("4712345678", scope="openid name")
    login_id = client.start(scope="openid name")
    assert client.emulator.control("GET", f"/logins/{login_id}").json()["customer"] is None
    consents = client.emulator.control("GET", "/consents?phone=4798765432").json()["consents"]
    assert consents == []


def test_withdrawn_consent_ends_codes_and_tokens(client: Client) -> None:
    token, code = client.tokens()["access_token"], client.code()
    client.emulator.control("POST", "/consents/123456/4712345678/withdraw")
    assert userinfo(client.emulator, token).status_code == 401
    assert_oauth(client.exchange(code), 400, "invalid_grant")


def test_a_server_started_anew_without_data_knows_no_old_codes(start: Callable[..., Emulator]) -> None:
    code = Client(start()).code()
    assert_oauth(Client(start()).exchange(code), 400, "invalid_grant")
