"""What is due when."""

import sqlite3
from typing import NamedTuple


class Due(NamedTuple):
    """Something to do at ``due_at`` (milliseconds since 1970, UTC): what kind of thing, and to which row."""

    due_at: int
    kind: str
    key: int


def add(connection: sqlite3.Connection, due: Due) -> None:
    """Write it down; the same thing at the same time is due once."""
    connection.execute("INSERT INTO due (due_at, kind, key) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", due)


def remove(connection: sqlite3.Connection, due: Due) -> None:
    """Cross it out."""
    connection.execute("DELETE FROM due WHERE due_at = ? AND kind = ? AND key = ?", due)


def upcoming(connection: sqlite3.Connection, limit: int) -> list[Due]:
    """What is due, the next first, ``limit`` of it at most."""
    rows = connection.execute("SELECT due_at, kind, key FROM due ORDER BY due_at, kind, key LIMIT ?", (limit,))
    return [Due(*row) for row in rows]


def first(connection: sqlite3.Connection) -> Due | None:
    """What is due next."""
    row = connection.execute("SELECT due_at, kind, key FROM due ORDER BY due_at, kind, key LIMIT 1").fetchone()
    return Due(*row) if row else None
