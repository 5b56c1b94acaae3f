"""Who may use the portal."""

import sqlite3
from collections.abc import Iterator

from mockserver.core import codec
from mockserver.world.domain.user import User

_BODY = "SELECT body FROM portal_users"


def save(connection: sqlite3.Connection, user: User) -> None:
    """Add or replace a user."""
    connection.execute(
        "INSERT INTO portal_users (merchant_id, partner_id, email, body) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (merchant_id, partner_id, email) DO UPDATE SET body = excluded.body",
        (user.merchant_id or "", user.partner_id or "", user.email, codec.dump(User, user)),
    )


def remove(connection: sqlite3.Connection, user: User) -> None:
    """Take a user away."""
    connection.execute(
        "DELETE FROM portal_users WHERE merchant_id = ? AND partner_id = ? AND email = ?",
        (user.merchant_id or "", user.partner_id or "", user.email),
    )


def every(connection: sqlite3.Connection) -> Iterator[User]:
    """All users, by merchant, partner and email."""
    return _all(connection.execute(f"{_BODY} ORDER BY merchant_id, partner_id, email"))


def of_merchant(connection: sqlite3.Connection, merchant_id: str) -> Iterator[User]:
    """Who may use the portal for a merchant, besides its administrator: by partner and email."""
    return _all(connection.execute(f"{_BODY} WHERE merchant_id = ? ORDER BY partner_id, email", (merchant_id,)))


def of_partner(connection: sqlite3.Connection, partner_id: str, email: str | None = None) -> Iterator[User]:
    """A partner's employees, once as such and once for each merchant that lets them in: by email and merchant."""
    rows = connection.execute(
        f"{_BODY} WHERE partner_id = ?1 AND (?2 IS NULL OR email = ?2) ORDER BY email, merchant_id",
        (partner_id, email),
    )
    return _all(rows)


def _all(rows: sqlite3.Cursor) -> Iterator[User]:
    return (codec.load(User, body) for (body,) in rows)
