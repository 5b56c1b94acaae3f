"""Express: the ways in which goods may be shipped, fixed by the merchant or asked for by address."""

from collections import Counter
from enum import StrEnum

from mockserver.core.money import Amount, Market
from mockserver.core.values import frozen
from mockserver.world.domain.customer import Address


class ShippingType(StrEnum):
    """How goods reach the customer."""

    HOME_DELIVERY = "HOME_DELIVERY"
    PICKUP_POINT = "PICKUP_POINT"
    MAILBOX = "MAILBOX"
    IN_STORE = "IN_STORE"
    OTHER = "OTHER"


class ShippingBrand(StrEnum):
    """Who carries them."""

    POSTEN = "POSTEN"
    BRING = "BRING"
    POSTNORD = "POSTNORD"
    HELTHJEM = "HELTHJEM"
    PORTERBUDDY = "PORTERBUDDY"
    DHL = "DHL"
    INSTABOX = "INSTABOX"
    FEDEX = "FEDEX"
    MATKAHUOLTO = "MATKAHUOLTO"
    GLS = "GLS"
    POSTI = "POSTI"
    GORDON = "GORDON"
    OTHER = "OTHER"


@frozen
class ShippingOption:
    """One alternative; its amount is added to the payment's when it is chosen."""

    id: str
    name: str
    amount: Amount
    is_default: bool = False
    priority: int | None = None
    meta: str | None = None
    estimated_delivery: str | None = None


@frozen
class ShippingGroup:
    """The options of one carrier and type. Groups and options are shown by priority, lowest first."""

    type: ShippingType
    brand: ShippingBrand
    options: tuple[ShippingOption, ...]
    is_default: bool = False
    priority: int | None = None


@frozen
class DynamicShipping:
    """Where to ask for groups once the address is known, and what to say in ``Authorization``."""

    callback_url: str
    authorization: str | None = None


@frozen
class Express:
    """The shipping of an Express payment: exactly one of ``groups`` and ``dynamic`` is set.

    ``allowed_countries``: ISO 3166-1 alpha-2; without any, only the sales unit's own.
    """

    groups: tuple[ShippingGroup, ...] | None = None
    dynamic: DynamicShipping | None = None
    allowed_countries: tuple[str, ...] = ()

    def countries(self, market: Market) -> tuple[str, ...]:
        """Where a unit of this market ships to."""
        return self.allowed_countries or (market.value,)

    def reachable(self, market: Market, addresses: tuple[Address, ...]) -> dict[int, Address]:
        """Those of a customer's addresses that a unit of this market ships to, by their place among them."""
        countries = self.countries(market)
        return {place: each for place, each in enumerate(addresses) if each.country.upper() in countries}


def flaws(groups: tuple[ShippingGroup, ...]) -> list[str]:
    """What is wrong with groups beside each other: one for each brand and type, and an id for each option."""
    kinds = Counter((group.brand, group.type) for group in groups)
    found = [f"There is more than one group of {brand} and {type_}" for (brand, type_), n in kinds.items() if n > 1]
    ids = Counter(option.id for group in groups for option in group.options)
    repeated = ", ".join(repr(id_) for id_, count in ids.items() if count > 1)
    return [*found, f"Option ids must be unique: {repeated}"] if repeated else found


def in_order(groups: tuple[ShippingGroup, ...]) -> list[ShippingGroup]:
    """The groups as the customer sees them: by priority, those without one last."""
    return sorted(groups, key=lambda group: (group.priority is None, group.priority or 0))


def options_in_order(group: ShippingGroup) -> list[ShippingOption]:
    """The options of a group as the customer sees them: by priority, those without one last."""
    return sorted(group.options, key=lambda option: (option.priority is None, option.priority or 0))


def default_option(groups: tuple[ShippingGroup, ...]) -> ShippingOption | None:
    """The option that is selected before the customer chooses."""
    ordered = sorted(in_order(groups), key=lambda group: not group.is_default)
    for group in ordered:
        for option in sorted(options_in_order(group), key=lambda option: not option.is_default):
            return option
    return None


def find_option(groups: tuple[ShippingGroup, ...], option_id: str) -> ShippingOption | None:
    """The option of that id, in whichever group it is."""
    return next((option for group in groups for option in group.options if option.id == option_id), None)
