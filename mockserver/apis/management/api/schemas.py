"""The wire forms of the Management API (official specification 2.0.9)."""

import re
from base64 import b64decode
from typing import Annotated, Any, ClassVar, Final

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from mockserver.apis.management.domain import links
from mockserver.apis.management.domain.order_form import OrderForm, UseCase, Website
from mockserver.apis.management.domain.product_order import ProductOrder
from mockserver.core.errors import Malformed, Violation
from mockserver.core.policy import Lenience
from mockserver.core.uuids import UUID
from mockserver.web.http import to_json
from mockserver.web.parsing import parse
from mockserver.web.wire import NUMBER_AS_TEXT, Body
from mockserver.world.domain.business import BankAccount, BusinessIdentifier, PostalAddress
from mockserver.world.domain.merchant import MSN, Merchant, SalesUnit
from mockserver.world.domain.partner import Partner, ProductType

KEY: Final = re.compile(r"[a-zA-Z0-9-]{1,50}", re.ASCII)
"""What an Idempotency-Key is made of here."""
_LONGEST_TEXT: Final = 5000
"""Characters of a text that the specification does not bound: our choice."""

Text = Annotated[str, StringConstraints(max_length=_LONGEST_TEXT)]
CategoryCode = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}$"),
    NUMBER_AS_TEXT,
    WithJsonSchema({"type": ["string", "integer"], "pattern": r"^[0-9]{4}$", "minimum": 0, "maximum": 9999}),
]


def _base64(text: str) -> str:
    """Base64 without the line breaks that some encoders write; whether it is a picture is the form's business."""
    joined = "".join(text.split())
    try:
        b64decode(joined, validate=True)
    except ValueError:
        raise PydanticCustomError("base64", "Must be base64") from None
    return joined


class IdentifierBody(Body):
    """The wire's BusinessIdentifier."""

    scheme: str = Field(min_length=10, max_length=30)
    id: str = Field(pattern=r"^[0-9-]{4,50}$")

    def to_domain(self) -> BusinessIdentifier:
        """The identifier."""
        return BusinessIdentifier(self.scheme, self.id)


class AccountBody(Body):
    """The wire's BankAccount."""

    scheme: str = Field(min_length=5, max_length=20)
    id: str = Field(pattern=r"^[0-9]{9,34}$")

    def to_domain(self) -> BankAccount:
        """The account."""
        return BankAccount(self.scheme, self.id)


class AppBody(Body):
    """The wire's app."""

    appName: Text


class WebsiteBody(Body):
    """The wire's website. Addresses are not looked at here: what the form cannot use, it leaves out."""

    NULLABLE: ClassVar = frozenset({"testWebsiteUrl", "testWebsiteUsername", "testWebsitePassword"})

    url: Text
    termsUrl: Text
    testWebsiteUrl: Text | None = None
    testWebsiteUsername: Text | None = None
    testWebsitePassword: Text | None = None

    def to_domain(self) -> Website:
        """The website."""
        return Website(self.url, self.termsUrl, self.testWebsiteUrl, self.testWebsiteUsername, self.testWebsitePassword)


class OrderRequest(Body):
    """The body of orderProduct."""

    NULLABLE: ClassVar = frozenset(
        {
            "salesUnitName",
            "salesUnitLogo",
            "settlementBankAccount",
            "pricePackageId",
            "productUseCase",
            "annualTurnover",
            "annualTurnoverPercentage",
            "intendedPurpose",
            "app",
            "website",
            "hasRecurring",
            "merchantCategoryCode",
            "complianceData",
        }
    )

    businessIdentifier: IdentifierBody
    productType: ProductType
    salesUnitName: str | None = Field(None, min_length=1, max_length=40)
    salesUnitLogo: Annotated[str, AfterValidator(_base64)] | None = None
    settlementBankAccount: AccountBody | None = None
    pricePackageId: str | None = Field(None, pattern=f"^{UUID.pattern}$")
    productUseCase: UseCase | None = None
    annualTurnover: int | None = Field(None, ge=0, le=999_999_999)
    annualTurnoverPercentage: str | None = Field(None, pattern=r"^(10|[1-9])0$")
    intendedPurpose: Text | None = None
    app: AppBody | None = None
    website: WebsiteBody | None = None
    hasRecurring: bool | None = None
    merchantCategoryCode: CategoryCode | None = None
    complianceData: dict[str, Any] | None = None

    def to_domain(self) -> OrderForm:
        """The form as it was sent."""
        return OrderForm(
            business=self.businessIdentifier.to_domain(),
            product=self.productType,
            unit_name=self.salesUnitName,
            logo=self.salesUnitLogo or None,
            account=self.settlementBankAccount.to_domain() if self.settlementBankAccount else None,
            price_package_id=self.pricePackageId.lower() if self.pricePackageId else None,
            use_case=self.productUseCase,
            annual_turnover=self.annualTurnover,
            turnover_percentage=self.annualTurnoverPercentage,
            purpose=self.intendedPurpose,
            app_name=self.app.appName if self.app else None,
            website=self.website.to_domain() if self.website else None,
            recurring=bool(self.hasRecurring),
            category=self.merchantCategoryCode,
        )


def read_order(body: bytes, lenience: Lenience) -> OrderForm:
    """The body of orderProduct; raises Malformed."""
    return parse(OrderRequest, body, lenience).to_domain()


def read_uuid(text: str, name: str) -> str:
    """An id from a path; raises Malformed."""
    if not UUID.fullmatch(text):
        raise Malformed([Violation(name, "Must be a UUID")])
    return text


def read_msn(text: str) -> str:
    """An MSN from a path; raises Malformed."""
    if not MSN.fullmatch(text):
        raise Malformed([Violation("msn", "Must be 4 to 10 digits")])
    return text


def read_identifier(scheme: str, id_: str) -> BusinessIdentifier:
    """A business identifier from a path; raises Malformed."""
    wrong = []
    if not 10 <= len(scheme) <= 30:
        wrong.append(Violation("scheme", "Must have 10 to 30 characters, such as business:NO:ORG"))
    if not re.fullmatch(r"[0-9-]{4,50}", id_):
        wrong.append(Violation("id", "Must be 4 to 50 digits or hyphens"))
    if wrong:
        raise Malformed(wrong)
    return BusinessIdentifier(scheme, id_)


def read_flag(values: list[str], name: str) -> bool:
    """A query parameter that is true or false, false when absent; raises Malformed."""
    if not values:
        return False
    if len(values) > 1 or values[0].lower() not in ("true", "false"):
        raise Malformed([Violation(name, "Must be true or false")])
    return values[0].lower() == "true"


def _identifier(identifier: BusinessIdentifier) -> dict[str, str]:
    return {"scheme": identifier.scheme, "id": identifier.id}


def _address(address: PostalAddress | None) -> dict[str, Any] | None:
    if address is None:
        return None
    return {
        "lines": address.lines,
        "postCode": address.post_code,
        "city": address.city,
        "countryCode": address.country_code,
    }


def merchant_response(merchant: Merchant) -> bytes:
    """The answer of getMerchantByBusinessIdentifier."""
    return to_json(
        {
            "businessIdentifier": _identifier(merchant.identifier),
            "name": merchant.name,
            "status": "ACTIVE" if merchant.active else "DEACTIVATED",
            "createdAt": merchant.created_at,
            "updatedAt": merchant.updated_at or merchant.created_at,
            "countryCode": merchant.market,
            "businessAddress": _address(merchant.business_address),
            "businessPostAddress": _address(merchant.post_address),
        }
    )


def units_response(units: list[SalesUnit]) -> bytes:
    """The answer of getAllSalesUnits and getSalesUnitsByBusinessIdentifier."""
    return to_json([{"msn": unit.msn, "name": unit.name[:50]} for unit in units])


def unit_response(unit: SalesUnit, merchant: Merchant) -> bytes:
    """The answer of getMsn."""
    configuration = unit.configuration
    return to_json(
        {
            "msn": unit.msn,
            "name": unit.name,
            "businessIdentifier": _identifier(merchant.identifier),
            "settlementBankAccount": ({"scheme": unit.account.scheme, "id": unit.account.id} if unit.account else None),
            "configuration": {
                "paymentAllowed": configuration.payment_allowed,
                "captureType": configuration.capture_type,
                "skipLandingPageAllowed": configuration.skip_landing_page_allowed,
                "recurringAllowed": configuration.recurring_allowed,
                "partialCaptureAllowed": configuration.partial_capture_allowed,
                "lateCaptureAllowed": configuration.late_capture_allowed,
                "landingPagePhoneNumberLocked": configuration.landing_page_phone_number_locked,
                "longLivingPaymentAllowed": configuration.long_living_payment_allowed,
                "creditCardPaymentAllowed": configuration.credit_card_payment_allowed,
            },
        }
    )


def packages_response(partner: Partner) -> bytes:
    """The answer of getPartnerPricePackages."""
    return to_json(
        [
            {
                "pricePackageId": package.id,
                "name": package.name,
                "description": package.description,
                "visibleInSignupForm": package.visible,
                "productType": package.product,
                "market": package.market,
                "commission": package.commission,
            }
            for package in partner.price_packages
        ]
    )


def prefilled_response(order: ProductOrder, origin: str) -> bytes:
    """The answer of orderProduct."""
    return to_json({"prefilledOrderId": order.id, "prefillUrl": links.prefilled_order(origin, order.id)})


def _details(order: ProductOrder, origin: str, unit: SalesUnit | None) -> dict[str, Any]:
    prefilled = order.type is order.type.PREFILL
    return {
        "productOrderType": order.type,
        "productOrderId": order.id,
        "productType": order.form.product,
        "status": order.state,
        "businessIdentifier": _identifier(order.form.business),
        "productOrderUrl": links.prefilled_order(origin, order.id) if prefilled else None,
        "salesUnit": {"msn": unit.msn, "name": unit.name} if unit else None,
    }


def details_response(order: ProductOrder, origin: str, unit: SalesUnit | None) -> bytes:
    """The answer of getProductOrderDetails, both versions. Never a reason: partners may not know it."""
    return to_json(_details(order, origin, unit))


def orders_response(orders: list[tuple[ProductOrder, SalesUnit | None]], origin: str) -> bytes:
    """The answer of getProductOrders."""
    return to_json([_details(order, origin, unit) for order, unit in orders])
