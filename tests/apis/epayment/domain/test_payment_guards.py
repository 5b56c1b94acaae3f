import pytest

from mockserver.apis.epayment.domain import payment as rules
from mockserver.apis.epayment.domain.payment import Approval, Decline, Event, EventName, Payment, State
from mockserver.core.errors import Code, DomainError
from mockserver.core.instants import DAY, HOUR, MINUTE
from mockserver.core.money import Amount, Currency, Market
from mockserver.world.domain.conduct import DeclineReason
from mockserver.world.domain.customer import CardKind
from mockserver.world.domain.merchant import Configuration
from tests.apis.epayment.domain.examples import (
    AT,
    DIRECT,
    FULL_ONLY,
    RESERVE,
    authorized,
    captured,
    created,
    nok,
    refuses,
)

RESERVED = AT + MINUTE
"""When the examples were approved."""
LATE = Configuration(late_capture_allowed=True)


def half_cancelled() -> Payment:
    return rules.cancel(captured(4_000), RESERVED).payment


def cancelled() -> Payment:
    return rules.cancel(authorized(), RESERVED).payment


def processing() -> Payment:
    return rules.approve_later(created(), Approval("4712345678"), RESERVED).payment


@pytest.mark.parametrize("value", [1, 9_999, 10_000])
def test_capture_takes_any_part(value: int) -> None:
    change = rules.capture(authorized(), nok(value), RESERVE, RESERVED)
    assert (change.payment.captured, change.payment.uncaptured) == (value, 10_000 - value)
    assert [(event.name, event.amount) for event in change.events] == [(EventName.CAPTURED, value)]


def test_captures_add_up_to_what_was_authorized() -> None:
    payment = authorized()
    for _ in range(4):
        payment = rules.capture(payment, nok(2_500), RESERVE, RESERVED).payment
    assert payment.captured == 10_000
    assert payment.state is State.AUTHORIZED


@pytest.mark.parametrize("before", [0, 4_000])
def test_capture_of_more_than_is_left_is_6090(before: int) -> None:
    payment = captured(before) if before else authorized()
    with refuses(Code.CAPTURE_TOO_HIGH):
        rules.capture(payment, nok(10_001 - before), RESERVE, RESERVED)


@pytest.mark.parametrize("value", [1, 20_000])
def test_capture_of_a_captured_payment_is_6170(value: int) -> None:
    with refuses(Code.ALREADY_CAPTURED):
        rules.capture(captured(10_000), nok(value), RESERVE, RESERVED)


@pytest.mark.parametrize("payment", [cancelled(), half_cancelled()], ids=["whole", "rest"])
def test_capture_of_cancelled_money_is_6070(payment: Payment) -> None:
    with refuses(Code.CANNOT_CAPTURE_CANCELLED):
        rules.capture(payment, nok(1), RESERVE, RESERVED)


def test_capture_in_parts_is_6140_where_the_unit_may_not() -> None:
    with refuses(Code.MUST_CAPTURE_FULL):
        rules.capture(authorized(), nok(9_999), FULL_ONLY, RESERVED)
    assert rules.capture(authorized(), nok(10_000), FULL_ONLY, RESERVED).payment.captured == 10_000


def test_capture_of_too_much_is_6090_before_it_is_6140() -> None:
    with refuses(Code.CAPTURE_TOO_HIGH):
        rules.capture(authorized(), nok(10_001), FULL_ONLY, RESERVED)


@pytest.mark.parametrize("action", ["capture", "refund"])
@pytest.mark.parametrize("amount", [nok(0), nok(-1), Amount(Currency.EUR, 100)], ids=str)
def test_amounts_that_are_nothing_or_foreign_are_4040(action: str, amount: Amount) -> None:
    with refuses(Code.INVALID_AMOUNT):
        if action == "capture":
            rules.capture(captured(5_000), amount, RESERVE, RESERVED)
        else:
            rules.refund(captured(5_000), amount, RESERVED, magic=False)


def test_cancel_releases_the_whole_rest() -> None:
    change = rules.cancel(captured(4_000), RESERVED)
    assert (change.payment.captured, change.payment.cancelled, change.payment.uncaptured) == (4_000, 6_000, 0)
    assert [(event.name, event.amount) for event in change.events] == [(EventName.CANCELLED, 6_000)]


def test_cancel_before_approval_terminates_even_when_only_the_transaction_is_meant() -> None:
    change = rules.cancel(created(), AT, transaction_only=True)
    assert change.payment.state is State.TERMINATED
    assert [(event.name, event.amount) for event in change.events] == [(EventName.TERMINATED, 10_000)]


@pytest.mark.parametrize("payment", [authorized(), captured(4_000), captured(10_000)], ids=["none", "part", "all"])
def test_cancel_of_the_transaction_only_is_6060_once_authorized(payment: Payment) -> None:
    with refuses(Code.CANNOT_CANCEL_AUTHORIZED):
        rules.cancel(payment, RESERVED, transaction_only=True)


def test_cancel_of_a_captured_payment_is_6040() -> None:
    with refuses(Code.CANNOT_CANCEL_CAPTURED):
        rules.cancel(captured(10_000), RESERVED)


@pytest.mark.parametrize("payment", [cancelled(), half_cancelled()], ids=["whole", "rest"])
def test_cancel_with_nothing_left_is_6190(payment: Payment) -> None:
    with refuses(Code.CANNOT_BE_CANCELLED):
        rules.cancel(payment, RESERVED)


def test_refunds_add_up_to_what_was_captured() -> None:
    payment = captured(4_000)
    payment = rules.refund(payment, nok(1_500), RESERVED, magic=False).payment
    change = rules.refund(payment, nok(2_500), RESERVED, magic=False)
    assert (change.payment.refunded, change.payment.refundable) == (4_000, 0)
    assert [(event.name, event.amount) for event in change.events] == [(EventName.REFUNDED, 2_500)]


@pytest.mark.parametrize("payment", [authorized(), captured(4_000)], ids=["none", "part"])
def test_refund_of_more_than_is_captured_is_6150(payment: Payment) -> None:
    with refuses(Code.NOT_ENOUGH_REFUNDABLE):
        rules.refund(payment, nok(payment.captured + 1), RESERVED, magic=False)


def test_refund_of_a_refunded_payment_is_6180() -> None:
    payment = rules.refund(captured(4_000), nok(4_000), RESERVED, magic=False).payment
    with refuses(Code.ALREADY_REFUNDED):
        rules.refund(payment, nok(1), RESERVED, magic=False)


def test_refund_goes_on_after_another_capture() -> None:
    payment = rules.refund(captured(4_000), nok(4_000), RESERVED, magic=False).payment
    payment = rules.capture(payment, nok(1_000), RESERVE, RESERVED).payment
    assert rules.refund(payment, nok(1_000), RESERVED, magic=False).payment.refunded == 5_000


def test_refund_is_6220_from_365_days_after_the_approval_however_late_the_capture() -> None:
    late, end = RESERVED + 100 * DAY, RESERVED + 365 * DAY
    payment = rules.capture(authorized(), nok(4_000), RESERVE, late).payment
    assert rules.refund(payment, nok(1), end - 1, magic=False).payment.refunded == 1
    with refuses(Code.REFUND_PERIOD_EXPIRED):
        rules.refund(payment, nok(1), end, magic=False)


@pytest.mark.parametrize(("value", "code"), [(123, "5100"), (124, "6220")])
def test_magic_refunds_fail_as_an_event(value: int, code: str) -> None:
    payment = captured(4_000)
    change = rules.refund(payment, nok(value), RESERVED, magic=True)
    assert change.payment == payment
    assert change.refusal is not None
    assert change.refusal.code.number == code
    assert [(event.name, event.amount, event.success) for event in change.events] == [
        (EventName.REFUNDED, value, False)
    ]


@pytest.mark.parametrize("value", [123, 124])
def test_magic_refunds_are_plain_ones_in_production(value: int) -> None:
    assert rules.refund(captured(4_000), nok(value), RESERVED, magic=False).payment.refunded == value


def test_a_magic_refund_of_more_than_is_captured_is_6150() -> None:
    with refuses(Code.NOT_ENOUGH_REFUNDABLE):
        rules.refund(captured(100), nok(123), RESERVED, magic=True)


@pytest.mark.parametrize(
    ("market", "configuration", "days"),
    [
        (Market.NO, RESERVE, 180),
        (Market.SE, RESERVE, 180),
        (Market.DK, RESERVE, 14),
        (Market.FI, RESERVE, 14),
        (Market.DK, LATE, 180),
        (Market.FI, LATE, 180),
        (Market.NO, LATE, 180),
    ],
)
def test_capture_and_cancel_end_at_the_deadline_of_market_and_unit(
    market: Market, configuration: Configuration, days: int
) -> None:
    payment, end = authorized(configuration=configuration, market=market), RESERVED + days * DAY
    assert payment.capture_deadline == end
    assert rules.capture(payment, nok(1), RESERVE, end - 1).payment.captured == 1
    assert rules.cancel(payment, end - 1).payment.cancelled == 10_000
    with refuses(Code.CAPTURE_PERIOD_EXPIRED):
        rules.capture(payment, nok(1), RESERVE, end)
    with refuses(Code.CANCEL_PERIOD_EXPIRED):
        rules.cancel(payment, end)


def test_after_the_deadline_a_released_payment_says_so() -> None:
    payment = rules.release(captured(4_000)).payment
    assert payment.capture_deadline is not None
    with refuses(Code.CAPTURE_PERIOD_EXPIRED):
        rules.capture(payment, nok(1), RESERVE, payment.capture_deadline)
    with refuses(Code.CANCEL_PERIOD_EXPIRED):
        rules.cancel(payment, payment.capture_deadline)


def test_release_gives_back_what_is_not_captured() -> None:
    change = rules.release(captured(4_000))
    assert (change.payment.cancelled, change.payment.uncaptured) == (6_000, 0)
    assert [(event.name, event.amount) for event in change.events] == [(EventName.CANCELLED, 6_000)]


@pytest.mark.parametrize(
    ("kind", "days"), [(CardKind.VISA, 7), (CardKind.MASTERCARD, 30), (CardKind.BANKAXEPT, 7)], ids=str
)
def test_a_capture_is_guaranteed_by_the_scheme_of_the_card(kind: CardKind, days: int) -> None:
    approval = Approval("4712345678", card_kind=kind)
    payment = rules.approve(created(), approval, Market.NO, RESERVE, RESERVED).payment
    assert payment.capture_guaranteed_until == RESERVED + days * DAY


@pytest.mark.parametrize(("late", "days"), [(False, 14), (True, 30)])
def test_nothing_is_guaranteed_longer_than_it_can_be_captured(late: bool, days: int) -> None:
    approval = Approval("4512345678", card_kind=CardKind.MASTERCARD)
    unit = Configuration(late_capture_allowed=late)
    payment = rules.approve(created(), approval, Market.DK, unit, RESERVED).payment
    assert payment.capture_guaranteed_until == RESERVED + days * DAY


def test_nothing_is_guaranteed_before_approval() -> None:
    assert created().capture_guaranteed_until is None
    assert processing().capture_guaranteed_until is None


def test_a_payment_waits_ten_minutes_or_until_it_was_told() -> None:
    assert created().expires_at == AT + 10 * MINUTE
    assert created(expires_at=AT + DAY).expires_at == AT + DAY


def test_approval_reserves_the_amount_with_shipping() -> None:
    approval = Approval("4712345678", shipping_cost=4_900)
    change = rules.approve(created(), approval, Market.NO, RESERVE, RESERVED)
    assert (change.payment.authorized, change.payment.captured, change.payment.amount) == (14_900, 0, 10_000)
    assert change.payment.authorized_at == RESERVED
    assert [(event.name, event.amount) for event in change.events] == [(EventName.AUTHORIZED, 14_900)]


def test_direct_capture_does_not_exist_for_epayments() -> None:
    assert rules.approve(created(), Approval("4712345678"), Market.NO, DIRECT, RESERVED).payment.captured == 0


def test_an_unknown_result_shows_nothing_for_an_hour() -> None:
    change = rules.approve_later(created(), Approval("4712345678"), RESERVED)
    assert change.events == ()
    assert (change.payment.state, change.payment.authorized) == (State.CREATED, 0)
    assert change.payment.processing_until == RESERVED + HOUR


def test_cancel_is_6250_while_the_result_is_unknown() -> None:
    with refuses(Code.CANNOT_CANCEL_PROCESSING):
        rules.cancel(processing(), RESERVED)


def test_other_actions_can_be_refused_with_6160_while_the_result_is_unknown() -> None:
    with refuses(Code.ORDER_PROCESSING):
        rules.check_not_processing(processing(), Code.ORDER_PROCESSING)
    rules.check_not_processing(created(), Code.ORDER_PROCESSING)
    rules.check_not_processing(authorized()._replace(processing_until=1), Code.ORDER_PROCESSING)


def test_a_known_result_ends_the_processing() -> None:
    payment = rules.approve(processing(), Approval("4712345678"), Market.NO, RESERVE, RESERVED + HOUR).payment
    assert payment.processing_until is None
    assert payment.state is State.AUTHORIZED


def test_a_decline_leaves_the_payment_as_it_was() -> None:
    payment = created()
    why = Decline(DeclineReason.SUSPECTED_FRAUD, "4712345678")
    change = rules.decline(payment, why)
    assert change.payment == payment
    assert change.events == (Event(EventName.AUTHORIZED, 10_000, success=False, decline=why),)


def test_a_payment_that_its_merchant_ends_early_is_cancelled_as_a_whole() -> None:
    ended = rules.cancel(created(), RESERVED).payment
    assert (ended.called_off, ended.cancelled, ended.authorized) == (10_000, 0, 0)
    assert [rules.abort(created()).payment.called_off, rules.expire(created()).payment.called_off] == [0, 0]
    assert half_cancelled().called_off == 6_000


def test_each_refusal_of_an_amount_names_its_field() -> None:
    with pytest.raises(DomainError) as wrong_currency:
        rules.capture(authorized(), Amount(Currency.EUR, 1), RESERVE, RESERVED)
    assert wrong_currency.value.field == "modificationAmount.currency"
    with pytest.raises(DomainError) as too_high:
        rules.refund(captured(1), nok(2), RESERVED, magic=False)
    assert too_high.value.field == "modificationAmount.value"
