"""Samples of every event, in the form of the real payloads, for receivers to be tried with."""

from typing import Any

from pydantic_core import to_json

from mockserver.core.engine import Tx
from mockserver.core.instants import timestamp
from mockserver.webhooks.domain import (
    CHECKED_IN,
    DONATION_EVENTS,
    LOGIN_PING,
    PAYMENT_EVENTS,
    OwnerKind,
    Registration,
)
from mockserver.webhooks.services import webhooks
from mockserver.world.services.world import sales_units


def send(tx: Tx, registration: Registration, event: str) -> None:
    """Put a sample into the line of a registration."""
    body = to_json(sample(tx, registration, event)).decode()
    webhooks.enqueue(tx, registration, event, f"sample/{tx.ids.guid()}", body)


def sample(tx: Tx, registration: Registration, event: str) -> dict[str, Any]:
    """A payload of this event for one of the registration's units, with made-up content."""
    msn, at = _msn(tx, registration), timestamp(tx.at)
    if event == LOGIN_PING:
        return {"auth_req_id": tx.ids.guid()}
    if event == CHECKED_IN:
        return {"customerToken": tx.ids.key(), "msn": msn, "merchantQrId": tx.ids.guid(), "initiatedAt": at}
    if event in DONATION_EVENTS:
        return {"agreementId": tx.ids.guid(), "eventType": event, "occurred": at, "msn": msn}
    short = {full: name for name, full in PAYMENT_EVENTS.items()}.get(event)
    if short is not None:
        return {
            "msn": msn,
            "reference": f"sample-{tx.ids.guid()}",
            "pspReference": tx.ids.psp_reference(),
            "name": short,
            "amount": {"currency": "NOK", "value": 1000},
            "timestamp": at,
            "success": True,
            "idempotencyKey": tx.ids.guid(),
        }
    if event in DONATION_EVENTS:
        return {"agreementId": tx.ids.guid(), "eventType": event, "occurred": at}
    agreement = {
        "agreementId": "agr_sample",
        "agreementUUID": tx.ids.guid(),
        "agreementExternalId": None,
        "eventType": event,
        "occurred": at,
        "msn": msn,
    }
    if event.startswith("recurring.agreement-"):
        return agreement | {"actor": "USER"}
    return _charge(agreement, event)


def _charge(agreement: dict[str, Any], event: str) -> dict[str, Any]:
    taken = {"captured": "amountCaptured", "canceled": "amountCanceled", "refunded": "amountRefunded"}
    moved = taken.get(event.split("-")[1].split(".")[0])
    failed = "failed" in event
    amounts = {name: 1000 if name == moved else 0 for name in taken.values()}
    return {
        "agreementId": agreement["agreementId"],
        "chargeId": "chr_sample",
        "chargeExternalId": None,
        "amount": 1000,
        "currency": "NOK",
        "chargeType": "RECURRING",
        "eventType": event,
        "occurred": agreement["occurred"],
        **amounts,
        "failureCode": "user_action_required" if failed else None,
        "failureReason": "User action required" if failed else None,
        "msn": agreement["msn"],
    }


def _msn(tx: Tx, registration: Registration) -> str:
    owner = registration.owner
    if owner.kind is OwnerKind.SALES_UNIT:
        return owner.id
    if owner.msn is not None:
        return owner.msn
    return next((unit.msn for unit in sales_units(tx) if owner.id in (unit.partner_id, unit.merchant_id)), "000000")
