"""Who is who, looked up once and remembered until somebody changes."""

from sqlite3 import Connection

from mockserver.core.engine import Tx
from mockserver.world.domain.merchant import Client, Merchant, SalesUnit
from mockserver.world.domain.partner import Partner
from mockserver.world.store import world

_MOST = 10_000


class Directory:
    """Remembers sales units, merchants and clients. ``version`` moves whenever what was learnt may be wrong."""

    def __init__(self) -> None:
        self.version = 0
        self._units: dict[str, SalesUnit] = {}
        self._merchants: dict[str, Merchant] = {}
        self._partners: dict[str, Partner] = {}

    def clear(self) -> None:
        """Forget everything: something was changed."""
        self.version += 1
        self._units.clear()
        self._merchants.clear()
        self._partners.clear()

    def unit(self, connection: Connection, msn: str) -> SalesUnit | None:
        """The sales unit of this MSN."""
        unit = self._units.get(msn)
        if unit is None:
            unit = world.sales_unit(connection, msn)
            if unit is not None:
                if len(self._units) >= _MOST:
                    self._units.clear()
                self._units[msn] = unit
        return unit

    def merchant_of(self, connection: Connection, unit: SalesUnit) -> Merchant:
        """The merchant that a unit belongs to."""
        merchant = self._merchants.get(unit.merchant_id)
        if merchant is None:
            merchant = world.merchant(connection, unit.merchant_id)
            if merchant is None:
                raise LookupError(f"no merchant {unit.merchant_id}")
            if len(self._merchants) >= _MOST:
                self._merchants.clear()
            self._merchants[unit.merchant_id] = merchant
        return merchant

    def partner(self, connection: Connection, id_: str) -> Partner | None:
        """The partner of this id."""
        partner = self._partners.get(id_)
        if partner is None:
            partner = world.partner(connection, id_)
            if partner is not None:
                if len(self._partners) >= _MOST:
                    self._partners.clear()
                self._partners[id_] = partner
        return partner

    def client(self, connection: Connection, client_id: str) -> Client | None:
        """The keys of a client id."""
        return world.client(connection, client_id)

    def client_of_subscription_key(self, connection: Connection, key: str) -> str | None:
        """The client id that a subscription key belongs to."""
        return world.client_of_subscription_key(connection, key)


def directory(tx: Tx) -> Directory:
    """What is remembered of who is there."""
    return tx.memory.of(Directory)
