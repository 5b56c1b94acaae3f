"""What a subscription goes through, from draft to the last refund, over HTTP and on the emulator's clock."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.apis.helpers import configure, set_customer
from tests.apis.recurring.shop import Shop, assert_refused
from tests.apis.recurring.told import Told
from tests.harness import Emulator

INITIAL = {"amount": 10_000, "description": "First", "transactionType": "RESERVE_CAPTURE"}
VARIABLE = {"type": "VARIABLE", "suggestedMaxAmount": 5_000, "currency": "NOK"}
FLEXIBLE = {"type": "FLEXIBLE", "currency": "NOK"}
POOR = "4790000002"


@pytest.fixture
def shop(emulator: Emulator) -> Shop:
    return Shop(emulator)


def rule(shop: Shop, then: dict[str, Any], **when: Any) -> None:
    """A scenario rule that applies from now on."""
    content = {"name": "rule-" + "-".join(map(str, then.values())), "when": when, "then": then}
    answer = shop.emulator.control("POST", "/scenarios", content)
    assert answer.status_code in (200, 201), answer.text


def poor(shop: Shop, **fields: Any) -> None:
    """The customer without money; with ``payment`` it has some again."""
    content = {"payment": "declines", "decline_reason": "insufficient-funds", "payment_delay": 0} | fields
    set_customer(shop.emulator, POOR, **content)


def play(shop: Shop, agreement: str, action: str, **content: Any) -> None:
    answer = shop.emulator.control("POST", f"/agreements/{agreement}/{action}", content)
    assert answer.status_code == 200, answer.text


def test_a_draft_waits_ten_minutes(shop: Shop) -> None:
    told = Told(shop.emulator)
    agreement = shop.drafted()
    shop.emulator.advance("PT9M59S")
    assert shop.agreement(agreement)["status"] == "PENDING"
    shop.emulator.advance("PT1S")
    content = shop.agreement(agreement)
    assert (content["status"], content["start"], content["stop"]) == ("EXPIRED", None, None)
    assert told.names == ["agreement-expired"]
    assert told.contents[0]["actor"] is None
    assert_refused(shop.accept(agreement), 400, "operation-failed")


def test_a_rejected_draft_is_stopped_and_never_started(shop: Shop) -> None:
    told = Told(shop.emulator)
    rule(shop, {"agreement": "rejects"}, operation="DraftAgreementV3")
    answer = shop.draft(initialCharge=INITIAL | {"orderId": "first-order"})
    content = shop.agreement(answer.json()["agreementId"])
    assert (content["status"], content["start"]) == ("STOPPED", None)
    assert content["stop"] is not None
    assert told.names == ["agreement-rejected", "charge-canceled"]
    assert told.contents[0]["actor"] == "USER"
    assert shop.got("/charges/first-order")["status"] == "CANCELLED"


def test_a_reserved_initial_charge_from_end_to_end(shop: Shop) -> None:
    told = Told(shop.emulator)
    answer = shop.draft(initialCharge=INITIAL | {"orderId": "first-order", "externalId": "ext-1"})
    agreement, charge = answer.json()["agreementId"], answer.json()["chargeId"]
    assert charge == "first-order"
    assert shop.status(agreement, charge) == "PENDING"
    assert shop.accept(agreement).status_code == 204
    found = shop.fetch(agreement, charge)
    assert (found["status"], found["type"], found["retryDays"]) == ("RESERVED", "INITIAL", 0)
    assert shop.capture(agreement, charge, 6_000).status_code == 204
    assert shop.status(agreement, charge) == "PARTIALLY_CAPTURED"
    assert shop.cancel(agreement, charge).status_code == 204
    found = shop.fetch(agreement, charge)
    assert found["status"] == "CHARGED"
    assert found["summary"] == {"captured": 6_000, "refunded": 0, "cancelled": 4_000}
    for amount, status in ((2_000, "PARTIALLY_REFUNDED"), (4_000, "REFUNDED")):
        assert shop.refund(agreement, charge, amount).status_code == 204
        assert shop.status(agreement, charge) == status
    content = assert_refused(shop.refund(agreement, charge, 100), 400, "operation-failed")
    assert "REFUNDED" in content["detail"]
    history = [(each["event"], each["amount"]) for each in shop.fetch(agreement, charge)["history"]]
    assert history == [
        ("CREATE", 10_000), ("RESERVE", 10_000), ("CAPTURE", 6_000), ("CANCEL", 4_000), ("REFUND", 2_000),
        ("REFUND", 4_000),
    ]  # fmt: skip
    assert told.names == [
        "charge-reserved", "agreement-activated", "charge-captured", "charge-canceled", "charge-refunded",
        "charge-refunded",
    ]  # fmt: skip
    last = told.contents[-1]
    assert (last["amount"], last["amountCaptured"], last["amountCanceled"], last["amountRefunded"]) == (
        10_000, 6_000, 4_000, 6_000,
    )  # fmt: skip
    assert (last["chargeType"], last["chargeExternalId"]) == ("INITIAL", "ext-1")


def test_a_declined_initial_charge_ends_a_force_accept(shop: Shop) -> None:
    told = Told(shop.emulator)
    initial = INITIAL | {"amount": 151, "transactionType": "DIRECT_CAPTURE"}
    answer = shop.draft(initialCharge=initial)
    agreement, charge = answer.json()["agreementId"], answer.json()["chargeId"]
    assert_refused(shop.accept(agreement), 400, "operation-failed")
    assert shop.agreement(agreement)["status"] == "EXPIRED"
    found = shop.fetch(agreement, charge)
    assert (found["status"], found["failureReason"]) == ("FAILED", "user_action_required")
    assert found["failureDescription"] == "User action required"
    assert told.names == ["agreement-expired", "charge-failed"]


def test_an_initial_charge_whose_result_takes_an_hour(shop: Shop) -> None:
    answer = shop.draft(initialCharge=INITIAL | {"amount": 201})
    agreement, charge = answer.json()["agreementId"], answer.json()["chargeId"]
    assert shop.accept(agreement).status_code == 204
    assert (shop.agreement(agreement)["status"], shop.status(agreement, charge)) == ("PENDING", "PROCESSING")
    assert_refused(shop.cancel(agreement, charge), 409, "conflict")
    shop.emulator.advance("PT59M")
    assert shop.agreement(agreement)["status"] == "PENDING"
    shop.emulator.advance("PT1M")
    assert (shop.agreement(agreement)["status"], shop.status(agreement, charge)) == ("ACTIVE", "RESERVED")


def test_a_charge_is_due_tomorrow_at_the_earliest_and_in_two_years_at_the_latest(shop: Shop) -> None:
    agreement = shop.active(pricing=FLEXIBLE)
    assert_refused(shop.charge(agreement, "2030-03-17"), 400, "charge-due-too-soon", due="2030-03-18")
    shop.charged(agreement, "2030-03-18")
    shop.charged(agreement, "2032-03-17")
    assert_refused(shop.charge(agreement, "2032-03-18"), 400, "charge-due-in-too-long", due="2032-03-17")
    assert_refused(shop.charge(agreement, "18.03.2030"), 400, "validation-error", due="YYYY-MM-DD")


def test_a_charge_is_shown_when_less_than_thirty_days_are_left(shop: Shop) -> None:
    agreement = shop.active()
    charge = shop.charged(agreement, "2030-04-17")
    found = shop.fetch(agreement, charge)
    assert (found["status"], found["transactionId"], found["due"]) == ("PENDING", None, "2030-04-17T00:00:00Z")
    shop.emulator.advance("P2D")
    found = shop.fetch(agreement, charge)
    assert found["status"] == "DUE"
    assert len(found["transactionId"]) == 10


def test_a_charge_is_tried_until_the_last_hour_of_its_days(shop: Shop) -> None:
    told = Told(shop.emulator)
    poor(shop)
    agreement = shop.active(POOR)
    charge = shop.charged(agreement, "2030-03-20", retryDays=2)
    shop.emulator.control("POST", "/clock/set", {"at": "2030-03-20T07:59:59Z"})
    shop.emulator._tokens.clear()
    assert shop.fetch(agreement, charge)["failureReason"] is None
    shop.emulator.advance("PT1S")
    found = shop.fetch(agreement, charge)
    assert (found["status"], found["failureReason"]) == ("DUE", "user_action_required")
    shop.emulator.advance("P2DT7H59M59S")
    assert shop.status(agreement, charge) == "DUE"
    shop.emulator.advance("PT1S")
    assert shop.status(agreement, charge) == "FAILED"
    assert told.names == ["agreement-activated", "charge-failed"]
    assert told.contents[-1]["failureReason"] == "user_action_required"
    assert "failureCode" not in told.contents[-1]


def test_who_has_money_again_is_charged_at_the_next_hour(shop: Shop) -> None:
    poor(shop)
    agreement = shop.active(POOR)
    charge = shop.charged(agreement, "2030-03-20", retryDays=2)
    shop.emulator.advance("P3D")
    assert shop.fetch(agreement, charge)["failureReason"] == "user_action_required"
    poor(shop, payment="by-hand")
    shop.emulator.advance("PT24H")
    found = shop.fetch(agreement, charge)
    assert (found["status"], found["failureReason"], found["failureDescription"]) == ("CHARGED", None, None)
    assert [each["event"] for each in found["history"]] == ["CREATE", "CAPTURE"]


@pytest.mark.parametrize(("msn", "at"), [("223456", "2030-03-20T02:00:00Z"), ("323456", "2030-03-20T01:00:00Z")])
def test_danes_and_finns_are_charged_at_three(emulator: Emulator, msn: str, at: str) -> None:
    shop = Shop(emulator, msn)
    agreement = shop.active()
    charge = shop.charged(agreement, "2030-03-20")
    shop.emulator.advance("P4D")
    taken = shop.fetch(agreement, charge)["history"][-1]
    assert (taken["event"], taken["occurred"][:19]) == ("CAPTURE", at[:19])
    assert taken["idempotencyKey"] == f"{charge}-{agreement}-ProcessPayment"


def test_the_charges_of_one_month_are_five_prices_at_most(shop: Shop, start: Callable[..., Emulator]) -> None:
    agreement = shop.active()
    shop.charged(agreement, "2030-03-20", 30_000)
    second = shop.charged(agreement, "2030-03-31", 20_000)
    assert_refused(shop.charge(agreement, "2030-03-25", 100), 400, "charge-amount-too-high", amount="50000")
    shop.charged(agreement, "2030-04-01", 50_000)
    assert shop.cancel(agreement, second).status_code == 204
    shop.charged(agreement, "2030-03-25", 20_000)
    open_ended = Shop(start(interval_ceiling=False))
    agreement = open_ended.active()
    open_ended.charged(agreement, "2030-03-20", 60_000)


def test_a_charge_above_the_customers_maximum_waits_until_it_is_raised(shop: Shop) -> None:
    rule(shop, {"agreement": "accepts", "maximum": 2_000}, operation="DraftAgreementV3")
    agreement = shop.drafted(pricing=VARIABLE, phoneNumber=shop.customer)
    assert shop.agreement(agreement)["pricing"]["maxAmount"] == 2_000
    charge = shop.charged(agreement, "2030-03-20", 4_000)
    shop.emulator.advance("P3D")
    found = shop.fetch(agreement, charge)
    assert (found["status"], found["failureReason"]) == ("DUE", "charge_amount_too_high")
    play(shop, agreement, "maximum", maximum=4_000)
    shop.emulator.advance("PT24H")
    assert shop.status(agreement, charge) == "CHARGED"
    assert_refused(shop.charge(agreement, "2030-04-20", 5_001), 400, "charge-amount-too-high")


def three_charges(shop: Shop) -> tuple[str, list[str]]:
    """An agreement with a charge that is RESERVED, one that is DUE, and one that is PENDING."""
    agreement = shop.active(initialCharge=INITIAL | {"orderId": "first-order"})
    return agreement, ["first-order", shop.charged(agreement, "2030-03-20"), shop.charged(agreement, "2030-06-20")]


def test_a_merchants_stop_cancels_all_that_is_open(shop: Shop) -> None:
    agreement, charges = three_charges(shop)
    assert [shop.status(agreement, each) for each in charges] == ["RESERVED", "DUE", "PENDING"]
    told = Told(shop.emulator)
    assert shop.patch(agreement, status="STOPPED").status_code == 204
    assert shop.agreement(agreement)["stop"] is not None
    assert [shop.status(agreement, each) for each in charges] == ["CANCELLED"] * 3
    assert told.names == ["agreement-stopped", "charge-canceled", "charge-canceled", "charge-canceled"]
    assert told.contents[0]["actor"] == "MERCHANT"
    assert_refused(shop.charge(agreement, "2030-03-20"), 400, "charge-creation-failed")


def test_a_customers_stop_leaves_what_is_reserved(shop: Shop) -> None:
    agreement, charges = three_charges(shop)
    told = Told(shop.emulator)
    play(shop, agreement, "stop", by="USER")
    assert [shop.status(agreement, each) for each in charges] == ["RESERVED", "CANCELLED", "CANCELLED"]
    assert told.contents[0]["actor"] == "USER"
    assert shop.capture(agreement, charges[0], 10_000).status_code == 204
    assert shop.refund(agreement, charges[0], 10_000).status_code == 204


def test_a_deleted_profile_stops_all_agreements_of_the_customer(shop: Shop) -> None:
    set_customer(shop.emulator, POOR)
    mine, others = [shop.active(POOR) for _ in range(2)], shop.active()
    told = Told(shop.emulator)
    set_customer(shop.emulator, POOR, active=False)
    assert [shop.agreement(each)["status"] for each in [*mine, others]] == ["STOPPED", "STOPPED", "ACTIVE"]
    assert [each["actor"] for each in told.contents] == ["ADMIN", "ADMIN"]


def test_an_order_id_is_used_once_in_a_unit(shop: Shop) -> None:
    agreement = shop.active(pricing=FLEXIBLE)
    assert shop.charged(agreement, orderId="order-0001") == "order-0001"
    assert_refused(shop.charge(agreement, orderId="order-0001"), 409, "conflict", orderId="already in use")
    assert shop.charged(agreement, orderId="Order-0001") == "Order-0001"
    other = Shop(shop.emulator, "223456")
    assert other.charged(other.active(), orderId="order-0001") == "order-0001"


def test_the_same_key_and_body_make_one_charge(shop: Shop) -> None:
    agreement = shop.active()
    body = {"amount": 10_000, "description": "Tea", "transactionType": "DIRECT_CAPTURE", "due": "2030-04-01"}
    path = f"/agreements/{agreement}/charges"
    first, again = (shop.call("POST", path, body | {"retryDays": 1}, key="one") for _ in range(2))
    assert first.json() == again.json()
    assert len(shop.got(path)) == 1
    assert_refused(shop.call("POST", path, body | {"retryDays": 2}, key="one"), 409, "idempotency-conflict")


def test_one_key_may_stand_for_a_create_a_capture_and_a_cancel(shop: Shop) -> None:
    agreement = shop.active(initialCharge=INITIAL | {"orderId": "first-order"})
    path = f"/agreements/{agreement}/charges/first-order"
    whole = {"amount": 6_000, "currency": "NOK", "due": "2030-04-01", "id": "first-order"}
    assert shop.call("POST", f"{path}/capture", whole, key="same").status_code == 204
    assert shop.call("DELETE", path, [], key="same").status_code == 204
    assert shop.status(agreement, "first-order") == "CHARGED"


def test_unscheduled_charges_need_a_permission(shop: Shop) -> None:
    told = Told(shop.emulator)
    agreement = shop.active(pricing=FLEXIBLE)
    fields: dict[str, Any] = {"type": "UNSCHEDULED", "retryDays": None}
    content = assert_refused(shop.charge(agreement, None, **fields), 400, "unsupported-feature")
    assert content["detail"] == "Cannot create a charge with type 'UNSCHEDULED'"
    configure(shop.emulator, "123456", unscheduled_charges_allowed=True)
    found = shop.fetch(agreement, shop.charged(agreement, None, **fields))
    assert (found["status"], found["type"], found["retryDays"]) == ("CHARGED", "UNSCHEDULED", 0)
    assert told.contents[-1]["chargeType"] == "UNSCHEDULED"
    failed = shop.charged(agreement, None, 151, **fields)
    assert shop.status(agreement, failed) == "FAILED"
    shop.emulator.advance("P14D")
    assert shop.status(agreement, failed) == "FAILED"
    for wrong in ({"due": "2030-04-01"}, {"processingMode": "SINGLE_ATTEMPT"}, {"retryDays": 1}):
        assert_refused(shop.charge(agreement, **{"due": None} | fields | wrong), 400, "validation-error")


@pytest.mark.parametrize(("msn", "days"), [("123456", 180), ("223456", 14)])
def test_what_is_not_captured_in_time_is_released(emulator: Emulator, msn: str, days: int) -> None:
    shop = Shop(emulator, msn)
    whole = shop.active(initialCharge=INITIAL | {"orderId": "first-order"})
    part = shop.active(initialCharge=INITIAL | {"orderId": "second-order"})
    assert shop.capture(part, "second-order", 4_000).status_code == 204
    told = Told(emulator, msn)
    emulator.advance(f"P{days - 1}DT23H59M59S")
    assert shop.status(whole, "first-order") == "RESERVED"
    emulator.advance("PT1S")
    assert (shop.status(whole, "first-order"), shop.status(part, "second-order")) == ("CANCELLED", "CHARGED")
    assert told.names == ["charge-canceled"] * 2
    content = assert_refused(shop.capture(whole, "first-order", 10_000), 400, "charge-capture-failed")
    assert "CANCELLED" in content["detail"]
    assert_refused(shop.cancel(whole, "first-order"), 400, "cancel-charge-failed")


def test_a_late_capture_is_a_permission(emulator: Emulator) -> None:
    configure(emulator, "223456", late_capture_allowed=True)
    shop = Shop(emulator, "223456")
    agreement = shop.active(initialCharge=INITIAL | {"orderId": "first-order"})
    emulator.advance("P15D")
    assert shop.capture(agreement, "first-order", 10_000).status_code == 204


def test_a_double_capture_is_refused_in_the_documented_words(shop: Shop) -> None:
    agreement = shop.active(initialCharge=INITIAL | {"orderId": "first-order"})
    assert shop.capture(agreement, "first-order", 10_000).status_code == 204
    content = assert_refused(shop.capture(agreement, "first-order", 10_000), 400, "charge-capture-failed")
    assert "higher than the remaining capturable amount" in content["detail"]
    assert "CHARGED" in content["detail"]


def test_scopes_are_refused_or_shared_as_a_whole(shop: Shop) -> None:
    set_customer(shop.emulator, POOR, payment="no-consent")
    refused = shop.drafted(scope="name", phoneNumber=POOR)
    assert shop.agreement(refused)["status"] == "STOPPED"
    assert shop.agreement(refused)["sub"] is None
    plain = shop.drafted(phoneNumber=POOR)
    assert shop.agreement(plain)["status"] == "ACTIVE"


def test_who_is_below_eighteen_lets_the_draft_expire(shop: Shop) -> None:
    told = Told(shop.emulator)
    set_customer(shop.emulator, POOR, birth_date="2013-01-01")
    agreement = shop.drafted()
    assert_refused(shop.accept(agreement, POOR), 400, "operation-failed")
    assert shop.agreement(agreement)["status"] == "EXPIRED"
    assert told.names == ["agreement-expired"]


def test_a_year_of_a_subscription_is_played_in_order(shop: Shop) -> None:
    told = Told(shop.emulator)
    agreement = shop.active()
    for month in range(12):
        shop.charged(
            agreement, f"{2030 + (month + 3) // 12}-{(month + 3) % 12 + 1:02d}-01", orderId=f"month-{month:04d}"
        )
    shop.emulator.advance("P1Y")
    assert told.names == ["agreement-activated"] + ["charge-captured"] * 12
    assert [each["chargeId"] for each in told.contents[1:]] == [f"month-{month:04d}" for month in range(12)]
    occurred = [each["occurred"] for each in told.contents]
    assert occurred == sorted(occurred)
