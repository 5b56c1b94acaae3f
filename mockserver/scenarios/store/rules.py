"""The scenario rules in force, with what was counted."""

import contextlib
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple


class Row(NamedTuple):
    """A rule as it was written (JSON text), whether it is on, how often it was ``seen`` to fit, and ``applied``."""

    body: str
    enabled: bool
    seen: int = 0
    applied: int = 0


def every(connection: sqlite3.Connection) -> list[Row]:
    """All rules in order."""
    rows = connection.execute("SELECT body, enabled, seen, applied FROM rules ORDER BY position")
    return [Row(body, bool(enabled), seen, applied) for body, enabled, seen, applied in rows]


def replace(connection: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Put these in the place of all rules."""
    connection.execute("DELETE FROM rules")
    connection.executemany(
        "INSERT INTO rules (position, body, enabled, seen, applied) VALUES (?, ?, ?, ?, ?)",
        ((position, *row) for position, row in enumerate(rows)),
    )


def count(connection: sqlite3.Connection, position: int, seen: int, applied: int) -> None:
    """Write down how often a rule was met and applied, inside of a transaction or not."""
    # A store that is full to the last byte keeps the last count that it had room for; no request fails for that.
    with contextlib.suppress(sqlite3.OperationalError):
        connection.execute("UPDATE rules SET seen = ?, applied = ? WHERE position = ?", (seen, applied, position))
