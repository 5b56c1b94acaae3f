"""Single values about the store itself."""

import sqlite3


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
