"""What the document about the ePayment API says besides its table: bodies, answers and their types."""

from typing import Annotated, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from mockserver.apis.epayment.api.schemas import (
    CancelRequest,
    CreatePaymentRequest,
    ForceApproveRequest,
    ModificationRequest,
)
from mockserver.apis.epayment.domain.payment import EventName, State
from mockserver.apis.epayment.domain.terms import PaymentMethod
from mockserver.core.money import Currency
from mockserver.web.described import PROBLEM, Described, Document, GatewayError, Parameter, Problem, Reply


class Amount(TypedDict):
    """A sum of money in minor units."""

    currency: Currency
    value: int


class CreatePaymentAnswer(TypedDict):
    """The payment that was made; ``redirectUrl`` is missing for PUSH_MESSAGE."""

    reference: str
    redirectUrl: NotRequired[str]


class Aggregate(TypedDict):
    """What became of the money."""

    authorizedAmount: Amount
    cancelledAmount: Amount
    capturedAmount: Amount
    refundedAmount: Amount


class ModificationAnswer(TypedDict):
    """A payment after a change."""

    amount: Amount
    state: State
    aggregate: Aggregate
    pspReference: str
    reference: str


class MethodAnswer(TypedDict):
    """How it is paid; ``cardBin`` once it is."""

    type: PaymentMethod
    cardBin: NotRequired[str]


class Profile(TypedDict):
    """Who has shared a profile; empty before, and where none was asked for."""

    sub: NotRequired[str]


class WireAddress(TypedDict):
    """A postal address."""

    addressLine1: str
    addressLine2: NotRequired[str]
    city: str
    country: str
    postCode: str


class UserDetails(TypedDict):
    """What the customer has shared; what was not asked for is missing."""

    firstName: NotRequired[str]
    lastName: NotRequired[str]
    email: NotRequired[str]
    mobileNumber: NotRequired[str]
    dateOfBirth: NotRequired[str]
    addresses: NotRequired[list[WireAddress]]


class ShippingDetails(TypedDict):
    """Where an Express order goes; the cost in minor units."""

    address: WireAddress
    shippingCost: int
    shippingOptionId: str
    shippingOptionName: str


class GetPaymentAnswer(TypedDict):
    """Where a payment stands."""

    aggregate: Aggregate
    amount: Amount
    state: State
    paymentMethod: MethodAnswer
    profile: Profile
    pspReference: str
    reference: str
    redirectUrl: NotRequired[str]
    metadata: NotRequired[dict[str, str]]
    userDetails: NotRequired[UserDetails]
    shippingDetails: NotRequired[ShippingDetails]
    captureGuaranteedUntil: NotRequired[str]


class PaymentEvent(TypedDict):
    """Something that happened to a payment, or was tried without success."""

    reference: str
    pspReference: str
    name: EventName
    amount: Amount
    timestamp: str
    success: bool
    idempotencyKey: NotRequired[str]


_MODIFIED = Reply("The payment after it.", ModificationAnswer)
_GATEWAY = Reply("", GatewayError)

DOCUMENT = Document(
    title="ePayment API",
    version="1.8.1",
    operations={
        "createPayment": Described({201: Reply("Created.", CreatePaymentAnswer)}, CreatePaymentRequest),
        "getPayment": Described({200: Reply("The payment.", GetPaymentAnswer)}, errors=(404,)),
        "getPaymentEventLog": Described({200: Reply("Its events.", list[PaymentEvent])}, errors=(404,)),
        "capturePayment": Described({200: _MODIFIED}, ModificationRequest, errors=(404,)),
        "refundPayment": Described({200: _MODIFIED}, ModificationRequest, errors=(404,)),
        "cancelPayment": Described({200: _MODIFIED}, CancelRequest, body_required=False, errors=(404,)),
        "forceApprove": Described({200: Reply("Approved.")}, ForceApproveRequest, body_required=False, errors=(404,)),
    },
    problem=Reply("", Problem, PROBLEM),
    others={401: _GATEWAY, 429: Reply("", GatewayError, headers=("Retry-After",))},
    path={"reference": Parameter("reference", "The payment's.", Annotated[str, Field(min_length=1)])},
)
