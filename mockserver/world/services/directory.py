"""Who is who, looked up once and remembered until somebody changes."""

from sqlite3 import Connection

from mockserver.webhooks import store as webhooks
from mockserver.webhooks.domain import Owner, OwnerKind, Registration
from mockserver.world import store as world
from mockserver.world.domain.merchant import Client, Merchant, SalesUnit

_MOST = 10_000


class Directory:
    """Remembers sales units, merchants and clients. ``version`` moves whenever what was learnt may be wrong.

    ``payers``: the numbers of payments' customers, None where there is none yet, by MSN and reference.
    """

    def __init__(self) -> None:
        self.version = 0
        self._units: dict[str, SalesUnit] = {}
        self._merchants: dict[str, Merchant] = {}
        self._webhooks: dict[str, tuple[Registration, ...]] = {}
        self.payers: dict[tuple[str, str], str | None] = {}

    def clear(self) -> None:
        """Forget everything: something was changed."""
        self.version += 1
        self._units.clear()
        self._merchants.clear()
        self._webhooks.clear()
        self.payers.clear()

    def clear_webhooks(self) -> None:
        """Forget the registrations only: who calls is not touched by them."""
        self._webhooks.clear()

    def keep_payer(self, payment: tuple[str, str], phone: str | None) -> None:
        """Remember whose payment this is, by MSN and reference."""
        if len(self.payers) >= _MOST:
            self.payers.clear()
        self.payers[payment] = phone

    def forget_payer(self, msn: str, reference: str) -> None:
        """Somebody else may pay now."""
        self.payers.pop((msn, reference), None)

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

    def client(self, connection: Connection, client_id: str) -> Client | None:
        """The keys of a client id."""
        return world.client(connection, client_id)

    def client_of_subscription_key(self, connection: Connection, key: str) -> str | None:
        """The client id that a subscription key belongs to."""
        return world.client_of_subscription_key(connection, key)

    def webhooks_of(self, connection: Connection, msn: str) -> tuple[Registration, ...]:
        """Who is told of what happens at a unit: its own registrations, then its partner's."""
        known = self._webhooks.get(msn)
        if known is None:
            owners = [Owner(OwnerKind.SALES_UNIT, msn)]
            unit = self.unit(connection, msn)
            if unit is not None and unit.partner_id is not None:
                owners += [Owner(OwnerKind.PARTNER, unit.partner_id, each) for each in (None, msn)]
            known = tuple(each for owner in owners for each in webhooks.of_owner(connection, owner))
            if len(self._webhooks) >= _MOST:
                self._webhooks.clear()
            self._webhooks[msn] = known
        return known
