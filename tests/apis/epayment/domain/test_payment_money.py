"""Money invariants over random histories of the pure functions."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.apis.epayment.domain import payment as rules
from mockserver.apis.epayment.domain.payment import (
    TRANSITIONS,
    Action,
    Approval,
    Change,
    Decline,
    Event,
    EventName,
    Payment,
    State,
)
from mockserver.core.errors import DomainError, IllegalAction
from mockserver.core.instants import DAY
from mockserver.core.money import Amount, Currency, Market
from mockserver.world.domain.conduct import DeclineReason
from mockserver.world.domain.merchant import CaptureType, Configuration
from tests.apis.epayment.domain.examples import AT, nok, terms


@dataclass(frozen=True)
class Step:
    action: Action
    value: int
    currency: Currency
    wait: int
    flag: bool


STEPS = st.builds(
    Step,
    action=st.sampled_from([*Action, Action.APPROVE, Action.CAPTURE, Action.CAPTURE, Action.REFUND]),
    value=st.one_of(st.integers(-5, 12_000), st.sampled_from([123, 124, 10_000])),
    currency=st.sampled_from([Currency.NOK] * 9 + [Currency.EUR]),
    wait=st.one_of(st.just(0), st.integers(0, 20 * DAY)),
    flag=st.booleans(),
)
CONFIGURATIONS = st.builds(
    Configuration,
    capture_type=st.sampled_from([CaptureType.RESERVE, CaptureType.RESERVE, CaptureType.DIRECT]),
    partial_capture_allowed=st.booleans(),
    late_capture_allowed=st.booleans(),
)


def perform(payment: Payment, step: Step, market: Market, configuration: Configuration, at: int) -> Change:
    amount = Amount(step.currency, step.value)
    approval = Approval("4712345678", shipping_cost=abs(step.value) if step.flag else 0)
    actions: dict[Action, Callable[[], Change]] = {
        Action.APPROVE: lambda: rules.approve(payment, approval, market, configuration, at),
        Action.DECLINE: lambda: rules.decline(payment, Decline(DeclineReason.REFUSED_BY_ISSUER)),
        Action.ABORT: lambda: rules.abort(payment),
        Action.EXPIRE: lambda: rules.expire(payment),
        Action.CAPTURE: lambda: rules.capture(payment, amount, configuration, at),
        Action.CANCEL: lambda: rules.cancel(payment, at, transaction_only=step.flag),
        Action.REFUND: lambda: rules.refund(payment, amount, at, magic=step.flag),
        Action.RELEASE: lambda: rules.release(payment),
    }
    return actions[step.action]()


def check_money(payment: Payment, log: list[Event]) -> None:
    assert min(payment.authorized, payment.captured, payment.refunded, payment.cancelled) >= 0
    assert payment.captured + payment.cancelled <= payment.authorized
    assert payment.refunded <= payment.captured
    assert payment.uncaptured >= 0
    assert payment.refundable >= 0
    if payment.state is not State.AUTHORIZED:
        assert payment.authorized == 0
    sums: Counter[EventName] = Counter()
    for event in log:
        if event.success:
            sums[event.name] += event.amount
    assert sums[EventName.AUTHORIZED] == payment.authorized
    assert sums[EventName.CAPTURED] == payment.captured
    assert sums[EventName.REFUNDED] == payment.refunded
    assert sums[EventName.CANCELLED] == payment.cancelled


@settings(max_examples=150, deadline=None)
@given(
    steps=st.lists(STEPS, max_size=15),
    market=st.sampled_from(Market),
    configuration=CONFIGURATIONS,
)
def test_no_history_makes_or_loses_money(steps: list[Step], market: Market, configuration: Configuration) -> None:
    change = rules.create(terms(amount=nok(10_000)), "123456", "1" * 18, "secret", AT)
    payment, log, at = change.payment, list(change.events), AT
    for step in steps:
        at += step.wait
        try:
            change = perform(payment, step, market, configuration, at)
        except (DomainError, IllegalAction):
            continue
        target = TRANSITIONS[payment.state, step.action]
        assert change.payment.state is target
        if change.refusal is not None:
            assert change.payment == payment
            assert not any(event.success for event in change.events)
        assert change.payment.currency == payment.currency
        assert change.payment.captured >= payment.captured
        assert change.payment.refunded >= payment.refunded
        assert change.payment.cancelled >= payment.cancelled
        payment = change.payment
        log += change.events
        check_money(payment, log)


@settings(max_examples=60, deadline=None)
@given(parts=st.lists(st.integers(1, 4_000), min_size=1, max_size=12))
def test_captures_in_any_parts_stop_at_what_was_authorized(parts: list[int]) -> None:
    payment = rules.approve(
        rules.create(terms(amount=nok(10_000)), "123456", "1" * 18, "secret", AT).payment,
        Approval("4712345678"),
        Market.NO,
        Configuration(),
        AT,
    ).payment
    taken = 0
    for part in parts:
        if taken + part <= 10_000:
            payment = rules.capture(payment, nok(part), Configuration(), AT).payment
            taken += part
        else:
            with pytest.raises(DomainError):
                rules.capture(payment, nok(part), Configuration(), AT)
    assert payment.captured == taken
    assert rules.release(payment).payment.cancelled == 10_000 - taken
