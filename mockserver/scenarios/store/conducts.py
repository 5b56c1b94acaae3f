"""What was chosen for single things, payments say, before everything else that decides about them."""

import sqlite3
from typing import TypeVar

from mockserver.core import codec

T = TypeVar("T")


def keep(connection: sqlite3.Connection, kind: str, key: int, value: object) -> None:
    """Write down what counts from now on for the thing of this kind and number."""
    connection.execute(
        "INSERT INTO conducts (kind, key, body) VALUES (?, ?, ?) ON CONFLICT (kind, key) DO UPDATE"
        " SET body = excluded.body",
        (kind, key, codec.dump(type(value), value)),
    )


def get(connection: sqlite3.Connection, kind: str, key: int, value: type[T]) -> T | None:
    """What was chosen for it, if anything was."""
    row = connection.execute("SELECT body FROM conducts WHERE kind = ? AND key = ?", (kind, key)).fetchone()
    return codec.load(value, row[0]) if row else None


def oldest(connection: sqlite3.Connection, kind: str, value: type[T], most: int) -> list[tuple[int, T]]:
    """What is written down of this kind, by number and for the lowest numbers, at most so many."""
    rows = connection.execute("SELECT key, body FROM conducts WHERE kind = ? ORDER BY key LIMIT ?", (kind, most))
    return [(key, codec.load(value, body)) for key, body in rows]


def newest(connection: sqlite3.Connection, kind: str) -> int:
    """The highest number that something is written down for of this kind; 0 for none."""
    row: tuple[int | None] = connection.execute("SELECT max(key) FROM conducts WHERE kind = ?", (kind,)).fetchone()
    return row[0] or 0


def forget(connection: sqlite3.Connection, kind: str, key: int) -> None:
    """Nothing counts for it any more."""
    connection.execute("DELETE FROM conducts WHERE kind = ? AND key = ?", (kind, key))
