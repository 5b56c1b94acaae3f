from base64 import b64encode
from typing import Any

import httpx
import pytest

from mockserver.world.domain.merchant import ClientKeys
from tests.apis.helpers import assert_gateway, assert_problem, shared_emulator
from tests.harness import ORIGIN, WORLD, Emulator

shared = shared_emulator()
MANAGEMENT = next(partner.management_keys for partner in WORLD.partners if partner.management_keys)
ACCOUNTING = next(partner.accounting_keys for partner in WORLD.partners if partner.accounting_keys)
(DONATIONS,) = next(merchant.donation_keys for merchant in WORLD.merchants if merchant.donation_keys)
UNIT = WORLD.default_unit.keys
HOOK = {"url": "https://example.com/hook", "events": ["donations.agreement.started.v1"]}
GRANT = {"grant_type": "client_credentials"}


def basic(keys: ClientKeys) -> str:
    return f"Basic {b64encode(f'{keys.client_id}:{keys.client_secret}'.encode()).decode()}"


def ask(
    emulator: Emulator, keys: ClientKeys = MANAGEMENT, path: str = "/miami/v1/token", **options: Any
) -> httpx.Response:
    headers = {"Authorization": basic(keys)} | options.pop("headers", {})
    return emulator.request("POST", f"{ORIGIN}{path}", headers=headers, **{"data": GRANT} | options)


def assert_invalid_client(answer: httpx.Response, status: int) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    content = answer.json()
    assert set(content) == {"error", "error_description"}
    assert content["error"] == "invalid_client"
    assert content["error_description"]
    assert ("www-authenticate" in answer.headers) == (status == 401)


@pytest.mark.parametrize("keys", [MANAGEMENT, ACCOUNTING], ids=["management", "accounting"])
def test_the_answer_has_its_number_as_a_number(shared: Emulator, keys: ClientKeys) -> None:
    answer = ask(shared, keys)
    assert answer.status_code == 200
    content = answer.json()
    assert content.pop("access_token").count(".") == 2
    assert content == {"token_type": "Bearer", "expires_in": 900}


def test_it_lives_as_long_in_production(start: Any) -> None:
    assert ask(start(environment="production")).json()["expires_in"] == 900


@pytest.mark.parametrize("path", ["/miami/v1/token/", "//miami/v1/token"])
def test_slashes_do_no_harm(shared: Emulator, path: str) -> None:
    assert ask(shared, path=path).status_code == 200


def test_a_scope_may_be_asked_for(shared: Emulator) -> None:
    assert ask(shared, data=GRANT | {"scope": "anything"}).status_code == 200


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"data": {"grant_type": "password"}},
        {"data": {"grant_type": ""}},
        {"json": GRANT},
        {"content": b"\xff"},
        {"content": b"&".join([b"a=b"] * 100)},
    ],
    ids=["none", "other", "empty", "json", "binary", "many"],
)
def test_without_the_grant_the_client_is_invalid(shared: Emulator, form: dict[str, Any]) -> None:
    assert_invalid_client(ask(shared, **{"data": None} | form), 400)


def test_with_a_subscription_key_the_client_is_invalid(shared: Emulator) -> None:
    assert_invalid_client(ask(shared, headers={"Ocp-Apim-Subscription-Key": UNIT.subscription_key}), 400)


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Basic",
        "Basic !!!",
        "Basic " + b64encode(b"no colon").decode(),
        "Basic " + b64encode(b"\xff:\xff").decode(),
        "Bearer " + b64encode(b"a:b").decode(),
        basic(ClientKeys(MANAGEMENT.client_id, "wrong")),
        basic(ClientKeys("nobody", MANAGEMENT.client_secret)),
        basic(UNIT),
    ],
    ids=["none", "no keys", "no base64", "no colon", "no text", "bearer", "wrong secret", "unknown", "unit keys"],
)
def test_bad_credentials_are_an_invalid_client(shared: Emulator, authorization: str) -> None:
    assert_invalid_client(ask(shared, headers={"Authorization": authorization}), 401)


def test_the_scheme_is_read_in_any_case(shared: Emulator) -> None:
    assert ask(shared, headers={"Authorization": basic(MANAGEMENT).replace("Basic", "basic")}).status_code == 200


def test_a_specialised_token_opens_no_payment(shared: Emulator) -> None:
    headers = {
        "Authorization": f"Bearer {ask(shared).json()['access_token']}",
        "Ocp-Apim-Subscription-Key": UNIT.subscription_key,
    }
    assert_gateway(
        shared.request("GET", "/epayment/v1/payments/reference-1", headers=headers), 401, "access token is not valid"
    )


def donor_headers(emulator: Emulator, keys: ClientKeys = DONATIONS) -> dict[str, str]:
    return {"Authorization": f"Bearer {ask(emulator, keys).json()['access_token']}"}


@pytest.mark.parametrize("data", [GRANT, GRANT | {"scope": "donations:read"}])
def test_donation_keys_are_told_their_scope(shared: Emulator, data: dict[str, str]) -> None:
    content = ask(shared, DONATIONS, data=data).json()
    assert (content["scope"], content["expires_in"], content["token_type"]) == ("donations:read", 900, "Bearer")
    assert "scope" not in ask(shared, MANAGEMENT, data=data).json()


def test_donation_keys_register_for_donations_in_a_list_of_their_own(start: Any) -> None:
    emulator = start()
    sent, path = donor_headers(emulator), "/webhooks/v1/webhooks"
    made = emulator.request("POST", path, headers=sent, json=HOOK)
    assert made.status_code == 201, made.text
    wrong = emulator.request("POST", path, headers=sent, json=HOOK | {"events": ["epayments.payment.created.v1"]})
    assert_problem(wrong, 400)
    listed = emulator.request("GET", path, headers=sent).json()["webhooks"]
    assert listed == [HOOK | {"id": made.json()["id"]}]
    assert emulator.request("GET", path, headers=emulator.headers()).json() == {"webhooks": []}
    state = emulator.control("GET", "/state")
    assert emulator.control("PUT", "/state", state.json()).status_code == 200
    assert emulator.control("POST", "/reset", {"keep": ["webhooks"]}).json()["dropped"] == {"webhooks": []}
    gone = emulator.request("DELETE", f"{path}/{made.json()['id']}", headers=donor_headers(emulator))
    assert gone.status_code == 204


def test_donation_keys_reach_nothing_else(shared: Emulator) -> None:
    sent = donor_headers(shared)
    assert_gateway(shared.request("GET", "/epayment/v1/payments/reference-1", headers=sent), 401)
    assert shared.request("GET", "/management/v1/sales-units", headers=sent).status_code == 403
    for keys in (MANAGEMENT, ACCOUNTING):
        answer = shared.request("GET", "/webhooks/v1/webhooks", headers=donor_headers(shared, keys))
        assert_gateway(answer, 401, "missing subscription key")


def test_donation_keys_come_and_go(start: Any) -> None:
    emulator = start()
    new = ClientKeys("6c1a4b1e-4c94-4c6f-8a7e-3f3f5c0f9f11", "bmV3")
    both = [{"client_id": each.client_id, "client_secret": each.client_secret} for each in (DONATIONS, new)]
    path = "/merchants/merchant-no-donations"
    assert emulator.control("PATCH", path, {"donation_keys": both}).status_code == 200
    assert [ask(emulator, keys).status_code for keys in (DONATIONS, new)] == [200, 200]
    assert emulator.control("PATCH", path, {"donation_keys": both[1:]}).status_code == 200
    assert [ask(emulator, keys).status_code for keys in (DONATIONS, new)] == [401, 200]
    taken = both[1] | {"client_id": UNIT.client_id}
    assert_problem(emulator.control("PATCH", path, {"donation_keys": [taken]}), 400)


def test_the_test_environment_has_no_donation_keys(start: Any) -> None:
    assert_invalid_client(ask(start(environment="test"), DONATIONS), 401)


def test_a_refusal_says_which_part_is_wrong(shared: Emulator) -> None:
    unit = shared.unit("123456").keys
    keys = ClientKeys(unit.client_id, unit.client_secret)
    assert "/accesstoken/get" in ask(shared, keys).json()["error_description"]
    headers = {"Content-Type": "application/json"}
    path = "/miami/v1/token"
    assert "form" in shared.request("POST", path, json=GRANT, headers=headers).json()["error_description"]
    assert "Basic" in shared.request("POST", path, data=GRANT).json()["error_description"]
