"""Batches of charges: taken item by item, and made into charges one after the other."""

from collections.abc import Sequence

from mockserver.apis.recurring.domain import terms
from mockserver.apis.recurring.domain.agreement import StoredAgreement
from mockserver.apis.recurring.domain.batch import BatchItem
from mockserver.apis.recurring.services import agreements, charges, events
from mockserver.apis.recurring.store import batches as store
from mockserver.core.engine import Tx
from mockserver.core.errors import NamedRefusal, Refusal
from mockserver.core.schedule import Due
from mockserver.world.domain.merchant import Merchant, SalesUnit
from mockserver.world.services import world

BATCH = "recurring.batch"


def check(tx: Tx, unit: SalesUnit, merchant: Merchant, item: BatchItem) -> NamedRefusal | None:
    """What is wrong with an item at once, whatever its agreement; None when nothing is."""
    try:
        terms.check_charge(item.request, merchant.market.currency, unit, merchant.market, tx.at)
    except NamedRefusal as refusal:
        return refusal
    return None


def take(tx: Tx, unit: SalesUnit, items: Sequence[BatchItem]) -> None:
    """Take checked items: each becomes a charge, or is told of as one that did not, in their order."""
    if items:
        tx.add_due(Due(tx.at, BATCH, store.insert(tx.connection, unit.msn, items)))


def create_next(tx: Tx, id_: int) -> None:
    """Make a charge of the item of this number, or tell its merchant that it became none; the next one is due then."""
    found = store.take(tx.connection, id_)
    if found is None:
        return
    if found.next is not None:
        tx.add_due(Due(tx.at, BATCH, found.next))
    msn, item = found.msn, found.item
    market = world.market_of_unit(tx, msn)
    stored: StoredAgreement | None = None
    try:
        stored = agreements.find(tx, msn, item.agreement_id)
        charges.add(tx, stored, item.request, market, item.key)
    except Refusal:
        events.tell_of_refused_item(tx, charges.unmade(tx, msn, item, stored, market))
