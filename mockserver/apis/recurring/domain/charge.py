"""The charge state machine: what each action makes of a charge, and which problem it meets otherwise.

Always: captured + cancelled <= amount, refunded <= captured, nothing is negative. Times are milliseconds since 1970
(UTC), amounts minor units of ``currency``, ``due`` a day of the market.
"""

import datetime
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Final, NamedTuple

from mockserver.apis.recurring.domain import dates
from mockserver.apis.recurring.domain.refusals import Problem, invalid, refused
from mockserver.core.errors import IllegalAction, NamedRefusal
from mockserver.core.instants import DAY, HOUR
from mockserver.core.money import Currency, Market
from mockserver.core.values import frozen

REFUND_PERIOD: Final = 365 * DAY
"""From the latest capture, in milliseconds."""
LONG_CAPTURE_PERIOD: Final = 180 * DAY
SHORT_CAPTURE_PERIOD: Final = 14 * DAY
UNKNOWN_RESULT_PERIOD: Final = HOUR
"""How long an attempt with magic amount 201 is being processed."""
TOO_HIGH: Final = "higher than the remaining capturable amount"
"""Clients look for these words."""


class State(StrEnum):
    """Where a charge stands. CHARGED can be refunded; FAILED, CANCELLED and REFUNDED are final."""

    PENDING = "PENDING"
    DUE = "DUE"
    PROCESSING = "PROCESSING"
    RESERVED = "RESERVED"
    PARTIALLY_CAPTURED = "PARTIALLY_CAPTURED"
    CHARGED = "CHARGED"
    PARTIALLY_REFUNDED = "PARTIALLY_REFUNDED"
    REFUNDED = "REFUNDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class Action(StrEnum):
    """What merchant, customer, bank and time do to a charge."""

    SHOW = "show"
    PROCESS = "process"
    SUCCEED = "succeed"
    FAIL = "fail"
    CAPTURE = "capture"
    CANCEL = "cancel"
    REFUND = "refund"
    RELEASE = "release"
    STOP = "stop"


TRANSITIONS: Final[Mapping[tuple[State, Action], frozenset[State]]] = {
    (State.PENDING, Action.SHOW): frozenset({State.DUE}),
    (State.PENDING, Action.PROCESS): frozenset({State.PROCESSING}),
    (State.PENDING, Action.SUCCEED): frozenset({State.RESERVED, State.CHARGED}),
    (State.PENDING, Action.FAIL): frozenset({State.PENDING, State.FAILED}),
    (State.PENDING, Action.CANCEL): frozenset({State.CANCELLED}),
    (State.PENDING, Action.STOP): frozenset({State.CANCELLED}),
    (State.DUE, Action.PROCESS): frozenset({State.PROCESSING}),
    (State.DUE, Action.SUCCEED): frozenset({State.RESERVED, State.CHARGED}),
    (State.DUE, Action.FAIL): frozenset({State.DUE, State.FAILED}),
    (State.DUE, Action.CANCEL): frozenset({State.CANCELLED}),
    (State.DUE, Action.STOP): frozenset({State.CANCELLED}),
    (State.PROCESSING, Action.SUCCEED): frozenset({State.RESERVED, State.CHARGED}),
    (State.PROCESSING, Action.FAIL): frozenset({State.FAILED}),
    (State.RESERVED, Action.CAPTURE): frozenset({State.PARTIALLY_CAPTURED, State.CHARGED}),
    (State.RESERVED, Action.CANCEL): frozenset({State.CANCELLED}),
    (State.RESERVED, Action.RELEASE): frozenset({State.CANCELLED}),
    (State.RESERVED, Action.STOP): frozenset({State.CANCELLED}),
    (State.PARTIALLY_CAPTURED, Action.CAPTURE): frozenset({State.PARTIALLY_CAPTURED, State.CHARGED}),
    (State.PARTIALLY_CAPTURED, Action.CANCEL): frozenset({State.CHARGED}),
    (State.PARTIALLY_CAPTURED, Action.RELEASE): frozenset({State.CHARGED}),
    (State.PARTIALLY_CAPTURED, Action.REFUND): frozenset({State.PARTIALLY_REFUNDED, State.REFUNDED}),
    (State.CHARGED, Action.REFUND): frozenset({State.PARTIALLY_REFUNDED, State.REFUNDED}),
    (State.PARTIALLY_REFUNDED, Action.REFUND): frozenset({State.PARTIALLY_REFUNDED, State.REFUNDED}),
    (State.PARTIALLY_REFUNDED, Action.RELEASE): frozenset({State.PARTIALLY_REFUNDED}),
    (State.REFUNDED, Action.RELEASE): frozenset({State.REFUNDED}),
}
"""The states that each action can lead to, by where a charge stands; what is not here is refused."""
STOPPABLE: Final = frozenset(state for state, action in TRANSITIONS if action is Action.STOP)
OPEN: Final = frozenset({State.PENDING, State.DUE, State.PROCESSING})
"""States in which no money has moved yet."""


class Type(StrEnum):
    """What kind of charge it is."""

    INITIAL = "INITIAL"
    RECURRING = "RECURRING"
    UNSCHEDULED = "UNSCHEDULED"


class TransactionType(StrEnum):
    """Whether the merchant captures, or the platform does at once."""

    DIRECT = "DIRECT_CAPTURE"
    RESERVE = "RESERVE_CAPTURE"


class Mode(StrEnum):
    """Whether a failed attempt is repeated."""

    MULTIPLE = "MULTIPLE_ATTEMPTS"
    SINGLE = "SINGLE_ATTEMPT"


class FailureReason(StrEnum):
    """Why an attempt failed, as merchants are told it; nothing finer is shown since 2022."""

    USER_ACTION_REQUIRED = "user_action_required"
    CHARGE_AMOUNT_TOO_HIGH = "charge_amount_too_high"
    NON_TECHNICAL_ERROR = "non_technical_error"
    TECHNICAL_ERROR = "technical_error"

    @property
    def sentence(self) -> str:
        """The wire's failureDescription."""
        return f"{self[:1].upper()}{self[1:].replace('_', ' ')}"


class ChargeEventName(StrEnum):
    """What can stand in a charge's history."""

    CREATE = "CREATE"
    RESERVE = "RESERVE"
    CAPTURE = "CAPTURE"
    REFUND = "REFUND"
    CANCEL = "CANCEL"
    FAIL = "FAIL"


class Event(NamedTuple):
    """Something that happened to a charge, or was tried without success; ``amount`` in minor units."""

    name: ChargeEventName
    amount: int
    success: bool = True


class LoggedEvent(NamedTuple):
    """An event as the history has it; ``at`` in milliseconds since 1970 (UTC)."""

    event: Event
    at: int
    key: str
    transaction_id: str | None


@frozen
class Charge:
    """A charge as it stands.

    ``agreement`` is the number of its agreement in the store. ``next_attempt`` is when it is tried next,
    ``processing_until`` until when an attempt's result is unknown, ``deadline`` when what is not captured is released,
    ``attempts`` how often it was tried without success.
    """

    id: str
    msn: str
    agreement: int
    agreement_id: str
    amount: int
    currency: Currency
    description: str
    type: Type
    transaction_type: TransactionType
    due: datetime.date
    retry_days: int
    state: State
    created_at: int
    mode: Mode = Mode.MULTIPLE
    external_id: str | None = None
    transaction_id: str | None = None
    failure: FailureReason | None = None
    attempts: int = 0
    next_attempt: int | None = None
    processing_until: int | None = None
    deadline: int | None = None
    captured: int = 0
    refunded: int = 0
    cancelled: int = 0
    captured_at: int | None = None

    @property
    def remaining(self) -> int:
        """What is held and may still be captured or cancelled."""
        return 0 if self.deadline is None else self.amount - self.captured - self.cancelled

    @property
    def refundable(self) -> int:
        """What was captured and is not back yet."""
        return self.captured - self.refunded


class StoredCharge(NamedTuple):
    """A charge with the number it is stored under."""

    id: int
    charge: Charge


class Change(NamedTuple):
    """The charge after an action, and what is written in its history."""

    charge: Charge
    events: tuple[Event, ...] = ()


def _moved(charge: Charge, action: Action, to: State) -> State:
    """The state ``to``, if the table knows the way; raises IllegalAction."""
    if to not in TRANSITIONS.get((charge.state, action), frozenset()):
        raise IllegalAction(f"A charge that is {charge.state} does not {action}")
    return to


def allows(charge: Charge, action: Action) -> bool:
    """Whether the table has this action where the charge stands."""
    return (charge.state, action) in TRANSITIONS


def show(charge: Charge, transaction_id: str, market: Market, at: int) -> Change:
    """Less than 30 days are left: the customer sees it, and it waits for its first attempt."""
    first = dates.next_attempt(charge.due, charge.retry_days, market, at)
    state = _moved(charge, Action.SHOW, State.DUE)
    return Change(replace(charge, state=state, transaction_id=transaction_id, next_attempt=first))


def process(charge: Charge, until: int, transaction_id: str) -> Change:
    """An attempt whose result is unknown until a time."""
    state = _moved(charge, Action.PROCESS, State.PROCESSING)
    known = charge.transaction_id or transaction_id
    tried = replace(charge, state=state, processing_until=until, next_attempt=None, transaction_id=known)
    return Change(tried)


def succeed(charge: Charge, market: Market, transaction_id: str, at: int, *, late: bool) -> Change:
    """The customer has paid: the money is reserved, or taken at once. ``late``: the unit may capture late."""
    known = charge.transaction_id or transaction_id
    done = replace(charge, failure=None, next_attempt=None, processing_until=None, transaction_id=known)
    if charge.transaction_type is TransactionType.DIRECT:
        state = _moved(charge, Action.SUCCEED, State.CHARGED)
        taken = replace(done, state=state, captured=charge.amount, captured_at=at)
        return Change(taken, (Event(ChargeEventName.CAPTURE, charge.amount),))
    state = _moved(charge, Action.SUCCEED, State.RESERVED)
    long = market is Market.NO or late
    held = replace(done, state=state, deadline=at + (LONG_CAPTURE_PERIOD if long else SHORT_CAPTURE_PERIOD))
    return Change(held, (Event(ChargeEventName.RESERVE, charge.amount),))


def fail(charge: Charge, reason: FailureReason, market: Market, at: int) -> Change:
    """An attempt fails: it is tried again at the next hour, and is FAILED after the last one.

    An initial charge waits for another source until its agreement expires.
    """
    again = None if charge.state is State.PROCESSING else _again(charge, market, at)
    tried = replace(charge, failure=reason, attempts=charge.attempts + 1, processing_until=None, next_attempt=again)
    if charge.type is Type.INITIAL and charge.state is State.PENDING:
        return Change(replace(tried, state=_moved(charge, Action.FAIL, State.PENDING)))
    if again is not None:
        return Change(replace(tried, state=_moved(charge, Action.FAIL, State.DUE)))
    return _failed(tried, charge)


def _again(charge: Charge, market: Market, at: int) -> int | None:
    if charge.type is not Type.RECURRING or charge.state is not State.DUE or charge.retry_days == 0:
        return None
    return dates.next_attempt(charge.due, charge.retry_days, market, at)


def _failed(tried: Charge, before: Charge) -> Change:
    state = _moved(before, Action.FAIL, State.FAILED)
    ended = replace(tried, state=state, next_attempt=None, processing_until=None)
    return Change(ended, (Event(ChargeEventName.FAIL, before.amount, success=False),))


def give_up(charge: Charge, reason: FailureReason) -> Change:
    """The charge has failed for good, whatever attempts are left."""
    return _failed(replace(charge, failure=reason, attempts=charge.attempts + 1), charge)


def end_initial(charge: Charge) -> Change:
    """What becomes of an initial charge whose draft is over: FAILED when it was declined, else CANCELLED."""
    if charge.failure is not None:
        return _failed(charge, charge)
    return _cancelled(charge, Action.CANCEL, State.CANCELLED)


def capture(charge: Charge, amount: int, at: int) -> Change:
    """Take reserved money, all or a part of it; raises NamedRefusal charge-capture-failed."""
    _check_positive(amount)
    allowed = allows(charge, Action.CAPTURE)
    # Clients take these words for a capture that has happened before.
    if amount > charge.remaining and (allowed or charge.captured):
        raise _too_high(charge, amount)
    if not allowed or charge.deadline is None or at >= charge.deadline:
        raise _wrong(Problem.CAPTURE_FAILED, charge, "captured")
    whole = amount == charge.remaining
    state = _moved(charge, Action.CAPTURE, State.CHARGED if whole else State.PARTIALLY_CAPTURED)
    taken = replace(charge, state=state, captured=charge.captured + amount, captured_at=at)
    return Change(_settled(taken), (Event(ChargeEventName.CAPTURE, amount),))


def _too_high(charge: Charge, amount: int) -> NamedRefusal:
    detail = f"The charge has the status {charge.state}: the amount {amount} is {TOO_HIGH}, {charge.remaining}"
    return refused(Problem.CAPTURE_FAILED, detail, "amount", f"Is {TOO_HIGH}")


def _settled(charge: Charge) -> Charge:
    return charge if charge.remaining else replace(charge, deadline=None)


def cancel(charge: Charge, at: int) -> Change:
    """Give up a charge, or release the rest of one that was captured in part.

    Raises NamedRefusal cancel-charge-failed, and conflict while it is being processed.
    """
    if charge.state is State.PROCESSING:
        raise refused(Problem.CONFLICT, "The charge is being processed: its status is PROCESSING")
    late = charge.deadline is not None and at >= charge.deadline
    if not allows(charge, Action.CANCEL) or late:
        raise _wrong(Problem.CANCEL_FAILED, charge, "cancelled")
    part = charge.state is State.PARTIALLY_CAPTURED
    return _cancelled(charge, Action.CANCEL, State.CHARGED if part else State.CANCELLED)


def _cancelled(charge: Charge, action: Action, to: State) -> Change:
    rest = charge.amount - charge.captured - charge.cancelled
    ended = replace(
        charge, state=_moved(charge, action, to), cancelled=charge.cancelled + rest, next_attempt=None,
        processing_until=None, deadline=None,
    )  # fmt: skip
    return Change(ended, (Event(ChargeEventName.CANCEL, rest),))


def stop(charge: Charge) -> Change:
    """Its agreement is stopped."""
    return _cancelled(charge, Action.STOP, State.CANCELLED)


def release(charge: Charge) -> Change:
    """The deadline has passed: what was not captured goes back to the customer."""
    to = {State.RESERVED: State.CANCELLED, State.PARTIALLY_CAPTURED: State.CHARGED}.get(charge.state, charge.state)
    return _cancelled(charge, Action.RELEASE, to)


REFUND_DECLINES: Final = {
    123: "The user is deleted or has no receiving account",
    124: "The refund period has expired",
}
"""Refund amounts that fail where magic amounts work (test environment guide)."""


def refund(charge: Charge, amount: int, at: int, *, magic: bool) -> Change:
    """Give captured money back; raises NamedRefusal operation-failed. ``magic``: the magic refund amounts work."""
    _check_positive(amount)
    if not allows(charge, Action.REFUND):
        raise _wrong(Problem.OPERATION_FAILED, charge, "refunded")
    if amount > charge.refundable:
        detail = f"The charge has the status {charge.state}: {charge.refundable} can be refunded, not {amount}"
        raise refused(Problem.OPERATION_FAILED, detail, "amount", f"Must be at most {charge.refundable}")
    if charge.captured_at is not None and at >= charge.captured_at + REFUND_PERIOD:
        raise refused(Problem.OPERATION_FAILED, "The refund period has expired: 365 days from the capture")
    if magic and amount in REFUND_DECLINES:
        raise refused(Problem.OPERATION_FAILED, REFUND_DECLINES[amount], "amount")
    all_back = amount == charge.refundable
    state = _moved(charge, Action.REFUND, State.REFUNDED if all_back else State.PARTIALLY_REFUNDED)
    return Change(
        replace(charge, state=state, refunded=charge.refunded + amount), (Event(ChargeEventName.REFUND, amount),)
    )


def _check_positive(amount: int) -> None:
    if amount <= 0:
        raise invalid("amount", "Must be above 0")


def _wrong(problem: Problem, charge: Charge, done: str) -> NamedRefusal:
    return refused(problem, f"The charge cannot be {done}: its status is {charge.state}")


def flaw(charge: Charge) -> str | None:
    """Which fields of a charge contradict each other; None when all is well."""
    if min(charge.amount, charge.captured, charge.refunded, charge.cancelled) < 0:
        return "amounts: none is negative"
    if charge.captured + charge.cancelled > charge.amount:
        return "captured: with cancelled, it is above amount"
    if charge.refundable < 0:
        return "refunded: is above captured"
    if charge.state in OPEN and (charge.captured or charge.cancelled):
        return f"state: no money has moved yet in {charge.state}"
    if charge.state is State.RESERVED and charge.deadline is None:
        return "deadline: is missing"
    if charge.captured and charge.captured_at is None:
        return "captured_at: is missing"
    if charge.state is State.PROCESSING and charge.processing_until is None:
        return "processing_until: is missing"
    return None
