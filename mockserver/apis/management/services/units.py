"""What merchants do with their sales units on the portal: make keys anew, close units."""

from collections.abc import Collection
from dataclasses import replace
from enum import StrEnum

from mockserver.core.engine import Tx
from mockserver.core.errors import IllegalAction
from mockserver.world.domain.merchant import Client, ClientKind, KeySet, SalesUnit
from mockserver.world.services import world
from mockserver.world.store import world as store


class KeyName(StrEnum):
    """The keys of a sales unit that can be made anew, each by itself (API keys); client_id stays."""

    CLIENT_SECRET = "client_secret"  # noqa: S105 - the name of a field
    PRIMARY = "subscription_key"
    SECONDARY = "secondary_subscription_key"


def of_merchant(tx: Tx, merchant_id: str) -> list[SalesUnit]:
    """A merchant's units, closed ones too, by MSN."""
    return list(store.sales_units_of_merchant(tx.connection, merchant_id))


def renew_keys(tx: Tx, unit: SalesUnit, names: Collection[KeyName]) -> SalesUnit:
    """The unit with new keys in the place of these, which end at once, as do tokens that an old secret was for.

    Raises IllegalAction for a client that was let in without known keys.
    """
    client = store.client(tx.connection, unit.keys.client_id)
    if client is None or client.kind is not ClientKind.SALES_UNIT:
        raise IllegalAction("The keys of this sales unit are not looked at, so there are none to make anew")
    keys = unit.keys
    new = {each.value: tx.ids.secret() for each in names if each is not KeyName.CLIENT_SECRET}
    if KeyName.CLIENT_SECRET in names:
        new[KeyName.CLIENT_SECRET.value] = tx.ids.client_secret()
    renewed: KeySet = replace(keys, **new)
    world.replace_clients(tx, [client], [Client(client.kind, client.owner, renewed)])
    changed = replace(unit, keys=renewed)
    world.save_sales_unit(tx, changed)
    return changed


def close(tx: Tx, unit: SalesUnit) -> SalesUnit:
    """Nothing new begins at the unit any more; what was begun can be ended. Raises IllegalAction when it is closed."""
    if not unit.active:
        raise IllegalAction("The sales unit is closed already")
    closed = replace(unit, active=False)
    world.save_sales_unit(tx, closed)
    return closed
