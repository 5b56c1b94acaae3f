"""Agreements with paid periods behind them, made at once. No webhook tells of what is long over."""

import datetime
from dataclasses import replace

from mockserver.apis.recurring.domain import dates
from mockserver.apis.recurring.domain import past as rules
from mockserver.apis.recurring.domain.agreement import Consent, StoredAgreement
from mockserver.apis.recurring.domain.charge import ChargeEventName, LoggedEvent
from mockserver.apis.recurring.domain.past import Paid
from mockserver.apis.recurring.domain.pricing import check_amount, check_charge, choose_maximum
from mockserver.apis.recurring.domain.refusals import invalid
from mockserver.apis.recurring.domain.terms import Draft
from mockserver.apis.recurring.services import agreements, ledger
from mockserver.apis.recurring.store import charges as store
from mockserver.core.engine import Tx
from mockserver.core.money import Market
from mockserver.core.policy import Lenience
from mockserver.core.schedule import Due
from mockserver.core.values import frozen
from mockserver.world.domain.customer import Customer
from mockserver.world.domain.merchant import Merchant, SalesUnit
from mockserver.world.services import world


@frozen
class Past:
    """``periods`` of the interval that were paid with ``amount`` each (minor units), the next one begins today.

    ``amount`` is the price by default; ``maximum`` is what the customer chose for VARIABLE pricing.
    """

    periods: int
    amount: int | None = None
    maximum: int | None = None


def make(tx: Tx, unit: SalesUnit, merchant: Merchant, wanted: Draft, customer: Customer, past: Past) -> StoredAgreement:
    """An ACTIVE agreement that this customer accepted as many periods ago.

    Raises NamedRefusal or Forbidden as a draft does, DomainError for somebody who is no user.
    """
    if not customer.is_user:
        raise world.no_user(customer)
    days = _days(tx, wanted, merchant.market, past)
    amount = _amount(wanted, past) if days else 0
    pricing = choose_maximum(wanted.pricing, past.maximum)
    drafted = agreements.draft(tx, unit, merchant, wanted, Lenience(tx.policy)).stored
    tx.remove_due(Due(drafted.agreement.expires_at, agreements.EXPIRE, drafted.id))
    at = dates.moment(days[0], 0, merchant.market) if days else tx.at
    consent = Consent(customer.phone, maximum=past.maximum)
    stored = agreements.save(tx, drafted, rules.begun(drafted.agreement, consent, pricing, at))
    for day in days:
        id_ = agreements.free_charge_id(tx, unit.msn)
        charge = rules.of_period(stored.agreement, stored.id, amount, day, id_)
        known = replace(charge, transaction_id=ledger.transaction_id(tx))
        _keep(tx, rules.paid(known, at, merchant.market))
    return stored


def _days(tx: Tx, wanted: Draft, market: Market, past: Past) -> list[datetime.date]:
    if not past.periods:
        return []
    if wanted.interval is None:
        raise invalid("interval", "Is required for paid periods")
    return rules.days(wanted.interval, past.periods, dates.local_day(tx.at, market))


def _amount(wanted: Draft, past: Past) -> int:
    pricing = wanted.pricing
    amount = past.amount or pricing.amount or past.maximum or pricing.suggested_max
    if amount is None:
        raise invalid("chargeAmount", f"Is required for {pricing.type}")
    check_amount(amount, pricing.currency, "chargeAmount")
    check_charge(pricing, amount, 0)
    return amount


def _keep(tx: Tx, paid: Paid) -> None:
    stored = store.insert(tx.connection, paid.charge)
    if stored is None:
        raise LookupError(f"the id {paid.charge.id} was free a moment ago")
    charge = stored.charge
    for event, at in paid.history:
        step = "CreateCharge" if event.name is ChargeEventName.CREATE else "ProcessPayment"
        moved = None if event.name is ChargeEventName.CREATE else charge.transaction_id
        key = f"{charge.id}-{charge.agreement_id}-{step}"
        store.append_event(tx.connection, stored.id, LoggedEvent(event, at, key, moved))
