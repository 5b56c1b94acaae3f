"""A world: everybody who exists when the server starts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from mockserver.core.errors import Malformed
from mockserver.core.exact import EXACT
from mockserver.core.instants import parse_timestamp
from mockserver.core.money import Market
from mockserver.core.urls import flaw
from mockserver.core.uuids import UUID
from mockserver.core.values import frozen
from mockserver.world.domain.business import identifier_violations
from mockserver.world.domain.customer import Customer, check_customer
from mockserver.world.domain.merchant import MSN, Client, ClientKind, Merchant, SalesUnit, check_unit
from mockserver.world.domain.order_policy import policy_flaw
from mockserver.world.domain.partner import Partner
from mockserver.world.domain.user import User, repeated_users, user_flaw
from mockserver.world.domain.webhook import FirstWebhook, secret_flaw


class BadWorld(ValueError):
    """The world contradicts itself; the message names the entry and what is wrong with it."""


@frozen
class World:
    """Merchants, sales units, customers, partners, webhooks, and users of the portal.

    The first sales unit and customer are the default.
    """

    __pydantic_config__ = EXACT

    merchants: tuple[Merchant, ...]
    sales_units: tuple[SalesUnit, ...]
    customers: tuple[Customer, ...] = ()
    partners: tuple[Partner, ...] = ()
    webhooks: tuple[FirstWebhook, ...] = ()
    users: tuple[User, ...] = ()

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
    for merchant in world.merchants:
        if flaw := merchant_flaw(merchant):
            raise BadWorld(f"merchants[{merchant.id}].{flaw}")
    for partner in world.partners:
        if flaw := partner_flaw(partner):
            raise BadWorld(f"partners[{partner.id}].{flaw}")
    _unique("organisation numbers", (f"{each.market} {each.identifier.digits}" for each in world.merchants))
    _unique("price_packages.id", (package.id for partner in world.partners for package in partner.price_packages))
    _unique("client_id", (client.keys.client_id for client in clients(world)))
    _unique("subscription keys", (key for client in clients(world) for key in client.subscription_keys))
    for customer in world.customers:
        try:
            check_customer(customer)
        except Malformed as error:
            raise BadWorld(f"customers[{customer.phone}].{error}") from None
    _check_units(world)
    _check_webhooks(world)
    for place, reason in users_flaws(world.users, world.merchants, world.sales_units, world.partners):
        raise BadWorld(f"users[{place}].{reason}")
    return world


def _check_units(world: World) -> None:
    merchants = {each.id for each in world.merchants}
    partners = {each.id for each in world.partners}
    for unit in world.sales_units:
        if not MSN.fullmatch(unit.msn):
            raise BadWorld(f"sales_units[{unit.msn}].msn: must be 4 to 10 digits")
        if unit.merchant_id not in merchants:
            raise BadWorld(f"sales_units[{unit.msn}].merchant_id: no merchant {unit.merchant_id!r}")
        if unit.partner_id is not None and unit.partner_id not in partners:
            raise BadWorld(f"sales_units[{unit.msn}].partner_id: no partner {unit.partner_id!r}")
        try:
            check_unit(unit)
        except Malformed as error:
            raise BadWorld(f"sales_units[{unit.msn}].{error}") from None


def _check_webhooks(world: World) -> None:
    _unique("webhooks.id", (each.id for each in world.webhooks if each.id is not None))
    for number, webhook in enumerate(world.webhooks):
        if wrong := _webhook_flaw(webhook, world):
            raise BadWorld(f"webhooks[{number}].{wrong}")


def users_flaws(
    users: Sequence[User], merchants: Iterable[Merchant], units: Iterable[SalesUnit], partners: Iterable[Partner]
) -> Iterator[tuple[int, str]]:
    """What is wrong with users of the portal: places in the list, each with the field and the reason."""
    known, known_partners = {each.id: each for each in merchants}, {each.id for each in partners}
    msns: dict[str, list[str]] = {}
    for unit in units:
        msns.setdefault(unit.merchant_id, []).append(unit.msn)
    for index, user in enumerate(users):
        if user.merchant_id is not None and user.merchant_id not in known:
            yield index, f"merchant_id: no merchant {user.merchant_id!r}"
        elif user.partner_id is not None and user.partner_id not in known_partners:
            yield index, f"partner_id: no partner {user.partner_id!r}"
        elif wrong := user_flaw(user, known.get(user.merchant_id or ""), msns.get(user.merchant_id or "", ())):
            yield index, wrong
    yield from repeated_users(users)


def _webhook_flaw(webhook: FirstWebhook, world: World) -> str | None:
    unit = next((each for each in world.sales_units if each.msn == webhook.msn), None)
    if webhook.msn is None and webhook.partner_id is None:
        return "msn: msn, partner_id or both are needed"
    if webhook.msn is not None and unit is None:
        return f"msn: no sales unit {webhook.msn!r}"
    if webhook.partner_id is not None and webhook.partner_id not in {each.id for each in world.partners}:
        return f"partner_id: no partner {webhook.partner_id!r}"
    if unit is not None and webhook.partner_id not in (None, unit.partner_id):
        return f"partner_id: sales unit {unit.msn} is not connected to {webhook.partner_id!r}"
    if wrong := flaw(webhook.url, local=True):
        return f"url: {wrong}"
    if webhook.id is not None and (not UUID.fullmatch(webhook.id) or webhook.id != webhook.id.lower()):
        return "id: must be a UUID in small letters"
    if webhook.secret is not None and (wrong := secret_flaw(webhook.secret)):
        return f"secret: {wrong}"
    return None


def merchant_flaw(merchant: Merchant) -> str | None:
    """Which field of a merchant cannot be so, and why; None when all is well."""
    if wrong := identifier_violations(merchant.identifier, ""):
        return f"organisation_number: {wrong[0].reason}"
    if not 1 <= len(merchant.name) <= 50:
        return "name: must have 1 to 50 characters"
    if merchant.orders is not None and (flaw := policy_flaw(merchant.orders)):
        return f"orders.{flaw}"
    for name, text in (("created_at", merchant.created_at), ("updated_at", merchant.updated_at)):
        try:
            parse_timestamp(text or merchant.created_at)
        except (ValueError, OverflowError):
            return f"{name}: must be an RFC 3339 time with its zone"
    for name, address in (("business_address", merchant.business_address), ("post_address", merchant.post_address)):
        if address is not None and any(len(line) > 30 for line in (*address.lines, address.city or "")):
            return f"{name}: must have at most 30 characters a line"
    return None


def partner_flaw(partner: Partner) -> str | None:
    """Which field of a partner cannot be so, and why; None when all is well."""
    if not partner.kinds:
        return "kinds: at least one is needed"
    if len(set(partner.kinds)) != len(partner.kinds):
        return "kinds: each must be there once"
    for index, package in enumerate(partner.price_packages):
        if not UUID.fullmatch(package.id) or package.id != package.id.lower():
            return f"price_packages[{index}].id: must be a UUID in small letters"
        if not 1 <= len(package.name) <= 30:
            return f"price_packages[{index}].name: must have 1 to 30 characters"
        if not 1 <= len(package.description) <= 6:
            return f"price_packages[{index}].description: must have 1 to 6 characters, such as 2.99%"
        if not package.product.priced:
            return f"price_packages[{index}].product: {package.product} has no prices"
        if package.market is Market.SE:
            return f"price_packages[{index}].market: there are no price packages in SE"
    return None


def clients(world: World) -> Iterator[Client]:
    """Every set of keys in the world with its owner."""
    for unit in world.sales_units:
        yield Client(ClientKind.SALES_UNIT, unit.msn, unit.keys)
    for partner in world.partners:
        yield from partner_clients(partner)
    for merchant in world.merchants:
        yield from merchant_clients(merchant)


def merchant_clients(merchant: Merchant) -> Iterator[Client]:
    """The sets of keys that a merchant holds as a whole; those of its sales units are their own."""
    for keys in merchant.donation_keys:
        yield Client(ClientKind.DONATIONS, merchant.id, keys)


def partner_clients(partner: Partner) -> Iterator[Client]:
    """The sets of keys of one partner that work somewhere."""
    if partner.valid_keys:
        yield Client(ClientKind.PARTNER, partner.id, partner.valid_keys)
    if partner.valid_management_keys:
        yield Client(ClientKind.MANAGEMENT, partner.id, partner.valid_management_keys)
    if partner.accounting_keys and partner.stage.has_access:
        yield Client(ClientKind.ACCOUNTING, partner.id, partner.accounting_keys)


def _unique(what: str, values: Iterable[str]) -> None:
    repeated = [value for value, times in Counter(values).items() if times > 1]
    if repeated:
        raise BadWorld(f"{what}: {repeated[0]!r} occurs more than once")
