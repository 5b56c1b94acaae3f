"""Webhooks that a world begins with."""

from base64 import b64encode
from collections import Counter
from hashlib import blake2b
from sqlite3 import Connection
from typing import Final
from uuid import UUID

from mockserver.core.instants import parse_timestamp
from mockserver.webhooks import store
from mockserver.webhooks.domain import Owner, OwnerKind, Registration
from mockserver.webhooks.events import EventTypes
from mockserver.world.domain.webhook import FirstWebhook
from mockserver.world.domain.world import BadWorld, World

REGISTERED_AT: Final = parse_timestamp("2024-01-02T09:00:00Z")


def check(types: EventTypes, world: World) -> None:
    """Refuse a world with events that there are not, or too many webhooks for one; raises BadWorld."""
    for number, webhook in enumerate(world.webhooks):
        for index, reason in types.flaws(webhook.events):
            place = "events" if index is None else f"events[{index}]"
            raise BadWorld(f"webhooks[{number}].{place}: {reason}")
    times = Counter((_owner(each), event) for each in world.webhooks for event in dict.fromkeys(each.events))
    for (owner, event), count in times.items():
        if count > (most := types.most(event)):
            raise BadWorld(f"webhooks: at most {most} of {owner.msn or owner.id} for {event}, here are {count}")


def register(connection: Connection, world: World) -> None:
    """Store the webhooks of a world."""
    for number, webhook in enumerate(world.webhooks):
        store.save(connection, registration(webhook, number))


def _owner(webhook: FirstWebhook) -> Owner:
    if webhook.partner_id is not None:
        return Owner(OwnerKind.PARTNER, webhook.partner_id, webhook.msn)
    return Owner(OwnerKind.SALES_UNIT, webhook.msn or "")


def registration(webhook: FirstWebhook, number: int) -> Registration:
    """The registration that a webhook of a world stands for, as number so and so of it."""
    made = blake2b(f"{number} {webhook.partner_id} {webhook.msn} {webhook.url}".encode())
    id_ = webhook.id or str(UUID(bytes=made.digest()[:16], version=4))
    secret = webhook.secret or b64encode(blake2b(f"secret {id_}".encode(), digest_size=48).digest()).decode()
    events = tuple(dict.fromkeys(webhook.events))
    return Registration(id_, _owner(webhook), webhook.url, events, secret, REGISTERED_AT)


def as_file(registration: Registration) -> FirstWebhook:
    """The webhook of a world that stands for a registration of a unit or a partner, faults aside."""
    owner = registration.owner
    msn, partner = (owner.msn, owner.id) if owner.kind is OwnerKind.PARTNER else (owner.id, None)
    return FirstWebhook(registration.url, registration.events, msn, partner, registration.id, registration.secret)
