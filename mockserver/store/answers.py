"""The answers that are kept for their idempotency keys."""

import sqlite3
from typing import NamedTuple
from zlib import crc32


class KeptAnswer(NamedTuple):
    """The first answer to a key, with the digest of the request that got it."""

    request: bytes
    status: int
    body: bytes


def find(connection: sqlite3.Connection, scope: bytes) -> KeptAnswer | None:
    """What was answered to this key before."""
    row = connection.execute(
        "SELECT request, status, body FROM kept_answers WHERE lookup = ? AND scope = ?", (crc32(scope), scope)
    ).fetchone()
    return KeptAnswer(*row) if row else None


def keep(connection: sqlite3.Connection, scope: bytes, answer: KeptAnswer, at: int) -> None:
    """Keep the first answer to a key; ``at`` in milliseconds since 1970 (UTC)."""
    connection.execute(
        "INSERT INTO kept_answers (lookup, scope, request, kept_at, status, body) VALUES (?, ?, ?, ?, ?, ?)",
        (crc32(scope), scope, answer.request, at, answer.status, answer.body),
    )
