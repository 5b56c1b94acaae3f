"""What the control API shows."""

from collections.abc import Iterable
from typing import Any

from mockserver.apis.epayment.domain.payment import Decline, LoggedEvent, Payment
from mockserver.apis.epayment.domain.terms import Terms
from mockserver.apis.management.domain.email import StoredEmail
from mockserver.apis.management.domain.product_order import ProductOrder
from mockserver.core.adapters import adapter
from mockserver.core.clock import Clock
from mockserver.core.instants import timestamp
from mockserver.world.domain.customer import Customer


def clock(clock: Clock) -> dict[str, Any]:
    """The time, and whether it stands still. ``aheadSeconds``: of the wall clock."""
    return {
        "now": timestamp(clock.now()),
        "frozen": clock.frozen,
        "aheadSeconds": round(clock.ahead / 1000, 3),
    }


def payment(payment: Payment, declines: Iterable[LoggedEvent]) -> dict[str, Any]:
    """A payment in short, with its latest failed attempts; amounts in minor units."""
    approval = payment.approval
    return {
        "msn": payment.msn,
        "reference": payment.reference,
        "state": payment.state,
        "currency": payment.currency,
        "amount": payment.amount,
        "authorized": payment.authorized,
        "captured": payment.captured,
        "refunded": payment.refunded,
        "cancelled": payment.called_off,
        "createdAt": timestamp(payment.created_at),
        "expiresAt": timestamp(payment.expires_at),
        "captureDeadline": _optional(payment.capture_deadline),
        "processingUntil": _optional(payment.processing_until),
        "customer": approval.phone if approval else None,
        "declines": [{"at": timestamp(each.at)} | (_decline(each.event.decline) or {}) for each in declines],
    }


def _decline(decline: Decline | None) -> dict[str, Any] | None:
    if decline is None:
        return None
    return {"customer": decline.phone, "reason": decline.reason, "detail": decline.reason.sentence}


def legal_links(terms: Terms) -> dict[str, str | None] | None:
    """The merchant's links of a payment, under the wire's names; None when it has none."""
    links = terms.legal_links
    if links is None:
        return None
    return {"termsOfSaleUrl": links.terms_of_sale, "privacyPolicyUrl": links.privacy_policy}


def event(logged: LoggedEvent) -> dict[str, Any]:
    """An event of a payment."""
    return {
        "name": logged.event.name,
        "amount": logged.event.amount,
        "success": logged.event.success,
        "at": timestamp(logged.at),
        "pspReference": logged.psp_reference,
        "idempotencyKey": logged.idempotency_key,
        "declined": _decline(logged.event.decline),
    }


def order(order: ProductOrder) -> dict[str, Any]:
    """All of a product order, what the partner never sees included."""
    return {
        "id": order.id,
        "type": order.type,
        "status": order.state,
        "partner": order.partner_id,
        "merchant": order.merchant_id,
        "createdAt": timestamp(order.created_at),
        "expiresAt": timestamp(order.expires_at) if order.waits_for_merchant else None,
        "submittedAt": _optional(order.submitted_at),
        "readyAt": _optional(order.ready_at),
        "decidedAt": _optional(order.decided_at),
        "hold": order.hold,
        "rejection": order.rejection,
        "msn": order.msn,
        "form": plain(order.form),
        "dropped": plain(order)["dropped"],
    }


def email(stored: StoredEmail) -> dict[str, Any]:
    """An email and what became of it."""
    email = stored.email
    return {
        "id": stored.id,
        "kind": email.kind,
        "order": email.order_id,
        "address": email.address,
        "subject": email.subject,
        "text": email.text,
        "writtenAt": timestamp(email.written_at),
        "state": email.state,
        "tries": email.tries,
        "failure": email.failure,
    }


def customer(customer: Customer) -> dict[str, Any]:
    """A customer with what follows from its token."""
    return {**plain(customer), "personal_qr": customer.personal_qr}


def plain(value: Any) -> Any:
    """A value of the domain as plain ones, under its own names."""
    return adapter(type(value)).dump_python(value, mode="json")


def _optional(at: int | None) -> str | None:
    return None if at is None else timestamp(at)
