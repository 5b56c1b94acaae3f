"""Single values about the store itself."""

import sqlite3
from collections.abc import Mapping
from typing import Final

KEYS: Final = "_keys"
"""The names of lists of signing keys end so."""


def get(connection: sqlite3.Connection, name: str) -> str | None:
    """The value of this name."""
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return row[0] if row else None


def put(connection: sqlite3.Connection, name: str, value: str) -> None:
    """Set a value."""
    connection.execute(
        "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )


def keys(connection: sqlite3.Connection) -> Mapping[str, str]:
    """All lists of signing keys that are not empty."""
    found = connection.execute(
        "SELECT name, value FROM meta WHERE value != '[]' AND substr(name, ?) = ?", (-len(KEYS), KEYS)
    )
    return dict(found)
