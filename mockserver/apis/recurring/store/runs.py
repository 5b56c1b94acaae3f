"""Charges that wait for an attempt, by what is due."""

import sqlite3

_WAITING = (
    "SELECT c.id FROM due JOIN charges c ON c.id = due.key"
    " WHERE due.kind = ?1 AND c.state = 'DUE' AND c.day <= ?2 AND (?3 IS NULL OR c.msn = ?3) ORDER BY due.due_at, c.id"
)


def waiting(connection: sqlite3.Connection, kind: str, day: str, msn: str | None) -> list[int]:
    """The numbers of charges whose day (ISO 8601) has come, the first to be tried first, of one unit when asked."""
    return [id_ for (id_,) in connection.execute(_WAITING, (kind, day, msn))]
