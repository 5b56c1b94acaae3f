"""A world: everybody who exists when the server starts."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mockserver.domain.customer import Customer, check_customer
from mockserver.domain.errors import Malformed
from mockserver.domain.exact import EXACT
from mockserver.domain.merchant import MSN, Client, ClientKind, KeySet, Merchant, Partner, SalesUnit
from mockserver.domain.money import Market


class BadWorld(ValueError):
    """The world contradicts itself; the message names the entry and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class World:
    """Merchants, sales units, customers and partners. The first sales unit and customer are the default."""

    __pydantic_config__ = EXACT

    merchants: tuple[Merchant, ...]
    sales_units: tuple[SalesUnit, ...]
    customers: tuple[Customer, ...] = ()
    partners: tuple[Partner, ...] = ()

    @property
    def default_unit(self) -> SalesUnit:
        """The unit whose keys are printed at start."""
        return self.sales_units[0]

    def market_of(self, unit: SalesUnit) -> Market:
        """Where the unit's merchant is registered."""
        return next(merchant.market for merchant in self.merchants if merchant.id == unit.merchant_id)

    def default_customer(self, market: Market) -> Customer | None:
        """The first customer of a market."""
        return next((customer for customer in self.customers if customer.market is market), None)


def check(world: World) -> World:
    """Give the world back when it is consistent; raises BadWorld with one line otherwise."""
    if not world.sales_units:
        raise BadWorld("sales_units: at least one is needed")
    _unique("merchants.id", (merchant.id for merchant in world.merchants))
    _unique("partners.id", (partner.id for partner in world.partners))
    _unique("sales_units.msn", (unit.msn for unit in world.sales_units))
    _unique("customers.phone", (customer.phone for customer in world.customers))
    _unique("customers.token", (customer.token for customer in world.customers))
    _unique("client_id", (client.keys.client_id for client in clients(world)))
    _unique("subscription keys", _subscription_keys(world))
    for customer in world.customers:
        try:
            check_customer(customer)
        except Malformed as error:
            raise BadWorld(f"customers[{customer.phone}].{error}") from None
    merchants = {merchant.id for merchant in world.merchants}
    partners = {partner.id for partner in world.partners}
    for unit in world.sales_units:
        if not MSN.fullmatch(unit.msn):
            raise BadWorld(f"sales_units[{unit.msn}].msn: must be 4 to 10 digits")
        if unit.merchant_id not in merchants:
            raise BadWorld(f"sales_units[{unit.msn}].merchant_id: no merchant {unit.merchant_id!r}")
        if unit.partner_id is not None and unit.partner_id not in partners:
            raise BadWorld(f"sales_units[{unit.msn}].partner_id: no partner {unit.partner_id!r}")
    return world


def clients(world: World) -> Iterator[Client]:
    """Every set of keys in the world with its owner."""
    for unit in world.sales_units:
        yield Client(ClientKind.SALES_UNIT, unit.msn, unit.keys)
    for partner in world.partners:
        yield from partner_clients(partner)


def partner_clients(partner: Partner) -> Iterator[Client]:
    """The sets of keys that one partner holds."""
    if partner.keys:
        yield Client(ClientKind.PARTNER, partner.id, partner.keys)
    if partner.management_keys:
        yield Client(ClientKind.MANAGEMENT, partner.id, partner.management_keys)
    if partner.accounting_keys:
        yield Client(ClientKind.ACCOUNTING, partner.id, partner.accounting_keys)


def _subscription_keys(world: World) -> Iterator[str]:
    for client in clients(world):
        if isinstance(client.keys, KeySet):
            yield client.keys.subscription_key
            yield client.keys.secondary_subscription_key


def _unique(what: str, values: Iterable[str]) -> None:
    repeated = [value for value, times in Counter(values).items() if times > 1]
    if repeated:
        raise BadWorld(f"{what}: {repeated[0]!r} occurs more than once")
