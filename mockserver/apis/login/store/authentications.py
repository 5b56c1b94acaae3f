"""Logins that merchants started, as their clients know them."""

import sqlite3
from collections.abc import Iterator

from mockserver.apis.login.domain.backchannel import Authentication
from mockserver.core import codec


def insert(connection: sqlite3.Connection, authentication: Authentication) -> None:
    """Store a new authentication."""
    connection.execute(
        "INSERT INTO authentications (auth_req_id, login_id, phone, state, expires_at, body) VALUES (?, ?, ?, ?, ?, ?)",
        (
            authentication.auth_req_id,
            authentication.login_id,
            authentication.phone,
            authentication.state,
            authentication.expires_at,
            codec.dump(Authentication, authentication),
        ),
    )


def update(connection: sqlite3.Connection, authentication: Authentication) -> None:
    """Store a changed authentication."""
    connection.execute(
        "UPDATE authentications SET state = ?, expires_at = ?, body = ? WHERE auth_req_id = ?",
        (
            authentication.state,
            authentication.expires_at,
            codec.dump(Authentication, authentication),
            authentication.auth_req_id,
        ),
    )


def get(connection: sqlite3.Connection, auth_req_id: str) -> Authentication | None:
    """The authentication of this ``auth_req_id``."""
    row = connection.execute("SELECT body FROM authentications WHERE auth_req_id = ?", (auth_req_id,)).fetchone()
    return codec.load(Authentication, row[0]) if row else None


def of_login(connection: sqlite3.Connection, login_id: int) -> Authentication | None:
    """The authentication of a login's number."""
    row = connection.execute("SELECT body FROM authentications WHERE login_id = ?", (login_id,)).fetchone()
    return codec.load(Authentication, row[0]) if row else None


def pending(connection: sqlite3.Connection, phone: str) -> tuple[int, int | None]:
    """How many authentications of a user wait, and when the first of them expires."""
    row: tuple[int, int | None] = connection.execute(
        "SELECT count(*), min(expires_at) FROM authentications WHERE phone = ? AND state = 'pending'", (phone,)
    ).fetchone()
    return row


def newest(
    connection: sqlite3.Connection, *, phone: str | None, state: str | None, limit: int
) -> Iterator[Authentication]:
    """The latest authentications first, of one user or in one state when asked."""
    rows = connection.execute(
        "SELECT body FROM authentications WHERE (?1 IS NULL OR phone = ?1) AND (?2 IS NULL OR state = ?2)"
        " ORDER BY login_id DESC LIMIT ?3",
        (phone, state, limit),
    )
    return (codec.load(Authentication, body) for (body,) in rows)
