"""Express: the ways in which goods may be shipped, fixed by the merchant or asked for by address."""

from enum import StrEnum

from mockserver.domain.money import Amount
from mockserver.values import frozen


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
    """The shipping of an Express payment: exactly one of the two is set."""

    groups: tuple[ShippingGroup, ...] | None = None
    dynamic: DynamicShipping | None = None


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
