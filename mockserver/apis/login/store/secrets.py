"""What logins keep that nobody else may read."""

import sqlite3
from collections.abc import Iterator

_COLUMNS = (
    "SELECT code FROM login_grants WHERE code IS NOT NULL ORDER BY id DESC LIMIT ?",
    "SELECT token FROM login_grants WHERE token IS NOT NULL ORDER BY id DESC LIMIT ?",
    "SELECT json_extract(body, '$.secret') FROM logins ORDER BY id DESC LIMIT ?",
    "SELECT auth_req_id FROM authentications ORDER BY login_id DESC LIMIT ?",
    "SELECT token FROM login_browsers ORDER BY remembered_at DESC LIMIT ?",
)


def newest(connection: sqlite3.Connection, limit: int) -> Iterator[str]:
    """Codes, access tokens, secrets of pages, ids to poll with and browsers' tokens: so many of each, the latest."""
    for query in _COLUMNS:
        for (secret,) in connection.execute(query, (limit,)):
            yield secret
