"""Webhooks: registered, filled by the change that causes them, and what becomes of each try to deliver."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlsplit

from pydantic_core import to_json

from mockserver.core.engine import Tx
from mockserver.core.errors import Malformed, NotFound, Violation
from mockserver.core.news import News
from mockserver.core.policy import Kindness, Lenience
from mockserver.core.schedule import Due
from mockserver.core.urls import flaw, on_the_wire
from mockserver.core.uuids import UUID
from mockserver.core.values import frozen
from mockserver.web.secrets import learn
from mockserver.webhooks import domain as rules
from mockserver.webhooks import store
from mockserver.webhooks.domain import (
    Attempt,
    Delivery,
    DeliveryState,
    Faults,
    Owner,
    OwnerKind,
    Registration,
    StoredDelivery,
)
from mockserver.webhooks.events import EventTypes
from mockserver.webhooks.services import news
from mockserver.webhooks.store import BEHIND
from mockserver.world.domain.webhook import secret_flaw
from mockserver.world.services.directory import directory
from mockserver.world.store import world

DEAD = "webhook.dead"
MOST_FINISHED = 10_000
"""Finished deliveries that are kept to be looked at."""
FORGET_AFTER = 100
"""Tries after which the older ones are forgotten: to find them takes longer than a try."""
MOST_ATTEMPTS = 40
"""Attempts that are kept of one delivery."""
_LOOKED_AHEAD = 1_000
"""Late deliveries, at most, that others may overtake."""
INBOX = "/_mock/inbox/"
_MOST_UNITS = 10_000


@frozen
class Receivers:
    """Where webhooks may go. ``own_origins`` are the names of this server; ``allowed_hosts`` empty means anywhere."""

    own_origins: frozenset[str] = frozenset()
    allowed_hosts: frozenset[str] = frozenset()


def register(
    tx: Tx,
    owner: Owner,
    url: str,
    events: list[str],
    receivers: Receivers,
    lenience: Lenience,
    *,
    id_: str | None = None,
    secret: str | None = None,
) -> Registration:
    """Register a webhook for a sales unit or a partner, with ``id_`` and ``secret`` or new ones; raises Malformed."""
    wanted = tuple(dict.fromkeys(events))
    violations = [
        *_url_violations(url, receivers, lenience),
        *_event_violations(tx, owner, wanted),
        *_choice_violations(tx, id_, secret),
    ]
    if violations:
        raise Malformed(violations)
    registration = Registration(id_ or tx.ids.guid(), owner, url, wanted, secret or tx.ids.key(), tx.at)
    save(tx, registration)
    return registration


def _url_violations(url: str, receivers: Receivers, lenience: Lenience) -> Iterator[Violation]:
    if wrong := flaw(url, local=True):
        yield Violation("url", wrong)
        return
    host = urlsplit(on_the_wire(url)).hostname or ""
    if receivers.allowed_hosts and host not in receivers.allowed_hosts:
        yield Violation("url", f"The host {host[:100]} is not on this server's list of allowed hosts")
    elif is_own_control(url, receivers.own_origins):
        yield Violation("url", f"The emulator's control API takes no webhooks, except under {INBOX}")
    elif (local := flaw(url)) and not lenience.allow(
        Kindness.LOCAL_URLS, f"url {url[:100]} is not a public https address"
    ):
        yield Violation("url", local)


def is_own_control(url: str, own_origins: frozenset[str]) -> bool:
    """Whether a URL leads to this server's control API, the inbox excepted; origins may have a path."""
    parts = urlsplit(on_the_wire(url))
    path = _as_proxies_see_it(unquote(parts.path))
    origin = f"{parts.scheme}://{parts.netloc.lower()}"
    port = {"http": 80, "https": 443}.get(parts.scheme)
    spellings = {origin, f"{origin}:{port}", origin.removesuffix(f":{port}")}
    below = {each[len(name) :] for each in own_origins for name in spellings if f"{each}/".startswith(f"{name}/")}
    # A proxy takes a prefix off, and the server takes off one more.
    prefixes = {prefix * times for prefix in below for times in (0, 1, 2)}
    inside = [path.removeprefix(prefix) for prefix in prefixes if path.startswith(prefix)]
    return any(each.startswith("/_mock") and not each.startswith(INBOX) for each in inside)


def _as_proxies_see_it(path: str) -> str:
    """A path with single slashes and without dot segments, which a proxy may resolve on the way."""
    segments: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del segments[-1:]
        elif segment not in ("", "."):
            segments.append(segment)
    return "/".join(["", *segments, *([""] if path.endswith("/") else [])])


def _event_violations(tx: Tx, owner: Owner, events: tuple[str, ...]) -> Iterator[Violation]:
    types = tx.parts.of(EventTypes)
    for place, reason in types.flaws(events):
        yield Violation("events" if place is None else f"events[{place}]", reason)
    known = of_owner(tx, owner)
    for index, event in enumerate(events):
        found = types.get(event)
        if owner.kind is OwnerKind.MERCHANT and found is not None and not found.donations:
            yield Violation(f"events[{index}]", "Donation keys are for donation events only")
        elif found is not None and sum(event in each.events for each in known) >= found.most:
            yield Violation(f"events[{index}]", f"At most {found.most} registrations for {event}")


def _choice_violations(tx: Tx, id_: str | None, secret: str | None) -> Iterator[Violation]:
    if id_ is not None and (not UUID.fullmatch(id_) or id_ != id_.lower()):
        yield Violation("id", "Must be a UUID in small letters")
    elif id_ is not None and store.get(tx.connection, id_) is not None:
        yield Violation("id", "A webhook with this id already exists")
    if secret is not None and (wrong := secret_flaw(secret)):
        yield Violation("secret", wrong)


def of_owner(tx: Tx, owner: Owner) -> list[Registration]:
    """The registrations of a sales unit or a partner, oldest first."""
    return store.of_owner(tx.connection, owner)


def every(tx: Tx) -> list[Registration]:
    """All registrations, oldest first."""
    return store.every(tx.connection)


def ids(tx: Tx) -> list[str]:
    """The ids of all registrations, oldest first."""
    return store.ids(tx.connection)


def has_ready(tx: Tx, id_: str) -> bool:
    """Whether something is due for a registration, paused or not."""
    return store.has_ready(tx.connection, id_, tx.at)


def find(tx: Tx, id_: str) -> Registration:
    """The registration of this id, whoever owns it; raises NotFound."""
    found = store.get(tx.connection, id_)
    if found is None:
        raise NotFound(f"There is no webhook {id_[:50]}")
    return found


def delete(tx: Tx, owner: Owner, id_: str) -> None:
    """Delete an owner's registration; raises Malformed for what is no id, NotFound for one that it does not have."""
    if not UUID.fullmatch(id_):
        raise Malformed([Violation("id", "Must be a UUID")])
    found = store.get(tx.connection, id_.lower())
    if found is None or found.owner != owner:
        raise NotFound("There is no webhook with this id")
    _remove(tx, found)


def save(tx: Tx, registration: Registration) -> None:
    """Store a registration, new or changed."""
    store.save(tx.connection, registration)
    learn(tx, registration.secret)
    tx.memory.of(_Registrations).clear()


def secrets(tx: Tx, limit: int) -> list[str]:
    """What deliveries are signed with, of the latest registrations."""
    return store.secrets(tx.connection, limit)


def carry_over(tx: Tx, before: list[Registration], *, keep: bool) -> list[Registration]:
    """What became of the registrations of ``before`` a reset: gives those that are gone.

    ``keep``: register them again, as far as there is the unit or partner that they are of, and without what waited.
    """
    known = set(ids(tx))
    gone = [each for each in before if each.id not in known]
    kept = [each for each in gone if keep and _has_owner(tx, each.owner)]
    for each in kept:
        save(tx, replace(each, created_at=min(each.created_at, tx.at), failing_since=None))
    return [each for each in gone if each not in kept]


def _has_owner(tx: Tx, owner: Owner) -> bool:
    if owner.kind is OwnerKind.SALES_UNIT:
        return world.sales_unit(tx.connection, owner.id) is not None
    if owner.kind is OwnerKind.MERCHANT:
        return world.merchant(tx.connection, owner.id) is not None
    unit_is_there = owner.msn is None or world.sales_unit(tx.connection, owner.msn) is not None
    return unit_is_there and world.partner(tx.connection, owner.id) is not None


def _remove(tx: Tx, registration: Registration) -> None:
    store.remove(tx.connection, registration.id)
    tx.memory.of(_Registrations).clear()


def emit(tx: Tx, event: str, msn: str, thing: str | None, payload: Callable[[], dict[str, Any]]) -> None:
    """Tell everybody who registered for it of an event at a sales unit, in the transaction that caused it.

    ``thing`` is what it happened to (a payment's reference, say): events of the same one arrive in their order.
    """
    tx.parts.of(News).note("event", news.of_event, (event, msn, tx.at, payload))
    registrations = registrations_of(tx, msn)
    if not registrations:
        return
    interested = [registration for registration in registrations if event in registration.events]
    if interested:
        body = to_json(payload()).decode()
        for registration in interested:
            enqueue(tx, registration, event, f"{msn}/{thing}", body)


class _Registrations:
    """Who is told of what happens at a unit, by MSN."""

    def __init__(self) -> None:
        self.known: dict[str, tuple[Registration, ...]] = {}

    def clear(self) -> None:
        """Forget it: somebody has registered, or is connected to another partner."""
        self.known.clear()


def registrations_of(tx: Tx, msn: str) -> tuple[Registration, ...]:
    """Who is told of what happens at a unit: its own registrations, then its partner's."""
    remembered = tx.memory.of(_Registrations).known
    known = remembered.get(msn)
    if known is None:
        owners = [Owner(OwnerKind.SALES_UNIT, msn)]
        unit = directory(tx).unit(tx.connection, msn)
        if unit is not None and unit.partner_id is not None:
            owners += [Owner(OwnerKind.PARTNER, unit.partner_id, each) for each in (None, msn)]
        known = tuple(each for owner in owners for each in store.of_owner(tx.connection, owner))
        if len(remembered) >= _MOST_UNITS:
            remembered.clear()
        remembered[msn] = known
    return known


def enqueue(tx: Tx, registration: Registration, event: str, subject: str, body: str) -> None:
    """Put a delivery into the line of its subject, with the registration's faults."""
    tx.emitted = True
    faults = registration.faults
    if faults.drop_first:
        dropped = Delivery(registration.id, event, subject, body, tx.at, tx.at, DeliveryState.DROPPED)
        id_ = store.add_delivery(tx.connection, dropped)
        tx.parts.of(News).note("delivery", news.of_delivery, (StoredDelivery(id_, dropped), None))
        forget_old(tx)  # no try follows that would
        current = find(tx, registration.id)
        left = max(0, current.faults.drop_first - 1)
        save(tx, replace(current, faults=replace(current.faults, drop_first=left)))
        return
    for _ in range(2 if faults.duplicate else 1):
        behind = store.in_line(tx.connection, registration.id, subject) is not None
        due_at = BEHIND if behind else tx.at + faults.delay
        delivery = Delivery(registration.id, event, subject, body, tx.at, due_at)
        tx.note(store.add_delivery(tx.connection, delivery))


def claim(tx: Tx, registration_id: str) -> tuple[Registration, StoredDelivery] | None:
    """Take what is to be sent next to a registration; None when it is paused, gone, or nothing is due.

    ``tx.late`` have their turn after what whoever moves the clock waits for.
    """
    registration = store.get(tx.connection, registration_id)
    if registration is None or registration.paused:
        return None
    found = _next_ready(tx, registration)
    if found is None:
        return None
    sending = replace(found.delivery, state=DeliveryState.SENDING, tries=found.delivery.tries + 1)
    claimed = StoredDelivery(found.id, sending)
    store.update_delivery(tx.connection, claimed)
    return registration, claimed


def _next_ready(tx: Tx, registration: Registration) -> StoredDelivery | None:
    latest_first = registration.faults.reorder
    first = next(iter(store.ready(tx.connection, registration.id, tx.at, latest_first=latest_first)), None)
    if first is None or not tx.late or first.id not in tx.late:
        return first
    several = store.ready(tx.connection, registration.id, tx.at, latest_first=latest_first, limit=_LOOKED_AHEAD)
    return next((each for each in several if each.id not in tx.late), first)


def finish(tx: Tx, claimed: StoredDelivery, attempt: Attempt) -> None:
    """Write down what came of a try: delivered, to be tried again, or given up.

    Nothing comes of one that is not known as it was: everything may have been put back meanwhile.
    """
    delivery = claimed.delivery
    registration = store.get(tx.connection, delivery.registration_id)
    if registration is None or store.delivery(tx.connection, claimed.id) != claimed:
        return
    store.add_attempt(tx.connection, claimed.id, delivery.tries, attempt, MOST_ATTEMPTS)
    if attempt.success:
        state, due_at = DeliveryState.DELIVERED, delivery.due_at
    else:
        state, due_at = rules.after_failure(delivery, tx.at)
    stands = StoredDelivery(claimed.id, replace(delivery, state=state, due_at=due_at))
    store.update_delivery(tx.connection, stands)
    tx.parts.of(News).note("delivery", news.of_delivery, (stands, attempt))
    if state is not DeliveryState.WAITING:
        _let_next_go(tx, registration, delivery.subject)
    _note_health(tx, registration, healthy=attempt.success)


def forget_old(tx: Tx) -> None:
    """Delete the oldest finished deliveries beyond those that are kept."""
    store.forget_old(tx.connection, MOST_FINISHED)


def _let_next_go(tx: Tx, registration: Registration, subject: str) -> None:
    next_id = store.in_line(tx.connection, registration.id, subject)
    found = store.delivery(tx.connection, next_id) if next_id is not None else None
    if found is not None and found.delivery.state is DeliveryState.WAITING:
        due_at = max(tx.at, found.delivery.created_at + registration.faults.delay)
        store.update_delivery(tx.connection, StoredDelivery(found.id, replace(found.delivery, due_at=due_at)))
        tx.emitted = True


def _note_health(tx: Tx, registration: Registration, *, healthy: bool) -> None:
    if healthy and registration.failing_since is not None:
        save(tx, replace(registration, failing_since=None))
    elif not healthy and registration.failing_since is None:
        save(tx, replace(registration, failing_since=tx.at))
        tx.add_due(Due(tx.at + rules.DEAD_AFTER, DEAD, store.position(tx.connection, registration.id)))


def delete_dead(tx: Tx, position: int) -> None:
    """What time does to a registration whose receiver has failed for too long."""
    registration = store.at_position(tx.connection, position)
    if registration is None or registration.failing_since is None:
        return
    if registration.failing_since + rules.DEAD_AFTER <= tx.at:
        _remove(tx, registration)


def next_due(tx: Tx) -> int | None:
    """When the next delivery after now is due, in milliseconds since 1970 (UTC); ``tx.late`` do not count."""
    upcoming = store.upcoming(tx.connection, tx.at)
    return next((due_at for id_, due_at in upcoming if tx.late is None or id_ not in tx.late), None)


def newest(tx: Tx) -> int:
    """The number of the latest delivery; 0 when there is none."""
    return store.newest(tx.connection)


def owes(tx: Tx, newest: int) -> bool:
    """Whether a delivery up to this number is due that no pause holds back; ``tx.late`` do not count."""
    late = tx.late or ()
    return any(
        id_ not in late
        for registration in every(tx)
        if not registration.paused
        for id_ in store.all_ready(tx.connection, registration.id, tx.at, newest)
    )


def recover(tx: Tx) -> None:
    """Take up again what a server that died was sending, and forget what it had no time to."""
    store.recover(tx.connection)
    forget_old(tx)
    tx.emitted = True


def change(tx: Tx, id_: str, *, paused: bool | None = None, faults: Faults | None = None) -> Registration:
    """Pause or resume a registration, or set its faults; raises NotFound."""
    registration = find(tx, id_)
    changed = replace(
        registration,
        paused=registration.paused if paused is None else paused,
        faults=registration.faults if faults is None else faults,
    )
    save(tx, changed)
    tx.emitted = True
    return changed


def replay(tx: Tx, id_: int) -> None:
    """Send a delivery once more, as a new one behind what waits for the same subject; raises NotFound."""
    registration, found, _ = find_delivery(tx, id_)
    old = found.delivery
    plain = replace(registration, faults=replace(registration.faults, drop_first=0, duplicate=False))
    enqueue(tx, plain, old.event, old.subject, old.body)


def find_delivery(tx: Tx, id_: int) -> tuple[Registration, StoredDelivery, list[Attempt]]:
    """A delivery with its registration and its kept attempts, oldest first; raises NotFound."""
    found = store.delivery(tx.connection, id_)
    if found is None:
        raise NotFound(f"There is no delivery {id_}")
    return find(tx, found.delivery.registration_id), found, store.attempts(tx.connection, id_)


def deliveries(
    tx: Tx, *, webhook_id: str | None, subject: str | None, event: str | None, state: str | None, limit: int
) -> list[tuple[StoredDelivery, list[Attempt]]]:
    """The latest deliveries with their attempts."""
    found = list(
        store.newest_deliveries(
            tx.connection, webhook_id=webhook_id, subject=subject, event=event, state=state, limit=limit
        )
    )
    return [(each, store.attempts(tx.connection, each.id)) for each in found]


def owner_of(tx: Tx, msn: str | None, partner_id: str | None) -> Owner:
    """A unit, a partner, or a partner for one of its units, as an owner of registrations; raises Malformed."""
    unit = None if msn is None else world.sales_unit(tx.connection, msn)
    if msn is None and partner_id is None:
        raise Malformed([Violation("msn", "msn, partnerId or both are needed")])
    if msn is not None and unit is None:
        raise Malformed([Violation("msn", f"There is no sales unit {msn[:20]!r}")])
    if partner_id is None:
        return owner_of_unit(msn or "")
    if world.partner(tx.connection, partner_id) is None:
        raise Malformed([Violation("partnerId", f"There is no partner {partner_id[:40]!r}")])
    if unit is not None and unit.partner_id != partner_id:
        raise Malformed([Violation("partnerId", f"The sales unit {unit.msn} is not connected to it")])
    return Owner(OwnerKind.PARTNER, partner_id, msn)


def owner_of_unit(msn: str) -> Owner:
    """A sales unit as an owner of registrations."""
    return Owner(OwnerKind.SALES_UNIT, msn)


def owner_of_merchant(merchant_id: str) -> Owner:
    """An organisation that receives donations as an owner of registrations."""
    return Owner(OwnerKind.MERCHANT, merchant_id)
