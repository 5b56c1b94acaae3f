"""Logins, what they give, consents, and remembered browsers."""

import sqlite3
from collections.abc import Iterator

from mockserver.apis.login.domain.logins import Consent, Grant, Login, StoredGrant, StoredLogin
from mockserver.core import codec


def insert(connection: sqlite3.Connection, login: Login) -> StoredLogin:
    """Store a new login."""
    cursor = connection.execute(
        "INSERT INTO logins (guid, msn, phone, state, body) VALUES (?, ?, ?, ?, ?)",
        (login.id, login.msn, login.phone, login.state, codec.dump(Login, login)),
    )
    return StoredLogin(int(cursor.lastrowid or 0), login)


def update(connection: sqlite3.Connection, stored: StoredLogin) -> None:
    """Store a changed login."""
    login = stored.login
    connection.execute(
        "UPDATE logins SET phone = ?, state = ?, body = ? WHERE id = ?",
        (login.phone, login.state, codec.dump(Login, login), stored.id),
    )


def get(connection: sqlite3.Connection, id_: int) -> StoredLogin | None:
    """The login of this number."""
    row = connection.execute("SELECT body FROM logins WHERE id = ?", (id_,)).fetchone()
    return StoredLogin(id_, codec.load(Login, row[0])) if row else None


def find(connection: sqlite3.Connection, guid: str) -> StoredLogin | None:
    """The login of this id."""
    row = connection.execute("SELECT id, body FROM logins WHERE guid = ?", (guid,)).fetchone()
    return StoredLogin(row[0], codec.load(Login, row[1])) if row else None


def newest(
    connection: sqlite3.Connection, *, msn: str | None, phone: str | None, state: str | None, limit: int
) -> Iterator[StoredLogin]:
    """The latest logins first, of one unit, of one user or in one state when asked."""
    rows = connection.execute(
        "SELECT id, body FROM logins WHERE (?1 IS NULL OR msn = ?1) AND (?2 IS NULL OR phone = ?2)"
        " AND (?3 IS NULL OR state = ?3) ORDER BY id DESC LIMIT ?4",
        (msn, phone, state, limit),
    )
    return (StoredLogin(id_, codec.load(Login, body)) for id_, body in rows)


def waiting(connection: sqlite3.Connection, phone: str) -> list[StoredLogin]:
    """The logins that wait for a user, the latest first."""
    rows = connection.execute(
        "SELECT id, body FROM logins WHERE phone = ? AND state = 'waiting' ORDER BY id DESC", (phone,)
    )
    return [StoredLogin(id_, codec.load(Login, body)) for id_, body in rows]


def waiting_by_phone(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    """How many logins wait for each user that one waits for."""
    rows = connection.execute(
        "SELECT phone, count(*) FROM logins WHERE state = 'waiting' AND phone IS NOT NULL GROUP BY phone"
    )
    return list(rows)


def insert_grant(connection: sqlite3.Connection, grant: Grant, code: str | None, code_expires_at: int | None) -> int:
    """Store what a login gives, under its code if it has one, and give its number."""
    cursor = connection.execute(
        "INSERT INTO login_grants (msn, phone, code, code_expires_at, body) VALUES (?, ?, ?, ?, ?)",
        (grant.msn, grant.phone, code, code_expires_at, codec.dump(Grant, grant)),
    )
    return int(cursor.lastrowid or 0)


_GRANT = "SELECT id, body, code_expires_at, used_at, token, token_expires_at FROM login_grants"


def _grant(row: tuple[int, str, int | None, int | None, str | None, int | None] | None) -> StoredGrant | None:
    return StoredGrant(row[0], codec.load(Grant, row[1]), *row[2:]) if row else None


def grant(connection: sqlite3.Connection, id_: int) -> StoredGrant | None:
    """The grant of this number."""
    return _grant(connection.execute(f"{_GRANT} WHERE id = ?", (id_,)).fetchone())


def grant_of_code(connection: sqlite3.Connection, code: str) -> StoredGrant | None:
    """The grant of this code, used or not."""
    return _grant(connection.execute(f"{_GRANT} WHERE code = ?", (code,)).fetchone())


def grant_of_token(connection: sqlite3.Connection, token: str) -> StoredGrant | None:
    """The grant of this access token, expired or not."""
    return _grant(connection.execute(f"{_GRANT} WHERE token = ?", (token,)).fetchone())


def use_grant(connection: sqlite3.Connection, id_: int, at: int, token: str, token_expires_at: int) -> None:
    """Mark a grant as used, and give it its access token."""
    connection.execute(
        "UPDATE login_grants SET used_at = ?, token = ?, token_expires_at = ? WHERE id = ?",
        (at, token, token_expires_at, id_),
    )


def revoke_grant(connection: sqlite3.Connection, id_: int) -> None:
    """Take the access token of a grant away."""
    connection.execute("UPDATE login_grants SET token = NULL WHERE id = ?", (id_,))


def revoke_grants(connection: sqlite3.Connection, msn: str, phone: str) -> None:
    """Take codes and access tokens of a user at a unit away."""
    connection.execute("UPDATE login_grants SET token = NULL, code = NULL WHERE msn = ? AND phone = ?", (msn, phone))


def save_consent(connection: sqlite3.Connection, consent: Consent) -> None:
    """Add or replace a user's consent to a unit."""
    connection.execute(
        "INSERT INTO login_consents (msn, phone, body) VALUES (?, ?, ?)"
        " ON CONFLICT (msn, phone) DO UPDATE SET body = excluded.body",
        (consent.msn, consent.phone, codec.dump(Consent, consent)),
    )


def consent(connection: sqlite3.Connection, msn: str, phone: str) -> Consent | None:
    """What a user agreed to share with a unit."""
    row = connection.execute("SELECT body FROM login_consents WHERE msn = ? AND phone = ?", (msn, phone)).fetchone()
    return codec.load(Consent, row[0]) if row else None


def consents(connection: sqlite3.Connection, *, msn: str | None, phone: str | None, limit: int) -> list[Consent]:
    """Consents by unit and user, of one of them when asked."""
    rows = connection.execute(
        "SELECT body FROM login_consents WHERE (?1 IS NULL OR msn = ?1) AND (?2 IS NULL OR phone = ?2)"
        " ORDER BY msn, phone LIMIT ?3",
        (msn, phone, limit),
    )
    return [codec.load(Consent, body) for (body,) in rows]


def remove_consent(connection: sqlite3.Connection, msn: str, phone: str) -> None:
    """Forget a consent."""
    connection.execute("DELETE FROM login_consents WHERE msn = ? AND phone = ?", (msn, phone))


def remember_browser(connection: sqlite3.Connection, token: str, phone: str, at: int) -> None:
    """Keep whose browser this is, since when."""
    connection.execute(
        "INSERT INTO login_browsers (token, phone, remembered_at) VALUES (?, ?, ?) ON CONFLICT (token)"
        " DO UPDATE SET phone = excluded.phone, remembered_at = excluded.remembered_at",
        (token, phone, at),
    )


def browser(connection: sqlite3.Connection, token: str) -> tuple[str, int] | None:
    """Whose browser this is, and since when."""
    row: tuple[str, int] | None = connection.execute(
        "SELECT phone, remembered_at FROM login_browsers WHERE token = ?", (token,)
    ).fetchone()
    return row


def forget_browser(connection: sqlite3.Connection, token: str) -> None:
    """Forget a browser."""
    connection.execute("DELETE FROM login_browsers WHERE token = ?", (token,))
