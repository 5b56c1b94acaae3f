"""Partners: companies that serve merchants, with their level, keys, rights and prices (partner guide)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from mockserver.core.exact import EXACT
from mockserver.core.money import Market
from mockserver.core.values import frozen
from mockserver.world.domain.merchant import ClientKeys, KeySet


class PartnerLevel(StrEnum):
    """Only the two higher levels have partner keys."""

    PARTNER = "Partner"
    PLUS = "Partner Plus"
    PREMIUM = "Partner Premium"


class PartnerKind(StrEnum):
    """What a partner does for merchants; one partner may do several of these (partner guide)."""

    PLATFORM = "platform"
    """Serves merchants on its own platform, with partner keys where its level has them."""
    RESELLER = "reseller"
    """Sells and sets up a solution, with each merchant's own keys."""
    PLUGIN = "plugin"
    """Supplies a plugin that merchants configure with their own keys."""
    PSP = "psp"
    """Is a payment service provider, with the PSP API."""


class PartnerStage(StrEnum):
    """How far a company has come on the road to being a partner."""

    APPLIED = "applied"
    DECLINED = "declined"
    APPROVED = "approved"
    """Has access to the test environment and builds its integration."""
    PILOTING = "piloting"
    """Its integration is ready, and one pilot customer uses it."""
    SENT_IN = "sent-in"
    """Has sent its checklist in, to be verified."""
    LIVE = "live"
    """Verified, and on the list that merchants choose a partner from."""

    @property
    def has_access(self) -> bool:
        """Whether keys of its own exist at all: from the approval of the application on."""
        return self not in (PartnerStage.APPLIED, PartnerStage.DECLINED)


@frozen
class Rights:
    """What a partner of a kind and level may have, beside what it does with its merchants' own keys."""

    partner_keys: bool = False
    """One set of keys for the sales units of all its merchants."""
    management_keys: bool = False
    """Keys for the Management API alone."""
    price_packages: bool = False
    """Prices of its own, which merchants get or choose from when they order."""

    @property
    def prefill(self) -> bool:
        """Whether it can prefill product orders, for which keys of its own are needed."""
        return self.partner_keys or self.management_keys

    def __or__(self, other: "Rights") -> "Rights":
        return Rights(
            self.partner_keys or other.partner_keys,
            self.management_keys or other.management_keys,
            self.price_packages or other.price_packages,
        )


RIGHTS: Final[Mapping[PartnerKind, Mapping[PartnerLevel, Rights]]] = {
    PartnerKind.PLATFORM: {
        PartnerLevel.PARTNER: Rights(management_keys=True, price_packages=True),
        PartnerLevel.PLUS: Rights(partner_keys=True, management_keys=True, price_packages=True),
        PartnerLevel.PREMIUM: Rights(partner_keys=True, management_keys=True, price_packages=True),
    },
    PartnerKind.RESELLER: dict.fromkeys(PartnerLevel, Rights(price_packages=True)),
    PartnerKind.PLUGIN: dict.fromkeys(PartnerLevel, Rights()),
    PartnerKind.PSP: dict.fromkeys(PartnerLevel, Rights()),
}
"""By kind and level (partner guide: types of partners, API keys for partners). Price packages: our choice."""


class Permission(StrEnum):
    """What a partner may be allowed beside payments for its units."""

    MANAGEMENT = "management"
    """To use the Management API at all."""
    PREFILL = "prefill"
    """To prefill product orders with it."""


class ProductType(StrEnum):
    """What can be ordered."""

    PAYMENT_INTEGRATION = "PAYMENT_INTEGRATION"
    CASHIER = "CASHIER"
    CHECKOUT = "CHECKOUT"
    LOGIN = "LOGIN"
    DONATIONS = "DONATIONS"

    @property
    def priced(self) -> bool:
        """Whether there is more than one price for it."""
        return self in (ProductType.PAYMENT_INTEGRATION, ProductType.CASHIER, ProductType.CHECKOUT)


@frozen
class PricePackage:
    """A price that a partner may offer for a product in a market.

    ``name`` at most 30 characters, ``description`` at most 6 (such as 2.99%). ``visible``: whether merchants may
    pick it in the form, beside being given it by the partner.
    """

    __pydantic_config__ = EXACT

    id: str
    name: str
    description: str
    product: ProductType
    market: Market
    visible: bool = True
    commission: str | None = None


@frozen
class Partner:
    """A company that serves merchants: ``keys`` act for every unit connected to it, where the level has them.

    ``management_keys`` and ``accounting_keys`` get the specialised, short-lived tokens. What it has is one thing, what
    of it works another: that follows from its kinds, its level and its stage.
    """

    __pydantic_config__ = EXACT

    id: str
    name: str
    level: PartnerLevel
    market: Market
    keys: KeySet | None = None
    management_keys: ClientKeys | None = None
    accounting_keys: ClientKeys | None = None
    permissions: tuple[Permission, ...] = tuple(Permission)
    price_packages: tuple[PricePackage, ...] = ()
    email: str | None = None
    kinds: tuple[PartnerKind, ...] = (PartnerKind.PLATFORM,)
    stage: PartnerStage = PartnerStage.LIVE

    @property
    def published(self) -> bool:
        """Whether it stands on the list that merchants choose a partner from when they sign up."""
        return self.stage is PartnerStage.LIVE

    @property
    def rights(self) -> Rights:
        """What its kinds may have at its level, taken together."""
        found = Rights()
        for kind in self.kinds:
            found |= RIGHTS[kind][self.level]
        return found

    @property
    def valid_keys(self) -> KeySet | None:
        """The partner keys, where its kinds have them at its level."""
        return self.keys if self.stage.has_access and self.rights.partner_keys else None

    @property
    def valid_management_keys(self) -> ClientKeys | None:
        """The management keys, where its kinds have them at its level."""
        return self.management_keys if self.stage.has_access and self.rights.management_keys else None

    @property
    def address(self) -> str:
        """Where emails to the partner go."""
        return self.email or f"{self.id}@partner.example.com"

    def may(self, permission: Permission) -> bool:
        """Whether the partner has a right."""
        return permission in self.permissions

    def packages_for(self, product: ProductType, market: Market | None) -> tuple[PricePackage, ...]:
        """The prices that the partner has for a product in a market."""
        if not self.rights.price_packages:
            return ()
        return tuple(each for each in self.price_packages if each.product is product and each.market is market)
