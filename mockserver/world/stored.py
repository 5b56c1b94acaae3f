"""Everybody who is there, in state files."""

from functools import partial
from operator import attrgetter
from typing import Annotated, Any, Final

from pydantic import Discriminator, Tag

from mockserver.core.stored import (
    Flaws,
    Kind,
    Part,
    Place,
    json,
    malformed,
    missing,
    plain,
    taken,
    value,
)
from mockserver.core.values import frozen
from mockserver.world.domain.customer import Customer, check_customer
from mockserver.world.domain.merchant import MSN, ClientKeys, ClientKind, KeySet, Merchant, SalesUnit, check_unit
from mockserver.world.domain.partner import Partner
from mockserver.world.domain.user import User
from mockserver.world.domain.world import merchant_flaw, partner_flaw, users_flaws
from mockserver.world.services.keyrings import flaws
from mockserver.world.services.tokens import KEYS


def _has(name: str) -> Discriminator:
    """Tells two classes apart by a field that only the first one has, so that errors are about the right one."""

    def which(value: Any) -> str:
        return "first" if hasattr(value, name) or (isinstance(value, dict) and name in value) else "second"

    return Discriminator(which)


@frozen
class MerchantEntry:
    """A merchant under its number."""

    number: int
    merchant: Merchant


@frozen
class PartnerEntry:
    """A partner."""

    partner: Partner


@frozen
class SalesUnitEntry:
    """A sales unit."""

    unit: SalesUnit


@frozen
class ClientEntry:
    """Keys with their owner: an MSN, or a partner's id."""

    kind: ClientKind
    owner: str
    keys: Annotated[Annotated[KeySet, Tag("first")] | Annotated[ClientKeys, Tag("second")], _has("subscription_key")]


@frozen
class SubscriptionKeyEntry:
    """A subscription key, and the client whom it is good for."""

    subscription_key: str
    client_id: str


@frozen
class CustomerEntry:
    """A customer, and its place in the world."""

    position: int
    customer: Customer


@frozen
class ProfileEntry:
    """A profile shared with a payment: by scope, until when it can be read."""

    sub: str
    msn: str
    phone: str
    scopes: dict[str, int]


@frozen
class UserEntry:
    """Somebody who may use the portal."""

    user: User


class People:
    """Who there is, by the names that others use."""

    def __init__(self, state: Any) -> None:
        self.merchants = {each.merchant.id for each in state.merchants}
        self.partners = {each.partner.id for each in state.partners}
        self.units = {each.unit.msn for each in state.sales_units}
        self.clients = {each.keys.client_id for each in state.clients}
        self.phones = {each.customer.phone for each in state.customers}

    def owners(self, kind: ClientKind) -> tuple[str, set[str]]:
        """Who may own keys of a kind, as a word and as all that there are."""
        if kind in (ClientKind.SALES_UNIT, ClientKind.ANYONE):
            return "sales unit", self.units
        if kind is ClientKind.DONATIONS:
            return "merchant", self.merchants
        return "partner", self.partners


def _flaws(state: Any, known: People) -> Flaws:
    yield from flaws(KEYS.name, state.token_keys)
    if not state.sales_units:
        yield ("sales_units",), "at least one is needed"
    for index, each in enumerate(state.merchants):
        if found := merchant_flaw(each.merchant):
            yield ("merchants", index, "merchant"), found
    for index, owner in enumerate(state.partners):
        if found := partner_flaw(owner.partner):
            yield ("partners", index, "partner"), found
    for index, shop in enumerate(state.sales_units):
        place: Place = ("sales_units", index, "unit")
        if not MSN.fullmatch(shop.unit.msn):
            yield (*place, "msn"), "must be 4 to 10 digits"
        yield from missing((*place, "merchant_id"), "merchant", shop.unit.merchant_id, known.merchants)
        yield from missing((*place, "partner_id"), "partner", shop.unit.partner_id, known.partners)
        yield from malformed(place, partial(check_unit, shop.unit, kept=True))
    yield from _keys(state, known)
    for index, person in enumerate(state.customers):
        yield from malformed(("customers", index, "customer"), partial(check_customer, person.customer, kept=True))
    for index, profile in enumerate(state.profiles):
        yield from missing(("profiles", index, "phone"), "customer", profile.phone, known.phones)
    yield from _users(state)


def _users(state: Any) -> Flaws:
    found = users_flaws(
        [each.user for each in state.users],
        [each.merchant for each in state.merchants],
        [each.unit for each in state.sales_units],
        [each.partner for each in state.partners],
    )
    for index, reason in found:
        yield ("users", index, "user"), reason


def _keys(state: Any, known: People) -> Flaws:
    for index, client in enumerate(state.clients):
        place: Place = ("clients", index)
        what, owners = known.owners(client.kind)
        yield from missing((*place, "owner"), what, client.owner, owners)
        if isinstance(client.keys, KeySet) is client.kind.specialised:
            wanted = "without" if client.kind.specialised else "with"
            yield (*place, "keys"), f"must be {wanted} subscription keys for the kind {client.kind}"
    for index, key in enumerate(state.subscription_keys):
        yield from missing(("subscription_keys", index, "client_id"), "client", key.client_id, known.clients)


PART: Final = Part(
    kinds=(
        Kind(
            "merchants",
            "merchants",
            "id",
            (*plain("number"), value("merchant", Merchant)),
            taken("merchant", "id", "market") | {"digits": attrgetter("merchant.identifier.digits")},
            entry=MerchantEntry,
        ),
        Kind("partners", "partners", "id", (value("partner", Partner),), taken("partner", "id"), entry=PartnerEntry),
        Kind(
            "sales_units",
            "sales_units",
            "msn",
            (value("unit", SalesUnit),),
            taken("unit", "msn", "merchant_id", "partner_id"),
            entry=SalesUnitEntry,
        ),
        Kind(
            "clients",
            "clients",
            "client_id",
            (*plain("kind", "owner"), value("keys")),
            taken("keys", "client_id"),
            entry=ClientEntry,
        ),
        Kind(
            "subscription_keys",
            "subscription_keys",
            "subscription_key",
            plain("subscription_key", "client_id"),
            entry=SubscriptionKeyEntry,
        ),
        Kind(
            "customers",
            "customers",
            "phone",
            (*plain("position"), value("customer", Customer)),
            taken("customer", "phone", "token", "market"),
            entry=CustomerEntry,
        ),
        Kind(
            "profiles",
            "shared_profiles",
            "sub",
            (*plain("sub", "msn", "phone"), json("scopes", "scopes")),
            entry=ProfileEntry,
        ),
        Kind(
            "users",
            "portal_users",
            "merchant_id, partner_id, email",
            (value("user", User),),
            {
                "merchant_id": lambda entry: entry.user.merchant_id or "",
                "partner_id": lambda entry: entry.user.partner_id or "",
                "email": attrgetter("user.email"),
            },
            entry=UserEntry,
            later=True,
        ),
    ),
    later_lists={KEYS.name: dict[str, Any]},
    flaws=_flaws,
)
