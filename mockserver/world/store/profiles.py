"""The profiles that payments share."""

import sqlite3

from mockserver.core import codec


def save_profile(connection: sqlite3.Connection, sub: str, msn: str, phone: str, scopes: dict[str, int]) -> None:
    """Keep a shared profile; ``scopes`` has, by scope, until when it can be read."""
    connection.execute(
        "INSERT INTO shared_profiles (sub, msn, phone, scopes) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (sub) DO UPDATE SET scopes = excluded.scopes",
        (sub, msn, phone, codec.to_text(scopes)),
    )


def profile(connection: sqlite3.Connection, sub: str, msn: str) -> tuple[str, dict[str, int]] | None:
    """The phone number and the scopes behind a unit's ``sub``."""
    row = connection.execute(
        "SELECT phone, scopes FROM shared_profiles WHERE sub = ? AND msn = ?", (sub, msn)
    ).fetchone()
    return (row[0], codec.load(dict[str, int], row[1])) if row else None
