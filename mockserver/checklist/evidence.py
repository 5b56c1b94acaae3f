"""What the store knows of an integration, for the checklist."""

from urllib.parse import urlsplit

from pydantic_core import from_json

from mockserver.apis.epayment.domain.payment import EventName, State
from mockserver.apis.epayment.services import payments
from mockserver.checklist.points.seen import Delivery, Reservation, Try, dig
from mockserver.core.engine import Tx
from mockserver.webhooks.domain import OwnerKind, Registration
from mockserver.webhooks.services import webhooks
from mockserver.webhooks.signature import examine
from mockserver.world.services.directory import directory

MOST = 1000
"""How many payments and deliveries are looked at, the latest."""
_INBOX = "/_mock/inbox/"


def deliveries(tx: Tx, msn: str | None) -> list[Delivery]:
    """The latest webhooks about payments that were sent to the integration, not to our own inboxes; oldest first."""
    known = {each.id: each for each in webhooks.every(tx)}
    found = []
    for stored, attempts in webhooks.deliveries(tx, webhook_id=None, subject=None, event=None, state=None, limit=MOST):
        registration, body = known.get(stored.delivery.registration_id), stored.delivery.body
        if registration is None or urlsplit(registration.url).path.startswith(_INBOX):
            continue
        content = from_json(body)
        if msn not in (None, dig(content, "msn")):
            continue
        tries = tuple(Try(each.status, _genuine(registration, dict(each.headers), body)) for each in attempts)
        success = dig(content, "success") is True
        found.append(Delivery(stored.id, stored.delivery.event, dig(content, "msn"), success, tries))
    return found[::-1]


def _genuine(registration: Registration, headers: dict[str, str], body: str) -> bool:
    received = {name.lower(): value for name, value in headers.items()}
    return all(each.right for each in examine(registration.secret, registration.url, received, body.encode(), None))


def registered(tx: Tx, msn: str | None) -> int:
    """How many registrations for payment events there are, of one unit (its partner's included) or of all."""
    unit = directory(tx).unit(tx.connection, msn) if msn is not None else None
    owners = {(OwnerKind.SALES_UNIT, msn), (OwnerKind.PARTNER, unit.partner_id if unit else None)}
    return sum(
        1
        for each in webhooks.every(tx)
        if any(event.startswith("epayments.") for event in each.events)
        and (msn is None or (each.owner.kind, each.owner.id) in owners)
    )


def reservations(tx: Tx, msn: str | None) -> list[Reservation]:
    """The latest payments that were approved, with what is still reserved."""
    found = []
    for stored in payments.newest(tx, msn=msn, state=State.AUTHORIZED, limit=MOST):
        payment = stored.payment
        deadline = payment.capture_deadline
        lapsed = deadline is not None and any(
            logged.event.name is EventName.CANCELLED and logged.at >= deadline
            for logged in payments.events_of(tx, stored)
        )
        found.append(Reservation(payment.msn, payment.reference, payment.uncaptured, lapsed))
    return found
