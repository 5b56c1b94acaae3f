"""What merchants are told of agreements and charges (webhooks guide)."""

from enum import StrEnum
from typing import Any, Final

from mockserver.apis.recurring.domain.agreement import Actor, Agreement
from mockserver.apis.recurring.domain.charge import Charge, ChargeEventName, Event
from mockserver.core.instants import timestamp


class AgreementEvent(StrEnum):
    """Events of agreements by their full names."""

    ACTIVATED = "recurring.agreement-activated.v1"
    REJECTED = "recurring.agreement-rejected.v1"
    EXPIRED = "recurring.agreement-expired.v1"
    STOPPED = "recurring.agreement-stopped.v1"


class ChargeEvent(StrEnum):
    """Events of charges by their full names."""

    RESERVED = "recurring.charge-reserved.v1"
    CAPTURED = "recurring.charge-captured.v1"
    CANCELED = "recurring.charge-canceled.v1"
    REFUNDED = "recurring.charge-refunded.v1"
    FAILED = "recurring.charge-failed.v1"
    CREATION_FAILED = "recurring.charge-creation-failed.v1"


NAMES: Final = {
    ChargeEventName.RESERVE: ChargeEvent.RESERVED,
    ChargeEventName.CAPTURE: ChargeEvent.CAPTURED,
    ChargeEventName.CANCEL: ChargeEvent.CANCELED,
    ChargeEventName.REFUND: ChargeEvent.REFUNDED,
    ChargeEventName.FAIL: ChargeEvent.FAILED,
}
"""What is told of each event of the history; a charge that is made is nothing to tell."""


def of_agreement(agreement: Agreement, name: AgreementEvent, actor: Actor | None, at: int) -> dict[str, Any]:
    """The payload of an event of an agreement."""
    return {
        "agreementId": agreement.id,
        "agreementUUID": agreement.uuid,
        "agreementExternalId": agreement.external_id,
        "eventType": name,
        "occurred": timestamp(at),
        "actor": actor,
        "msn": agreement.msn,
    }


def of_charge(charge: Charge, event: Event, transaction_id: str | None, at: int) -> dict[str, Any]:
    """The payload of an event of a charge: amounts are totals after it, and what is not known is left out."""
    told = payload(charge, NAMES[event.name], at)
    told["transactionId"] = transaction_id
    if event.name is ChargeEventName.FAIL and charge.failure is not None:
        told["failureReason"] = charge.failure
    return told


def payload(charge: Charge, name: ChargeEvent, at: int) -> dict[str, Any]:
    """What the payloads of all events of charges have."""
    told: dict[str, Any] = {
        "agreementId": charge.agreement_id,
        "chargeId": charge.id,
        "transactionId": None,
        "msn": charge.msn,
        "amount": charge.amount,
        "currency": charge.currency,
        "chargeType": charge.type,
        "eventType": name,
        "occurred": timestamp(at),
        "amountCaptured": charge.captured,
        "amountCanceled": charge.cancelled,
        "amountRefunded": charge.refunded,
    }
    return told if charge.external_id is None else told | {"chargeExternalId": charge.external_id}
