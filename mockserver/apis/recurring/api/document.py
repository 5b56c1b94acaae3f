"""What the document about the Recurring API says besides its table: bodies, answers and their types."""

from typing import Annotated, Final, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from mockserver.apis.recurring.api import lists
from mockserver.apis.recurring.api.batch import BatchItemRequest
from mockserver.apis.recurring.api.schemas import (
    CaptureRequest,
    CreateChargeRequest,
    DraftRequest,
    ForceAcceptRequest,
    RefundRequest,
)
from mockserver.apis.recurring.api.updates import PatchRequest
from mockserver.apis.recurring.domain.agreement import Status
from mockserver.apis.recurring.domain.batch import MOST
from mockserver.apis.recurring.domain.campaigns import CampaignType
from mockserver.apis.recurring.domain.charge import ChargeEventName, FailureReason, Mode, State, TransactionType, Type
from mockserver.apis.recurring.domain.periods import Unit
from mockserver.apis.recurring.domain.pricing import PricingType
from mockserver.web.described import PROBLEM, Described, Document, ExtraDetail, GatewayError, Parameter, Reply

Market = Literal["NO", "DK", "FI"]
Currency = Literal["NOK", "DKK", "EUR"]


class RecurringProblem(TypedDict):
    """A problem (RFC 7807): ``type`` ends with its identifier."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    contextId: str
    extraDetails: list[ExtraDetail]


class DraftAnswer(TypedDict):
    """The agreement that was made; ``chargeId`` is that of its initial charge."""

    agreementId: str
    uuid: str
    vippsConfirmationUrl: str
    chargeId: str | None


class PricingAnswer(TypedDict):
    """What it costs, in minor units; ``maxAmount`` is what its customer chose."""

    type: PricingType
    currency: Currency
    amount: NotRequired[int]
    suggestedMaxAmount: NotRequired[int]
    maxAmount: NotRequired[int]


class PeriodAnswer(TypedDict):
    """A period of time."""

    unit: Unit
    count: int


class IntervalAnswer(TypedDict):
    """A period of time, and how the app says it."""

    unit: Unit
    count: int
    text: str


class CampaignAnswer(TypedDict):
    """What it costs for a time; which fields there are depends on the type."""

    type: CampaignType
    price: int
    explanation: str
    end: NotRequired[str]
    period: NotRequired[PeriodAnswer]
    eventDate: NotRequired[str]
    eventText: NotRequired[str]


class AgreementAnswer(TypedDict):
    """Where an agreement stands."""

    id: str
    uuid: str
    status: Status
    countryCode: Market
    created: str
    start: str | None
    stop: str | None
    pricing: PricingAnswer
    interval: IntervalAnswer | None
    campaign: CampaignAnswer | None
    productName: str
    productDescription: NotRequired[str]
    merchantAgreementUrl: str | None
    merchantRedirectUrl: str
    vippsConfirmationUrl: str
    externalId: str | None
    sub: str | None
    userinfoUrl: str | None


class ChargeReference(TypedDict):
    """The charge that was made."""

    chargeId: str


class Summary(TypedDict):
    """What became of the money, in minor units."""

    captured: int
    refunded: int
    cancelled: int


class ChargeEventAnswer(TypedDict):
    """Something that happened to a charge."""

    occurred: str
    event: ChargeEventName
    amount: int
    idempotencyKey: str
    success: bool
    transactionId: NotRequired[str]
    externalId: NotRequired[str]


class LoneChargeAnswer(TypedDict):
    """Where a charge stands, without its agreement."""

    id: str
    amount: int
    currency: Currency
    description: str
    due: str
    externalId: str | None
    retryDays: int
    processingMode: Mode
    status: State
    transactionId: str | None
    type: Type
    transactionType: TransactionType
    failureReason: FailureReason | None
    failureDescription: str | None
    summary: Summary
    history: list[ChargeEventAnswer]


class ChargeAnswer(LoneChargeAnswer):
    """Where a charge stands."""

    agreementId: str
    externalAgreementId: NotRequired[str]


class EchoedItem(TypedDict, total=False):
    """An item of a batch, as far as it was understood."""

    agreementId: object
    amount: object
    description: object
    due: object
    retryDays: object
    transactionType: object
    orderId: object
    type: object
    processingMode: object
    externalId: object


class InvalidCharge(TypedDict):
    """An item that is not taken, and why."""

    chargeBatchItemDto: EchoedItem
    errors: list[str]


class BatchAnswer(TypedDict):
    """What became of a batch: ``validCharges`` are orderIds."""

    invalidCharges: list[InvalidCharge]
    validCharges: list[str]


_GATEWAY: Final = Reply("", GatewayError)
_NOTHING: Final = Reply("Done.")
_TOKEN: Final = Parameter(lists.TOKEN_HEADER, "As the page before it gave it.", where="header")
_AGREEMENTS: Final = (
    Parameter("status", "Only these; ACTIVE where it is missing.", Status),
    Parameter("pageNumber", "The first is 1.", Annotated[int, Field(ge=1)]),
    Parameter("pageSize", "500 where it is missing.", Annotated[int, Field(ge=1, le=lists.LARGEST_SIZE)]),
    Parameter("createdAfter", "Milliseconds since 1970 (UTC).", Annotated[int, Field(ge=0)]),
)

DOCUMENT = Document(
    title="Recurring API",
    version="3.1.2",
    operations={
        "DraftAgreementV3": Described({201: Reply("Drafted.", DraftAnswer)}, DraftRequest),
        "ListAgreementsV3": Described({200: Reply("The agreements.", list[AgreementAnswer])}, parameters=_AGREEMENTS),
        "FetchAgreementV3": Described({200: Reply("The agreement.", AgreementAnswer)}, errors=(404,)),
        "UpdateAgreementPatchV3": Described({204: _NOTHING}, PatchRequest, errors=(404,)),
        "acceptUsingPATCHV3": Described({204: _NOTHING}, ForceAcceptRequest, errors=(404,)),
        "CreateChargeV3": Described({201: Reply("Created.", ChargeReference)}, CreateChargeRequest, errors=(404,)),
        "CreateChargeAsyncV3": Described(
            {202: Reply("Taken, item by item.", BatchAnswer)},
            Annotated[list[BatchItemRequest], Field(max_length=MOST)],
        ),
        "ListChargesV3": Described(
            {200: Reply("The charges.", list[ChargeAnswer])},
            parameters=(Parameter("status", "Only these.", State), _TOKEN),
            errors=(404,),
        ),
        "FetchChargeV3": Described({200: Reply("The charge.", ChargeAnswer)}, errors=(404,)),
        "CancelChargeV3": Described({204: _NOTHING}, errors=(404,)),
        "CaptureChargeV3": Described({204: _NOTHING}, CaptureRequest, errors=(404,)),
        "RefundChargeV3": Described({204: _NOTHING}, RefundRequest, errors=(404,)),
        "FetchChargeByIdV3": Described({200: Reply("The charge.", LoneChargeAnswer)}, errors=(404,)),
    },
    problem=Reply("", RecurringProblem, PROBLEM),
    others={401: _GATEWAY, 429: Reply("", GatewayError, headers=("Retry-After",))},
    path={
        "agreementId": Parameter("agreementId", "The agreement's.", Annotated[str, Field(min_length=1)]),
        "chargeId": Parameter("chargeId", "The charge's.", Annotated[str, Field(min_length=1)]),
    },
)
