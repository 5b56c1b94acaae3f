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


def of_partner(connection: sqlite3.Connection, partner_id: str) -> Iterator[User]:
    """A partner's employees, once as such and once for each merchant that lets them in: by email and merchant."""
    return _all(connection.execute(f"{_BODY} WHERE partner_id = ? ORDER BY email, merchant_id", (partner_id,)))


def of_employee(
    connection: sqlite3.Connection, partner_id: str, email: str, limit: int = -1, merchant_id: str | None = None
) -> Iterator[User]:
    """One of them, by merchant: so many rows at most, all where it is negative; of one merchant when asked."""
    rows = connection.execute(
        f"{_BODY} WHERE partner_id = ?1 AND email = ?2 AND (?4 IS NULL OR merchant_id = ?4)"
        " ORDER BY merchant_id LIMIT ?3",
        (partner_id, email, limit, merchant_id),
    )
    return _all(rows)


def employees_with(connection: sqlite3.Connection, part: str, limit: int) -> Iterator[User]:
    """Employees of all partners, each once, whose name or email, or partner's name, has this in it: by partner."""
    rows = connection.execute(
        "SELECT u.body, min(u.merchant_id) FROM portal_users u JOIN partners p ON p.id = u.partner_id"
        " WHERE ?1 = '' OR instr(u.email, ?1) OR instr(lower(json_extract(u.body, '$.name')), ?1)"
        " OR instr(lower(json_extract(p.body, '$.name')), ?1)"
        " GROUP BY u.partner_id, u.email ORDER BY u.partner_id, u.email LIMIT ?2",
        (part.lower(), limit),
    )
    return (codec.load(User, body) for body, _ in rows)


def _all(rows: sqlite3.Cursor) -> Iterator[User]:
    return (codec.load(User, body) for (body,) in rows)
