"""Customers and banks that act by themselves: personas, and scenario rules for agreements and charges."""

from typing import Any

import pytest

from tests.apis.helpers import set_customer
from tests.apis.recurring.shop import Shop, assert_refused
from tests.apis.recurring.test_checks import rule
from tests.apis.recurring.told import Told
from tests.harness import Emulator

AT_ONCE, NO_CARDS, IGNORES, CANCELS, SECOND_TRY, UNKNOWN = (
    "4793000001", "4793000010", "4793000013", "4793000014", "4793000015", "4793000017",
)  # fmt: skip
DRAFT, CREATE = "DraftAgreementV3", "CreateChargeV3"
INITIAL = {"amount": 10_000, "description": "First", "transactionType": "DIRECT_CAPTURE", "orderId": "first-order"}


@pytest.fixture
def shop(emulator: Emulator) -> Shop:
    return Shop(emulator)


@pytest.mark.parametrize(
    ("phone", "status"), [(AT_ONCE, "ACTIVE"), (CANCELS, "STOPPED"), (IGNORES, "PENDING"), (SECOND_TRY, "ACTIVE")]
)
def test_personas_answer_drafts_as_they_answer_payments(shop: Shop, phone: str, status: str) -> None:
    agreement = shop.drafted(phoneNumber=phone)
    shop.emulator.advance("PT1M")
    assert shop.agreement(agreement)["status"] == status


def test_who_is_no_user_cannot_be_asked_at_once(shop: Shop) -> None:
    answer = shop.draft(phoneNumber=UNKNOWN, skipLandingPage=True)
    assert assert_refused(answer, 400, "validation-error")["detail"] == "Invalid phone number"


def test_who_tries_twice_pays_the_initial_charge_the_second_time(shop: Shop) -> None:
    agreement = shop.drafted(phoneNumber=SECOND_TRY, initialCharge=INITIAL)
    shop.emulator.advance("PT1M")
    assert shop.agreement(agreement)["status"] == "ACTIVE"
    assert shop.status(agreement, "first-order") == "CHARGED"


def test_who_cannot_pay_the_initial_charge_leaves_it_failed(shop: Shop) -> None:
    told = Told(shop.emulator)
    set_customer(shop.emulator, "4790000003", payment="declines", decline_reason="insufficient-funds")
    agreement = shop.drafted(phoneNumber="4790000003", initialCharge=INITIAL)
    assert shop.fetch(agreement, "first-order")["failureReason"] == "user_action_required"
    assert shop.agreement(agreement)["status"] == "PENDING"
    shop.emulator.advance("PT10M")
    assert shop.status(agreement, "first-order") == "FAILED"
    assert told.names == ["agreement-expired", "charge-failed"]


def test_a_rule_stops_an_agreement_after_some_charges(shop: Shop) -> None:
    rule(shop, {"agreement": "accepts", "stops_after": 2}, operation=DRAFT)
    told = Told(shop.emulator)
    agreement = shop.drafted(phoneNumber=shop.customer)
    assert shop.agreement(agreement)["status"] == "ACTIVE"
    charges = [shop.charged(agreement, f"2030-0{month}-01") for month in (4, 5, 6)]
    shop.emulator.advance("P90D")
    assert [shop.status(agreement, each) for each in charges] == ["CHARGED", "CHARGED", "CANCELLED"]
    assert told.names == [
        "agreement-activated", "charge-captured", "charge-captured", "agreement-stopped", "charge-canceled",
    ]  # fmt: skip
    assert told.contents[3]["actor"] == "USER"


def test_a_rule_lets_a_draft_go_unanswered(shop: Shop) -> None:
    rule(shop, {"agreement": "ignores"}, operation=DRAFT)
    agreement = shop.drafted(phoneNumber=AT_ONCE)
    shop.emulator.advance("PT10M")
    assert shop.agreement(agreement)["status"] == "EXPIRED"


def test_the_second_charge_fails_and_recovers_on_a_retry(shop: Shop) -> None:
    agreement = shop.active()
    rule(shop, {"charge": "recovers", "attempts": 3}, operation=CREATE, agreement=agreement, nth=2)
    charges = [shop.charged(agreement, "2030-03-20", 10_000, orderId=f"order-000{number}") for number in (1, 2, 3)]
    shop.emulator.advance("PT62H30M")  # the hour of the first attempt has passed
    assert [shop.status(agreement, each) for each in charges] == ["CHARGED", "DUE", "CHARGED"]
    assert shop.fetch(agreement, charges[1])["failureReason"] == "user_action_required"
    shop.emulator.advance("P2D")
    assert shop.status(agreement, charges[1]) == "CHARGED"


@pytest.mark.parametrize("reason", ["non_technical_error", "technical_error", "charge_amount_too_high"])
def test_a_rule_lets_a_charge_fail_for_each_reason(shop: Shop, reason: str) -> None:
    rule(shop, {"charge": "fails", "reason": reason}, operation=CREATE, amount=10_000)
    told = Told(shop.emulator)
    agreement = shop.active()
    charge = shop.charged(agreement, "2030-03-20", retryDays=0)
    shop.emulator.advance("P3D")
    found = shop.fetch(agreement, charge)
    assert (found["status"], found["failureReason"]) == ("FAILED", reason)
    assert [each["event"] for each in found["history"]] == ["CREATE", "FAIL"]
    assert told.contents[-1]["failureReason"] == reason


def test_a_rule_keeps_a_charge_in_processing(shop: Shop) -> None:
    rule(shop, {"charge": "pending", "for": 7200}, operation=CREATE)
    agreement = shop.active()
    charge = shop.charged(agreement, "2030-03-20")
    shop.emulator.advance("PT63H")
    assert shop.status(agreement, charge) == "PROCESSING"
    shop.emulator.advance("PT2H")
    assert shop.status(agreement, charge) == "CHARGED"


def test_a_rule_declines_an_initial_charge(shop: Shop) -> None:
    rule(shop, {"charge": "fails"}, operation=DRAFT)
    agreement = shop.drafted(initialCharge=INITIAL)
    assert_refused(shop.accept(agreement), 400, "operation-failed")
    assert shop.status(agreement, "first-order") == "FAILED"


def test_an_expired_card_and_a_low_limit_need_the_customer(shop: Shop) -> None:
    phone = "4790000004"
    set_customer(shop.emulator, phone, cards=[{"number": "4925000000000004"}])
    agreement = shop.active(phone)
    charge = shop.charged(agreement, "2030-03-20")
    changes: list[dict[str, Any]] = [
        {"cards": [{"number": "4925000000000004", "expired": True}]},
        {"cards": [{"number": "4925000000000004"}], "payment_limit": 5_000},
    ]
    for fields, passed in zip(changes, ("P3D", "PT12H"), strict=True):
        set_customer(shop.emulator, phone, **fields)
        shop.emulator.advance(passed)
        found = shop.fetch(agreement, charge)
        assert (found["status"], found["failureReason"]) == ("DUE", "user_action_required")
    set_customer(shop.emulator, phone, payment_limit=None)
    shop.emulator.advance("P1D")
    assert shop.status(agreement, charge) == "CHARGED"


def test_who_has_no_card_is_no_customer_of_an_agreement(shop: Shop) -> None:
    agreement = shop.drafted(phoneNumber=NO_CARDS)
    shop.emulator.advance("PT1M")
    assert shop.agreement(agreement)["status"] == "PENDING"


def test_a_rule_takes_the_product_away(shop: Shop) -> None:
    agreement = shop.active()
    rule(shop, {"drop": "recurring"}, operation=CREATE, nth=1)
    assert_refused(shop.charge(agreement), 403, "invalid-sale-unit")
    shop.charged(agreement)
