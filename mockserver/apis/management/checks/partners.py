"""Judges of how partners use their own keys: for payments, to look things up, for webhooks."""

from collections.abc import Sequence
from typing import Final

from mockserver.apis.management.checks.orders import DETAILS, LIST
from mockserver.checklist.points.finding import Finding, not_seen, shown, times, wrong
from mockserver.checklist.points.seen import History
from mockserver.core.engine import Tx
from mockserver.core.values import frozen
from mockserver.webhooks.domain import OwnerKind
from mockserver.webhooks.services import webhooks
from mockserver.world.services.directory import directory

_UNITS: Final = (
    "getAllSalesUnits",
    "getMsn",
    "getSalesUnitsByBusinessIdentifier",
    "getMerchantByBusinessIdentifier",
)
_ORDERS: Final = (*DETAILS, LIST)


@frozen
class Registered:
    """The ids of the webhooks that partners have registered now."""

    webhooks: Sequence[str] = ()


def registered(tx: Tx, msn: str | None) -> Registered:
    """Those of all partners, or of the one that a sales unit is connected to as far as they are about that unit."""
    unit = directory(tx).unit(tx.connection, msn) if msn is not None else None
    return Registered(
        [
            each.id
            for each in webhooks.every(tx)
            if each.owner.kind is OwnerKind.PARTNER
            and (unit is None or (each.owner.id == unit.partner_id and each.owner.msn in (None, msn)))
        ]
    )


def keys_with_msn(history: History) -> Finding:
    """Whether calls with partner keys say for which sales unit they are."""
    calls = [each for each in history.requests if each.kind == "partner" and each.api == "epayment"]
    bare = [each for each in calls if not each.headers.get("merchant-serial-number")]
    if bare:
        return wrong(f"{times(len(bare))} with partner keys and without Merchant-Serial-Number.", bare)
    good = [each for each in calls if each.accepted]
    if not good:
        return not_seen("No payment call with partner keys succeeded.", calls)
    units = len({each.msn for each in good})
    return shown(f"{times(len(good))} with partner keys for {times(units, 'sales unit')}.", good)


def self_service(history: History) -> Finding:
    """Whether a partner looks both sales units and product orders up itself, and need not ask anybody."""
    calls = [each for each in history.of(*_UNITS, *_ORDERS) if each.by_partner]
    units = [each for each in calls if each.accepted and each.operation in _UNITS]
    orders = [each for each in calls if each.accepted and each.operation in _ORDERS]
    if units and orders:
        words = f"{times(len(units))} for sales units and merchants and {len(orders)} for product orders succeeded."
        return shown(words, units + orders)
    refused = [each for each in calls if each.refused]
    if refused and not units + orders:
        return wrong(f"Nothing was ever found; the latest answer was {refused[-1].status}.", refused)
    missing = "product orders" if units else "sales units" if orders else "sales units and product orders"
    return not_seen(f"No partner has looked {missing} up with its own keys.", units + orders)


def told_by_webhooks(history: History) -> Finding:
    """Whether a partner's own registrations tell it what happens at its merchants' sales units."""
    calls = [each for each in history.of("registerWebhook") if each.by_partner]
    accepted = [each for each in calls if each.accepted]
    now = history.evidence.of(Registered).webhooks
    if accepted or now:
        taken = [each for each in history.deliveries if each.to_partner and each.taken]
        words = (
            f"{times(len(now), 'registration')} of partners now; {len(taken)} of what was sent to them was accepted."
        )
        return shown(words, accepted, taken, [f"webhook {each}" for each in now])
    refused = [each for each in calls if each.refused]
    if refused:
        return wrong(f"registerWebhook never succeeded; the latest answer was {refused[-1].status}.", refused)
    return not_seen("No webhook is registered with partner keys.", calls)
