"""Attempts that somebody asks for, whatever the hour."""

from mockserver.apis.recurring.domain import charge as rules
from mockserver.apis.recurring.domain import dates
from mockserver.apis.recurring.domain.charge import FailureReason, State, StoredCharge, Type
from mockserver.apis.recurring.services import attempts, charges, ledger, processing
from mockserver.apis.recurring.store import runs as store
from mockserver.core.engine import Tx
from mockserver.core.errors import IllegalAction
from mockserver.core.money import Market


def due_today(tx: Tx, msn: str | None = None) -> list[int]:
    """The numbers of all charges that wait for an attempt and whose day has come somewhere, of one unit when asked."""
    latest = max(dates.local_day(tx.at, market) for market in Market)
    return store.waiting(tx.connection, ledger.ATTEMPT, latest.isoformat(), msn)


def attempt_now(tx: Tx, id_: int) -> StoredCharge | None:
    """Try a charge whose day has come where it is, whatever the hour; None when it does not wait for that."""
    stored = charges.by_id(tx, id_)
    if stored is None or stored.charge.state is not State.DUE:
        return None
    today = dates.local_day(tx.at, ledger.market_of(tx, stored.charge))
    return attempts.attempt(tx, stored) if stored.charge.due <= today else None


def fail_once(tx: Tx, stored: StoredCharge, reason: FailureReason) -> StoredCharge:
    """Let one attempt of a charge fail now: it is tried again where it may be, else it has failed for good.

    Raises IllegalAction for a charge that is over, and for the initial one of a draft.
    """
    charge = stored.charge
    if charge.type is Type.INITIAL or charge.state not in (State.PENDING, State.DUE):
        raise IllegalAction(f"No attempt can fail: the charge is {charge.type} and {charge.state}")
    if charge.state is State.PENDING:
        market = ledger.market_of(tx, charge)
        stored = ledger.apply(tx, stored, rules.show(charge, ledger.transaction_id(tx), market, tx.at))
    return processing.carry_out(tx, stored, reason)
