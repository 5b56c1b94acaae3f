"""Keys and customers of one environment are unknown in the other one, where environments are kept apart."""

from typing import Any

import httpx
import pytest

from tests.apis.login.client import AUTH, TOKEN, Client
from tests.harness import Emulator, body, code_of, key_headers

TEST, PRODUCTION, OTHER = "https://apitest.vipps.no", "https://api.vipps.no", "https://localhost:8443"
UNITS = {TEST: "123456", PRODUCTION: "123463"}
USERS = {TEST: "4793000020", PRODUCTION: "4793000021"}
OTHERS = {TEST: PRODUCTION, PRODUCTION: TEST}
INVALID_KEY = "invalid subscription key"


@pytest.fixture
def emulator(start: Any) -> Emulator:
    emulator: Emulator = start(environment="by-host")
    return emulator


def fetch(emulator: Emulator, origin: str, msn: str) -> httpx.Response:
    return emulator.request("POST", f"{origin}/accesstoken/get", headers=key_headers(emulator.unit(msn).keys))


def pay(emulator: Emulator, origin: str, msn: str, token: str, **fields: Any) -> httpx.Response:
    keys = emulator.unit(msn).keys
    headers = {
        "Authorization": f"Bearer {token}",
        "Ocp-Apim-Subscription-Key": keys.subscription_key,
        "Merchant-Serial-Number": msn,
        "Idempotency-Key": "key-1",
    }
    return emulator.request("POST", f"{origin}/epayment/v1/payments", headers=headers, json=body(**fields))


@pytest.mark.parametrize("home", [TEST, PRODUCTION])
def test_keys_get_tokens_and_payments_at_home_alone(emulator: Emulator, home: str) -> None:
    msn, away = UNITS[home], OTHERS[home]
    assert fetch(emulator, away, msn).status_code == 401
    assert INVALID_KEY in fetch(emulator, away, msn).text
    token = fetch(emulator, home, msn).json()["access_token"]

    refused = pay(emulator, away, msn, token)
    assert (refused.status_code, INVALID_KEY in refused.text) == (401, True)
    assert "other-environment" in refused.headers["x-mock-warning"]
    assert pay(emulator, home, msn, token).status_code == 201


def test_a_token_of_one_environment_does_not_go_with_keys_of_the_other(emulator: Emulator) -> None:
    token = fetch(emulator, TEST, "123456").json()["access_token"]
    assert pay(emulator, PRODUCTION, "123463", token).status_code == 401
    assert pay(emulator, PRODUCTION, "123463", fetch(emulator, PRODUCTION, "123463").json()["access_token"]).is_success


@pytest.mark.parametrize("home", [TEST, PRODUCTION])
def test_the_emulators_own_name_knows_everybody(emulator: Emulator, home: str) -> None:
    token = fetch(emulator, OTHER, UNITS[home]).json()["access_token"]
    assert pay(emulator, OTHER, UNITS[home], token).status_code == 201


def test_units_without_an_environment_are_in_both(emulator: Emulator) -> None:
    for origin in (TEST, PRODUCTION):
        assert fetch(emulator, origin, "223456").status_code == 200


def push(emulator: Emulator, origin: str, phone: str) -> httpx.Response:
    token = fetch(emulator, origin, UNITS[origin]).json()["access_token"]
    customer = {"phoneNumber": phone}
    return pay(emulator, origin, UNITS[origin], token, userFlow="PUSH_MESSAGE", customer=customer, returnUrl=None)


@pytest.mark.parametrize("home", [TEST, PRODUCTION])
def test_users_of_the_other_environment_are_nobody_here(emulator: Emulator, home: str) -> None:
    refused = push(emulator, OTHERS[home], USERS[home])
    assert refused.status_code == 400
    assert code_of(refused) == "7010"
    assert push(emulator, home, USERS[home]).status_code == 201


@pytest.mark.parametrize("home", [TEST, PRODUCTION])
def test_logins_and_codes_are_of_one_environment(emulator: Emulator, home: str) -> None:
    client = Client(emulator, UNITS[home])
    away = OTHERS[home]
    code = client.code()
    asked = {"response_type": "code", "client_id": client.client_id, "scope": "openid", "state": "state-of-8"}
    elsewhere = emulator.request("GET", f"{away}{AUTH}", params=asked | {"redirect_uri": client.redirect_uri})
    assert elsewhere.status_code == 401
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": client.redirect_uri}
    headers = client.basic()
    refused = emulator.request("POST", f"{away}{TOKEN}", data=form, headers=headers)
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert "other-environment" in refused.headers["x-mock-warning"]
    assert emulator.request("POST", f"{home}{TOKEN}", data=form, headers=headers).status_code == 200


def test_pages_offer_the_customers_of_their_environment(emulator: Emulator) -> None:
    token = fetch(emulator, TEST, "123456").json()["access_token"]
    address = pay(emulator, TEST, "123456", token).json()["redirectUrl"]
    page = emulator.request("GET", address).text
    assert (USERS[TEST] in page, USERS[PRODUCTION] in page) == (True, False)


@pytest.mark.parametrize(("setting", "apart", "known"), [("production", True, 401), ("production", None, 200)])
def test_one_environment_can_be_kept_apart_too(start: Any, setting: str, apart: bool | None, known: int) -> None:
    emulator = start(environment=setting, environments_apart=apart)
    assert fetch(emulator, OTHER, "123456").status_code == known
    assert fetch(emulator, OTHER, "123463").status_code == 200


def test_by_host_can_have_them_together(start: Any) -> None:
    emulator = start(environment="by-host", environments_apart=False)
    assert [fetch(emulator, origin, "123456").status_code for origin in (TEST, PRODUCTION)] == [200, 200]


def test_nobody_is_let_in_under_keys_of_the_other_environment(start: Any) -> None:
    emulator = start(environment="by-host", auth="any")
    assert fetch(emulator, PRODUCTION, "123456").status_code >= 400
    before = len(emulator.control("GET", "/sales-units").json()["salesUnits"])
    assert fetch(emulator, TEST, "123456").status_code == 200
    assert len(emulator.control("GET", "/sales-units").json()["salesUnits"]) == before


def test_the_emulator_is_no_environment_that_a_unit_can_belong_to(emulator: Emulator) -> None:
    refused = emulator.control("PATCH", "/sales-units/123456", {"environment": "emulator"})
    assert refused.status_code == 400
    assert emulator.control("PATCH", "/sales-units/123456", {"environment": None}).status_code == 200
    assert fetch(emulator, PRODUCTION, "123456").status_code == 200


@pytest.mark.parametrize("settings", [{"environment": "test"}, {"environment": "by-host"}])
def test_what_production_alone_has_says_so(start: Any, settings: dict[str, str]) -> None:
    emulator = start(**settings)
    partner = next(each.keys for each in emulator.world.partners if each.id == "partner-plus")
    headers = {
        "client_id": partner.client_id,
        "client_secret": partner.client_secret,
        "Ocp-Apim-Subscription-Key": partner.subscription_key,
    }
    refused = emulator.request("POST", f"{TEST}/accesstoken/get", headers=headers)
    assert (refused.status_code, INVALID_KEY in refused.text) == (401, True)
    assert refused.headers["x-mock-warning"].startswith("other-environment: the keys of partner-plus")

    absent = emulator.request("GET", f"{TEST}/management/v1/sales-units")
    assert (absent.status_code, absent.json()) == (404, {"statusCode": 404, "message": "Resource not found"})
    assert absent.headers["x-mock-warning"].startswith("other-environment: This API is there in production only")
