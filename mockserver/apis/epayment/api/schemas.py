"""The wire forms of the ePayment API (official specification 1.8.1), and the way from and to the domain."""

import json
from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema
from pydantic_core import ErrorDetails

from mockserver.apis.epayment.api.express import ShippingBody
from mockserver.apis.epayment.domain.payment import LoggedEvent, Payment, State
from mockserver.apis.epayment.domain.receipt import OrderLine, Receipt
from mockserver.apis.epayment.domain.terms import LegalLinks, PaymentMethod, QrFormat, Terms, UserFlow
from mockserver.apis.epayment.services.wire import AmountBody
from mockserver.core.errors import Code, DomainError, Malformed, Violation
from mockserver.core.instants import parse_timestamp, timestamp, timestamp_with_offset
from mockserver.core.policy import Kindness, Lenience, Notice
from mockserver.web.http import to_json
from mockserver.web.operations import Call
from mockserver.web.parsing import UNKNOWN_FIELD, Tolerance, parse
from mockserver.web.wire import NUMBER_AS_TEXT, Body
from mockserver.world.domain.customer import CustomerKey, CustomerReference

Int64 = Annotated[int, Field(ge=-(2**63), lt=2**63)]
Count64 = Annotated[int, Field(ge=0, lt=2**63)]
Interaction = Literal["CUSTOMER_PRESENT", "CUSTOMER_NOT_PRESENT"]
Reference = Annotated[
    str,
    Field(pattern=r"^[a-zA-Z0-9-]{8,64}$"),
    NUMBER_AS_TEXT,
    WithJsonSchema({"type": ["string", "integer"], "pattern": "^[a-zA-Z0-9-]{8,64}$"}),
]
PhoneNumber = Annotated[str, NUMBER_AS_TEXT, WithJsonSchema({"type": ["string", "integer"]})]

RFC_3339 = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?"
    r"([Zz]|[+-](2[0-3]|[01][0-9]):[0-5][0-9])$"
)


class CustomerBody(Body):
    """Exactly one of the three."""

    phoneNumber: PhoneNumber | None = None
    personalQr: str | None = None
    customerToken: str | None = None

    def to_domain(self, lenience: Lenience) -> CustomerReference | None:
        """Who is meant; None for an empty customer where that is forgiven."""
        given = (
            (CustomerKey.PHONE_NUMBER, self.phoneNumber),
            (CustomerKey.PERSONAL_QR, self.personalQr),
            (CustomerKey.CUSTOMER_TOKEN, self.customerToken),
        )
        named = [CustomerReference(key, value) for key, value in given if value is not None]
        if len(named) == 1:
            return named[0]
        if not named and lenience.allow(Kindness.EMPTY_CUSTOMER, "customer names nobody"):
            return None
        raise Malformed([Violation("customer", "Must have exactly one of phoneNumber, personalQr, customerToken")])


class PaymentMethodBody(Body):
    """How the payment is made."""

    type: str = Field(json_schema_extra={"enum": [*PaymentMethod]})
    blockedSources: list[Literal["COMMERCIAL_CARDS"]] | None = None

    def to_domain(self) -> PaymentMethod:
        """The method; DomainError 4160 for one that does not exist."""
        try:
            return PaymentMethod(self.type)
        except ValueError:
            raise DomainError(Code.INVALID_METHOD_TYPE, "Must be WALLET or CARD", "paymentMethod.type") from None


class ProfileBody(Body):
    """Which personal data the merchant asks for."""

    scope: str | None = None


class QrFormatBody(Body):
    """How a QR code comes back."""

    NULLABLE = frozenset({"size"})

    format: QrFormat
    size: int | None = Field(None, ge=100, le=2000)


class UnitInfoBody(Body):
    """How many of what at which price."""

    NULLABLE = frozenset({"unitPrice", "quantityUnit"})

    unitPrice: Count64 | None
    quantity: str = Field(max_length=10, pattern=r"^[0-9]+(\.[0-9]{1,8})?$")
    quantityUnit: Literal["PCS", "KG", "KM", "MINUTE", "LITRE", "KWH"] | None = None


class OrderLineBody(Body):
    """A line of the receipt."""

    NULLABLE = frozenset({"taxPercentage", "taxRate", "discount", "productUrl", "isReturn", "isShipping"})

    name: str
    id: str
    totalAmount: Int64
    totalAmountExcludingTax: Int64
    totalTaxAmount: Int64
    taxPercentage: int | None = Field(None, ge=0, le=100)
    taxRate: int | None = Field(None, ge=0, le=10_000)
    unitInfo: UnitInfoBody | None = None
    discount: Count64 | None = None
    productUrl: str | None = None
    isReturn: bool | None = None
    isShipping: bool | None = None

    def to_domain(self) -> OrderLine:
        """The line; a percentage becomes a rate."""
        info = self.unitInfo
        percentage = self.taxPercentage
        return OrderLine(
            name=self.name,
            id=self.id,
            total=self.totalAmount,
            total_excluding_tax=self.totalAmountExcludingTax,
            tax=self.totalTaxAmount,
            tax_rate=percentage * 100 if self.taxRate is None and percentage is not None else self.taxRate,
            unit_price=info.unitPrice if info else None,
            quantity=info.quantity if info else None,
            quantity_unit=info.quantityUnit or "PCS" if info else "PCS",
            discount=self.discount or 0,
            is_return=bool(self.isReturn),
            is_shipping=bool(self.isShipping),
        )


class ShippingInfoBody(Body):
    """Deprecated by the platform, and still sent."""

    NULLABLE = frozenset({"amount", "amountExcludingTax", "taxAmount", "taxPercentage"})

    amount: Count64 | None
    amountExcludingTax: Count64 | None
    taxAmount: Count64 | None
    taxPercentage: Annotated[int, Field(ge=0, le=100)] | None


class PaymentSourcesBody(Body):
    """What else was paid with."""

    NULLABLE = frozenset({"giftCard", "card", "voucher", "cash"})

    giftCard: int | None = None
    card: int | None = None
    voucher: int | None = None
    cash: int | None = None


class BarcodeBody(Body):
    """A barcode to show on the receipt."""

    NULLABLE = frozenset({"format", "data"})

    format: Literal["EAN-13", "CODE 39", "CODE 128"] | None
    data: str | None


class BottomLineBody(Body):
    """The summary of the receipt; the platform adds up the lines by itself."""

    NULLABLE = frozenset(
        {
            "tipAmount",
            "giftCardAmount",
            "posId",
            "totalAmount",
            "totalTax",
            "totalDiscount",
            "shippingAmount",
            "receiptNumber",
            "terminalId",
        }
    )

    currency: str
    tipAmount: Count64 | None = None
    giftCardAmount: Count64 | None = None
    posId: str | None = None
    totalAmount: Int64 | None = None
    totalTax: Count64 | None = None
    totalDiscount: Count64 | None = None
    shippingAmount: Count64 | None = None
    shippingInfo: ShippingInfoBody | None = None
    paymentSources: PaymentSourcesBody | None = None
    barcode: BarcodeBody | None = None
    receiptNumber: str | None = None
    terminalId: str | None = None


class ReceiptBody(Body):
    """What was bought."""

    orderLines: list[OrderLineBody] = Field(min_length=1)
    bottomLine: BottomLineBody

    def to_domain(self) -> Receipt:
        """The receipt."""
        rest = self.bottomLine.model_dump(exclude_none=True, exclude={"currency"})
        return Receipt(tuple(line.to_domain() for line in self.orderLines), self.bottomLine.currency, rest)


class AirlineDataBody(Body):
    """Compliance data of airlines."""

    agencyInvoiceNumber: str = Field(min_length=1, max_length=6)
    airlineCode: str = Field(min_length=3, max_length=3)
    airlineDesignatorCode: str = Field(min_length=2, max_length=2)
    passengerName: str = Field(min_length=1, max_length=49)
    ticketNumber: str | None = Field(None, min_length=1, max_length=150)


class IndustryDataBody(Body):
    """Compliance data; checked, and of no further effect."""

    airlineData: AirlineDataBody | None = None


class MerchantLegalLinksBody(Body):
    """Where the merchant's terms and privacy policy can be read: at least one of the two."""

    termsOfSaleUrl: str | None = None
    privacyPolicyUrl: str | None = None

    def to_domain(self) -> LegalLinks:
        """The links."""
        if self.termsOfSaleUrl is None and self.privacyPolicyUrl is None:
            raise Malformed([Violation("merchantLegalLinks", "Must have termsOfSaleUrl, privacyPolicyUrl or both")])
        return LegalLinks(self.termsOfSaleUrl, self.privacyPolicyUrl)


class CreatePaymentRequest(Body):
    """The body of createPayment."""

    NULLABLE = frozenset({"minimumUserAge", "expiresAt", "qrFormat", "metadata", "receiptUrl"})

    amount: AmountBody
    paymentMethod: PaymentMethodBody
    reference: Reference
    userFlow: UserFlow
    customer: CustomerBody | None = None
    customerInteraction: Interaction | None = None
    minimumUserAge: int | None = Field(None, ge=0, le=100)
    industryData: IndustryDataBody | None = None
    profile: ProfileBody | None = None
    returnUrl: str | None = None
    expiresAt: str | None = Field(None, pattern=RFC_3339)
    qrFormat: QrFormatBody | None = None
    paymentDescription: str | None = Field(None, min_length=3, max_length=100)
    receipt: ReceiptBody | None = None
    receiptUrl: str | None = None
    metadata: dict[str, str] | None = None
    shipping: ShippingBody | None = None
    merchantLegalLinks: MerchantLegalLinksBody | None = None

    def to_domain(self, lenience: Lenience) -> Terms:
        """The terms that this request asks for, not yet checked against a sales unit."""
        qr = self.qrFormat
        return Terms(
            reference=self.reference,
            amount=self.amount.to_domain(),
            method=self.paymentMethod.to_domain(),
            user_flow=self.userFlow,
            customer=self.customer.to_domain(lenience) if self.customer else None,
            return_url=self.returnUrl,
            description=self.paymentDescription,
            scopes=tuple(dict.fromkeys(self.profile.scope.split())) if self.profile and self.profile.scope else (),
            express=self.shipping.to_domain(lenience) if self.shipping else None,
            receipt=self.receipt.to_domain() if self.receipt else None,
            metadata=self.metadata,
            expires_at=_instant(self.expiresAt, "expiresAt") if self.expiresAt is not None else None,
            minimum_age=self.minimumUserAge,
            blocked_sources=bool(self.paymentMethod.blockedSources),
            qr_format=qr.format if qr else QrFormat.SVG,
            qr_size=qr.size or 1024 if qr else 1024,
            receipt_url=self.receiptUrl,
            legal_links=self.merchantLegalLinks.to_domain() if self.merchantLegalLinks else None,
        )


class ModificationRequest(Body):
    """The body of capturePayment and refundPayment."""

    modificationAmount: AmountBody


class CancelRequest(Body):
    """The body of cancelPayment."""

    cancelTransactionOnly: bool | None = None


class ForceApproveRequest(Body):
    """The body of forceApprove."""

    customer: CustomerBody | None = None
    token: str | None = None


def _instant(text: str, field: str) -> int:
    try:
        return parse_timestamp(text)
    except (ValueError, OverflowError):
        raise Malformed([Violation(field, "Must be an RFC 3339 time with its zone")]) from None


def _as_text(container: Any, key: int | str) -> None:
    container[key] = str(container[key])


def _takes_text(error: ErrorDetails) -> bool:
    number = error["input"]
    place = error["loc"]
    return (
        error["type"] == "string_type"
        and isinstance(number, int | float)
        and not isinstance(number, bool)
        and (place[0] == "metadata" or place[-1] == "quantity")
    )


_TOLERANCES = (
    Tolerance(
        Kindness.MISPLACED_INTERACTION,
        lambda error: error["type"] == "extra_forbidden" and error["loc"] == ("customer", "customerInteraction"),
        lambda container, key: container.pop(key, None),
    ),
    UNKNOWN_FIELD,
    Tolerance(
        Kindness.EMPTY_DESCRIPTION,
        lambda error: error["loc"] == ("paymentDescription",) and error["input"] == "",
        lambda container, key: container.pop(key, None),
    ),
    Tolerance(Kindness.SCALAR_TYPES, _takes_text, _as_text),
)


_PASS_THROUGH = (b'"CARD_PASSTHROUGH"', b'"cardPassthrough"')
"""What a request of a PSP has in its body."""


def read_create(call: Call) -> CreatePaymentRequest:
    """The body of createPayment; raises Malformed, or DomainError 4110 for repeated metadata keys."""
    if b"psp-id" in call.headers or any(name in call.body for name in _PASS_THROUGH):
        call.lenience.notice(Notice.NOT_EMULATED, "Card pass-through is for PSPs, and the emulator does not emulate it")
    request = parse(CreatePaymentRequest, call.body, call.lenience, _TOLERANCES, call.exact)
    if request.metadata and _repeats_metadata_keys(call.body):
        raise DomainError(Code.METADATA_DUPLICATE_KEYS, "A key occurs more than once", "metadata")
    return request


class _Repeated(dict[str, Any]):
    """An object in which a key occurred more than once."""


def _note_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    return content if len(content) == len(pairs) else _Repeated(content)


def _repeats_metadata_keys(body: bytes) -> bool:
    return isinstance(json.loads(body, object_pairs_hook=_note_repeats).get("metadata"), _Repeated)


def read_modification(call: Call) -> ModificationRequest:
    """The body of a capture or refund."""
    return parse(ModificationRequest, call.body, call.lenience, known=call.exact)


def read_cancel(call: Call) -> CancelRequest:
    """The body of a cancel: clients send none, ``{}`` or ``null``."""
    if call.body.strip() in (b"", b"null"):
        return CancelRequest()
    return parse(CancelRequest, call.body, call.lenience)


def read_force_approve(call: Call) -> ForceApproveRequest:
    """The body of a force approve, which may be missing."""
    if call.body.strip() in (b"", b"null"):
        return ForceApproveRequest()
    return parse(ForceApproveRequest, call.body, call.lenience)


def _amount(currency: str, value: int) -> dict[str, Any]:
    return {"currency": currency, "value": value}


def _aggregate(payment: Payment) -> dict[str, Any]:
    currency = payment.currency
    return {
        "authorizedAmount": _amount(currency, payment.authorized),
        "cancelledAmount": _amount(currency, payment.called_off),
        "capturedAmount": _amount(currency, payment.captured),
        "refundedAmount": _amount(currency, payment.refunded),
    }


def modification_response(payment: Payment) -> bytes:
    """The wire's ModificationResponse."""
    return to_json(
        {
            "amount": _amount(payment.currency, payment.amount),
            "state": payment.state,
            "aggregate": _aggregate(payment),
            "pspReference": payment.psp_reference,
            "reference": payment.reference,
        }
    )


def get_response(payment: Payment, redirect_url: str | None, metadata: dict[str, str] | None) -> bytes:
    """The wire's GetPaymentResponse; what the customer shared shows once the payment is AUTHORIZED."""
    method: dict[str, Any] = {"type": payment.method}
    content: dict[str, Any] = {
        "aggregate": _aggregate(payment),
        "amount": _amount(payment.currency, payment.amount),
        "state": payment.state,
        "paymentMethod": method,
        "profile": {},
        "pspReference": payment.psp_reference,
        "reference": payment.reference,
    }
    if redirect_url is not None:
        content["redirectUrl"] = redirect_url
    if metadata is not None:
        content["metadata"] = metadata
    approval = payment.approval
    if payment.state is State.AUTHORIZED and approval is not None:
        if approval.card_bin:
            method["cardBin"] = approval.card_bin
        if approval.subject:
            content["profile"] = {"sub": approval.subject}
        if approval.user_details:
            content["userDetails"] = approval.user_details
        if approval.shipping_details:
            content["shippingDetails"] = approval.shipping_details
        if payment.capture_guaranteed_until is not None:
            content["captureGuaranteedUntil"] = timestamp_with_offset(payment.capture_guaranteed_until)
    return to_json(content)


def event_log(payment: Payment, events: list[LoggedEvent]) -> bytes:
    """The wire's event log: a bare array, oldest first. ``idempotencyKey`` is absent where there was none."""
    return to_json([_event(payment, logged) for logged in events])


def _event(payment: Payment, logged: LoggedEvent) -> dict[str, Any]:
    event = logged.event
    content = {
        "reference": payment.reference,
        "pspReference": logged.psp_reference,
        "name": event.name,
        "amount": _amount(payment.currency, event.amount),
        "timestamp": timestamp(logged.at),
        "success": event.success,
    }
    return content if logged.idempotency_key is None else content | {"idempotencyKey": logged.idempotency_key}
