"""Who sells: merchants, their sales units, and all keys."""

import re
from dataclasses import field
from enum import StrEnum

from mockserver.core.errors import Malformed, Violation
from mockserver.core.exact import EXACT
from mockserver.core.money import Market
from mockserver.core.policy import Home
from mockserver.core.values import frozen
from mockserver.world.domain.agreement import Agreement
from mockserver.world.domain.business import BankAccount, BusinessIdentifier, PostalAddress, identifier_of
from mockserver.world.domain.login import LoginSettings, check_login
from mockserver.world.domain.order_policy import OrderPolicy

MSN = re.compile(r"[0-9]{4,10}", re.ASCII)
"""A merchant serial number."""
SHORTEST_MAXIMUM = 600
LONGEST_MAXIMUM = 60 * 86_400
"""Seconds that a long-living payment may wait at most, whatever the sales unit."""


class CaptureType(StrEnum):
    """How a unit takes the money: reserve first, at once, or not at all (Management API). ePayments reserve always."""

    RESERVE = "ReserveCapture"
    DIRECT = "DirectCapture"
    NOT_APPLICABLE = "NotApplicable"


@frozen
class Configuration:
    """What a sales unit may do.

    The first nine are the values that the Management API shows, under its names; the others exist only
    behind the API. ``longLivingPaymentAllowed`` allows expiresAt, ``skipLandingPageAllowed`` PUSH_MESSAGE,
    ``lateCaptureAllowed`` captures after 14 days in DK and FI. ``long_living_maximum`` is how many seconds ahead
    expiresAt may be at this unit; None for what is allowed to all, 60 days.

    Of agreements: ``unscheduled_charges_allowed`` allows charges of type UNSCHEDULED, ``direct_capture_allowed`` those
    with DIRECT_CAPTURE, ``customer_stop_allowed`` lets customers stop agreements in the app. A unit with
    ``single_settlement`` cannot refund charges.
    """

    __pydantic_config__ = EXACT

    payment_allowed: bool = True
    capture_type: CaptureType = CaptureType.RESERVE
    skip_landing_page_allowed: bool = True
    recurring_allowed: bool = False
    partial_capture_allowed: bool = True
    late_capture_allowed: bool = False
    landing_page_phone_number_locked: bool = False
    long_living_payment_allowed: bool = False
    credit_card_payment_allowed: bool = True
    express_allowed: bool = False
    nin_allowed: bool = False
    bank_account_verified: bool = True
    long_living_maximum: int | None = None
    unscheduled_charges_allowed: bool = False
    direct_capture_allowed: bool = True
    customer_stop_allowed: bool = True
    single_settlement: bool = False


@frozen
class ClientKeys:
    """A client of the identity provider: ``client_id`` a GUID, ``client_secret`` base64 text."""

    __pydantic_config__ = EXACT

    client_id: str
    client_secret: str


@frozen
class KeySet(ClientKeys):
    """API keys: the subscription keys (32 hex digits) are interchangeable, so that one can be rotated."""

    __pydantic_config__ = EXACT

    subscription_key: str
    secondary_subscription_key: str


@frozen
class SalesUnit:
    """A point of sale, known by its merchant serial number (``msn``, 4 to 10 digits).

    ``account`` is where settlements go. A unit is connected to one partner at most. With ``environment`` its keys are
    known there only, where environments are kept apart.
    """

    __pydantic_config__ = EXACT

    msn: str
    merchant_id: str
    name: str
    keys: KeySet
    configuration: Configuration = field(default_factory=Configuration)
    partner_id: str | None = None
    active: bool = True
    account: BankAccount | None = None
    login: LoginSettings = field(default_factory=LoginSettings)
    environment: Home | None = None


def check_unit(unit: SalesUnit, *, kept: bool = False) -> SalesUnit:
    """Give the unit back; raises Malformed for settings that no unit can have; ``kept`` as for ``check_login``."""
    longest = unit.configuration.long_living_maximum
    if longest is not None and not SHORTEST_MAXIMUM < longest <= LONGEST_MAXIMUM:
        reason = f"Must be more than {SHORTEST_MAXIMUM} and at most {LONGEST_MAXIMUM} seconds"
        raise Malformed([Violation("configuration.long_living_maximum", reason)])
    check_login(unit.login, kept=kept)
    return unit


@frozen
class Merchant:
    """A company: ``organisation_number`` as its national register writes it, without spaces.

    ``donation_keys`` are its merchant-level keys, one or more, of organisations that receive donations.

    ``orders`` is what becomes of its product orders, None for what the server does with all. ``created_at`` and
    ``updated_at`` are RFC 3339 times.
    """

    __pydantic_config__ = EXACT

    id: str
    name: str
    organisation_number: str
    market: Market
    active: bool = True
    agreement: Agreement = field(default_factory=Agreement)
    orders: OrderPolicy | None = None
    created_at: str = "2024-01-02T09:00:00.000Z"
    updated_at: str | None = None
    business_address: PostalAddress | None = None
    post_address: PostalAddress | None = None
    email: str | None = None
    donation_keys: tuple[ClientKeys, ...] = ()

    @property
    def identifier(self) -> BusinessIdentifier:
        """The company in its national register."""
        return identifier_of(self.market, self.organisation_number)

    @property
    def address(self) -> str:
        """Where emails to the merchant go."""
        return self.email or f"{self.id}@merchant.example.com"


class ClientKind(StrEnum):
    """What a client's keys are for, which decides its token endpoint and its reach."""

    SALES_UNIT = "sales-unit"
    PARTNER = "partner"
    MANAGEMENT = "management"
    ACCOUNTING = "accounting"
    DONATIONS = "donations"
    ANYONE = "anyone"
    """A client that was let in by ``--auth any``: its secret and subscription key are not looked at."""

    @property
    def specialised(self) -> bool:
        """Whether the client gets its token from ``POST /miami/v1/token``."""
        return self in (ClientKind.MANAGEMENT, ClientKind.ACCOUNTING, ClientKind.DONATIONS)


@frozen
class Client:
    """Keys with their owner: an MSN for sales unit keys, a merchant's id for donation keys, else a partner's."""

    kind: ClientKind
    owner: str
    keys: ClientKeys

    @property
    def subscription_keys(self) -> tuple[str, ...]:
        """The primary and the secondary one, of clients that have them."""
        keys = self.keys
        return (keys.subscription_key, keys.secondary_subscription_key) if isinstance(keys, KeySet) else ()
