"""Registrations and deliveries in state files."""

from operator import attrgetter
from typing import Any, Final

from pydantic_core import from_json

from mockserver.core.stored import (
    DUE,
    Column,
    Flaws,
    Kind,
    Part,
    missing,
    plain,
    value,
)
from mockserver.core.urls import kept_flaw
from mockserver.core.values import frozen
from mockserver.webhooks.domain import LONGEST_DELAY, Attempt, DeliveryState, OwnerKind, Registration
from mockserver.world.stored import People


@frozen
class WebhookEntry:
    """A registration, and its number."""

    position: int
    registration: Registration


@frozen
class AttemptEntry:
    """One try of a delivery."""

    number: int
    attempt: Attempt


@frozen
class DeliveryEntry:
    """A delivery; without ``due_at`` it waits behind another one of its subject."""

    id: int
    webhook_id: str
    event: str
    subject: str
    body: str
    created_at: int
    state: DeliveryState
    tries: int
    due_at: int | None = None
    attempts: tuple[AttemptEntry, ...] = ()


def _at_rest(state: str) -> str:
    """What is in the air is going to be sent again."""
    return str(DeliveryState.WAITING if state == DeliveryState.SENDING else DeliveryState(state))


def _flaws(state: Any, known: People) -> Flaws:
    registered = {each.registration.id for each in state.webhooks}
    for index, each in enumerate(state.webhooks):
        registration, place = each.registration, ("webhooks", index, "registration")
        owner = registration.owner
        what, owners = _owners(owner.kind, known)
        yield from missing((*place, "owner", "id"), what, owner.id, owners)
        yield from missing((*place, "owner", "msn"), "sales unit", owner.msn, known.units)
        if wrong := kept_flaw(registration.url, called=True):
            yield (*place, "url"), wrong
        if not 0 <= registration.faults.delay <= LONGEST_DELAY * 1000:
            yield (*place, "faults", "delay"), f"must be 0 to {LONGEST_DELAY * 1000} milliseconds"
    for index, delivery in enumerate(state.deliveries):
        yield from missing(("deliveries", index, "webhook_id"), "webhook", delivery.webhook_id, registered)
        if not _is_object(delivery.body):
            yield ("deliveries", index, "body"), "must be the text of a JSON object"
        if any(not 1 <= each.number <= delivery.tries for each in delivery.attempts):
            yield ("deliveries", index, "tries"), "must not be below the numbers of the attempts, which begin with 1"


def _owners(kind: OwnerKind, known: People) -> tuple[str, set[str]]:
    """Who may own registrations of a kind, as a word and as all that there are."""
    if kind is OwnerKind.SALES_UNIT:
        return "sales unit", known.units
    return ("merchant", known.merchants) if kind is OwnerKind.MERCHANT else ("partner", known.partners)


def _is_object(text: str) -> bool:
    try:
        return isinstance(from_json(text), dict)
    except ValueError:
        return False


PART: Final = Part(
    kinds=(
        Kind(
            "webhooks",
            "webhooks",
            "position",
            (*plain("position"), value("registration", Registration)),
            {
                "id": attrgetter("registration.id"),
                "owner_kind": attrgetter("registration.owner.kind"),
                "owner_id": attrgetter("registration.owner.id"),
            },
            entry=WebhookEntry,
        ),
        Kind(
            "deliveries",
            "deliveries",
            "id",
            (
                *plain("id", "webhook_id", "event", "subject", "body", "created_at", "tries"),
                Column("state", "state", _at_rest, _at_rest),
                DUE,
            ),
            entry=DeliveryEntry,
        ),
        Kind(
            "attempts",
            "delivery_attempts",
            "delivery_id, number",
            (*plain("number"), value("attempt", Attempt)),
            inside=("deliveries", "delivery_id"),
        ),
    ),
    flaws=_flaws,
)
