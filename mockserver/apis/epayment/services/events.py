"""Telling merchants of payments."""

from functools import partial
from typing import Any, Final

from mockserver.apis.epayment.domain import events as rules
from mockserver.apis.epayment.domain.payment import EventName, LoggedEvent, Payment
from mockserver.core.engine import Tx
from mockserver.core.ids import Ids
from mockserver.webhooks.events import EventType
from mockserver.webhooks.services import webhooks


def tell(tx: Tx, payment: Payment, logged: LoggedEvent) -> None:
    """Tell everybody who registered for it of a payment's event, in the transaction that caused it."""
    name, payload = rules.NAMES[logged.event.name], partial(rules.payload, payment, logged)
    webhooks.emit(tx, name, payment.msn, payment.reference, payload)


def _sample(name: EventName, ids: Ids, msn: str, at: str) -> dict[str, Any]:
    return {
        "msn": msn,
        "reference": f"sample-{ids.guid()}",
        "pspReference": ids.psp_reference(),
        "name": name,
        "amount": {"currency": "NOK", "value": 1000},
        "timestamp": at,
        "success": True,
        "idempotencyKey": ids.guid(),
    }


EVENTS: Final = tuple(EventType(full, partial(_sample, name)) for name, full in rules.NAMES.items())
