"""The answers that are kept for their idempotency keys."""

import sqlite3
from typing import NamedTuple
from zlib import crc32

from mockserver.core.digests import name_sum

_FIND = (
    "SELECT request, status, body, warnings FROM answer_names n JOIN kept_answers k ON k.id = n.id"
    " WHERE n.lookup = ? AND scope = ?"
)
_KEEP = "INSERT INTO kept_answers (lookup, scope, request, kept_at, status, body) VALUES (?, ?, ?, ?, ?, ?)"


class KeptAnswer(NamedTuple):
    """The first answer to a key, with the digest of the request that got it, and its warnings as JSON if it had any."""

    request: bytes
    status: int
    body: bytes
    warnings: str | None = None


def find(connection: sqlite3.Connection, scope: bytes) -> KeptAnswer | None:
    """What was answered to this key before."""
    row = connection.execute(_FIND, (name_sum(scope), scope)).fetchone()
    return KeptAnswer(*row) if row else None


def keep(connection: sqlite3.Connection, scope: bytes, answer: KeptAnswer, at: int) -> None:
    """Keep the first answer to a key; ``at`` in milliseconds since 1970 (UTC)."""
    id_ = connection.execute(_KEEP, (crc32(scope), scope, answer.request, at, answer.status, answer.body)).lastrowid
    connection.execute("INSERT INTO answer_names (lookup, id) VALUES (?, ?)", (name_sum(scope), id_))
    if answer.warnings is not None:
        connection.execute("UPDATE kept_answers SET warnings = ? WHERE id = ?", (answer.warnings, id_))
