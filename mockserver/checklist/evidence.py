"""What the store knows of an integration, for the checklist."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from pydantic_core import from_json

from mockserver.checklist.points.seen import Delivery, Try, dig
from mockserver.core.engine import Tx
from mockserver.core.values import frozen
from mockserver.webhooks.domain import Attempt, OwnerKind, Registration, StoredDelivery
from mockserver.webhooks.services import webhooks
from mockserver.webhooks.signature import examine

MOST = 1000
"""How many payments and deliveries are looked at, the latest."""
_INBOX = "/_mock/inbox/"


@frozen
class Sent:
    """The latest deliveries with their attempts, latest first, and the registrations that there are."""

    deliveries: Sequence[tuple[StoredDelivery, Sequence[Attempt]]]
    registrations: Mapping[str, Registration]

    def to(self, msn: str | None) -> list[Delivery]:
        """Those about payments, of one unit or of all, that did not go to our own inboxes; oldest first."""
        found = []
        for stored, attempts in self.deliveries:
            registration, body = self.registrations.get(stored.delivery.registration_id), stored.delivery.body
            if registration is None or urlsplit(registration.url).path.startswith(_INBOX):
                continue
            content = from_json(body)
            if msn not in (None, dig(content, "msn")):
                continue
            tries = tuple(Try(each.status, _genuine(registration, dict(each.headers), body)) for each in attempts)
            found.append(_seen(stored, registration, content, tries))
        return found[::-1]


def sent(tx: Tx) -> Sent:
    """What was sent to integrations."""
    known = {each.id: each for each in webhooks.every(tx)}
    found = webhooks.deliveries(tx, webhook_id=None, subject=None, event=None, state=None, limit=MOST)
    return Sent(found, known)


def _seen(stored: StoredDelivery, registration: Registration, content: Any, tries: tuple[Try, ...]) -> Delivery:
    return Delivery(
        stored.id,
        stored.delivery.event,
        dig(content, "msn"),
        dig(content, "success") is True,
        tries,
        at=stored.delivery.created_at,
        content=content,
        to_partner=registration.owner.kind is OwnerKind.PARTNER,
    )


def _genuine(registration: Registration, headers: dict[str, str], body: str) -> bool:
    received = {name.lower(): value for name, value in headers.items()}
    return all(each.right for each in examine(registration.secret, registration.url, received, body.encode(), None))
