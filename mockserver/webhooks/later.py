"""Events of products of the platform that are not emulated yet: they can be registered for, and sent as samples."""

from functools import partial
from typing import Any, Final

from mockserver.core.ids import Ids
from mockserver.webhooks.events import EventType

DONATIONS: Final = tuple(
    f"donations.agreement.{each}.v1" for each in ("started", "stopped", "withdrawal-day-changed", "amount-changed")
)
CHECKED_IN: Final = "user.checked-in.v1"


def _checked_in(ids: Ids, msn: str, at: str) -> dict[str, Any]:
    return {"customerToken": ids.key(), "msn": msn, "merchantQrId": ids.guid(), "initiatedAt": at}


def _donation(event: str, ids: Ids, msn: str, at: str) -> dict[str, Any]:
    return {"agreementId": ids.guid(), "eventType": event, "occurred": at, "msn": msn}


EVENTS: Final = (
    *(EventType(each, partial(_donation, each), donations=True) for each in DONATIONS),
    EventType(CHECKED_IN, _checked_in, most=1),
)
