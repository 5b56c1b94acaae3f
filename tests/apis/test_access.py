"""Who may call the ePayment API, and how everybody else is refused."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from mockserver.world import jwt as signing
from mockserver.world.domain.merchant import KeySet
from tests.apis.helpers import assert_gateway, assert_problem, created, new_reference, shared_emulator
from tests.harness import START, WORLD, Emulator, body, key_headers

shared = shared_emulator()
anyone = shared_emulator(auth="any")
CLAIMS = {
    "iss": "urn:vipps-mockserver",
    "appid": WORLD.default_unit.keys.client_id,
    "exp": START // 1000 + 3600,
}


def partner_keys(partner_id: str) -> KeySet:
    keys = next(partner.keys for partner in WORLD.partners if partner.id == partner_id)
    assert keys is not None
    return keys


def headers_for(emulator: Emulator, keys: KeySet, msn: str | None = None) -> dict[str, str]:
    headers = {
        "Authorization": f"Bearer {emulator.token(keys)}",
        "Ocp-Apim-Subscription-Key": keys.subscription_key,
    }
    return headers if msn is None else headers | {"Merchant-Serial-Number": msn}


def create(emulator: Emulator, headers: dict[str, str], msn: str = "123456") -> httpx.Response:
    content = body(new_reference(), msn=msn)
    headers = headers | {"Idempotency-Key": content["reference"]}
    return emulator.request("POST", "/epayment/v1/payments", headers=headers, json=content)


def part(content: object) -> str:
    return urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def forged() -> str:
    return jwt.encode({"alg": "RS256"}, CLAIMS, RSAKey.generate_key(2048))


def foreign() -> str:
    """Signed with the right key, by another issuer."""
    return signing.sign(CLAIMS | {"iss": "https://login.example.com"}, signing.packaged())


def unsigned() -> str:
    return f"{part({'alg': 'none'})}.{part(CLAIMS)}."


def tampered(emulator: Emulator) -> str:
    head, _, signature = emulator.token(WORLD.default_unit.keys).split(".")
    return f"{head}.{part(CLAIMS | {'exp': 9_999_999_999})}.{signature}"


@pytest.mark.parametrize(
    "make",
    [
        lambda _: "",
        lambda _: "Bearer",
        lambda _: "Bearer ",
        lambda emulator: emulator.token(WORLD.default_unit.keys),
        lambda emulator: f"Token {emulator.token(WORLD.default_unit.keys)}",
        lambda emulator: f"Bearer {emulator.token(WORLD.default_unit.keys)}x",
        lambda _: "Bearer not-a-token",
        lambda _: "Bearer a.b.c",
        lambda _: "Bearer " + "x" * 5_000,
        lambda _: f"Bearer {forged()}",
        lambda _: f"Bearer {unsigned()}",
        lambda _: f"Bearer {foreign()}",
        lambda emulator: f"Bearer {tampered(emulator)}",
    ],
    ids=[
        "empty",
        "no token",
        "blank token",
        "no Bearer",
        "other scheme",
        "longer",
        "no JWT",
        "broken JWT",
        "huge",
        "forged",
        "alg none",
        "foreign",
        "tampered",
    ],
)
def test_without_a_good_token_the_gateway_refuses(shared: Emulator, make: Any) -> None:
    headers = shared.headers() | {"Authorization": make(shared)}
    assert_gateway(create(shared, headers), 401)


def test_without_authorization_the_gateway_refuses(shared: Emulator) -> None:
    headers = shared.headers()
    del headers["Authorization"]
    assert_gateway(create(shared, headers), 401)


def test_the_word_bearer_is_read_in_any_case(shared: Emulator) -> None:
    token = shared.token(WORLD.default_unit.keys)
    assert create(shared, shared.headers() | {"Authorization": f"bearer {token}"}).status_code == 201


def test_a_token_ends_with_its_hour(start: Callable[..., Emulator]) -> None:
    emulator = start(token_clock="emulator")
    headers = emulator.headers()
    emulator.advance("PT59M59.999S")
    assert create(emulator, headers).status_code == 201
    emulator.advance("PT0.001S")
    assert_gateway(create(emulator, headers), 401, "expired. The emulator's clock is 1 h ahead of the real one.")


def test_the_token_of_other_keys_is_refused(shared: Emulator) -> None:
    headers = shared.headers("123456") | {"Authorization": shared.headers("223456")["Authorization"]}
    assert_gateway(create(shared, headers), 401)


@pytest.mark.parametrize(("key", "message"), [("", "missing subscription key"), ("0" * 32, "invalid subscription key")])
def test_a_bad_subscription_key_is_refused(shared: Emulator, key: str, message: str) -> None:
    headers = shared.headers() | {"Ocp-Apim-Subscription-Key": key}
    assert_gateway(create(shared, headers), 401, message)


@pytest.mark.parametrize("msn", ["223456", "123457", "999999", "x" * 200])
def test_a_units_keys_do_not_reach_another_unit(shared: Emulator, msn: str) -> None:
    named = {"Merchant-Serial-Number": msn}
    assert_gateway(create(shared, shared.headers() | named), 401, "not for the Merchant-Serial-Number")
    for path in ("/webhooks/v1/webhooks", "/management/v1/sales-units"):
        assert_gateway(shared.request("GET", path, headers=shared.headers() | named), 401, "Merchant-Serial-Number")


def test_a_units_keys_need_no_msn(shared: Emulator) -> None:
    assert create(shared, headers_for(shared, WORLD.default_unit.keys)).status_code == 201


def test_two_units_may_use_the_same_reference(shared: Emulator) -> None:
    reference = created(shared)
    assert shared.create(reference, msn="223456").status_code == 201
    assert shared.get(reference)["amount"]["currency"] == "NOK"
    assert shared.get(reference, msn="223456")["amount"]["currency"] == "DKK"


def test_one_units_payment_does_not_exist_for_another(shared: Emulator) -> None:
    reference = created(shared)
    for path in (f"/payments/{reference}", f"/payments/{reference}/events"):
        assert_problem(shared.api("GET", path, msn="123457"), 404, "5090")
    assert_problem(shared.modify("capture", 100, reference, msn="123457"), 404, "5090")


def test_partner_keys_act_for_a_connected_unit(shared: Emulator) -> None:
    keys = partner_keys("partner-plus")
    assert create(shared, headers_for(shared, keys, "523456")).status_code == 201


@pytest.mark.parametrize("msn", [None, "123456", "523457", "999999"])
def test_partner_keys_need_the_msn_of_a_connected_unit(shared: Emulator, msn: str | None) -> None:
    assert_problem(create(shared, headers_for(shared, partner_keys("partner-plus"), msn)), 403)


def test_the_same_key_and_request_for_two_units_of_a_partner_are_two_requests(emulator: Emulator) -> None:
    emulator.control("PATCH", "/sales-units/523457", {"partner_id": "partner-plus"})
    content = body(new_reference(), msn="523456")
    for msn in ("523456", "523457"):
        headers = headers_for(emulator, partner_keys("partner-plus"), msn) | {"Idempotency-Key": "same"}
        answer = emulator.request("POST", "/epayment/v1/payments", headers=headers, json=content)
        assert answer.status_code == 201
        assert emulator.get(content["reference"], msn=msn)["state"] == "CREATED"


def test_a_partner_loses_a_unit_with_the_connection(emulator: Emulator) -> None:
    keys = partner_keys("partner-plus")
    headers = headers_for(emulator, keys, "523456")
    assert create(emulator, headers).status_code == 201
    emulator.control("PATCH", "/sales-units/523456", {"partner_id": None})
    assert_problem(create(emulator, headers), 403)


def test_what_a_partner_creates_is_the_units(shared: Emulator) -> None:
    headers = headers_for(shared, partner_keys("partner-plus"), "523456")
    reference = create(shared, headers).json()["reference"]
    assert shared.get(reference, msn="523456")["state"] == "CREATED"


def stranger(client_id: str, subscription_key: str = "whatever") -> KeySet:
    return KeySet(client_id, "any secret", subscription_key, "")


def any_headers(emulator: Emulator, client_id: str, **more: str) -> dict[str, str]:
    return headers_for(emulator, stranger(client_id)) | {name.replace("_", "-"): value for name, value in more.items()}


def units(emulator: Emulator) -> dict[str, Any]:
    content = emulator.control("GET", "/sales-units").json()["salesUnits"]
    return {unit["keys"]["client_id"]: unit for unit in content}


def test_any_client_id_gets_a_unit_of_its_own(anyone: Emulator) -> None:
    assert create(anyone, any_headers(anyone, "demo-1")).status_code == 201
    assert create(anyone, any_headers(anyone, "demo-2")).status_code == 201
    known = units(anyone)
    assert known["demo-1"]["msn"] != known["demo-2"]["msn"]
    assert known["demo-1"]["merchant_id"] != known["demo-2"]["merchant_id"]


def test_any_client_id_gets_the_same_unit_everywhere(start: Any) -> None:
    first, second = start(auth="any"), start(auth="any")
    create(second, any_headers(second, "somebody-before"))
    for emulator in (first, second):
        assert create(emulator, any_headers(emulator, "demo")).status_code == 201
    assert units(first)["demo"] == units(second)["demo"]


def test_any_client_id_still_needs_a_subscription_key_and_a_client_id(anyone: Emulator) -> None:
    headers = key_headers(stranger("demo"))
    for missing in ("Ocp-Apim-Subscription-Key", "client_id"):
        sent = {name: value for name, value in headers.items() if name != missing}
        assert anyone.request("POST", "/accesstoken/get", headers=sent).status_code in (400, 401)


def test_any_client_may_open_further_units_and_not_those_of_others(anyone: Emulator) -> None:
    assert create(anyone, any_headers(anyone, "demo-3", Merchant_Serial_Number="777777")).status_code == 201
    assert_gateway(create(anyone, any_headers(anyone, "demo-4", Merchant_Serial_Number="777777")), 401)
    assert_gateway(create(anyone, any_headers(anyone, "demo-4", Merchant_Serial_Number="123456")), 401)


@pytest.mark.parametrize("msn", [None, "777123"])
@pytest.mark.parametrize("operation", ["create", "get"])
def test_tokens_of_any_client_survive_a_reset_and_a_restart(start: Any, operation: str, msn: str | None) -> None:
    emulator = start(auth="any")
    headers = any_headers(emulator, "demo", **({"Merchant_Serial_Number": msn} if msn else {}))
    assert create(emulator, headers).status_code == 201
    before = units(emulator)["demo"]["msn"]

    emulator.control("POST", "/reset")
    for server in (emulator, start(auth="any")):
        if operation == "create":
            assert create(server, headers).status_code == 201
        else:
            answer = server.request("GET", "/epayment/v1/payments/reference-1", headers=headers)
            assert_problem(answer, 404, "5090")
        assert units(server)["demo"]["msn"] == before


def test_tokens_of_any_client_are_not_enough_where_only_the_world_counts(start: Any) -> None:
    headers = any_headers(start(auth="any"), "demo")
    assert_gateway(create(start(), headers), 401)


@pytest.mark.parametrize("msn", ["12", "abc", "1" * 11])
def test_what_is_no_msn_opens_no_unit(anyone: Emulator, msn: str) -> None:
    assert_gateway(create(anyone, any_headers(anyone, "demo-5", Merchant_Serial_Number=msn)), 401)


def test_known_keys_are_still_checked(anyone: Emulator) -> None:
    headers = key_headers(WORLD.default_unit.keys) | {"client_secret": "wrong"}
    assert anyone.request("POST", "/accesstoken/get", headers=headers).status_code == 401
    headers = key_headers(WORLD.default_unit.keys) | {"Ocp-Apim-Subscription-Key": "0" * 32}
    assert_gateway(anyone.request("POST", "/accesstoken/get", headers=headers), 401)
    assert create(anyone, anyone.headers()).status_code == 201


def test_forged_tokens_are_refused_with_any_client_too(anyone: Emulator) -> None:
    headers = any_headers(anyone, "demo-6") | {"Authorization": f"Bearer {unsigned()}"}
    assert_gateway(create(anyone, headers), 401)
