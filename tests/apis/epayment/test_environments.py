from collections.abc import Callable
from typing import Any

import pytest

from tests.apis.helpers import (
    aggregate,
    assert_gateway,
    assert_problem,
    created,
    event_names,
    new_reference,
    shared_emulator,
)
from tests.harness import WORLD, Emulator, body, key_headers

production = shared_emulator(environment="production")
mt = shared_emulator(environment="test")


def by_hand(emulator: Emulator, value: int = 10_000, **fields: Any) -> str:
    """An approved payment, where force approve may not exist."""
    reference = created(emulator, value, **fields)
    assert emulator.control("POST", f"/payments/123456/{reference}/approve").status_code == 200
    return reference


def test_production_has_no_force_approve(production: Emulator) -> None:
    reference = created(production)
    assert_problem(production.approve(reference), 403)
    assert event_names(production, reference) == ["CREATED"]


@pytest.mark.parametrize("value", [123, 124])
def test_production_has_no_magic_refunds(production: Emulator, value: int) -> None:
    reference = by_hand(production)
    production.modify("capture", 10_000, reference)
    assert production.modify("refund", value, reference).status_code == 200
    assert aggregate(production, reference) == (10_000, 10_000, value, 0)


def test_production_takes_cards(production: Emulator) -> None:
    assert by_hand(production, paymentMethod={"type": "CARD"})


def test_the_test_environment_has_no_card(mt: Emulator) -> None:
    content = body(new_reference(), paymentMethod={"type": "CARD"})
    assert_problem(mt.api("POST", "/payments", content, key=new_reference()), 400, "4160")


def test_the_test_environment_fails_for_an_expired_card(mt: Emulator) -> None:
    reference = created(mt)
    content = {"customer": {"phoneNumber": "4791000003"}}
    answer = mt.api("POST", f"/test/payments/{reference}/approve", content, key=new_reference())
    assert_problem(answer, 500, "3010")
    assert event_names(mt, reference) == ["CREATED"]


@pytest.mark.parametrize(("value", "code"), [(151, "10010"), (202, "10030")])
def test_the_test_environment_has_magic_amounts(mt: Emulator, value: int, code: str) -> None:
    assert_problem(mt.approve(created(mt, value)), 400, code)


def test_both_know_payments_whole(production: Emulator, mt: Emulator) -> None:
    for emulator in (production, mt):
        reference = by_hand(emulator)
        assert emulator.modify("capture", 6_000, reference).status_code == 200
        assert emulator.modify("refund", 1_000, reference).status_code == 200
        assert emulator.api("POST", f"/payments/{reference}/cancel").status_code == 200
        assert aggregate(emulator, reference) == (10_000, 6_000, 1_000, 4_000)


PARTNER = next(each for each in WORLD.partners if each.id == "partner-plus")


def test_the_test_environment_has_no_partner_keys(mt: Emulator, production: Emulator) -> None:
    keys = PARTNER.valid_keys
    assert keys is not None
    assert_gateway(mt.request("POST", "/accesstoken/get", headers=key_headers(keys)), 401, "invalid subscription key")
    headers = {
        "Authorization": f"Bearer {production.token(keys)}",
        "Ocp-Apim-Subscription-Key": keys.subscription_key,
        "Merchant-Serial-Number": "523456",
    }
    assert_gateway(mt.request("GET", "/epayment/v1/payments/reference-1", headers=headers), 401)
    assert_problem(production.request("GET", "/epayment/v1/payments/reference-1", headers=headers), 404, "5090")


def test_the_test_environment_has_no_management_and_accounting_keys(mt: Emulator, production: Emulator) -> None:
    keys = next(each.management_keys for each in WORLD.partners if each.management_keys)
    for emulator, status in ((mt, 401), (production, 200)):
        answer = emulator.request(
            "POST",
            "/miami/v1/token",
            auth=(keys.client_id, keys.client_secret),
            data={"grant_type": "client_credentials"},
        )
        assert answer.status_code == status
        if status == 401:
            assert answer.json()["error"] == "invalid_client"


def test_the_test_environment_has_no_management_api(mt: Emulator, production: Emulator) -> None:
    assert_gateway(mt.request("GET", "/management/v1/sales-units", headers=mt.headers()), 404)
    answer = production.request("GET", "/management/v1/sales-units", headers=production.headers())
    assert answer.status_code == 200


def test_anybody_is_let_in_but_partners_of_the_world(start: Callable[..., Emulator]) -> None:
    emulator = start(environment="test", auth="any")
    headers = {"client_id": "anybody", "client_secret": "x", "Ocp-Apim-Subscription-Key": "y"}
    assert emulator.request("POST", "/accesstoken/get", headers=headers).status_code == 200
    keys = PARTNER.valid_keys
    assert keys is not None
    assert emulator.request("POST", "/accesstoken/get", headers=key_headers(keys)).status_code == 400
