import json
import re
import uuid
from base64 import urlsafe_b64decode
from typing import Any

import httpx
import pytest

from mockserver.world.domain.merchant import KeySet
from tests.apis.helpers import assert_gateway, shared_emulator
from tests.harness import ORIGIN, START, WORLD, Emulator, key_headers

shared = shared_emulator()
KEYS = WORLD.default_unit.keys
OTHER_UNIT = next(unit.keys for unit in WORLD.sales_units if unit.msn == "223456")
PARTNER = next(partner for partner in WORLD.partners if partner.id == "partner-plus")
NOW = START // 1000


def ask(
    emulator: Emulator, path: str = "/accesstoken/get", /, keys: KeySet = KEYS, **headers: str | None
) -> httpx.Response:
    """A request for a standard token; headers with underscores for hyphens on top, None removes one."""
    sent: dict[str, str | None] = dict(key_headers(keys))
    sent |= {name if name.startswith("client") else name.replace("_", "-"): value for name, value in headers.items()}
    return emulator.request(
        "POST", f"{ORIGIN}{path}", headers={name: value for name, value in sent.items() if value is not None}
    )


def claims_of(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    content: dict[str, Any] = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return content


def test_the_answer_has_its_numbers_as_strings(shared: Emulator) -> None:
    answer = ask(shared)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    content = answer.json()
    token = content.pop("access_token")
    uuid.UUID(content.pop("resource"))
    assert content == {
        "token_type": "Bearer",
        "expires_in": "3600",
        "ext_expires_in": "0",
        "expires_on": str(NOW + 3600),
        "not_before": str(NOW),
    }
    assert token.count(".") == 2


@pytest.mark.parametrize(("environment", "lifetime"), [("emulator", 3_600), ("test", 3_600), ("production", 86_400)])
def test_the_lifetime_is_that_of_the_environment(start: Any, environment: str, lifetime: int) -> None:
    content = ask(start(environment=environment)).json()
    assert content["expires_in"] == str(lifetime)
    assert content["expires_on"] == str(NOW + lifetime)
    assert claims_of(content["access_token"])["exp"] == NOW + lifetime


def test_every_token_is_another_one(shared: Emulator) -> None:
    assert ask(shared).json()["access_token"] != ask(shared).json()["access_token"]


@pytest.mark.parametrize(
    "path",
    [
        "/accesstoken/get",
        "/accessToken/get",
        "/ACCESSTOKEN/GET",
        "/AccessToken/Get",
        "/accesstoken/get/",
        "//accesstoken/get",
        "//accessToken/get/",
        "/accesstoken/get?x=y",
    ],
)
def test_the_path_is_found_in_any_spelling(shared: Emulator, path: str) -> None:
    assert ask(shared, path).status_code == 200


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"content": b""},
        {"content": b"[]", "headers": {"Content-Type": "application/json"}},
        {"content": b"{not json", "headers": {"Content-Type": 'application/json; charset="utf-8"'}},
        {"data": {"client_id": "nobody"}},
        {"content": b"\xff\x00", "headers": {"Content-Type": "text/plain"}},
    ],
    ids=["none", "empty", "list", "broken", "form", "binary"],
)
def test_the_body_is_never_read(shared: Emulator, options: dict[str, Any]) -> None:
    headers = key_headers(KEYS) | options.get("headers", {})
    assert shared.request("POST", "/accesstoken/get", **options | {"headers": headers}).status_code == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Authorization", "Bearer "),
        ("Authorization", "Bearer"),
        ("Vipps-System-Name", ""),
        ("Vipps-System-Name", "x" * 100),
        ("Idempotency-Key", "1"),
        ("Merchant-Serial-Number", "123456"),
        ("Merchant-Serial-Number", ""),
    ],
)
def test_further_headers_do_no_harm(shared: Emulator, name: str, value: str) -> None:
    headers = key_headers(KEYS) | {name: value}
    assert shared.request("POST", "/accesstoken/get", headers=headers).status_code == 200


@pytest.mark.parametrize("key", [KEYS.subscription_key, KEYS.secondary_subscription_key], ids=["primary", "secondary"])
def test_both_subscription_keys_work_for_token_and_call(shared: Emulator, key: str) -> None:
    token = ask(shared, Ocp_Apim_Subscription_Key=key).json()["access_token"]
    for other in (KEYS.subscription_key, KEYS.secondary_subscription_key):
        headers = {"Authorization": f"Bearer {token}", "Ocp-Apim-Subscription-Key": other}
        answer = shared.request("GET", "/epayment/v1/payments/no-such-payment", headers=headers)
        assert answer.status_code == 404


@pytest.mark.parametrize(
    ("key", "message"),
    [(None, "missing subscription key"), ("", "missing subscription key"), ("0" * 32, "invalid subscription key")],
    ids=["missing", "empty", "unknown"],
)
def test_a_bad_subscription_key_is_refused_by_the_gateway(shared: Emulator, key: str | None, message: str) -> None:
    assert_gateway(ask(shared, Ocp_Apim_Subscription_Key=key), 401, message)


def test_the_gateway_looks_at_the_key_before_anybody_else(shared: Emulator) -> None:
    assert_gateway(ask(shared, Ocp_Apim_Subscription_Key=None, client_id=None), 401, "missing subscription key")


def test_the_subscription_key_of_other_keys_is_refused_by_the_gateway(shared: Emulator) -> None:
    answer = ask(shared, Ocp_Apim_Subscription_Key=OTHER_UNIT.subscription_key)
    assert_gateway(answer, 401, "invalid subscription key")


@pytest.mark.parametrize(
    ("headers", "status", "error", "number"),
    [
        ({"client_id": None}, 400, "invalid_request", 900144),
        ({"client_id": ""}, 400, "invalid_request", 900144),
        ({"client_id": "nobody"}, 400, "unauthorized_client", 700016),
        ({"client_secret": None}, 401, "invalid_client", 7000218),
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"client_secret": OTHER_UNIT.client_secret}, 401, "invalid_client", 7000215),
    ],
    ids=["no id", "empty id", "unknown id", "no secret", "wrong secret", "secret of another"],
)
def test_a_bad_client_is_refused_by_the_identity_provider(
    shared: Emulator, headers: dict[str, Any], status: int, error: str, number: int
) -> None:
    answer = ask(shared, **headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    content = answer.json()
    assert set(content) == {
        "error",
        "error_description",
        "error_codes",
        "timestamp",
        "trace_id",
        "correlation_id",
    }
    assert (content["error"], content["error_codes"]) == (error, [number])
    assert content["error_description"].startswith(f"AADSTS{number}: ")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ", content["timestamp"])
    uuid.UUID(content["trace_id"])
    uuid.UUID(content["correlation_id"])


def test_another_units_msn_is_refused(shared: Emulator) -> None:
    assert_gateway(ask(shared, Merchant_Serial_Number="223456"), 401, "223456")


def test_the_keys_of_specialised_clients_get_no_standard_token(shared: Emulator) -> None:
    assert PARTNER.management_keys is not None
    answer = ask(
        shared, client_id=PARTNER.management_keys.client_id, client_secret=PARTNER.management_keys.client_secret
    )
    assert answer.status_code == 400
    assert answer.json()["error"] == "unauthorized_client"


def test_another_method_is_answered_405_as_json(shared: Emulator) -> None:
    answer = shared.request("GET", "/accesstoken/get", headers=key_headers(KEYS))
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert answer.json()["status"] == 405


def test_secrets_do_not_reach_the_journal(emulator: Emulator) -> None:
    token = ask(emulator).json()["access_token"]
    text = emulator.control("GET", "/requests?operation=fetchAuthorizationTokenUsingPost").text
    assert KEYS.client_id in text
    for secret in (KEYS.client_secret, KEYS.subscription_key, token):
        assert secret not in text


@pytest.mark.parametrize(
    ("query", "content", "headers"),
    [
        (f"?client_id={KEYS.client_id}&client_secret=x&Ocp-Apim-Subscription-Key=y", b"", {}),
        ("", b'{"client_id":"x","client_secret":"y","Ocp-Apim-Subscription-Key":"z"}', {}),
        ("?keys=%7B%22client_id%22%3A1,%22clientSecret%22%3A2,%22ocp_apim_subscription_key%22%3A3%7D", b"", {}),
        ("?ocp-apim-subscription-key=x", b"", {"client-id": "x", "client-secret": "y"}),
    ],
)
def test_keys_in_the_wrong_place_are_noticed(start: Any, query: str, content: bytes, headers: dict[str, str]) -> None:
    emulator = start(strict=True)
    answer = emulator.request("POST", f"/accesstoken/get{query}", content=content, headers=headers)

    assert_gateway(answer, 401)
    warnings = emulator.control("GET", "/requests").json()["requests"][0]["warnings"]
    assert [(each["kindness"], each["message"].split()[0]) for each in warnings] == [
        ("misplaced-keys", name) for name in ("client_id", "client_secret", "Ocp-Apim-Subscription-Key")
    ]


def test_keys_that_are_just_wrong_are_not_called_misplaced(shared: Emulator) -> None:
    answer = ask(shared, client_secret="wrong")
    assert "x-mock-warning" not in answer.headers
