"""What merchants are told of payments (webhooks guide)."""

from typing import Any, Final

from mockserver.apis.epayment.domain.payment import EventName, LoggedEvent, Payment
from mockserver.core.instants import timestamp, timestamp_with_offset

NAMES: Final = {name: f"epayments.payment.{name.lower()}.v1" for name in EventName}
"""The full event name of each short one."""


def payload(payment: Payment, logged: LoggedEvent) -> dict[str, Any]:
    """The payload of an ePayment event; what the customer shared is there when it was authorised."""
    event = logged.event
    told: dict[str, Any] = {
        "msn": payment.msn,
        "reference": payment.reference,
        "pspReference": logged.psp_reference,
        "name": event.name,
        "amount": {"currency": payment.currency, "value": event.amount},
        "timestamp": timestamp(logged.at),
        "success": event.success,
    }
    if logged.idempotency_key is not None:
        told["idempotencyKey"] = logged.idempotency_key
    approval = payment.approval
    if event.name is EventName.AUTHORIZED and event.success and approval is not None:
        shared = {
            "userDetails": approval.user_details,
            "shippingDetails": approval.shipping_details,
            "sub": approval.subject,
        }
        told |= {name: value for name, value in shared.items() if value}
        if payment.capture_guaranteed_until is not None:
            told["captureGuaranteedUntil"] = timestamp_with_offset(payment.capture_guaranteed_until)
    return told
