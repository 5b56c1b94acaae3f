"""Charges over HTTP: forms, lists, batches, kindnesses, limits, rights."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.apis.helpers import assert_gateway, configure
from tests.apis.recurring.shop import Shop, assert_refused, charge_body
from tests.apis.recurring.told import Told
from tests.harness import Emulator

FLEXIBLE = {"type": "FLEXIBLE", "currency": "NOK"}
INITIAL = {"amount": 10_000, "description": "First", "transactionType": "RESERVE_CAPTURE", "orderId": "first-order"}


@pytest.fixture
def shop(emulator: Emulator) -> Shop:
    return Shop(emulator)


@pytest.fixture
def agreement(shop: Shop) -> str:
    return shop.active(pricing=FLEXIBLE, externalId="sub-1")


def test_a_charge_answers_all_that_clients_need(shop: Shop, agreement: str) -> None:
    charge = shop.charged(agreement, "2030-06-01", orderId="order-0001", externalId="ext-1")
    found = shop.fetch(agreement, charge)
    history = found.pop("history")
    assert found == {
        "id": "order-0001",
        "agreementId": agreement,
        "externalId": "ext-1",
        "externalAgreementId": "sub-1",
        "amount": 10_000,
        "currency": "NOK",
        "description": "Tea",
        "due": "2030-06-01T00:00:00Z",
        "retryDays": 2,
        "processingMode": "MULTIPLE_ATTEMPTS",
        "status": "PENDING",
        "transactionId": None,
        "type": "RECURRING",
        "transactionType": "DIRECT_CAPTURE",
        "failureReason": None,
        "failureDescription": None,
        "summary": {"captured": 0, "refunded": 0, "cancelled": 0},
    }
    assert [(each["event"], each["amount"], each["success"]) for each in history] == [("CREATE", 10_000, True)]
    assert history[0]["idempotencyKey"].startswith("key-")


def test_a_charge_by_its_id_does_not_say_its_agreement(shop: Shop, agreement: str) -> None:
    charge = shop.charged(agreement)
    whole = shop.fetch(agreement, charge)
    del whole["agreementId"], whole["externalAgreementId"]
    assert shop.got(f"/charges/{charge}") == whole
    assert_refused(Shop(shop.emulator, "223456").call("GET", f"/charges/{charge}"), 404, "resource-not-found")


def test_charges_are_those_of_their_agreement(shop: Shop, agreement: str) -> None:
    charge, other = shop.charged(agreement), shop.active()
    answer = shop.call("GET", f"/agreements/{other}/charges/{charge}")
    assert assert_refused(answer, 404, "resource-not-found")["detail"] == "Charge not found."
    assert_refused(shop.charge("agr_nobody1"), 404, "resource-not-found")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"amount": 99}, "amount"),
        ({"amount": 65_000_001}, "amount"),
        ({"description": ""}, "description"),
        ({"description": "x" * 101}, "description"),
        ({"transactionType": "LATER"}, "transactionType"),
        ({"type": "INITIAL"}, "type"),
        ({"due": None}, "due"),
        ({"due": "2030-02-30"}, "due"),
        ({"due": "20300401"}, "due"),
        ({"retryDays": 15}, "retryDays"),
        ({"retryDays": 1, "processingMode": "SINGLE_ATTEMPT"}, "retryDays"),
        ({"orderId": "a b"}, "orderId"),
        ({"orderId": "x" * 65}, "orderId"),
        ({"externalId": ""}, "externalId"),
    ],
)
def test_bad_charges_are_refused_with_the_field(shop: Shop, agreement: str, fields: dict[str, Any], field: str) -> None:
    answer = shop.call("POST", f"/agreements/{agreement}/charges", charge_body(**fields))
    content = assert_refused(answer, 400, "validation-error")
    assert field in {each["name"] for each in content["extraDetails"]}
    assert shop.got(f"/agreements/{agreement}/charges") == []


@pytest.mark.parametrize(
    ("fields", "kindness"),
    [
        ({"retryDays": None}, "missing-retry-days"),
        ({"retryDays": None, "processingMode": "SINGLE_ATTEMPT"}, "missing-retry-days"),
        ({"description": "x" * 46}, "long-description"),
        ({"orderId": "short"}, "short-order-id"),
        ({"colour": "red"}, "unknown-fields"),
    ],
)
def test_kindnesses_are_named_and_strict_has_none(
    shop: Shop, agreement: str, start: Callable[..., Emulator], fields: dict[str, Any], kindness: str
) -> None:
    answer = shop.charge(agreement, **fields)
    assert answer.status_code == 201
    assert answer.headers["x-mock-warning"].startswith(kindness)
    strict = Shop(start(strict=True))
    assert_refused(strict.charge(strict.active(), **fields), 400, "validation-error")


def test_values_of_a_list_are_named_as_they_are_written(shop: Shop, agreement: str) -> None:
    content = assert_refused(shop.charge(agreement, type="X"), 400, "validation-error")
    assert {"name": "type", "reason": "Must be 'RECURRING' or 'UNSCHEDULED'"} in content["extraDetails"]
    item = charge_body(type="UNSCHEDULED", agreementId=agreement, orderId="batched-1", retryDays=1)
    told = shop.call("POST", "/agreements/charges", [item]).json()["invalidCharges"][0]["errors"]
    assert told == ["type: Must be 'RECURRING'"]


def test_without_retry_days_it_is_tried_for_two_weeks(shop: Shop, agreement: str) -> None:
    assert shop.fetch(agreement, shop.charged(agreement, retryDays=None))["retryDays"] == 14
    single = shop.charged(agreement, retryDays=None, processingMode="SINGLE_ATTEMPT")
    assert shop.fetch(agreement, single)["retryDays"] == 0


def test_direct_capture_is_a_permission(shop: Shop, agreement: str) -> None:
    configure(shop.emulator, "123456", direct_capture_allowed=False)
    assert_refused(shop.charge(agreement), 400, "validation-error", transactionType="DIRECT_CAPTURE")
    shop.charged(agreement, transactionType="RESERVE_CAPTURE")


def test_refunds_need_a_settlement_that_has_them(shop: Shop) -> None:
    agreement = shop.active(initialCharge=INITIAL)
    shop.capture(agreement, "first-order", 10_000)
    for amount in (123, 124):
        assert_refused(shop.refund(agreement, "first-order", amount), 400, "operation-failed")
    configure(shop.emulator, "123456", single_settlement=True)
    content = assert_refused(shop.refund(agreement, "first-order", 1_000), 400, "operation-failed")
    assert content["detail"] == "Refund is not possible"


@pytest.mark.parametrize(
    ("content", "field"), [({"amount": 0}, "amount"), ({}, "amount"), ({"amount": "100"}, "amount")]
)
def test_bad_captures_and_refunds(shop: Shop, content: dict[str, Any], field: str) -> None:
    agreement = shop.active(initialCharge=INITIAL)
    path = f"/agreements/{agreement}/charges/first-order"
    for action in ("capture", "refund"):
        sent = content | ({"description": "Sorry"} if action == "refund" else {})
        found = assert_refused(shop.call("POST", f"{path}/{action}", sent), 400, "validation-error")
        assert field in {each["name"] for each in found["extraDetails"]}
    assert_refused(shop.call("POST", f"{path}/refund", {"amount": 100}), 400, "validation-error")


def test_the_initial_charge_of_a_draft_is_its_customers_business(shop: Shop) -> None:
    agreement = shop.drafted(initialCharge=INITIAL)
    content = assert_refused(shop.cancel(agreement, "first-order"), 400, "cancel-charge-failed")
    assert "PENDING" in content["detail"]


def test_a_page_has_a_hundred_charges_and_a_token_for_more(shop: Shop, agreement: str) -> None:
    path = f"/agreements/{agreement}/charges"
    made = [shop.charged(agreement) for _ in range(101)]
    first = shop.call("GET", path)
    token = first.headers["continuation-token"]
    second = shop.call("GET", path, Continuation_Token=token)
    assert [each["id"] for each in [*first.json(), *second.json()]] == made
    assert "continuation-token" not in second.headers
    assert_refused(
        shop.call("GET", f"{path}?status=DUE", Continuation_Token=token), 400, "validation-error",
        **{"Continuation-Token": "begin again"},
    )  # fmt: skip
    assert_refused(shop.call("GET", path, Continuation_Token="page-2"), 400, "validation-error")
    shop.emulator.advance("PT5M")
    assert_refused(shop.call("GET", path, Continuation_Token=token), 400, "validation-error")


def test_charges_are_listed_by_status(start: Callable[..., Emulator]) -> None:
    shop = Shop(start(charges_page=1))
    agreement = shop.active()
    due, pending = shop.charged(agreement, "2030-03-20"), shop.charged(agreement, "2030-06-20")
    path = f"/agreements/{agreement}/charges"
    assert [each["id"] for each in shop.got(f"{path}?status=DUE")] == [due]
    assert [each["id"] for each in shop.got(f"{path}?status=PENDING")] == [pending]
    assert shop.got(f"{path}?status=CHARGED") == []
    assert_refused(shop.call("GET", f"{path}?status=GONE"), 400, "validation-error")
    assert len(shop.got(path)) == 1


def item(agreement: str, number: int, **fields: Any) -> dict[str, Any]:
    return charge_body(**{"agreementId": agreement, "orderId": f"order-{number:04d}"} | fields)


def test_a_batch_is_taken_item_by_item(shop: Shop, agreement: str) -> None:
    told = Told(shop.emulator)
    sent = [item(agreement, 1), item(agreement, 2, due="2030-03-01"), item("agr_nobody1", 3)]
    answer = shop.call("POST", "/agreements/charges", sent)
    assert answer.status_code == 202, answer.text
    content = answer.json()
    assert content["validCharges"] == ["order-0001", "order-0003"]
    (invalid,) = content["invalidCharges"]
    assert invalid["chargeBatchItemDto"] == sent[1]
    assert invalid["errors"] == ["due: Must be 2030-03-18 or later"]
    assert [each["id"] for each in shop.got(f"/agreements/{agreement}/charges")] == ["order-0001"]
    assert told.names == ["charge-creation-failed"]
    (failed,) = told.contents
    assert (failed["agreementId"], failed["chargeId"], failed["amount"]) == ("agr_nobody1", "order-0003", 10_000)


def test_items_that_are_none_are_told_at_once(shop: Shop, agreement: str) -> None:
    sent: list[Any] = [
        item(agreement, 1, retryDays=None), item(agreement, 2, type="UNSCHEDULED"), item(agreement, 3, amount=1),
        "charge", item(agreement, 4, orderId=None), item(agreement, 5, due="soon"),
    ]  # fmt: skip
    content = shop.call("POST", "/agreements/charges", sent).json()
    assert content["validCharges"] == []
    errors = [each["errors"] for each in content["invalidCharges"]]
    assert [each[0].partition(":")[0] for each in errors] == ["retryDays", "type", "amount", "body", "orderId", "due"]


def test_what_only_shows_later_is_told_later(shop: Shop, agreement: str) -> None:
    told = Told(shop.emulator)
    draft = shop.drafted()
    priced = shop.active()
    told.forget()
    sent = [item(agreement, 1), item(agreement, 1), item(draft, 2), item(priced, 3, amount=50_001)]
    assert len(shop.call("POST", "/agreements/charges", sent).json()["validCharges"]) == 4
    assert told.names == ["charge-creation-failed"] * 3
    assert [each["chargeId"] for each in told.contents] == ["order-0001", "order-0002", "order-0003"]


def test_a_batch_has_its_bounds(shop: Shop, agreement: str) -> None:
    wrong: Any
    for wrong in ({}, [1] * 2_001):
        answer = shop.call("POST", "/agreements/charges", wrong)
        assert_refused(answer, 400, "validation-error")
    sent = [item(agreement, number) for number in range(2_000)]
    answer = shop.call("POST", "/agreements/charges", sent)
    assert answer.json()["invalidCharges"] == []
    assert len(answer.json()["validCharges"]) == 2_000
    shop.emulator.advance("PT1S")
    assert shop.status(agreement, "order-1999") == "DUE"


def test_the_same_batch_twice_is_taken_once(shop: Shop, agreement: str) -> None:
    told = Told(shop.emulator)
    sent = [item(agreement, 1)]
    first, again = (shop.call("POST", "/agreements/charges", sent, key="batch") for _ in range(2))
    assert first.content == again.content
    assert told.names == []


def test_limits_are_by_unit_agreement_and_charge(start: Callable[..., Emulator]) -> None:
    shop = Shop(start(rate_limits=True))
    agreement, other = shop.active(), shop.active()
    for _ in range(5):
        shop.got("/agreements")
        assert shop.patch(agreement, productName="Coffee").status_code == 204
    refused = shop.call("GET", "/agreements")
    assert_gateway(refused, 429)
    assert refused.headers["retry-after"] == "60"
    assert_gateway(shop.patch(agreement, productName="Coffee"), 429)
    assert shop.patch(other, productName="Coffee").status_code == 204
    charge = shop.charged(agreement)
    for _ in range(10):
        shop.fetch(agreement, charge)
    assert_gateway(shop.call("GET", f"/agreements/{agreement}/charges/{charge}"), 429)
    shop.emulator.advance("PT1M")
    shop.got("/agreements")


def test_partners_call_for_their_units(shop: Shop) -> None:
    keys = next(each for each in shop.emulator.world.partners if each.keys is not None).keys
    assert keys is not None
    headers = {
        "Authorization": f"Bearer {shop.emulator.token(keys)}",
        "Ocp-Apim-Subscription-Key": keys.subscription_key,
    }
    path = "/recurring/v3/agreements"
    assert_refused(shop.emulator.request("GET", path, headers=headers), 403, "invalid-sale-unit")
    answer = shop.emulator.request("GET", path, headers=headers | {"Merchant-Serial-Number": "523456"})
    assert (answer.status_code, answer.json()) == (200, [])
    answer = shop.emulator.request("GET", path, headers=headers | {"Merchant-Serial-Number": "123456"})
    assert_refused(answer, 403, "invalid-sale-unit")
