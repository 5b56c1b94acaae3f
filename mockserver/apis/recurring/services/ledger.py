"""Charges as they change: the row, its history, what is due for it, and who is told."""

from mockserver.apis.recurring.domain import dates
from mockserver.apis.recurring.domain.charge import (
    Change,
    Charge,
    ChargeEventName,
    Event,
    LoggedEvent,
    State,
    StoredCharge,
    Type,
)
from mockserver.apis.recurring.services import events
from mockserver.apis.recurring.store import charges as store
from mockserver.core.engine import Tx
from mockserver.core.money import Market
from mockserver.core.schedule import Due
from mockserver.world.services import world

SHOW = "recurring.show"
ATTEMPT = "recurring.attempt"
SETTLE = "recurring.settle"
RELEASE = "recurring.release"
_TRANSACTION_DIGITS = 10


def transaction_id(tx: Tx) -> str:
    """A new one, of ten digits."""
    return tx.ids.number(_TRANSACTION_DIGITS)


def market_of(tx: Tx, charge: Charge) -> Market:
    """The market of a charge's sales unit."""
    return world.market_of_unit(tx, charge.msn)


def begin(tx: Tx, charge: Charge, key: str | None) -> StoredCharge | None:
    """Store a new charge and what is due for it; None when the unit has used its id. ``key``: its request's."""
    stored = store.insert(tx.connection, charge)
    if stored is None:
        return None
    _log(tx, stored, Event(ChargeEventName.CREATE, charge.amount), key)
    due = _due(tx, stored.id, charge)
    if due is not None:
        tx.add_due(due)
    return stored


def apply(tx: Tx, stored: StoredCharge, change: Change, key: str | None = None) -> StoredCharge:
    """Store what an action did: the charge, its history, what is due. ``key``: that of the request, if it was one."""
    before, after = stored.charge, change.charge
    if after != before:
        store.update(tx.connection, stored.id, after)
        _reschedule(tx, stored.id, before, after)
    now = StoredCharge(stored.id, after)
    for event in change.events:
        logged = _log(tx, now, event, key)
        events.tell_of_charge(tx, after, event, logged.transaction_id)
    return now


def _log(tx: Tx, stored: StoredCharge, event: Event, key: str | None) -> LoggedEvent:
    charge = stored.charge
    named = key or f"{charge.id}-{charge.agreement_id}-{_STEPS[event.name]}"
    moved = event.name not in (ChargeEventName.CREATE, ChargeEventName.FAIL)
    logged = LoggedEvent(event, tx.at, named, transaction_id(tx) if moved else None)
    store.append_event(tx.connection, stored.id, logged)
    return logged


_STEPS = {
    ChargeEventName.CREATE: "CreateCharge",
    ChargeEventName.RESERVE: "ProcessPayment",
    ChargeEventName.CAPTURE: "ProcessPayment",
    ChargeEventName.REFUND: "Refund",
    ChargeEventName.CANCEL: "Cancel",
    ChargeEventName.FAIL: "ProcessPayment",
}
"""What the platform's own steps are called in the keys of the history."""


def _reschedule(tx: Tx, id_: int, before: Charge, after: Charge) -> None:
    old, new = _due(tx, id_, before), _due(tx, id_, after)
    if old == new:
        return
    if old is not None:
        tx.remove_due(old)
    if new is not None:
        tx.add_due(new)


def _due(tx: Tx, id_: int, charge: Charge) -> Due | None:
    """The one thing that is due for a charge, by where it stands."""
    match charge.state:
        case State.PENDING:
            return _shown(tx, id_, charge)
        case State.DUE if charge.next_attempt is not None:
            return Due(charge.next_attempt, ATTEMPT, id_)
        case State.PROCESSING if charge.processing_until is not None:
            return Due(charge.processing_until, SETTLE, id_)
    return Due(charge.deadline, RELEASE, id_) if charge.deadline is not None else None


def _shown(tx: Tx, id_: int, charge: Charge) -> Due | None:
    if charge.type is not Type.RECURRING:
        return None
    return Due(dates.shown_from(charge.due, market_of(tx, charge)), SHOW, id_)
