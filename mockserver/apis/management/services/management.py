"""What a caller of the Management API may see: a merchant its own units, a partner those connected to it."""

from mockserver.core.engine import Tx
from mockserver.core.errors import NotFound
from mockserver.core.values import frozen
from mockserver.world.domain.business import BusinessIdentifier
from mockserver.world.domain.merchant import ClientKind, Merchant, SalesUnit
from mockserver.world.services import partners
from mockserver.world.services.access import Caller
from mockserver.world.services.directory import directory
from mockserver.world.store import world as store

NO_UNIT = "There is no such sales unit, or it is not active, or not connected to the caller"
"""One answer for all of them: which it is would tell what the caller may not know."""
NO_MERCHANT = "There is no such merchant, or none of its sales units is connected to the caller"


@frozen
class _View:
    """Whose units are seen: those of a merchant, or those of a partner."""

    merchant_id: str | None = None
    partner_id: str | None = None

    def holds(self, unit: SalesUnit) -> bool:
        if self.merchant_id is not None:
            return unit.merchant_id == self.merchant_id
        return unit.partner_id == self.partner_id


def units(tx: Tx, caller: Caller) -> list[SalesUnit]:
    """All active units of active merchants that the caller may see, by MSN; raises Forbidden."""
    view = _view(tx, caller)
    if view.merchant_id is not None:
        connected = store.sales_units_of_merchant(tx.connection, view.merchant_id)
    else:
        connected = store.sales_units_of_partner(tx.connection, view.partner_id or "")
    return [unit for unit in connected if unit.active and directory(tx).merchant_of(tx.connection, unit).active]


def unit(tx: Tx, caller: Caller, msn: str) -> tuple[SalesUnit, Merchant]:
    """One of them, with its merchant; raises NotFound without saying why."""
    view, found = _view(tx, caller), directory(tx).unit(tx.connection, msn)
    if found is None or not found.active or not view.holds(found):
        raise NotFound(NO_UNIT)
    merchant = directory(tx).merchant_of(tx.connection, found)
    if not merchant.active:
        raise NotFound(NO_UNIT)
    return found, merchant


def merchant(tx: Tx, caller: Caller, identifier: BusinessIdentifier) -> Merchant:
    """The merchant of this identifier, deactivated ones included; raises NotFound when no unit connects it."""
    view, found = _view(tx, caller), store.merchant_of_business(tx.connection, identifier)
    if found is None or not any(map(view.holds, store.sales_units_of_merchant(tx.connection, found.id))):
        raise NotFound(NO_MERCHANT)
    return found


def units_of_merchant(tx: Tx, caller: Caller, identifier: BusinessIdentifier) -> list[SalesUnit]:
    """The active units of a merchant that the caller may see; raises NotFound when no unit connects it."""
    view, found = _view(tx, caller), merchant(tx, caller, identifier)
    if not found.active:
        return []
    own = store.sales_units_of_merchant(tx.connection, found.id)
    return [each for each in own if each.active and view.holds(each)]


def _view(tx: Tx, caller: Caller) -> _View:
    if caller.kind in (ClientKind.SALES_UNIT, ClientKind.ANYONE) and caller.merchant is not None:
        return _View(merchant_id=caller.merchant.id)
    return _View(partner_id=partners.acting(tx, caller).id)
