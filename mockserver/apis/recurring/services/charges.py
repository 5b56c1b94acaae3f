"""Charges from the merchant's side: create, look up, capture, cancel, refund."""

import datetime

from mockserver.apis.recurring.domain import charge as rules
from mockserver.apis.recurring.domain import dates, periods, pricing, terms
from mockserver.apis.recurring.domain.agreement import Agreement, Status, StoredAgreement
from mockserver.apis.recurring.domain.batch import BatchItem
from mockserver.apis.recurring.domain.charge import Charge, LoggedEvent, State, StoredCharge, Type
from mockserver.apis.recurring.domain.chosen import ChargeConduct
from mockserver.apis.recurring.domain.refusals import Problem, refused
from mockserver.apis.recurring.domain.terms import ChargeRequest
from mockserver.apis.recurring.services import agreements, attempts, conducts, ledger
from mockserver.apis.recurring.store import charges as store
from mockserver.core.engine import Tx
from mockserver.core.errors import NotFound
from mockserver.core.money import Market
from mockserver.world.domain.merchant import Merchant, SalesUnit
from mockserver.world.domain.recurring_policy import RecurringPolicy


def create(
    tx: Tx, unit: SalesUnit, merchant: Merchant, agreement_id: str, wanted: ChargeRequest,
    key: str | None = None, conduct: ChargeConduct | None = None,
) -> StoredCharge:  # fmt: skip
    """A new charge of an ACTIVE agreement, under its idempotency ``key``; an UNSCHEDULED one is processed at once.

    ``conduct``: what a rule chose for it. Raises NamedRefusal or Forbidden as the rules say.
    """
    terms.check_unit(unit, merchant)
    stored = agreements.find(tx, unit.msn, agreement_id)
    terms.check_charge(wanted, stored.agreement.pricing.currency, unit, merchant.market, tx.at)
    return add(tx, stored, wanted, merchant.market, key, conduct)


def add(
    tx: Tx, stored: StoredAgreement, wanted: ChargeRequest, market: Market,
    key: str | None = None, conduct: ChargeConduct | None = None,
) -> StoredCharge:  # fmt: skip
    """The same for an agreement that is at hand, from a request that is checked but for the agreement's own rules."""
    agreement = stored.agreement
    if agreement.status is not Status.ACTIVE:
        detail = f"The charge cannot be created: the agreement is {agreement.status}"
        raise refused(Problem.CREATION_FAILED, detail)
    day = wanted.due or dates.local_day(tx.at, market)
    pricing.check_charge(agreement.pricing, wanted.amount, _others(tx, stored, day, market))
    charge = _new(tx, stored, wanted, market)
    made = ledger.begin(tx, charge, key)
    if made is None:
        raise agreements.taken(charge.id)
    if conduct is not None:
        conducts.choose_for_charge(tx, made.id, conduct)
    return attempts.attempt(tx, made) if charge.type is Type.UNSCHEDULED else made


def _others(tx: Tx, stored: StoredAgreement, day: datetime.date, market: Market) -> int | None:
    """What the charges of the same interval are together; None where nothing is counted."""
    agreement = stored.agreement
    counted = agreement.pricing.interval_ceiling is not None and tx.policy.of(RecurringPolicy).interval_ceiling
    if not counted or agreement.interval is None or agreement.start is None:
        return 0 if counted else None
    window = periods.window(agreement.interval, dates.local_day(agreement.start, market), day)
    return store.sum_within(tx.connection, stored.id, window)


def _new(tx: Tx, stored: StoredAgreement, wanted: ChargeRequest, market: Market) -> Charge:
    agreement, due = stored.agreement, wanted.due or dates.local_day(tx.at, market)
    shown = wanted.type is Type.RECURRING and dates.is_shown(due, tx.at, market)
    return Charge(
        id=wanted.order_id or agreements.free_charge_id(tx, agreement.msn),
        msn=agreement.msn,
        agreement=stored.id,
        agreement_id=agreement.id,
        amount=wanted.amount,
        currency=agreement.pricing.currency,
        description=wanted.description,
        type=wanted.type,
        transaction_type=wanted.transaction_type,
        due=due,
        retry_days=wanted.retry_days,
        state=State.DUE if shown else State.PENDING,
        created_at=tx.at,
        mode=wanted.mode,
        external_id=wanted.external_id,
        transaction_id=ledger.transaction_id(tx) if shown else None,
        next_attempt=dates.next_attempt(due, wanted.retry_days, market, tx.at) if shown else None,
    )


def unmade(tx: Tx, msn: str, item: BatchItem, stored: StoredAgreement | None, market: Market) -> Charge:
    """The charge that an item of a batch did not become, to tell its merchant; ``stored`` is its agreement, if any."""
    wanted = item.request
    return Charge(
        id=wanted.order_id or "",
        msn=msn,
        agreement=stored.id if stored is not None else 0,
        agreement_id=item.agreement_id,
        amount=wanted.amount,
        currency=market.currency,
        description=wanted.description,
        type=wanted.type,
        transaction_type=wanted.transaction_type,
        due=wanted.due or dates.local_day(tx.at, market),
        retry_days=wanted.retry_days,
        state=State.FAILED,
        created_at=tx.at,
        mode=wanted.mode,
        external_id=wanted.external_id,
    )


def find(tx: Tx, msn: str, agreement_id: str, charge_id: str) -> StoredCharge:
    """The charge of a unit's agreement with these ids; raises NamedRefusal resource-not-found."""
    agreement = agreements.find(tx, msn, agreement_id)
    stored = store.find(tx.connection, msn, charge_id)
    if stored is None or stored.charge.agreement != agreement.id:
        raise refused(Problem.NOT_FOUND, "Charge not found.")
    return stored


def by_charge_id(tx: Tx, msn: str, charge_id: str) -> StoredCharge:
    """The unit's charge with this id, whatever its agreement; raises NamedRefusal resource-not-found."""
    stored = store.find(tx.connection, msn, charge_id)
    if stored is None:
        raise refused(Problem.NOT_FOUND, "Charge not found.")
    return stored


def by_name(tx: Tx, agreement: StoredAgreement, charge_id: str) -> StoredCharge:
    """The charge of an agreement with this id; raises NotFound."""
    stored = store.find(tx.connection, agreement.agreement.msn, charge_id)
    if stored is None or stored.charge.agreement != agreement.id:
        raise NotFound(f"The agreement has no charge {charge_id[:64]}")
    return stored


def by_id(tx: Tx, id_: int) -> StoredCharge | None:
    """The charge of this number, if there is one."""
    return store.get(tx.connection, id_)


def of_agreement(
    tx: Tx, stored: StoredAgreement, *, state: State | None = None, after: int = 0, limit: int = -1
) -> list[StoredCharge]:
    """Charges of an agreement, the oldest first: in one state, after one of them, so many at most, when asked."""
    states = () if state is None else (state,)
    return store.of_agreement(tx.connection, stored.id, states=states, after=after, limit=limit)


def upcoming(tx: Tx, stored: StoredAgreement) -> list[StoredCharge]:
    """The charges that the customer sees before they are charged."""
    return store.of_agreement(tx.connection, stored.id, states=(State.DUE,))


def newest(
    tx: Tx, *, msn: str | None = None, state: State | None = None, agreement: int | None = None, limit: int = 100
) -> list[StoredCharge]:
    """The latest charges first, of one unit, in one state or of one agreement when asked."""
    return store.newest(tx.connection, msn=msn, state=state, agreement=agreement, limit=limit)


def events_of(tx: Tx, stored: StoredCharge) -> list[LoggedEvent]:
    """The charge's history, oldest first."""
    return store.events(tx.connection, stored.id)


def capture(tx: Tx, stored: StoredCharge, amount: int, key: str | None = None) -> StoredCharge:
    """Take reserved money, all or a part of it (minor units); raises NamedRefusal charge-capture-failed."""
    return ledger.apply(tx, stored, rules.capture(stored.charge, amount, tx.at), key)


def cancel(tx: Tx, stored: StoredCharge, key: str | None = None) -> StoredCharge:
    """Give a charge up, or release the rest of it; raises NamedRefusal cancel-charge-failed or conflict."""
    _check_not_initial(stored.charge)
    return ledger.apply(tx, stored, rules.cancel(stored.charge, tx.at), key)


def _check_not_initial(charge: Charge) -> None:
    if charge.type is Type.INITIAL and charge.state is State.PENDING:
        raise refused(Problem.CANCEL_FAILED, "The initial charge of a draft cannot be cancelled: its status is PENDING")


def refund(tx: Tx, unit: SalesUnit, stored: StoredCharge, amount: int, key: str | None = None) -> StoredCharge:
    """Give captured money back (minor units); raises NamedRefusal operation-failed."""
    if unit.configuration.single_settlement:
        raise refused(Problem.OPERATION_FAILED, "Refund is not possible")
    change = rules.refund(stored.charge, amount, tx.at, magic=tx.policy.test_tools)
    return ledger.apply(tx, stored, change, key)


def agreement_of(tx: Tx, stored: StoredCharge) -> Agreement:
    """The agreement that a charge belongs to."""
    found = agreements.by_id(tx, stored.charge.agreement)
    if found is None:
        raise LookupError(f"no agreement {stored.charge.agreement}")
    return found.agreement
