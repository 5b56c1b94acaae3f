"""Samples of every event, in the form of the real payloads, for receivers to be tried with."""

from pydantic_core import to_json

from mockserver.core.engine import Tx
from mockserver.core.instants import timestamp
from mockserver.webhooks.domain import OwnerKind, Registration
from mockserver.webhooks.events import EventType
from mockserver.webhooks.services import webhooks
from mockserver.world.services.world import sales_units


def send(tx: Tx, registration: Registration, event: EventType) -> None:
    """Put a sample into the line of a registration, about one of its units."""
    body = to_json(event.sample(tx.ids, _msn(tx, registration), timestamp(tx.at))).decode()
    webhooks.enqueue(tx, registration, event.name, f"sample/{tx.ids.guid()}", body)


def _msn(tx: Tx, registration: Registration) -> str:
    owner = registration.owner
    if owner.kind is OwnerKind.SALES_UNIT:
        return owner.id
    if owner.msn is not None:
        return owner.msn
    return next((unit.msn for unit in sales_units(tx) if owner.id in (unit.partner_id, unit.merchant_id)), "000000")
