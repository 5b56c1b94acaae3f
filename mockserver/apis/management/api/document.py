"""What the document about the Management API says besides its table: bodies, answers and their types."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from mockserver.apis.management.api.schemas import OrderRequest
from mockserver.apis.management.domain.product_order import OrderState, OrderType
from mockserver.core.money import Market
from mockserver.core.uuids import UUID
from mockserver.web.described import PROBLEM, Described, Document, GatewayError, Parameter, Reply
from mockserver.world.domain.merchant import MSN, CaptureType
from mockserver.world.domain.partner import ProductType


class Detail(TypedDict):
    """One field that is wrong."""

    key: str
    value: str


class ManagementProblem(TypedDict):
    """A problem (RFC 7807)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    extraDetails: list[Detail] | None


class Identifier(TypedDict):
    """A company in its national register, or an account: what kind of number it is, and the number."""

    scheme: str
    id: str


class BusinessAddress(TypedDict):
    """A postal address."""

    lines: list[str]
    postCode: str
    city: str
    countryCode: str


class MerchantAnswer(TypedDict):
    """A merchant."""

    businessIdentifier: Identifier
    name: str
    status: Literal["ACTIVE", "DEACTIVATED"]
    createdAt: str
    updatedAt: str
    countryCode: Market
    businessAddress: BusinessAddress | None
    businessPostAddress: BusinessAddress | None


class UnitName(TypedDict):
    """A sales unit in short."""

    msn: str
    name: str


class UnitConfiguration(TypedDict):
    """What a sales unit may do."""

    paymentAllowed: bool
    captureType: CaptureType
    skipLandingPageAllowed: bool
    recurringAllowed: bool
    partialCaptureAllowed: bool
    lateCaptureAllowed: bool
    landingPagePhoneNumberLocked: bool
    longLivingPaymentAllowed: bool
    creditCardPaymentAllowed: bool


class UnitAnswer(TypedDict):
    """A sales unit."""

    msn: str
    name: str
    businessIdentifier: Identifier
    settlementBankAccount: Identifier | None
    configuration: UnitConfiguration


class PackageAnswer(TypedDict):
    """A price package of the partner."""

    pricePackageId: str
    name: str
    description: str
    visibleInSignupForm: bool
    productType: ProductType
    market: Market
    commission: str | None


class PrefilledAnswer(TypedDict):
    """The order that was prefilled, and where its merchant opens it."""

    prefilledOrderId: str
    prefillUrl: str


class OrderAnswer(TypedDict):
    """Where a product order stands; ``salesUnit`` once there is one."""

    productOrderType: OrderType
    productOrderId: str
    productType: ProductType
    status: OrderState
    businessIdentifier: Identifier
    productOrderUrl: str | None
    salesUnit: UnitName | None


_DETAILS = Described({200: Reply("The order.", OrderAnswer)}, errors=(404,))
_UNITS = Reply("The sales units.", list[UnitName])
_EXPIRED = Parameter("includeExpired", "Whether expired orders are listed too.", Literal["true", "false"])

DOCUMENT = Document(
    title="Management API",
    version="2.0.9",
    operations={
        "getPartnerPricePackages": Described({200: Reply("The price packages.", list[PackageAnswer])}),
        "orderProduct": Described({201: Reply("Prefilled.", PrefilledAnswer)}, OrderRequest),
        "deleteProductOrder": Described({200: Reply("Deleted.")}, errors=(404,)),
        "getProductOrderDetailsV1": _DETAILS,
        "getProductOrders": Described({200: Reply("The orders.", list[OrderAnswer])}, parameters=(_EXPIRED,)),
        "getProductOrderDetails": _DETAILS,
        "getMerchantByBusinessIdentifier": Described({200: Reply("The merchant.", MerchantAnswer)}, errors=(404,)),
        "getSalesUnitsByBusinessIdentifier": Described({200: _UNITS}, errors=(404,)),
        "getAllSalesUnits": Described({200: _UNITS}),
        "getMsn": Described({200: Reply("The sales unit.", UnitAnswer)}, errors=(404,)),
    },
    problem=Reply("", ManagementProblem, PROBLEM),
    others={401: Reply("", GatewayError)},
    path={
        "productOrderId": Parameter(
            "productOrderId", "As `orderProduct` gave it.", Annotated[str, Field(pattern=f"^{UUID.pattern}$")]
        ),
        "msn": Parameter("msn", "Of the sales unit.", Annotated[str, Field(pattern=f"^{MSN.pattern}$")]),
        "scheme": Parameter("scheme", "Such as business:NO:ORG.", Annotated[str, Field(min_length=10, max_length=30)]),
        "id": Parameter("id", "In the register.", Annotated[str, Field(pattern=r"^[0-9-]{4,50}$")]),
    },
)
