"""The token endpoint: what an id token says, who may have it, and what is refused."""

import hashlib
import re
import uuid
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from tests.apis.helpers import shared_emulator
from tests.apis.login.client import BASE, CALLBACK, PKCE, TOKEN, VERIFIER, Client, assert_oauth, claims_of, userinfo
from tests.harness import ORIGIN, START, Emulator

shared = shared_emulator()


@pytest.fixture
def client(shared: Emulator) -> Client:
    return Client(shared)


def test_a_code_gives_tokens(client: Client) -> None:
    answer = client.exchange(client.code(scope="email openid name"))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    content = answer.json()
    assert set(content) == {"access_token", "id_token", "expires_in", "scope", "token_type"}
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}\.[A-Za-z0-9_-]{43}", content["access_token"])
    assert content["expires_in"] == 3599
    assert content["token_type"] == "bearer"
    assert set(content["scope"].split()) == {"openid", "name", "email"}


def test_the_id_token_says_who_when_and_for_whom(client: Client) -> None:
    content = client.tokens(nonce="n-0S6", scope="openid")
    claims = claims_of(client.emulator, content["id_token"])
    now = START // 1000
    assert set(claims) == {
        "iss", "aud", "sub", "iat", "exp", "auth_time", "rat", "at_hash", "sid", "jti", "nonce",
    }  # fmt: skip
    assert claims["iss"] == f"{ORIGIN}{BASE}/"
    assert claims["aud"] == [client.client_id]
    assert claims["nonce"] == "n-0S6"
    assert (claims["iat"], claims["auth_time"], claims["rat"]) == (now, now, now)
    assert claims["exp"] == now + 3600
    assert str(uuid.UUID(claims["sub"])) == claims["sub"]
    told = userinfo(client.emulator, content["access_token"]).json()
    assert (told["sub"], told["sid"]) == (claims["sub"], claims["sid"])
    half = hashlib.sha256(content["access_token"].encode()).digest()[:16]
    assert claims["at_hash"] == urlsafe_b64encode(half).decode().rstrip("=")


def test_profile_claims_are_in_the_id_token_but_the_nin_is_not(client: Client) -> None:
    claims = claims_of(client.emulator, client.tokens(scope="openid name email nin")["id_token"])
    assert (claims["name"], claims["email_verified"]) == ("Karen Myklebust", True)
    assert "nin" not in claims
    assert "nonce" not in claims


def test_acr_says_that_the_app_was_used_when_it_was_asked_for(client: Client) -> None:
    asked = claims_of(client.emulator, client.tokens(acr_values="urn:vipps:acr:app_auth")["id_token"])
    assert asked["acr"] == "urn:vipps:acr:app_auth"
    assert "acr" not in claims_of(client.emulator, client.tokens()["id_token"])


def test_the_sub_is_the_users_at_this_unit_for_ever(start: Callable[..., Emulator]) -> None:
    subs = [claims_of(each, Client(each).tokens()["id_token"])["sub"] for each in (start(), start())]
    emulator = start()
    other_user = Client(emulator).userinfo("4798765432")["sub"]
    other_unit = Client(emulator, "123457").userinfo()["sub"]
    assert subs[0] == subs[1]
    assert len({subs[0], other_user, other_unit}) == 3


@pytest.mark.parametrize("encode", [str, quote_plus, lambda text: quote(text, safe="").replace("-", "%2D")])
def test_basic_is_taken_raw_and_percent_encoded(client: Client, encode: Callable[[str], str]) -> None:
    headers = client.basic(encode(client.client_id), encode(client.secret))
    assert client.exchange(client.code(), headers=headers).status_code == 200


def test_an_encoded_name_is_the_same_client_where_everybody_is_let_in(start: Callable[..., Emulator]) -> None:
    client = Client(start(auth="any"))
    client.client_id, client.secret, client.redirect_uri = "a-client/of+mine", "s+/=", "http://localhost:3000/callback"
    encoded = client.basic(quote(client.client_id, safe=""), quote(client.secret, safe=""))
    assert client.exchange(client.code(), headers=encoded).status_code == 200
    assert client.exchange(client.code()).status_code == 200


def test_every_secret_of_the_world_works_under_both_readings(shared: Emulator) -> None:
    for unit in shared.world.sales_units[:4]:
        client = Client(shared, unit.msn)
        for encode in (str, quote_plus):
            pair = (encode(client.client_id), encode(client.secret))
            assert client.exchange(client.code(), headers=client.basic(*pair)).status_code == 200


def test_post_is_taken_beside_basic_with_a_warning_unless_the_unit_chose_it(client: Client) -> None:
    form = {"client_id": client.client_id, "client_secret": client.secret}
    answer = client.exchange(client.code(), headers={}, **form)
    assert answer.status_code == 200
    assert "client-authentication" in answer.headers["x-mock-warning"]
    client.set_up(token_endpoint_auth_method="client_secret_post")
    answer = client.exchange(client.code(), headers={}, **form)
    assert answer.status_code == 200
    assert "x-mock-warning" not in answer.headers
    assert "client-authentication" in client.exchange(client.code()).headers["x-mock-warning"]
    client.set_up(token_endpoint_auth_method="client_secret_basic")


def test_strict_takes_the_method_of_the_unit_only(start: Callable[..., Emulator]) -> None:
    client = Client(start(strict=True))
    code, form = client.code(), {"client_id": client.client_id, "client_secret": client.secret}
    assert_oauth(client.exchange(code, headers={}, **form), 401, "invalid_client")
    assert client.exchange(code).status_code == 200


def bad_clients(client: Client) -> list[tuple[dict[str, str], dict[str, str]]]:
    other = client.emulator.unit("123457").keys
    return [
        ({}, {}),
        (client.basic(secret="wrong"), {}),
        (client.basic("no-such-client"), {}),
        (client.basic(secret=other.client_secret), {}),
        ({"Authorization": "Basic !!!"}, {}),
        ({"Authorization": "Basic " + b64encode(b"no colon").decode()}, {}),
        ({"Authorization": "Basic " + b64encode(b"\xff:\xff").decode()}, {}),
        ({"Authorization": "Bearer nothing"}, {}),
        ({"Authorization": "Digest x"}, {}),
        ({}, {"client_id": client.client_id}),
        ({}, {"client_id": client.client_id, "client_secret": "wrong"}),
    ]


def test_a_failed_authentication_is_401_and_does_not_use_the_code_up(client: Client) -> None:
    code = client.code()
    for headers, form in bad_clients(client):
        assert_oauth(client.exchange(code, headers=headers, **form), 401, "invalid_client")
    assert client.exchange(code).status_code == 200


def test_a_partner_exchanges_with_its_own_token_and_the_units_msn(shared: Emulator) -> None:
    client = Client(shared, "523456")
    partner = next(each for each in shared.world.partners if each.keys)
    assert partner.keys is not None
    bearer = {"Authorization": f"Bearer {shared.token(partner.keys)}"}
    code = client.code(client_id="523456")
    assert_oauth(client.exchange(code, headers=bearer), 401, "invalid_client")
    assert_oauth(client.exchange(code, headers=bearer | {"Merchant-Serial-Number": "123456"}), 401, "invalid_client")
    answer = client.exchange(code, headers=bearer | {"Merchant-Serial-Number": "523456"})
    assert answer.status_code == 200
    assert claims_of(shared, answer.json()["id_token"])["aud"] == ["523456"]


def test_partner_keys_want_a_unit_that_is_set_to_basic(start: Callable[..., Emulator]) -> None:
    for settings, status in (({}, 200), ({"strict": True}, 401)):
        client = Client(start(**settings), "523456")
        [keys, *_] = [each.keys for each in client.emulator.world.partners if each.keys]
        bearer = {"Authorization": f"Bearer {client.emulator.token(keys)}", "Merchant-Serial-Number": "523456"}
        code = client.code(client_id="523456")
        client.set_up(token_endpoint_auth_method="client_secret_post")
        answer = client.exchange(code, headers=bearer)
        assert answer.status_code == status
        assert ("client-authentication: the client used partner keys" in str(answer.headers)) is (status == 200)
        client.set_up(token_endpoint_auth_method="client_secret_basic")


def test_a_units_own_access_token_is_no_client_authentication(client: Client) -> None:
    token = client.emulator.token(client.emulator.unit(client.msn).keys)
    headers = {"Authorization": f"Bearer {token}", "Merchant-Serial-Number": client.msn}
    assert_oauth(client.exchange(client.code(), headers=headers), 401, "invalid_client")


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": None}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unauthorized_client"),
        ({"code": None}, "invalid_request"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"code": "no.such-code"}, "invalid_grant"),
        ({"redirect_uri": CALLBACK + "/"}, "invalid_grant"),
        ({"redirect_uri": "http://localhost:3000/callback"}, "invalid_grant"),
        ({"code_verifier": VERIFIER}, "invalid_grant"),
    ],
)
def test_a_wrong_token_request_is_400(client: Client, form: dict[str, Any], error: str) -> None:
    answer = client.exchange(**{"code": client.code()} | form)
    assert_oauth(answer, 400, error)
    if error == "invalid_grant":
        sentence = "The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh"
        assert answer.json()["error_description"].startswith(sentence)


def test_a_token_request_that_is_no_form_is_400(client: Client) -> None:
    answer = client.emulator.request("POST", TOKEN, json={"grant_type": "authorization_code"}, headers=client.basic())
    assert_oauth(answer, 400, "invalid_request")


def test_a_repeated_field_is_400(client: Client) -> None:
    body = f"grant_type=authorization_code&grant_type=authorization_code&code={client.code()}"
    headers = client.basic() | {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    assert_oauth(client.emulator.request("POST", TOKEN, content=body, headers=headers), 400, "invalid_request")


def test_a_code_works_once_and_a_replay_takes_its_token_away(client: Client) -> None:
    code = client.code()
    token = client.exchange(code).json()["access_token"]
    assert userinfo(client.emulator, token).status_code == 200
    assert_oauth(client.exchange(code), 400, "invalid_grant")
    assert userinfo(client.emulator, token).status_code == 401


def test_a_code_lives_for_two_minutes_of_the_clock(emulator: Emulator) -> None:
    client = Client(emulator)
    code, late = client.code(), client.code()
    emulator.advance("PT1M59S")
    assert client.exchange(code).status_code == 200
    emulator.advance("PT1S")
    assert_oauth(client.exchange(late), 400, "invalid_grant")


def test_a_code_of_another_client_is_refused_and_left_to_its_own(shared: Emulator) -> None:
    client, other = Client(shared), Client(shared, "123457")
    code = client.code()
    assert_oauth(other.exchange(code), 400, "invalid_grant")
    assert client.exchange(code).status_code == 200


@pytest.mark.parametrize(
    ("challenge", "verifier"),
    [
        (PKCE, VERIFIER),
        ({"code_challenge": VERIFIER}, VERIFIER),
        ({"code_challenge": VERIFIER, "code_challenge_method": "plain"}, VERIFIER),
    ],
)
def test_pkce(client: Client, challenge: dict[str, str], verifier: str) -> None:
    code = client.code(**challenge)
    for wrong in (None, "", "short", verifier[:-1] + "x", PKCE["code_challenge"]):
        assert_oauth(client.exchange(code, code_verifier=wrong), 400, "invalid_grant")
    assert client.exchange(code, code_verifier=verifier).status_code == 200


def test_a_unit_that_was_deactivated_meanwhile_gets_no_tokens(emulator: Emulator) -> None:
    client = Client(emulator)
    code = client.code()
    emulator.control("PATCH", "/sales-units/123456", {"active": False})
    assert_oauth(client.exchange(code), 401, "invalid_client")
    emulator.control("PATCH", "/sales-units/123456", {"active": True})
    assert client.exchange(code).status_code == 200


def test_a_revoked_token_is_good_no_more(client: Client) -> None:
    token, path = client.tokens()["access_token"], f"{BASE}/oauth2/revoke"
    revoke = {"data": {"token": token}}
    assert_oauth(client.emulator.request("POST", path, **revoke), 401, "invalid_client")
    assert_oauth(client.emulator.request("POST", path, headers=client.basic()), 400, "invalid_request")
    other = Client(client.emulator, "123457")
    assert client.emulator.request("POST", path, headers=other.basic(), **revoke).status_code == 200
    assert userinfo(client.emulator, token).status_code == 200
    assert client.emulator.request("POST", path, headers=client.basic(), **revoke).status_code == 200
    assert userinfo(client.emulator, token).status_code == 401
    assert client.emulator.request("POST", path, headers=client.basic(), data={"token": "x"}).status_code == 200


def test_secrets_are_not_in_the_journal(client: Client) -> None:
    code = client.code(**PKCE)
    tokens = client.exchange(code, code_verifier=VERIFIER).json()
    entries = client.emulator.control("GET", "/requests?operation=oauth2Token&limit=1").text
    for secret in (code, client.secret, VERIFIER, tokens["access_token"], tokens["id_token"]):
        assert secret not in entries
