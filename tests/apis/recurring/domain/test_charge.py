"""The charge state machine: every pair of state and action, and every amount."""

import datetime
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mockserver.apis.recurring.domain import charge as rules
from mockserver.apis.recurring.domain.charge import Action, Charge, FailureReason, State, TransactionType, Type
from mockserver.core.errors import IllegalAction, NamedRefusal
from mockserver.core.instants import DAY
from mockserver.core.money import Currency, Market

AT = 1_900_000_000_000
NEW = Charge(
    "chr-1", "123456", 1, "agr_1", 10_000, Currency.NOK, "Tea", Type.RECURRING, TransactionType.RESERVE,
    datetime.date(2030, 4, 1), 2, State.DUE, AT, next_attempt=AT,
)  # fmt: skip
HELD = rules.succeed(NEW, Market.NO, "1234567890", AT, late=False).charge
REASON = FailureReason.USER_ACTION_REQUIRED


def in_state(state: State) -> Charge:
    return replace(HELD if state not in rules.OPEN else NEW, state=state)


def do(charge: Charge, action: Action) -> Charge:
    match action:
        case Action.SHOW:
            return rules.show(charge, "1234567890", Market.NO, AT).charge
        case Action.PROCESS:
            return rules.process(charge, AT + 1, "1234567890").charge
        case Action.SUCCEED:
            return rules.succeed(charge, Market.NO, "1234567890", AT, late=False).charge
        case Action.FAIL:
            return rules.give_up(charge, REASON).charge
        case Action.CAPTURE:
            return rules.capture(charge, charge.remaining or 1, AT).charge
        case Action.CANCEL:
            return rules.cancel(charge, AT).charge
        case Action.REFUND:
            return rules.refund(replace(charge, captured=100, captured_at=AT), 100, AT, magic=False).charge
        case Action.RELEASE:
            return rules.release(charge).charge
        case Action.STOP:
            return rules.stop(charge).charge


@pytest.mark.parametrize(("state", "action"), [*product(State, Action)])
def test_every_action_leads_where_the_table_says_or_is_refused(state: State, action: Action) -> None:
    allowed = rules.TRANSITIONS.get((state, action))
    if allowed is None:
        with pytest.raises((IllegalAction, NamedRefusal)):
            do(in_state(state), action)
    else:
        assert do(in_state(state), action).state in allowed


@pytest.mark.parametrize("state", State)
def test_refusals_of_all_three_name_the_state(state: State) -> None:
    for action in (Action.CAPTURE, Action.CANCEL, Action.REFUND):
        if (state, action) not in rules.TRANSITIONS:
            with pytest.raises(NamedRefusal, match=state):
                do(in_state(state), action)


def test_direct_capture_is_charged_at_once() -> None:
    change = rules.succeed(
        replace(NEW, transaction_type=TransactionType.DIRECT), Market.NO, "1234567890", AT, late=False
    )
    assert (change.charge.state, change.charge.captured) == (State.CHARGED, 10_000)
    assert [each.name for each in change.events] == ["CAPTURE"]


def test_a_success_forgets_the_failure() -> None:
    failed = rules.fail(NEW, REASON, Market.NO, AT).charge
    assert (failed.state, failed.failure, failed.attempts) == (State.DUE, REASON, 1)
    assert rules.succeed(failed, Market.NO, "1", AT, late=False).charge.failure is None


@pytest.mark.parametrize(("market", "late", "days"), [("NO", False, 180), ("DK", False, 14), ("FI", True, 180)])
def test_deadlines_by_market(market: str, late: bool, days: int) -> None:
    held = rules.succeed(NEW, Market(market), "1", AT, late=late).charge
    assert held.deadline == AT + days * DAY
    with pytest.raises(NamedRefusal, match="RESERVED"):
        rules.capture(held, 1, AT + days * DAY)
    with pytest.raises(NamedRefusal, match="RESERVED"):
        rules.cancel(held, AT + days * DAY)


def test_too_much_is_said_in_the_words_that_clients_look_for() -> None:
    with pytest.raises(NamedRefusal, match="higher than the remaining capturable amount"):
        rules.capture(HELD, 10_001, AT)
    whole = rules.capture(HELD, 10_000, AT).charge
    with pytest.raises(NamedRefusal, match=r"CHARGED.*higher than the remaining capturable amount"):
        rules.capture(whole, 10_000, AT)


@pytest.mark.parametrize("state", ["PENDING", "DUE", "FAILED", "CANCELLED"])
def test_what_was_never_captured_is_not_said_to_have_been(state: str) -> None:
    with pytest.raises(NamedRefusal) as caught:
        rules.capture(replace(NEW, state=State(state)), 1_000, AT)
    assert rules.TOO_HIGH not in caught.value.detail


def test_cancelling_the_rest_makes_it_charged() -> None:
    part = rules.capture(HELD, 6_000, AT).charge
    rest = rules.cancel(part, AT)
    assert (rest.charge.state, rest.charge.cancelled) == (State.CHARGED, 4_000)
    assert [(each.name, each.amount) for each in rest.events] == [("CANCEL", 4_000)]


def test_refunds_end_after_a_year() -> None:
    taken = rules.capture(HELD, 10_000, AT).charge
    rules.refund(taken, 1, AT + 365 * DAY - 1, magic=False)
    with pytest.raises(NamedRefusal, match="365 days"):
        rules.refund(taken, 1, AT + 365 * DAY, magic=False)


@pytest.mark.parametrize("amount", [123, 124])
def test_magic_refunds_fail_where_there_is_magic(amount: int) -> None:
    taken = rules.capture(HELD, 10_000, AT).charge
    rules.refund(taken, amount, AT, magic=False)
    with pytest.raises(NamedRefusal):
        rules.refund(taken, amount, AT, magic=True)


MOVES = some.lists(some.tuples(some.sampled_from(["capture", "cancel", "refund", "release"]), some.integers(1, 7_000)))


@given(MOVES)
def test_money_is_neither_made_nor_lost(moves: list[tuple[str, int]]) -> None:
    charge = HELD
    for move, amount in moves:
        try:
            match move:
                case "capture":
                    charge = rules.capture(charge, amount, AT).charge
                case "cancel":
                    charge = rules.cancel(charge, AT).charge
                case "refund":
                    charge = rules.refund(charge, amount, AT, magic=False).charge
                case _:
                    charge = rules.release(charge).charge
        except (NamedRefusal, IllegalAction):
            continue
        assert rules.flaw(charge) is None
