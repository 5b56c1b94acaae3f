"""The payment state machine: what each action makes of a payment, and which error it meets otherwise.

States and rules follow the ePayment API guide. After approval the state stays AUTHORIZED for ever; captures,
refunds and cancels only move the four amounts. Always: captured + cancelled <= authorized, refunded <=
captured, nothing is negative. Times are milliseconds since 1970 (UTC), amounts minor units of ``currency``.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple

from mockserver.apis.epayment.domain.terms import DEFAULT_LIFETIME, Terms
from mockserver.core.errors import Code, DomainError, IllegalAction
from mockserver.core.instants import DAY, HOUR
from mockserver.core.money import Amount, Currency, Market
from mockserver.core.values import frozen
from mockserver.world.domain.conduct import DeclineReason
from mockserver.world.domain.customer import CardKind
from mockserver.world.domain.merchant import Configuration

REFUND_PERIOD: Final = 365 * DAY
"""From the reservation (knowledge base), however late the capture was."""
LONG_CAPTURE_PERIOD: Final = 180 * DAY
SHORT_CAPTURE_PERIOD: Final = 14 * DAY
UNKNOWN_RESULT_PERIOD: Final = HOUR
"""How long the result of an approval with magic amount 201 stays unknown."""
GUARANTEE: Final = {CardKind.VISA: 7 * DAY, CardKind.MASTERCARD: 30 * DAY, CardKind.BANKAXEPT: 7 * DAY}
"""For how long after the reservation a capture is guaranteed, by card scheme."""


class State(StrEnum):
    """All but CREATED are final."""

    CREATED = "CREATED"
    AUTHORIZED = "AUTHORIZED"
    ABORTED = "ABORTED"
    EXPIRED = "EXPIRED"
    TERMINATED = "TERMINATED"


class EventName(StrEnum):
    """What can happen to a payment, as its event log says it."""

    CREATED = "CREATED"
    AUTHORIZED = "AUTHORIZED"
    CAPTURED = "CAPTURED"
    REFUNDED = "REFUNDED"
    CANCELLED = "CANCELLED"
    ABORTED = "ABORTED"
    EXPIRED = "EXPIRED"
    TERMINATED = "TERMINATED"


class Action(StrEnum):
    """What merchant, customer and time do to a payment."""

    APPROVE = "approve"
    DECLINE = "decline"
    ABORT = "abort"
    EXPIRE = "expire"
    CAPTURE = "capture"
    CANCEL = "cancel"
    REFUND = "refund"
    RELEASE = "release"


TRANSITIONS: Final[Mapping[tuple[State, Action], State | Code | None]] = {
    (State.CREATED, Action.APPROVE): State.AUTHORIZED,
    (State.CREATED, Action.DECLINE): State.CREATED,
    (State.CREATED, Action.ABORT): State.ABORTED,
    (State.CREATED, Action.EXPIRE): State.EXPIRED,
    (State.CREATED, Action.CAPTURE): Code.CAPTURE_BEFORE_RESERVATION,
    (State.CREATED, Action.CANCEL): State.TERMINATED,
    (State.CREATED, Action.REFUND): Code.REFUND_BEFORE_RESERVATION,
    (State.CREATED, Action.RELEASE): None,
    (State.AUTHORIZED, Action.APPROVE): Code.ALREADY_RESERVED,
    (State.AUTHORIZED, Action.DECLINE): None,
    (State.AUTHORIZED, Action.ABORT): None,
    (State.AUTHORIZED, Action.EXPIRE): None,
    (State.AUTHORIZED, Action.CAPTURE): State.AUTHORIZED,
    (State.AUTHORIZED, Action.CANCEL): State.AUTHORIZED,
    (State.AUTHORIZED, Action.REFUND): State.AUTHORIZED,
    (State.AUTHORIZED, Action.RELEASE): State.AUTHORIZED,
    (State.ABORTED, Action.APPROVE): Code.APPROVE_NOT_ALLOWED,
    (State.ABORTED, Action.DECLINE): None,
    (State.ABORTED, Action.ABORT): None,
    (State.ABORTED, Action.EXPIRE): None,
    (State.ABORTED, Action.CAPTURE): Code.CANNOT_BE_CAPTURED,
    (State.ABORTED, Action.CANCEL): Code.CANNOT_CANCEL_NON_RESERVED,
    (State.ABORTED, Action.REFUND): Code.CANNOT_BE_REFUNDED,
    (State.ABORTED, Action.RELEASE): None,
    (State.EXPIRED, Action.APPROVE): Code.APPROVE_NOT_ALLOWED,
    (State.EXPIRED, Action.DECLINE): None,
    (State.EXPIRED, Action.ABORT): None,
    (State.EXPIRED, Action.EXPIRE): None,
    (State.EXPIRED, Action.CAPTURE): Code.CANNOT_BE_CAPTURED,
    (State.EXPIRED, Action.CANCEL): Code.CANNOT_CANCEL_NON_RESERVED,
    (State.EXPIRED, Action.REFUND): Code.CANNOT_BE_REFUNDED,
    (State.EXPIRED, Action.RELEASE): None,
    (State.TERMINATED, Action.APPROVE): Code.APPROVE_NOT_ALLOWED,
    (State.TERMINATED, Action.DECLINE): None,
    (State.TERMINATED, Action.ABORT): None,
    (State.TERMINATED, Action.EXPIRE): None,
    (State.TERMINATED, Action.CAPTURE): Code.CANNOT_CAPTURE_CANCELLED,
    (State.TERMINATED, Action.CANCEL): Code.CANNOT_BE_CANCELLED,
    (State.TERMINATED, Action.REFUND): Code.CANNOT_BE_REFUNDED,
    (State.TERMINATED, Action.RELEASE): None,
}
"""Every pair of state and action: the next state, the documented error, or None where no official call asks."""


@frozen
class Decline:
    """Why an attempt to pay failed, and whose it was, by phone number; None when nobody has been named."""

    reason: DeclineReason
    phone: str | None = None


class Event(NamedTuple):
    """Something that happened, or was tried without success; ``amount`` in minor units."""

    name: EventName
    amount: int
    success: bool = True
    decline: Decline | None = None


@frozen
class Approval:
    """Who approved, how, and what they agreed to share.

    ``subject``, ``user_details`` and ``shipping_details`` are the wire's sub, userDetails and shippingDetails.
    """

    phone: str
    card_bin: str | None = None
    card_kind: CardKind = CardKind.VISA
    shipping_cost: int = 0
    subject: str | None = None
    user_details: dict[str, Any] | None = None
    shipping_details: dict[str, Any] | None = None


class Payment(NamedTuple):
    """Where a payment stands; a named tuple, because every request makes one from a row.

    ``processing_until``: an approval was given whose result is unknown until then. ``capture_deadline``: what is
    not captured then is released. ``secret`` is the part of the landing page's token that cannot be guessed.
    """

    msn: str
    reference: str
    psp_reference: str
    secret: str
    state: State
    method: str
    user_flow: str
    currency: str
    amount: int
    authorized: int
    captured: int
    refunded: int
    cancelled: int
    created_at: int
    expires_at: int
    authorized_at: int | None = None
    captured_at: int | None = None
    capture_deadline: int | None = None
    processing_until: int | None = None
    approval: Approval | None = None

    @property
    def uncaptured(self) -> int:
        """What may still be captured or cancelled, deadlines aside."""
        return self.authorized - self.captured - self.cancelled

    @property
    def refundable(self) -> int:
        """What is captured and not yet refunded."""
        return self.captured - self.refunded

    @property
    def total(self) -> Amount:
        """The amount asked for, shipping not included."""
        return Amount(Currency(self.currency), self.amount)

    @property
    def called_off(self) -> int:
        """What is cancelled, as answers say it: all that was asked for when its merchant ended the payment early."""
        return self.amount if self.state is State.TERMINATED else self.cancelled

    @property
    def capture_guaranteed_until(self) -> int | None:
        """Until when a capture is guaranteed: by the scheme of the card that was used, while captures are possible."""
        if self.authorized_at is None or self.capture_deadline is None or self.approval is None:
            return None
        return min(self.authorized_at + GUARANTEE[self.approval.card_kind], self.capture_deadline)


class Change(NamedTuple):
    """The payment after an action and what to write in its log.

    ``refusal`` is set where the attempt itself is an event and is answered with an error all the same.
    """

    payment: Payment
    events: tuple[Event, ...]
    refusal: DomainError | None = None


class StoredPayment(NamedTuple):
    """A payment with the number it is stored under."""

    id: int
    payment: Payment


class LoggedEvent(NamedTuple):
    """An event with all that the log adds; ``at`` in milliseconds since 1970 (UTC)."""

    event: Event
    at: int
    psp_reference: str
    idempotency_key: str | None


def create(terms: Terms, msn: str, psp_reference: str, secret: str, at: int) -> Change:
    """A new payment from checked terms."""
    payment = Payment(
        msn=msn,
        reference=terms.reference,
        psp_reference=psp_reference,
        secret=secret,
        state=State.CREATED,
        method=str(terms.method),
        user_flow=str(terms.user_flow),
        currency=str(terms.amount.currency),
        amount=terms.amount.value,
        authorized=0,
        captured=0,
        refunded=0,
        cancelled=0,
        created_at=at,
        expires_at=terms.expires_at or at + DEFAULT_LIFETIME,
    )
    return Change(payment, (Event(EventName.CREATED, payment.amount),))


def flaw(payment: Payment) -> str | None:
    """Which fields of a payment contradict each other, or the rules; None when all is well."""
    if payment.currency not in set(Currency):
        return f"currency: there is no {payment.currency!r}"
    if min(payment.amount, payment.authorized, payment.captured, payment.refunded, payment.cancelled) < 0:
        return "amounts: none is negative"
    if payment.uncaptured < 0:
        return "captured: with cancelled, it is above authorized"
    if payment.refundable < 0:
        return "refunded: is above captured"
    reserved = payment.state is State.AUTHORIZED
    if reserved and None in (payment.approval, payment.authorized_at, payment.capture_deadline):
        return "state: needs approval, authorized_at and capture_deadline"
    if not reserved and payment.authorized:
        return "authorized: goes with the state AUTHORIZED only"
    if payment.captured and payment.captured_at is None:
        return "captured: needs captured_at"
    if payment.processing_until is not None and payment.approval is None:
        return "processing_until: needs approval"
    return None


def next_state(payment: Payment, action: Action) -> State:
    """The state that the table gives; raises DomainError or IllegalAction where it gives none."""
    target = TRANSITIONS[payment.state, action]
    if isinstance(target, State):
        return target
    if isinstance(target, Code):
        raise DomainError(target, f"{target.title}: the payment is {payment.state}")
    raise IllegalAction(f"A payment that is {payment.state} does not {action}")


def approve(payment: Payment, approval: Approval, market: Market, configuration: Configuration, at: int) -> Change:
    """Reserve the money, shipping included. It waits for its capture at units with direct capture, too."""
    state = next_state(payment, Action.APPROVE)
    authorized = payment.amount + approval.shipping_cost
    long = market in (Market.NO, Market.SE) or configuration.late_capture_allowed
    approved = payment._replace(
        state=state,
        authorized=authorized,
        authorized_at=at,
        capture_deadline=at + (LONG_CAPTURE_PERIOD if long else SHORT_CAPTURE_PERIOD),
        processing_until=None,
        approval=approval,
    )
    return Change(approved, (Event(EventName.AUTHORIZED, authorized),))


def approve_later(payment: Payment, approval: Approval, at: int, period: int = UNKNOWN_RESULT_PERIOD) -> Change:
    """An approval whose result the platform does not know yet: nothing shows for ``period`` milliseconds."""
    next_state(payment, Action.APPROVE)
    return Change(payment._replace(approval=approval, processing_until=at + period), ())


def decline(payment: Payment, why: Decline) -> Change:
    """A failed attempt of the customer: in the log, while the payment goes on waiting (our documented rule)."""
    return Change(
        payment._replace(state=next_state(payment, Action.DECLINE)),
        (Event(EventName.AUTHORIZED, payment.amount, success=False, decline=why),),
    )


def abort(payment: Payment) -> Change:
    """The customer cancels."""
    return _end(payment, Action.ABORT, EventName.ABORTED)


def expire(payment: Payment) -> Change:
    """Nobody approved in time."""
    return _end(payment, Action.EXPIRE, EventName.EXPIRED)


def _end(payment: Payment, action: Action, name: EventName) -> Change:
    ended = payment._replace(state=next_state(payment, action), processing_until=None, approval=None)
    return Change(ended, (Event(name, payment.amount),))


def check_not_processing(payment: Payment, code: Code) -> None:
    """Raise DomainError with ``code`` while the result of an approval is unknown."""
    if payment.state is State.CREATED and payment.processing_until is not None:
        raise DomainError(code, f"{code.title}: the result of the approval is not known yet")


def check_modification(payment: Payment, amount: Amount) -> None:
    """An amount to capture or refund is positive and in the payment's currency; DomainError 4040 otherwise."""
    if amount.currency != payment.currency:
        raise DomainError(Code.INVALID_AMOUNT, f"The payment is in {payment.currency}", "modificationAmount.currency")
    if amount.value <= 0:
        raise DomainError(Code.INVALID_AMOUNT, "Must be above 0", "modificationAmount.value")


def capture(payment: Payment, amount: Amount, configuration: Configuration, at: int) -> Change:
    """Take reserved money, all or (where the unit may) a part of it."""
    state = next_state(payment, Action.CAPTURE)
    check_modification(payment, amount)
    _check_capturable(payment, at)
    if amount.value > payment.uncaptured:
        raise DomainError(Code.CAPTURE_TOO_HIGH, f"{payment.uncaptured} can be captured", "modificationAmount.value")
    if not configuration.partial_capture_allowed and amount.value != payment.authorized:
        raise DomainError(
            Code.MUST_CAPTURE_FULL, "This sales unit may not capture in parts", "modificationAmount.value"
        )
    captured = payment._replace(state=state, captured=payment.captured + amount.value, captured_at=at)
    return Change(captured, (Event(EventName.CAPTURED, amount.value),))


def _check_capturable(payment: Payment, at: int) -> None:
    if payment.captured == payment.authorized:
        raise DomainError(Code.ALREADY_CAPTURED)
    if payment.capture_deadline is not None and at >= payment.capture_deadline:
        raise DomainError(Code.CAPTURE_PERIOD_EXPIRED)
    if payment.uncaptured == 0:
        raise DomainError(Code.CANNOT_CAPTURE_CANCELLED, "The rest of the payment is cancelled")


def cancel(payment: Payment, at: int, *, transaction_only: bool = False) -> Change:
    """Before approval: terminate. After: release all that is not captured, for good.

    ``transaction_only`` refuses (6060) to touch an authorised payment.
    """
    state = next_state(payment, Action.CANCEL)
    if state is State.TERMINATED:
        check_not_processing(payment, Code.CANNOT_CANCEL_PROCESSING)
        return _end(payment, Action.CANCEL, EventName.TERMINATED)
    if transaction_only:
        raise DomainError(Code.CANNOT_CANCEL_AUTHORIZED)
    if payment.captured == payment.authorized:
        raise DomainError(Code.CANNOT_CANCEL_CAPTURED)
    if payment.capture_deadline is not None and at >= payment.capture_deadline:
        raise DomainError(Code.CANCEL_PERIOD_EXPIRED)
    if payment.uncaptured == 0:
        raise DomainError(Code.CANNOT_BE_CANCELLED, "There is nothing left to cancel")
    return _release(payment, state)


def release(payment: Payment) -> Change:
    """The capture deadline passed: what was not captured goes back to the customer."""
    return _release(payment, next_state(payment, Action.RELEASE))


def _release(payment: Payment, state: State) -> Change:
    rest = payment.uncaptured
    released = payment._replace(state=state, cancelled=payment.cancelled + rest)
    return Change(released, (Event(EventName.CANCELLED, rest),))


REFUND_DECLINES: Final = {
    123: (Code.REFUND_NOT_POSSIBLE, "The user is deleted or has no receiving account"),
    124: (Code.REFUND_PERIOD_EXPIRED, "The refund period has expired"),
}
"""Refund amounts that fail where magic amounts work (test environment guide)."""


def refund(payment: Payment, amount: Amount, at: int, *, magic: bool) -> Change:
    """Give back captured money. ``magic`` says whether the magic refund amounts work."""
    state = next_state(payment, Action.REFUND)
    check_modification(payment, amount)
    if payment.captured and payment.authorized_at is not None and at >= payment.authorized_at + REFUND_PERIOD:
        raise DomainError(Code.REFUND_PERIOD_EXPIRED)
    if payment.captured and not payment.refundable:
        raise DomainError(Code.ALREADY_REFUNDED)
    if amount.value > payment.refundable:
        raise DomainError(
            Code.NOT_ENOUGH_REFUNDABLE, f"{payment.refundable} can be refunded", "modificationAmount.value"
        )
    if magic and amount.value in REFUND_DECLINES:
        code, reason = REFUND_DECLINES[amount.value]
        failed = (Event(EventName.REFUNDED, amount.value, success=False),)
        return Change(payment, failed, DomainError(code, reason, "modificationAmount.value"))
    refunded = payment._replace(state=state, refunded=payment.refunded + amount.value)
    return Change(refunded, (Event(EventName.REFUNDED, amount.value),))
