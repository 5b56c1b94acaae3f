"""What the control API shows of agreements and charges."""

from typing import Any

from mockserver.apis.recurring.domain.agreement import Agreement
from mockserver.apis.recurring.domain.charge import Charge, LoggedEvent
from mockserver.core.instants import timestamp


def agreement(agreement: Agreement) -> dict[str, Any]:
    """An agreement in short; amounts in minor units."""
    pricing, interval = agreement.pricing, agreement.interval
    return {
        "id": agreement.id,
        "uuid": agreement.uuid,
        "msn": agreement.msn,
        "status": agreement.status,
        "pricing": {
            "type": pricing.type,
            "currency": pricing.currency,
            "amount": pricing.amount,
            "suggestedMaxAmount": pricing.suggested_max,
            "maxAmount": pricing.max_amount,
        },
        "interval": None if interval is None else {"unit": interval.unit, "count": interval.count},
        "productName": agreement.product_name,
        "productDescription": agreement.product_description,
        "externalId": agreement.external_id,
        "asked": agreement.asked,
        "customer": agreement.customer,
        "createdAt": timestamp(agreement.created_at),
        "expiresAt": timestamp(agreement.expires_at),
        "start": _optional(agreement.start),
        "stop": _optional(agreement.stop),
    }


def charge(charge: Charge) -> dict[str, Any]:
    """A charge in short; amounts in minor units."""
    return {
        "id": charge.id,
        "msn": charge.msn,
        "agreement": charge.agreement_id,
        "type": charge.type,
        "transactionType": charge.transaction_type,
        "state": charge.state,
        "currency": charge.currency,
        "amount": charge.amount,
        "captured": charge.captured,
        "refunded": charge.refunded,
        "cancelled": charge.cancelled,
        "description": charge.description,
        "due": charge.due.isoformat(),
        "retryDays": charge.retry_days,
        "attempts": charge.attempts,
        "nextAttempt": _optional(charge.next_attempt),
        "processingUntil": _optional(charge.processing_until),
        "captureDeadline": _optional(charge.deadline),
        "failureReason": charge.failure,
        "transactionId": charge.transaction_id,
        "externalId": charge.external_id,
        "createdAt": timestamp(charge.created_at),
    }


def event(logged: LoggedEvent) -> dict[str, Any]:
    """Something that happened to a charge."""
    return {
        "name": logged.event.name,
        "amount": logged.event.amount,
        "success": logged.event.success,
        "at": timestamp(logged.at),
        "transactionId": logged.transaction_id,
        "idempotencyKey": logged.key,
    }


def _optional(at: int | None) -> str | None:
    return None if at is None else timestamp(at)
