"""Webhook registrations, deliveries and their attempts."""

import sqlite3
from collections.abc import Iterator

from mockserver.core import codec
from mockserver.webhooks.domain import Attempt, Delivery, DeliveryState, Owner, Registration, StoredDelivery

BEHIND = (1 << 63) - 1
"""When a delivery is due that waits behind another one of its subject."""
_FIELDS = "id, webhook_id, event, subject, body, created_at, due_at, state, tries"


def _from_row(row: tuple[int, str, str, str, str, int, int, str, int]) -> StoredDelivery:
    id_, webhook_id, event, subject, body, created_at, due_at, state, tries = row
    delivery = Delivery(webhook_id, event, subject, body, created_at, due_at, DeliveryState(state), tries)
    return StoredDelivery(id_, delivery)


def save(connection: sqlite3.Connection, registration: Registration) -> None:
    """Add or replace a registration."""
    connection.execute(
        "INSERT INTO webhooks (id, position, owner_kind, owner_id, body)"
        " VALUES (?, (SELECT coalesce(max(position), 0) + 1 FROM webhooks), ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET body = excluded.body",
        (
            registration.id,
            registration.owner.kind,
            registration.owner.id,
            codec.dump(Registration, registration),
        ),
    )


def get(connection: sqlite3.Connection, id_: str) -> Registration | None:
    """The registration of this id."""
    row = connection.execute("SELECT body FROM webhooks WHERE id = ?", (id_,)).fetchone()
    return codec.load(Registration, row[0]) if row else None


def remove(connection: sqlite3.Connection, id_: str) -> None:
    """Delete a registration and all that is on its way to it."""
    connection.execute(
        "DELETE FROM delivery_attempts WHERE delivery_id IN (SELECT id FROM deliveries WHERE webhook_id = ?)", (id_,)
    )
    connection.execute("DELETE FROM deliveries WHERE webhook_id = ?", (id_,))
    connection.execute("DELETE FROM webhooks WHERE id = ?", (id_,))


def of_owner(connection: sqlite3.Connection, owner: Owner) -> list[Registration]:
    """The registrations of a sales unit, of a partner for all its units, or of a partner for one; oldest first."""
    rows = connection.execute(
        "SELECT body FROM webhooks WHERE owner_id = ? AND owner_kind = ? ORDER BY position", (owner.id, owner.kind)
    )
    return [each for (body,) in rows if (each := codec.load(Registration, body)).owner == owner]


def every(connection: sqlite3.Connection) -> list[Registration]:
    """All registrations, oldest first."""
    rows = connection.execute("SELECT body FROM webhooks ORDER BY position")
    return [codec.load(Registration, body) for (body,) in rows]


def secrets(connection: sqlite3.Connection, limit: int) -> list[str]:
    """What deliveries are signed with, of the latest registrations."""
    rows = connection.execute(
        "SELECT json_extract(body, '$.secret') FROM webhooks ORDER BY position DESC LIMIT ?", (limit,)
    )
    return [secret for (secret,) in rows]


def ids(connection: sqlite3.Connection) -> list[str]:
    """The ids of all registrations, oldest first."""
    return [id_ for (id_,) in connection.execute("SELECT id FROM webhooks ORDER BY position")]


def has_ready(connection: sqlite3.Connection, webhook_id: str, at: int) -> bool:
    """Whether something is to be sent to one registration at ``at``."""
    row = connection.execute(
        "SELECT 1 FROM deliveries WHERE webhook_id = ? AND state = 'waiting' AND due_at <= ? LIMIT 1", (webhook_id, at)
    ).fetchone()
    return row is not None


def all_ready(connection: sqlite3.Connection, webhook_id: str, at: int, newest: int) -> Iterator[int]:
    """The deliveries up to a number that are to be sent to one registration at ``at``."""
    for (id_,) in connection.execute(
        "SELECT id FROM deliveries WHERE webhook_id = ? AND state = 'waiting' AND due_at <= ? AND id <= ?",
        (webhook_id, at, newest),
    ):
        yield id_


def add_delivery(connection: sqlite3.Connection, delivery: Delivery) -> int:
    """Put a delivery at the end of the queue, and give its number."""
    cursor = connection.execute(
        "INSERT INTO deliveries (webhook_id, event, subject, body, created_at, due_at, state, tries)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            delivery.registration_id,
            delivery.event,
            delivery.subject,
            delivery.body,
            delivery.created_at,
            delivery.due_at,
            delivery.state,
            delivery.tries,
        ),
    )
    return cursor.lastrowid or 0


def update_delivery(connection: sqlite3.Connection, stored: StoredDelivery) -> None:
    """Store how a delivery stands."""
    delivery = stored.delivery
    connection.execute(
        "UPDATE deliveries SET due_at = ?, state = ?, tries = ? WHERE id = ?",
        (delivery.due_at, delivery.state, delivery.tries, stored.id),
    )


def delivery(connection: sqlite3.Connection, id_: int) -> StoredDelivery | None:
    """The delivery of this number."""
    row = connection.execute(f"SELECT {_FIELDS} FROM deliveries WHERE id = ?", (id_,)).fetchone()  # noqa: S608
    return _from_row(row) if row else None


def in_line(connection: sqlite3.Connection, webhook_id: str, subject: str) -> int | None:
    """The first delivery of a subject that is not finished."""
    row = connection.execute(
        "SELECT min(id) FROM deliveries WHERE webhook_id = ? AND subject = ? AND state IN ('waiting', 'sending')",
        (webhook_id, subject),
    ).fetchone()
    return row[0] if row else None


def ready(
    connection: sqlite3.Connection, webhook_id: str, at: int, *, latest_first: bool = False, limit: int = 1
) -> list[StoredDelivery]:
    """What is to be sent to one registration at ``at``, the next one first, so many at most."""
    order = "DESC" if latest_first else "ASC"
    rows = connection.execute(
        f"SELECT {_FIELDS} FROM deliveries WHERE webhook_id = ? AND state = 'waiting' AND due_at <= ?"  # noqa: S608
        f" ORDER BY due_at {order}, id {order} LIMIT ?",
        (webhook_id, at, limit),
    )
    return [_from_row(row) for row in rows.fetchall()]


def upcoming(connection: sqlite3.Connection, after: int) -> Iterator[tuple[int, int]]:
    """The deliveries that are due after ``after``, the next first, and when; without those that wait behind others."""
    yield from connection.execute(
        "SELECT id, due_at FROM deliveries WHERE state = 'waiting' AND due_at > ? AND due_at < ? ORDER BY due_at",
        (after, BEHIND),
    )


def newest(connection: sqlite3.Connection) -> int:
    """The number of the latest delivery; 0 when there is none."""
    row: tuple[int | None] = connection.execute("SELECT max(id) FROM deliveries").fetchone()
    return row[0] or 0


def recover(connection: sqlite3.Connection) -> None:
    """What was being sent when the server died is sent again."""
    connection.execute("UPDATE deliveries SET state = 'waiting' WHERE state = 'sending'")


def newest_deliveries(
    connection: sqlite3.Connection,
    *,
    webhook_id: str | None = None,
    subject: str | None = None,
    event: str | None = None,
    state: str | None = None,
    limit: int = 100,
) -> Iterator[StoredDelivery]:
    """The latest deliveries first, of one registration, subject, event or state when asked."""
    rows = connection.execute(
        f"SELECT {_FIELDS} FROM deliveries WHERE (?1 IS NULL OR webhook_id = ?1)"  # noqa: S608 - our own names
        " AND (?2 IS NULL OR subject = ?2) AND (?3 IS NULL OR event = ?3) AND (?4 IS NULL OR state = ?4)"
        " ORDER BY id DESC LIMIT ?5",
        (webhook_id, subject, event, state, limit),
    )
    return map(_from_row, rows)


def add_attempt(connection: sqlite3.Connection, delivery_id: int, number: int, attempt: Attempt, most: int) -> None:
    """Keep an attempt; of one delivery only the latest ``most`` are kept."""
    connection.execute(
        "INSERT INTO delivery_attempts (delivery_id, number, body) VALUES (?, ?, ?)",
        (delivery_id, number, codec.dump(Attempt, attempt)),
    )
    connection.execute(
        "DELETE FROM delivery_attempts WHERE delivery_id = ? AND number <= ?", (delivery_id, number - most)
    )


def attempts(connection: sqlite3.Connection, delivery_id: int) -> list[Attempt]:
    """The kept attempts of a delivery, oldest first."""
    rows = connection.execute(
        "SELECT body FROM delivery_attempts WHERE delivery_id = ? ORDER BY number", (delivery_id,)
    )
    return [codec.load(Attempt, body) for (body,) in rows]


def forget_old(connection: sqlite3.Connection, most: int) -> None:
    """Delete the oldest finished deliveries beyond ``most``."""
    row = connection.execute(
        "SELECT id FROM deliveries WHERE state NOT IN ('waiting', 'sending') ORDER BY id DESC LIMIT 1 OFFSET ?", (most,)
    ).fetchone()
    if row:
        connection.execute(
            "DELETE FROM delivery_attempts WHERE delivery_id IN"
            " (SELECT id FROM deliveries WHERE state NOT IN ('waiting', 'sending') AND id <= ?)",
            row,
        )
        connection.execute("DELETE FROM deliveries WHERE state NOT IN ('waiting', 'sending') AND id <= ?", row)


def position(connection: sqlite3.Connection, id_: str) -> int:
    """The number of a registration, which is never used again while a later one exists."""
    row: tuple[int] = connection.execute("SELECT position FROM webhooks WHERE id = ?", (id_,)).fetchone()
    return row[0]


def at_position(connection: sqlite3.Connection, number: int) -> Registration | None:
    """The registration of this number."""
    row = connection.execute("SELECT body FROM webhooks WHERE position = ?", (number,)).fetchone()
    return codec.load(Registration, row[0]) if row else None
