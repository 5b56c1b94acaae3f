"""Attempts to charge: at their hours, at once, or when somebody says so; and what else time does to charges."""

from dataclasses import replace

from mockserver.apis.recurring.domain import charge as rules
from mockserver.apis.recurring.domain.agreement import Actor, Status, StoredAgreement
from mockserver.apis.recurring.domain.charge import FailureReason, State, StoredCharge, Type
from mockserver.apis.recurring.services import acceptance, agreements, conducts, ledger, processing
from mockserver.apis.recurring.store import charges as store
from mockserver.core.engine import Tx
from mockserver.core.errors import IllegalAction
from mockserver.world.services import world


def attempt(tx: Tx, stored: StoredCharge) -> StoredCharge:
    """Try to charge the customer now, with all that may come of it."""
    agreement = agreements.by_id(tx, stored.charge.agreement)
    if agreement is None:
        return stored
    verdict = processing.judged(tx, agreement.agreement, stored)
    after = processing.carry_out(tx, stored, verdict)
    if verdict is None:
        _stop_after(tx, agreement)
    return after


def _stop_after(tx: Tx, agreement: StoredAgreement) -> None:
    """A customer of whom a rule says so stops the agreement, or leaves for good, after so many charges."""
    chosen = conducts.of_agreement(tx, agreement.id)
    if (chosen.stops_after is None and chosen.leaves_after is None) or agreement.agreement.status is not Status.ACTIVE:
        return
    paid = store.paid(tx.connection, agreement.id)
    if chosen.stops_after is not None and paid >= chosen.stops_after:
        agreements.stop(tx, agreement, Actor.USER)
    customer = world.customer(tx, agreement.agreement.customer or "")
    if chosen.leaves_after is not None and paid >= chosen.leaves_after and customer is not None:
        world.save_customer(tx, replace(customer, active=False))


def make_due(tx: Tx, id_: int) -> None:
    """Less than 30 days are left: the charge is DUE."""
    stored = store.get(tx.connection, id_)
    if stored is not None and stored.charge.state is State.PENDING:
        _show(tx, stored)


def _show(tx: Tx, stored: StoredCharge) -> StoredCharge:
    market = ledger.market_of(tx, stored.charge)
    return ledger.apply(tx, stored, rules.show(stored.charge, ledger.transaction_id(tx), market, tx.at))


def attempt_due(tx: Tx, id_: int) -> None:
    """It is the hour to try a charge."""
    stored = store.get(tx.connection, id_)
    if stored is not None and stored.charge.state is State.DUE and stored.charge.next_attempt is not None:
        attempt(tx, stored)


def settle(tx: Tx, id_: int) -> None:
    """The result of an attempt shows: it went through, and so does the agreement of an initial charge."""
    stored = store.get(tx.connection, id_)
    if stored is not None and stored.charge.state is State.PROCESSING:
        succeed(tx, stored)


def succeed(tx: Tx, stored: StoredCharge) -> StoredCharge:
    """The charge goes through."""
    after = processing.carry_out(tx, stored, None)
    agreement = agreements.by_id(tx, stored.charge.agreement)
    if agreement is not None and stored.charge.type is Type.INITIAL:
        acceptance.activate(tx, agreement)
    elif agreement is not None:
        _stop_after(tx, agreement)
    return after


def release_uncaptured(tx: Tx, id_: int) -> None:
    """What time does to what was reserved and not captured."""
    stored = store.get(tx.connection, id_)
    if stored is not None and stored.charge.deadline is not None:
        ledger.apply(tx, stored, rules.release(stored.charge))


def process_now(tx: Tx, stored: StoredCharge, reason: FailureReason | None = None) -> StoredCharge:
    """Let a charge go through now, whatever its hour, or fail for good with this reason.

    Raises IllegalAction for a charge that is over, and for the initial one of a draft, which its customer decides on.
    """
    charge = stored.charge
    if charge.type is Type.INITIAL and charge.state is State.PENDING:
        raise IllegalAction("The initial charge is processed when its agreement is accepted")
    if charge.state not in rules.OPEN:
        raise IllegalAction(f"The charge is {charge.state}")
    if charge.state is State.PENDING:
        stored = _show(tx, stored)
    if reason is None:
        return succeed(tx, stored)
    return fail_for_good(tx, stored, reason)


def fail_for_good(tx: Tx, stored: StoredCharge, reason: FailureReason) -> StoredCharge:
    """The charge has failed, whatever attempts are left; with an initial charge its draft expires."""
    after = ledger.apply(tx, stored, rules.give_up(stored.charge, reason))
    agreement = agreements.by_id(tx, stored.charge.agreement)
    if agreement is not None and stored.charge.type is Type.INITIAL and agreement.agreement.can_wait:
        agreements.expire(tx, agreement)
    return after
