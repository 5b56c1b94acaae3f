"""What there is to tell of events and deliveries to whoever watches the server, made when somebody does."""

from collections.abc import Callable
from typing import Any

from pydantic_core import from_json, to_json

from mockserver.core.instants import timestamp
from mockserver.web.known import Known
from mockserver.web.redaction import redact
from mockserver.webhooks.domain import Attempt, DeliveryState, StoredDelivery

Happened = tuple[str, str, int, Callable[[], dict[str, Any]]]
"""An event's name, the sales unit (MSN), when, and the payload of its webhooks."""


def of_event(happened: Happened, secrets: Known, brief: bool = False) -> dict[str, Any]:
    """An event at a sales unit, with the body that its webhooks have, unless it is told in ``brief``."""
    event, msn, at, payload = happened
    content = payload()
    return {
        "at": timestamp(at),
        "event": event,
        "msn": msn,
        "reference": content.get("reference"),
    } | ({} if brief else {"body": redact(secrets.without(to_json(content).decode()))})


def of_delivery(
    tried: tuple[StoredDelivery, Attempt | None],
    secrets: Known,
    brief: bool = False,
) -> dict[str, Any]:
    """A delivery right after a try, or after it was dropped without one; without the answer in ``brief``."""
    stored, attempt = tried
    delivery = stored.delivery
    waiting = delivery.state is DeliveryState.WAITING
    content = from_json(delivery.body)
    return {
        "at": timestamp(attempt.at if attempt else delivery.created_at),
        "id": stored.id,
        "webhook": delivery.registration_id,
        "event": delivery.event,
        "msn": content.get("msn", delivery.subject.partition("/")[0]),
        "reference": content.get("reference"),
        "state": delivery.state,
        "tries": delivery.tries,
        "dueAt": timestamp(delivery.due_at) if waiting else None,
        "status": attempt.status if attempt else None,
        "durationMs": attempt.duration if attempt else None,
    } | ({} if brief else {"response": redact(secrets.without(attempt.answer)) if attempt else None})
