"""The wire forms of requests to the Recurring API (official specification 3.1.2), and the way to the domain."""

import datetime
import re
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field
from pydantic_core import ErrorDetails

from mockserver.apis.recurring.api.campaigns import CampaignBody
from mockserver.apis.recurring.domain import pricing as prices
from mockserver.apis.recurring.domain.charge import Mode, TransactionType, Type
from mockserver.apis.recurring.domain.dates import LONGEST_RETRY
from mockserver.apis.recurring.domain.periods import MOST, Period, Unit
from mockserver.apis.recurring.domain.pricing import Pricing, PricingType
from mockserver.apis.recurring.domain.refusals import Problem, invalid, refused
from mockserver.apis.recurring.domain.terms import ChargeRequest, Draft, InitialCharge
from mockserver.core.money import Currency, Market
from mockserver.core.policy import Kindness, Lenience
from mockserver.web.operations import Call
from mockserver.web.parsing import MANDATORY, UNKNOWN_FIELD, Tolerance, parse
from mockserver.web.wire import Body
from mockserver.world.domain.customer import MSISDN

Int32 = Annotated[int, Field(ge=-(2**31), lt=2**31)]
OrderId = Annotated[str, Field(pattern=r"^[a-zA-Z0-9-]{1,64}$")]
ExternalId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\r\n]*$")]
ProductName = Annotated[str, Field(min_length=1, max_length=45)]
ProductDescription = Annotated[str, Field(max_length=100)]
AgreementUrl = Annotated[str, Field(max_length=1024)]
Description = Annotated[str, Field(min_length=1, max_length=100)]
SHORT_DESCRIPTION = 45
"""Characters that the guides allow; the specification has 100."""
SHORT_ORDER_ID = 8
"""Characters that the guides ask for; the specification has 1."""
USUAL_RETRY = 14
"""Days, where none are given."""
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class PeriodBody(Body):
    """The wire's TimePeriod."""

    unit: Unit
    count: int = Field(ge=1, le=MOST)

    def to_domain(self) -> Period:
        """The period."""
        return Period(self.unit, self.count)


class PricingBody(Body):
    """The wire's PricingRequestV3; without a type it is LEGACY."""

    type: PricingType = PricingType.LEGACY
    currency: Literal["NOK", "DKK", "EUR"]
    amount: Int32 | None = None
    suggestedMaxAmount: Int32 | None = None

    def to_domain(self, market: Market) -> Pricing:
        """The pricing; raises NamedRefusal for what a unit of this market cannot have."""
        return prices.price(self.type, Currency(self.currency), market, self.amount, self.suggestedMaxAmount)


class InitialChargeBody(Body):
    """The wire's InitialChargeV3; its currency is that of the pricing, which some examples repeat."""

    amount: Int32
    description: Description
    transactionType: TransactionType
    orderId: OrderId | None = None
    externalId: ExternalId | None = None
    currency: Literal["NOK", "DKK", "EUR"] | None = None

    def to_domain(self, currency: Currency, lenience: Lenience) -> InitialCharge:
        """The charge; raises NamedRefusal for another currency."""
        if self.currency is not None and self.currency != currency:
            raise invalid("initialCharge.currency", f"Must be {currency}, as in pricing")
        check_texts(self.description, self.orderId, "initialCharge.", lenience)
        return InitialCharge(self.amount, self.description, self.transactionType, self.orderId, self.externalId)


class PaymentMethodBody(Body):
    """Sources that the merchant does not take (since October 2025)."""

    blockedSources: list[Literal["COMMERCIAL_CARDS"]] | None = None


class DraftRequest(Body):
    """The wire's DraftAgreementV3."""

    NULLABLE: ClassVar = frozenset({"phoneNumber", "externalId", "campaign"})

    pricing: PricingBody
    merchantRedirectUrl: str = Field(min_length=1, max_length=2048)
    productName: ProductName
    productDescription: ProductDescription | None = None
    merchantAgreementUrl: AgreementUrl | None = None
    phoneNumber: str | None = None
    initialCharge: InitialChargeBody | None = None
    interval: PeriodBody | None = None
    campaign: CampaignBody | None = None
    isApp: bool | None = None
    skipLandingPage: bool | None = None
    scope: str | None = None
    externalId: ExternalId | None = None
    countryCode: Literal["NO", "DK", "FI"] | None = None
    paymentMethod: PaymentMethodBody | None = None

    def to_domain(self, market: Market, lenience: Lenience) -> Draft:
        """The draft; raises NamedRefusal or Malformed for what a unit of this market cannot have."""
        self._check_country(market, lenience)
        pricing = self.pricing.to_domain(market)
        initial = self.initialCharge
        return Draft(
            pricing=pricing,
            product_name=self.productName,
            redirect_url=self.merchantRedirectUrl,
            agreement_url=self.merchantAgreementUrl,
            product_description=self.productDescription,
            interval=self.interval.to_domain() if self.interval else None,
            campaign=self.campaign.to_domain(lenience) if self.campaign else None,
            initial_charge=initial.to_domain(pricing.currency, lenience) if initial else None,
            phone=self._phone(),
            scopes=tuple(dict.fromkeys((self.scope or "").split())),
            external_id=self.externalId,
            is_app=bool(self.isApp),
            skip_landing_page=bool(self.skipLandingPage),
            no_commercial=bool(self.paymentMethod and self.paymentMethod.blockedSources),
        )

    def _check_country(self, market: Market, lenience: Lenience) -> None:
        """Version 2 had this field; clients that still send it mean the market of the sales unit."""
        if self.countryCode is None:
            return
        if self.countryCode != market:
            raise invalid("countryCode", f"Must be {market}, the market of the sales unit")
        if not lenience.allow(Kindness.UNKNOWN_FIELDS, "countryCode: There is no such field"):
            raise invalid("countryCode", "There is no such field")

    def _phone(self) -> str | None:
        """The number, if it is one: a bad one counts only where the app is asked at once."""
        if self.phoneNumber is None or MSISDN.fullmatch(self.phoneNumber):
            return self.phoneNumber
        if self.skipLandingPage:
            reason = "Must be an MSISDN: digits only, country code first"
            raise refused(Problem.VALIDATION, "Invalid phone number", "phoneNumber", reason)
        return None


class ForceAcceptRequest(Body):
    """The wire's ForceAcceptAgreementV3."""

    phoneNumber: str


class CreateChargeRequest(Body):
    """The wire's CreateChargeV3."""

    amount: Int32
    description: Description
    transactionType: TransactionType
    type: Literal[Type.RECURRING, Type.UNSCHEDULED] = Type.RECURRING
    due: str | None = None
    retryDays: int | None = Field(None, ge=0, le=LONGEST_RETRY)
    processingMode: Mode | None = None
    orderId: OrderId | None = None
    externalId: ExternalId | None = None

    def to_domain(self, lenience: Lenience) -> ChargeRequest:
        """The charge; raises NamedRefusal for what does not go together."""
        check_texts(self.description, self.orderId, "", lenience)
        unscheduled = self.type is Type.UNSCHEDULED
        if unscheduled:
            self._check_unscheduled()
        return ChargeRequest(
            amount=self.amount,
            description=self.description,
            transaction_type=self.transactionType,
            type=self.type,
            due=None if self.due is None else read_date(self.due),
            retry_days=0 if unscheduled else self._retry_days(lenience),
            mode=Mode.SINGLE if unscheduled else self.processingMode or Mode.MULTIPLE,
            order_id=self.orderId,
            external_id=self.externalId,
        )

    def _check_unscheduled(self) -> None:
        for name in ("due", "processingMode"):
            if getattr(self, name) is not None:
                raise invalid(name, "Does not go with UNSCHEDULED charges")
        if self.retryDays:
            raise invalid("retryDays", "Must be 0 for UNSCHEDULED charges")

    def _retry_days(self, lenience: Lenience) -> int:
        if self.retryDays is not None:
            return self.retryDays
        taken = 0 if self.processingMode is Mode.SINGLE else USUAL_RETRY
        if lenience.allow(Kindness.MISSING_RETRY_DAYS, f"retryDays is missing: {taken} are taken"):
            return taken
        raise invalid("retryDays", MANDATORY)


def read_date(text: str) -> datetime.date:
    """The day that YYYY-MM-DD is; raises NamedRefusal."""
    try:
        if _DATE.fullmatch(text):
            return datetime.date.fromisoformat(text)
    except ValueError:
        pass
    raise invalid("due", "Must be a date in the form YYYY-MM-DD")


def check_texts(description: str, order_id: str | None, place: str, lenience: Lenience) -> None:
    """Raise NamedRefusal for a long description or a short orderId where that is not forgiven."""
    if len(description) > SHORT_DESCRIPTION:
        reason = f"Must have at most {SHORT_DESCRIPTION} characters: it has {len(description)}"
        if not lenience.allow(Kindness.LONG_DESCRIPTION, f"{place}description: {reason}"):
            raise invalid(f"{place}description", reason)
    if order_id is not None and len(order_id) < SHORT_ORDER_ID:
        reason = f"Must have at least {SHORT_ORDER_ID} characters: it has {len(order_id)}"
        if not lenience.allow(Kindness.SHORT_ORDER_ID, f"{place}orderId: {reason}"):
            raise invalid(f"{place}orderId", reason)


class CaptureRequest(Body):
    """The wire's CaptureRequestV3; the description is deprecated, and ignored."""

    amount: Int32
    description: str | None = None


class RefundRequest(Body):
    """The wire's RefundRequest."""

    amount: Int32
    description: Description


def _is_count(error: ErrorDetails) -> bool:
    given = error.get("input")
    is_number = isinstance(given, str) and given.isascii() and given.isdigit()
    return error["type"] == "int_type" and error["loc"][-1] == "count" and is_number


def _to_number(container: Any, key: int | str) -> None:
    container[key] = int(container[key][:_MOST_DIGITS])


def _is_phone(error: ErrorDetails) -> bool:
    return error["type"] == "string_type" and error["loc"][-1] == "phoneNumber" and type(error.get("input")) is int


def _to_text(container: Any, key: int | str) -> None:
    container[key] = str(container[key])


_MOST_DIGITS = 10
"""More than any count has: the rest need not be read to refuse it."""
COUNT_AS_TEXT = Tolerance(Kindness.SCALAR_TYPES, _is_count, _to_number)
PHONE_AS_NUMBER = Tolerance(Kindness.SCALAR_TYPES, _is_phone, _to_text)


def read_draft(call: Call) -> DraftRequest:
    """The request of a draft; raises Malformed."""
    return parse(
        DraftRequest, call.body, call.lenience, (UNKNOWN_FIELD, COUNT_AS_TEXT, PHONE_AS_NUMBER), known=call.exact
    )


def read_acceptance(call: Call) -> ForceAcceptRequest:
    """The request of a force accept; raises Malformed."""
    return parse(ForceAcceptRequest, call.body, call.lenience, (UNKNOWN_FIELD, PHONE_AS_NUMBER), known=call.exact)


def read_charge(call: Call) -> CreateChargeRequest:
    """The request of a charge; raises Malformed."""
    return parse(CreateChargeRequest, call.body, call.lenience, known=call.exact)
