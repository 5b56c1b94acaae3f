"""What the control API shows of payments."""

from collections.abc import Iterable
from typing import Any

from mockserver.apis.epayment.domain.payment import Decline, LoggedEvent, Payment
from mockserver.apis.epayment.domain.terms import Terms
from mockserver.core.instants import timestamp


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


def _optional(at: int | None) -> str | None:
    return None if at is None else timestamp(at)
