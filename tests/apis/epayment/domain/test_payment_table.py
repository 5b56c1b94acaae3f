from collections.abc import Callable

import pytest

from mockserver.apis.epayment.domain import payment as rules
from mockserver.apis.epayment.domain.payment import TRANSITIONS, Action, Approval, Change, Decline, Payment, State
from mockserver.core.errors import Code, DomainError, IllegalAction
from mockserver.core.instants import MINUTE
from mockserver.core.money import Market
from mockserver.world.domain.conduct import DeclineReason
from tests.apis.epayment.domain.examples import AT, RESERVE, in_state, nok

APPROVE, DECLINE, ABORT, EXPIRE, CAPTURE, CANCEL, REFUND, RELEASE = Action
CREATED, AUTHORIZED, ABORTED, EXPIRED, TERMINATED = State

EXPECTED: dict[State, dict[Action, State | str | None]] = {
    CREATED: {
        APPROVE: AUTHORIZED,
        DECLINE: CREATED,
        ABORT: ABORTED,
        EXPIRE: EXPIRED,
        CAPTURE: "6080",
        CANCEL: TERMINATED,
        REFUND: "6020",
        RELEASE: None,
    },
    AUTHORIZED: {
        APPROVE: "6230",
        DECLINE: None,
        ABORT: None,
        EXPIRE: None,
        CAPTURE: AUTHORIZED,
        CANCEL: AUTHORIZED,
        REFUND: AUTHORIZED,
        RELEASE: AUTHORIZED,
    },
    ABORTED: {
        APPROVE: "10020",
        DECLINE: None,
        ABORT: None,
        EXPIRE: None,
        CAPTURE: "6200",
        CANCEL: "6050",
        REFUND: "6210",
        RELEASE: None,
    },
    EXPIRED: {
        APPROVE: "10020",
        DECLINE: None,
        ABORT: None,
        EXPIRE: None,
        CAPTURE: "6200",
        CANCEL: "6050",
        REFUND: "6210",
        RELEASE: None,
    },
    TERMINATED: {
        APPROVE: "10020",
        DECLINE: None,
        ABORT: None,
        EXPIRE: None,
        CAPTURE: "6070",
        CANCEL: "6190",
        REFUND: "6210",
        RELEASE: None,
    },
}
"""By hand from the API guide: the next state, an error code, or None where no official call asks."""

PAIRS = [pytest.param(state, action, id=f"{state}-{action}") for state in State for action in Action]
CHANGES = [
    pytest.param(state, action, id=f"{state}-{action}")
    for state in State
    for action in Action
    if isinstance(EXPECTED[state][action], State)
]
LATER = AT + 2 * MINUTE

PERFORM: dict[Action, Callable[[Payment], Change]] = {
    APPROVE: lambda payment: rules.approve(payment, Approval("4712345678"), Market.NO, RESERVE, LATER),
    DECLINE: lambda payment: rules.decline(payment, Decline(DeclineReason.REFUSED_BY_ISSUER)),
    ABORT: rules.abort,
    EXPIRE: rules.expire,
    CAPTURE: lambda payment: rules.capture(payment, nok(1_000), RESERVE, LATER),
    CANCEL: lambda payment: rules.cancel(payment, LATER),
    REFUND: lambda payment: rules.refund(payment, nok(1_000), LATER, magic=False),
    RELEASE: rules.release,
}

EVENT = {
    APPROVE: "AUTHORIZED",
    DECLINE: "AUTHORIZED",
    ABORT: "ABORTED",
    EXPIRE: "EXPIRED",
    CAPTURE: "CAPTURED",
    REFUND: "REFUNDED",
    RELEASE: "CANCELLED",
}


def test_the_table_has_every_pair_and_no_other() -> None:
    assert set(TRANSITIONS) == {(state, action) for state in State for action in Action}


@pytest.mark.parametrize(("state", "action"), PAIRS)
def test_the_table_says_what_the_guide_says(state: State, action: Action) -> None:
    target = TRANSITIONS[state, action]
    assert (target.number if isinstance(target, Code) else target) == EXPECTED[state][action]


@pytest.mark.parametrize(("state", "action"), PAIRS)
def test_every_action_does_in_every_state_what_the_table_says(state: State, action: Action) -> None:
    payment = in_state(state)
    target = EXPECTED[state][action]
    if target is None:
        with pytest.raises(IllegalAction, match=state):
            PERFORM[action](payment)
    elif isinstance(target, State):
        change = PERFORM[action](payment)
        assert change.payment.state is target
        assert len(change.events) == 1
        assert change.refusal is None
    else:
        with pytest.raises(DomainError) as caught:
            PERFORM[action](payment)
        assert caught.value.code.number == target
        assert state in caught.value.detail


@pytest.mark.parametrize(("state", "action"), CHANGES)
def test_every_action_writes_its_event(state: State, action: Action) -> None:
    event = PERFORM[action](in_state(state)).events[0]
    cancelled = "TERMINATED" if state is CREATED else "CANCELLED"
    assert event.name == EVENT.get(action, cancelled)
    assert event.success is (action is not DECLINE)


@pytest.mark.parametrize("state", [ABORTED, EXPIRED, TERMINATED])
def test_nothing_leads_out_of_an_ended_payment(state: State) -> None:
    assert not any(isinstance(TRANSITIONS[state, action], State) for action in Action)
