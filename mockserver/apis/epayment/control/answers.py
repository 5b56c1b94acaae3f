"""What the control API answers about payments, as types for its document."""

from typing_extensions import TypedDict

from mockserver.apis.epayment.domain.payment import EventName, State
from mockserver.control.answers import JournalEntry
from mockserver.core.money import Currency
from mockserver.core.policy import Environment
from mockserver.webhooks.control.answers import DeliveryView, RegistrationView
from mockserver.world.domain.conduct import DeclineReason


class Declined(TypedDict):
    """Why an attempt to pay failed, and whose it was; ``customer`` is null when nobody was named."""

    customer: str | None
    reason: DeclineReason
    detail: str


class Decline(Declined):
    """The same, and when."""

    at: str


class PaymentView(TypedDict):
    """A payment in short; ``declines`` are the latest attempts that failed, oldest first."""

    msn: str
    reference: str
    state: State
    currency: Currency
    amount: int
    authorized: int
    captured: int
    refunded: int
    cancelled: int
    createdAt: str
    expiresAt: str
    captureDeadline: str | None
    processingUntil: str | None
    customer: str | None
    declines: list[Decline]


class Payments(TypedDict):
    """The latest first."""

    payments: list[PaymentView]


class LoggedEvent(TypedDict):
    """An event of a payment."""

    name: EventName
    amount: int
    success: bool
    at: str
    pspReference: str
    idempotencyKey: str | None
    declined: Declined | None


class MerchantLegalLinks(TypedDict):
    """Where a merchant's terms and privacy policy can be read."""

    termsOfSaleUrl: str | None
    privacyPolicyUrl: str | None


class WholePayment(PaymentView):
    """A payment with its page and events, and the links that its merchant gave."""

    landingPage: str
    merchantLegalLinks: MerchantLegalLinks | None
    events: list[LoggedEvent]


class Report(TypedDict):
    """What the server knows of a payment, everything oldest first, without secrets."""

    version: str
    at: str
    environment: Environment
    payment: WholePayment
    requests: list[JournalEntry]
    webhooks: list[RegistrationView]
    deliveries: list[DeliveryView]


class DeclinedPayment(PaymentView):
    """A payment after a failed attempt, and why it failed."""

    declined: DeclineReason
    detail: str
