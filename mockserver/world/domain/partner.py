"""Partners: companies that serve merchants, with their level, keys, rights and prices (partner guide)."""

from enum import StrEnum

from mockserver.core.exact import EXACT
from mockserver.core.money import Market
from mockserver.core.values import frozen
from mockserver.world.domain.merchant import ClientKeys, KeySet


class PartnerLevel(StrEnum):
    """Only the two higher levels have partner keys."""

    PARTNER = "Partner"
    PLUS = "Partner Plus"
    PREMIUM = "Partner Premium"

    @property
    def has_keys(self) -> bool:
        """Whether partner keys exist at this level."""
        return self is not PartnerLevel.PARTNER


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

    ``management_keys`` and ``accounting_keys`` get the specialised, short-lived tokens.
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
    def valid_keys(self) -> KeySet | None:
        """The partner keys, which exist at the higher levels only."""
        return self.keys if self.level.has_keys else None

    @property
    def address(self) -> str:
        """Where emails to the partner go."""
        return self.email or f"{self.id}@partner.example.com"

    def may(self, permission: Permission) -> bool:
        """Whether the partner has a right."""
        return permission in self.permissions

    def packages_for(self, product: ProductType, market: Market | None) -> tuple[PricePackage, ...]:
        """The prices that the partner has for a product in a market."""
        return tuple(each for each in self.price_packages if each.product is product and each.market is market)
