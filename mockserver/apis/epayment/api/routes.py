"""The seven operations of the ePayment API (official specification 1.8.1)."""

from pydantic_core import from_json

from mockserver.apis.epayment.api import schemas
from mockserver.apis.epayment.api.problems import refuse
from mockserver.apis.epayment.domain import links
from mockserver.apis.epayment.domain.payment import StoredPayment
from mockserver.apis.epayment.domain.terms import QrFormat, UserFlow
from mockserver.apis.epayment.services import approvals, conducts, payments, personas
from mockserver.core.engine import Tx
from mockserver.core.errors import Code, DomainError, Forbidden, Malformed, NotFound
from mockserver.core.policy import Environment
from mockserver.web.http import Answer, to_json
from mockserver.web.idempotency import reused
from mockserver.web.operations import Api, Call, Operation
from mockserver.web.parsing import plain
from mockserver.world.domain.conduct import Conduct


def create_payment(tx: Tx, call: Call) -> Answer:
    """createPayment: 201 with the reference, and the redirectUrl unless the user gets a push message."""
    request = schemas.read_create(call)
    call.reference = request.reference
    terms = request.to_domain(call.lenience)
    conduct = call.choice(Conduct)
    personas.check(terms, conduct)
    stored = payments.create(tx, call.unit, call.merchant, terms, call.lenience, call.key)
    if terms.customer is not None or conduct is not None:
        personas.begin(tx, stored, terms.customer, conduct)
    content = {"reference": terms.reference}
    url = _redirect_url(call, tx, stored, terms.qr_format)
    return Answer(201, to_json({"redirectUrl": url} | content if url else content))


def get_payment(tx: Tx, call: Call) -> Answer:
    """getPayment: where the payment stands."""
    stored, text = payments.find_with_metadata(tx, call.unit.msn, _reference(call))
    metadata = from_json(text) if text else None
    qr_format = None
    if stored.payment.user_flow == UserFlow.QR:
        qr_format = payments.terms_of(tx, stored).qr_format
    url = _redirect_url(call, tx, stored, qr_format)
    return Answer(200, schemas.get_response(stored.payment, url, metadata))


def get_payment_event_log(tx: Tx, call: Call) -> Answer:
    """getPaymentEventLog: every event, oldest first."""
    stored = _find(tx, call)
    return Answer(200, schemas.event_log(stored.payment, payments.events_of(tx, stored)))


def capture_payment(tx: Tx, call: Call) -> Answer:
    """capturePayment: take reserved money, all or a part of it."""
    amount = schemas.read_modification(call).modificationAmount.to_domain()
    payment = payments.capture(tx, call.unit, _reference(call), amount, call.key)
    return Answer(200, schemas.modification_response(payment))


def refund_payment(tx: Tx, call: Call) -> Answer:
    """refundPayment: give captured money back, all or a part of it."""
    amount = schemas.read_modification(call).modificationAmount.to_domain()
    payment = payments.refund(tx, call.unit, _reference(call), amount, call.key)
    return Answer(200, schemas.modification_response(payment))


def cancel_payment(tx: Tx, call: Call) -> Answer:
    """cancelPayment: terminate before approval, release what is not captured after it."""
    request = schemas.read_cancel(call)
    payment = payments.cancel(
        tx,
        call.unit,
        _reference(call),
        call.key,
        transaction_only=bool(request.cancelTransactionOnly),
    )
    return Answer(200, schemas.modification_response(payment))


def force_approve(tx: Tx, call: Call) -> Answer:
    """forceApprove: approve without an app; 200 with an empty body. Not in production."""
    if not tx.policy.test_tools:
        raise Forbidden("Force approve is not allowed in production")
    request = schemas.read_force_approve(call)
    stored = _find(tx, call)
    if request.token is not None:
        _check_token(tx, stored, request.token)
    conduct = call.choice(Conduct)
    if conduct is not None:
        conducts.choose(tx, stored, conduct)
    customer = request.customer.to_domain(call.lenience) if request.customer else None
    approvals.force_approve(tx, stored, customer, call.lenience)
    return Answer(200, b"")


def _check_token(tx: Tx, stored: StoredPayment, token: str) -> None:
    try:
        named = payments.by_token(tx, token)
    except NotFound:
        named = None
    if named is None or named.id != stored.id:
        raise DomainError(Code.APPROVE_NOT_ALLOWED, "The token is not this payment's", "token")


def _in_body(call: Call) -> str | None:
    if call.reference is not None or not call.body:
        return call.reference
    try:
        content = plain(call.body)
    except Malformed:
        return None
    reference = content.get("reference") if isinstance(content, dict) else None
    return reference if isinstance(reference, str) else None


def _reference(call: Call) -> str:
    return call.reference or ""


def _find(tx: Tx, call: Call) -> StoredPayment:
    return payments.find(tx, call.unit.msn, _reference(call))


def _redirect_url(call: Call, tx: Tx, stored: StoredPayment, qr_format: QrFormat | None) -> str | None:
    token = payments.token_of(stored)
    match stored.payment.user_flow:
        case UserFlow.PUSH_MESSAGE:
            return None
        case UserFlow.NATIVE_REDIRECT:
            return links.app(token, test=tx.policy.environment is Environment.TEST)
        case UserFlow.QR if qr_format is not QrFormat.TARGET_URL:
            return links.qr_image(call.origin, token, png=qr_format is QrFormat.PNG)
        case _:
            return links.landing_page(call.origin, token)


BUSY = "Another operation on this payment is in progress"
OF_UNITS = frozenset({"payments", "push", "card", "express", "long-living", "nin"})
"""Rights of sales units that new payments need."""

API = Api(
    name="epayment",
    prefix="/epayment/v1",
    refuse=refuse,
    rights=frozenset({"connection"}),
    codes=True,
    operations=(
        Operation(
            "createPayment", "POST", "/payments", create_payment,
            conflict=reused(Code.IDEMPOTENCY), key_required=True, per_minute=5,
            form=schemas.CreatePaymentRequest, locked=BUSY,
            about=_in_body, rights=OF_UNITS,
        ),
        Operation("getPayment", "GET", "/payments/{reference}", get_payment, per_minute=120),
        Operation(
            "getPaymentEventLog", "GET", "/payments/{reference}/events", get_payment_event_log, per_minute=120
        ),
        Operation(
            "capturePayment", "POST", "/payments/{reference}/capture", capture_payment,
            conflict=reused(Code.CAPTURE_IDEMPOTENCY), key_required=True, per_minute=5,
            form=schemas.ModificationRequest, locked=BUSY,
            rights=frozenset({"partial-capture"}),
        ),
        Operation(
            "refundPayment", "POST", "/payments/{reference}/refund", refund_payment,
            conflict=reused(Code.REFUND_IDEMPOTENCY), key_required=True, per_minute=5,
            form=schemas.ModificationRequest, locked=BUSY,
        ),
        Operation(
            "cancelPayment", "POST", "/payments/{reference}/cancel", cancel_payment,
            conflict=reused(Code.IDEMPOTENCY), locked=BUSY, per_minute=5,
        ),
        Operation(
            "forceApprove", "POST", "/test/payments/{reference}/approve", force_approve,
            conflict=reused(Code.IDEMPOTENCY), locked=BUSY,
        ),
    ),
)  # fmt: skip
