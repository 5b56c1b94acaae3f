"""The answers that are kept for their idempotency keys."""

import sqlite3
from typing import NamedTuple
from zlib import crc32

_FIND = (
    "SELECT request, status, body FROM answer_names n JOIN kept_answers k ON k.id = n.id"
    " WHERE n.lookup = ? AND scope = ?"
)
_KEEP = "INSERT INTO kept_answers (lookup, scope, request, kept_at, status, body) VALUES (?, ?, ?, ?, ?, ?)"


class KeptAnswer(NamedTuple):
    """The first answer to a key, with the digest of the request that got it."""

    request: bytes
    status: int
    body: bytes


def find(connection: sqlite3.Connection, scope: bytes) -> KeptAnswer | None:
    """What was answered to this key before."""
    row = connection.execute(_FIND, (crc32(scope), scope)).fetchone()
    return KeptAnswer(*row) if row else None


def keep(connection: sqlite3.Connection, scope: bytes, answer: KeptAnswer, at: int) -> None:
    """Keep the first answer to a key; ``at`` in milliseconds since 1970 (UTC)."""
    lookup = crc32(scope)
    kept = connection.execute(_KEEP, (lookup, scope, answer.request, at, answer.status, answer.body))
    connection.execute("INSERT INTO answer_names (lookup, id) VALUES (?, ?)", (lookup, kept.lastrowid))
