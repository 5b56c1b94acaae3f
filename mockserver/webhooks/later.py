"""Events of products of the platform that are not emulated yet: they can be registered for, and sent as samples."""

from functools import partial
from typing import Any, Final

from mockserver.core.ids import Ids
from mockserver.webhooks.events import EventType

AGREEMENTS: Final = tuple(f"recurring.agreement-{each}.v1" for each in ("activated", "rejected", "stopped", "expired"))
CHARGES: Final = tuple(
    f"recurring.charge-{each}.v1"
    for each in ("reserved", "captured", "canceled", "refunded", "failed", "creation-failed")
)
DONATIONS: Final = tuple(
    f"donations.agreement.{each}.v1" for each in ("started", "stopped", "withdrawal-day-changed", "amount-changed")
)
CHECKED_IN: Final = "user.checked-in.v1"


def _checked_in(ids: Ids, msn: str, at: str) -> dict[str, Any]:
    return {"customerToken": ids.key(), "msn": msn, "merchantQrId": ids.guid(), "initiatedAt": at}


def _donation(event: str, ids: Ids, msn: str, at: str) -> dict[str, Any]:
    return {"agreementId": ids.guid(), "eventType": event, "occurred": at, "msn": msn}


def _agreement(event: str, ids: Ids, msn: str, at: str) -> dict[str, Any]:
    return {
        "agreementId": "agr_sample",
        "agreementUUID": ids.guid(),
        "agreementExternalId": None,
        "eventType": event,
        "occurred": at,
        "msn": msn,
        "actor": "USER",
    }


def _charge(event: str, ids: Ids, msn: str, at: str) -> dict[str, Any]:
    ids.guid()  # as many are drawn as for an agreement
    taken = {"captured": "amountCaptured", "canceled": "amountCanceled", "refunded": "amountRefunded"}
    moved = taken.get(event.split("-")[1].split(".")[0])
    failed = "failed" in event
    amounts = {name: 1000 if name == moved else 0 for name in taken.values()}
    return {
        "agreementId": "agr_sample",
        "chargeId": "chr_sample",
        "chargeExternalId": None,
        "amount": 1000,
        "currency": "NOK",
        "chargeType": "RECURRING",
        "eventType": event,
        "occurred": at,
        **amounts,
        "failureCode": "user_action_required" if failed else None,
        "failureReason": "User action required" if failed else None,
        "msn": msn,
    }


EVENTS: Final = (
    *(EventType(each, partial(_agreement, each)) for each in AGREEMENTS),
    *(EventType(each, partial(_charge, each)) for each in CHARGES),
    *(EventType(each, partial(_donation, each), donations=True) for each in DONATIONS),
    EventType(CHECKED_IN, _checked_in, most=1),
)
