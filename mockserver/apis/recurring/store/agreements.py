"""Rows of agreements."""

import sqlite3

from mockserver.apis.recurring.domain.agreement import Agreement, Status, StoredAgreement
from mockserver.core import codec
from mockserver.core.digests import name_sum

_INSERT = (
    "INSERT INTO agreements (agreement_id, msn, status, phone, created_at, body) VALUES (?, ?, ?, ?, ?, ?)"
)  # fmt: skip
_NAMED = "FROM agreement_names n JOIN agreements a ON a.id = n.id WHERE n.lookup = ? AND agreement_id = ?"


def phone(agreement: Agreement) -> str | None:
    """The number that an agreement is found by on phones."""
    return agreement.customer or agreement.asked


def insert(connection: sqlite3.Connection, agreement: Agreement) -> StoredAgreement:
    """Store a new agreement."""
    values = (
        agreement.id, agreement.msn, str(agreement.status), phone(agreement), agreement.created_at,
        codec.dump(Agreement, agreement),
    )  # fmt: skip
    id_ = connection.execute(_INSERT, values).lastrowid or 0
    connection.execute("INSERT INTO agreement_names (lookup, id) VALUES (?, ?)", (name_sum(agreement.id), id_))
    return StoredAgreement(id_, agreement)


def update(connection: sqlite3.Connection, id_: int, agreement: Agreement) -> None:
    """Store where the agreement stands now."""
    values = (str(agreement.status), phone(agreement), codec.dump(Agreement, agreement), id_)
    connection.execute("UPDATE agreements SET status = ?, phone = ?, body = ? WHERE id = ?", values)


def get(connection: sqlite3.Connection, id_: int) -> StoredAgreement | None:
    """The agreement of this number."""
    row = connection.execute("SELECT id, body FROM agreements WHERE id = ?", (id_,)).fetchone()
    return _stored(row)


def find(connection: sqlite3.Connection, agreement_id: str) -> StoredAgreement | None:
    """The agreement with this id, whoever's it is."""
    row = connection.execute(f"SELECT a.id, body {_NAMED}", (name_sum(agreement_id), agreement_id)).fetchone()
    return _stored(row)


def _stored(row: tuple[int, str] | None) -> StoredAgreement | None:
    return StoredAgreement(row[0], codec.load(Agreement, row[1])) if row else None


def page(
    connection: sqlite3.Connection, msn: str, status: Status, after: int | None, limit: int, offset: int
) -> list[StoredAgreement]:
    """Agreements of a unit in one status, the oldest first, made after a time (ms since 1970) if one is given."""
    rows = connection.execute(
        "SELECT id, body FROM agreements WHERE msn = ?1 AND status = ?2 AND (?3 IS NULL OR created_at > ?3)"
        " ORDER BY id LIMIT ?4 OFFSET ?5",
        (msn, str(status), after, limit, offset),
    )
    return [StoredAgreement(id_, codec.load(Agreement, body)) for id_, body in rows]


def newest(
    connection: sqlite3.Connection, *, msn: str | None, status: str | None, phone: str | None, limit: int
) -> list[StoredAgreement]:
    """The latest agreements first, of one unit, in one status or of one number when asked."""
    rows = connection.execute(
        "SELECT id, body FROM agreements WHERE (?1 IS NULL OR msn = ?1) AND (?2 IS NULL OR status = ?2)"
        " AND (?3 IS NULL OR phone = ?3) ORDER BY id DESC LIMIT ?4",
        (msn, status, phone, limit),
    )
    return [StoredAgreement(id_, codec.load(Agreement, body)) for id_, body in rows]


def of_phone(connection: sqlite3.Connection, phone: str, status: Status) -> list[StoredAgreement]:
    """A customer's agreements in one status, the latest first."""
    rows = connection.execute(
        "SELECT id, body FROM agreements WHERE phone = ? AND status = ? ORDER BY id DESC", (phone, str(status))
    )
    return [StoredAgreement(id_, codec.load(Agreement, body)) for id_, body in rows]


def waiting_by_phone(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    """How many drafts wait for each number that one names."""
    rows = connection.execute(
        "SELECT phone, count(*) FROM agreements WHERE status = 'PENDING' AND phone IS NOT NULL GROUP BY phone"
    )
    return [(phone, count) for phone, count in rows]
