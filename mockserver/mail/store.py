"""The outbox of emails."""

import sqlite3
from collections.abc import Iterator
from typing import Final

from mockserver.core import codec
from mockserver.mail.domain import Email, StoredEmail

NEVER: Final = (1 << 63) - 1


def add(connection: sqlite3.Connection, email: Email, due_at: int = NEVER) -> None:
    """Store a new email, to be sent at ``due_at`` (milliseconds since 1970, UTC)."""
    connection.execute(
        "INSERT INTO emails (order_id, address, state, due_at, body) VALUES (?, ?, ?, ?, ?)",
        (email.order_id, email.address, email.state, due_at, codec.dump(Email, email)),
    )


def save(connection: sqlite3.Connection, stored: StoredEmail, due_at: int = NEVER) -> None:
    """Store a changed email."""
    connection.execute(
        "UPDATE emails SET state = ?, due_at = ?, body = ? WHERE id = ?",
        (stored.email.state, due_at, codec.dump(Email, stored.email), stored.id),
    )


def forget_old(connection: sqlite3.Connection, most: int) -> None:
    """Keep the latest ``most`` emails only."""
    connection.execute("DELETE FROM emails WHERE id <= (SELECT max(id) FROM emails) - ?", (most,))


def next_due(connection: sqlite3.Connection) -> tuple[int, StoredEmail] | None:
    """The email that is to be sent next, and when."""
    row = connection.execute(
        "SELECT due_at, id, body FROM emails WHERE state = 'waiting' ORDER BY due_at, id LIMIT 1"
    ).fetchone()
    return (row[0], StoredEmail(row[1], codec.load(Email, row[2]))) if row else None


def last(connection: sqlite3.Connection) -> int:
    """The number of the latest email; 0 when there is none."""
    row: tuple[int | None] = connection.execute("SELECT max(id) FROM emails").fetchone()
    return row[0] or 0


def newest(
    connection: sqlite3.Connection,
    *,
    address: str | None,
    order_id: str | None,
    limit: int,
    before: int | None = None,
) -> Iterator[StoredEmail]:
    """Emails, the latest first; by address and order, and from ``before`` a number on, when asked."""
    rows = connection.execute(
        "SELECT id, body FROM emails WHERE (?1 IS NULL OR address = ?1) AND (?2 IS NULL OR order_id = ?2)"
        " AND (?4 IS NULL OR id < ?4) ORDER BY id DESC LIMIT ?3",
        (address, order_id, limit, before),
    )
    return (StoredEmail(id_, codec.load(Email, body)) for id_, body in rows)


def addresses(connection: sqlite3.Connection, most: int) -> list[tuple[str, int]]:
    """Who has emails, and how many; who got the latest one comes first."""
    return connection.execute(
        "SELECT address, count(*) FROM emails GROUP BY address ORDER BY max(id) DESC LIMIT ?", (most,)
    ).fetchall()


def get(connection: sqlite3.Connection, number: int) -> StoredEmail | None:
    """The email with this number."""
    row = connection.execute("SELECT id, body FROM emails WHERE id = ?", (number,)).fetchone()
    return StoredEmail(row[0], codec.load(Email, row[1])) if row else None
