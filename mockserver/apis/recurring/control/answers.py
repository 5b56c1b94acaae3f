"""What the control API answers about agreements and charges, as types for its document."""

from typing_extensions import TypedDict

from mockserver.apis.recurring.domain.agreement import Status
from mockserver.apis.recurring.domain.charge import ChargeEventName, FailureReason, State, TransactionType, Type
from mockserver.apis.recurring.domain.periods import Unit
from mockserver.apis.recurring.domain.pricing import PricingType
from mockserver.core.money import Currency


class PricingView(TypedDict):
    """What an agreement costs, in minor units; ``maxAmount`` is what its customer chose."""

    type: PricingType
    currency: Currency
    amount: int | None
    suggestedMaxAmount: int | None
    maxAmount: int | None


class IntervalView(TypedDict):
    """How often it is paid."""

    unit: Unit
    count: int


class AgreementView(TypedDict):
    """An agreement in short; ``asked`` is the number that its draft named, ``customer`` whoever accepted it."""

    id: str
    uuid: str
    msn: str
    status: Status
    pricing: PricingView
    interval: IntervalView | None
    productName: str
    productDescription: str | None
    externalId: str | None
    asked: str | None
    customer: str | None
    createdAt: str
    expiresAt: str
    start: str | None
    stop: str | None


class ChargeView(TypedDict):
    """A charge; amounts in minor units. ``nextAttempt`` is when it is tried next, ``attempts`` how often it failed."""

    id: str
    msn: str
    agreement: str
    type: Type
    transactionType: TransactionType
    state: State
    currency: Currency
    amount: int
    captured: int
    refunded: int
    cancelled: int
    description: str
    due: str
    retryDays: int
    attempts: int
    nextAttempt: str | None
    processingUntil: str | None
    captureDeadline: str | None
    failureReason: FailureReason | None
    transactionId: str | None
    externalId: str | None
    createdAt: str


class Agreements(TypedDict):
    """The latest first."""

    agreements: list[AgreementView]


class WholeAgreement(AgreementView):
    """An agreement with its page and its charges, the latest 100 first."""

    landingPage: str
    charges: list[ChargeView]


class Charges(TypedDict):
    """The latest first."""

    charges: list[ChargeView]


class ChargeEvent(TypedDict):
    """Something that happened to a charge."""

    name: ChargeEventName
    amount: int
    success: bool
    at: str
    transactionId: str | None
    idempotencyKey: str


class WholeCharge(ChargeView):
    """A charge with its history, oldest first."""

    events: list[ChargeEvent]


class Accepted(AgreementView):
    """An agreement after its customer accepted; ``declined`` is why nothing came of it."""

    declined: FailureReason | None


class Run(TypedDict):
    """How many charges were tried, how many of them went through, and how many attempts failed."""

    attempted: int
    succeeded: int
    failed: int
