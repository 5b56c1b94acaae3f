"""What a state file holds, entry by entry: the numbers and names of a row, and the domain's value in it.

Times are milliseconds since 1970 (UTC); what is empty is left out.
"""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Tag

from mockserver.apis.epayment.domain.payment import EventName, Payment
from mockserver.apis.epayment.domain.shipping import ShippingGroup
from mockserver.apis.epayment.domain.terms import Terms
from mockserver.apis.login.domain.backchannel import Authentication
from mockserver.apis.login.domain.logins import Consent, Grant, Login
from mockserver.apis.management.domain.choice import OrderChoice
from mockserver.apis.management.domain.email import Email
from mockserver.apis.management.domain.product_order import ProductOrder
from mockserver.core.policy import Kindness
from mockserver.core.values import frozen
from mockserver.webhooks.domain import Attempt, DeliveryState, Registration
from mockserver.world.domain.conduct import Chosen, DeclineReason
from mockserver.world.domain.customer import Customer
from mockserver.world.domain.merchant import ClientKeys, ClientKind, KeySet, Merchant, SalesUnit
from mockserver.world.domain.partner import Partner


def _has(name: str) -> Discriminator:
    """Tells two classes apart by a field that only the first one has, so that errors are about the right one."""

    def which(value: Any) -> str:
        return "first" if hasattr(value, name) or (isinstance(value, dict) and name in value) else "second"

    return Discriminator(which)


@frozen
class ClockEntry:
    """How far the clock is ahead of the wall clock, in milliseconds, or when it stands still."""

    offset: int = 0
    frozen_at: int | None = None


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
class EventEntry:
    """Something that happened to a payment after it was created; ``reason`` and ``phone`` are of failed attempts."""

    number: int
    name: EventName
    amount: int
    at: int
    psp_reference: str
    success: bool
    idempotency_key: str | None = None
    reason: DeclineReason | None = None
    phone: str | None = None


@frozen
class PaymentEntry:
    """A payment: where it stands, what was asked for under which key, shipping that was offered, what happened.

    ``metadata`` stands beside the terms that it came with.
    """

    id: int
    payment: Payment
    terms: Terms
    metadata: dict[str, str] | None = None
    idempotency_key: str | None = None
    offers: tuple[ShippingGroup, ...] | None = None
    events: tuple[EventEntry, ...] = ()


@frozen
class AnswerEntry:
    """The first answer to an idempotency key: digests of key and request in hex, the body as it was sent.

    ``warnings``: the kindnesses that were used, each with its message.
    """

    scope: str
    request: str
    kept_at: int
    status: int
    body: str
    warnings: tuple[tuple[Kindness, str], ...] | None = None


@frozen
class DueEntry:
    """Something that time is going to do, and to which number."""

    due_at: int
    kind: str
    key: int


@frozen
class WebhookEntry:
    """A registration, and its number."""

    position: int
    registration: Registration


@frozen
class AttemptEntry:
    """One try of a delivery."""

    number: int
    attempt: Attempt


@frozen
class DeliveryEntry:
    """A delivery; without ``due_at`` it waits behind another one of its subject."""

    id: int
    webhook_id: str
    event: str
    subject: str
    body: str
    created_at: int
    state: DeliveryState
    tries: int
    due_at: int | None = None
    attempts: tuple[AttemptEntry, ...] = ()


@frozen
class OrderEntry:
    """A product order under its number."""

    number: int
    order: ProductOrder


@frozen
class CounterEntry:
    """The highest number that was given to a kind of thing, deleted ones included."""

    name: Literal["product_orders"]
    seq: int


@frozen
class EmailEntry:
    """An email; without ``due_at`` it is not to be sent."""

    id: int
    email: Email
    due_at: int | None = None


@frozen
class LoginEntry:
    """A login under its number."""

    id: int
    login: Login


@frozen
class AuthenticationEntry:
    """A login that a merchant started, as its client knows it."""

    authentication: Authentication


@frozen
class GrantEntry:
    """What an approved login gives, with its code and access token."""

    id: int
    grant: Grant
    code: str | None = None
    code_expires_at: int | None = None
    used_at: int | None = None
    token: str | None = None
    token_expires_at: int | None = None


@frozen
class ConsentEntry:
    """What a user agreed to share with a unit."""

    consent: Consent


@frozen
class BrowserEntry:
    """A remembered browser."""

    token: str
    phone: str
    remembered_at: int


@frozen
class ProfileEntry:
    """A profile shared with a payment: by scope, until when it can be read."""

    sub: str
    msn: str
    phone: str
    scopes: dict[str, int]


@frozen
class ConductEntry:
    """What was chosen beforehand for the payment or order of this number; ``shipping``: who waits for options."""

    kind: Literal["payment", "order", "shipping"]
    key: int
    chosen: Annotated[Annotated[OrderChoice, Tag("first")] | Annotated[Chosen, Tag("second")], _has("decision")]


@frozen
class RuleEntry:
    """A scenario rule in force."""

    position: int
    enabled: bool
    seen: int
    applied: int
    rule: dict[str, Any]


@frozen
class State:
    """All of a state file; ``format`` is the number of its form."""

    format: Literal[1]
    clock: ClockEntry
    merchants: tuple[MerchantEntry, ...]
    partners: tuple[PartnerEntry, ...]
    sales_units: tuple[SalesUnitEntry, ...]
    clients: tuple[ClientEntry, ...]
    subscription_keys: tuple[SubscriptionKeyEntry, ...]
    customers: tuple[CustomerEntry, ...]
    payments: tuple[PaymentEntry, ...]
    answers: tuple[AnswerEntry, ...]
    due: tuple[DueEntry, ...]
    webhooks: tuple[WebhookEntry, ...]
    deliveries: tuple[DeliveryEntry, ...]
    product_orders: tuple[OrderEntry, ...]
    counters: tuple[CounterEntry, ...]
    emails: tuple[EmailEntry, ...]
    logins: tuple[LoginEntry, ...]
    authentications: tuple[AuthenticationEntry, ...]
    grants: tuple[GrantEntry, ...]
    consents: tuple[ConsentEntry, ...]
    browsers: tuple[BrowserEntry, ...]
    profiles: tuple[ProfileEntry, ...]
    conducts: tuple[ConductEntry, ...]
    rules: tuple[RuleEntry, ...]
    login_keys: tuple[dict[str, Any], ...]
