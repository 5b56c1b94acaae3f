"""Payments and their events."""

import sqlite3
from collections.abc import Iterator
from typing import Any
from zlib import crc32

from mockserver.domain.payment import (
    Approval,
    Event,
    EventName,
    LoggedEvent,
    Payment,
    State,
    StoredPayment,
)
from mockserver.domain.shipping import ShippingGroup
from mockserver.domain.terms import Terms
from mockserver.store import codec

_COLUMNS = ", ".join(Payment._fields)
_STATE = Payment._fields.index("state")
_SELECT = f"SELECT id, {_COLUMNS} FROM payments"  # noqa: S608 - the names are our own
_NAMED = "WHERE lookup = ? AND reference = ? AND msn = ?"
_FIND = f"{_SELECT} {_NAMED}"
_FIND_WITH_METADATA = f"SELECT id, {_COLUMNS}, metadata FROM payments {_NAMED}"  # noqa: S608 - as above
_INSERT = (
    f"INSERT INTO payments (lookup, {_COLUMNS}, terms, metadata, idempotency_key)"  # noqa: S608 - as above
    f" SELECT {', '.join('?' * (len(Payment._fields) + 4))}"
    " WHERE NOT EXISTS (SELECT 1 FROM payments WHERE lookup = ? AND reference = ? AND msn = ?)"
)
_MOVING = (
    "state", "authorized", "captured", "refunded", "cancelled", "authorized_at", "captured_at",
    "capture_deadline", "processing_until",
)  # fmt: skip
_UPDATE = (
    f"UPDATE payments SET {', '.join(f'{name} = ?' for name in _MOVING)}, approval = ?"  # noqa: S608 - as above
    " WHERE id = ?"
)
_INSERT_EVENT = (
    "INSERT INTO payment_events (payment_id, number, name, amount, at, psp_reference, idempotency_key, success)"
    " VALUES (?, (SELECT count(*) FROM payment_events WHERE payment_id = ?), ?, ?, ?, ?, ?, ?)"
)


def _from_row(row: Any) -> StoredPayment:
    id_, *values = row
    values[_STATE] = State(values[_STATE])
    if values[-1] is not None:
        values[-1] = codec.load(Approval, values[-1])
    return StoredPayment(id_, Payment._make(values))


def _name(msn: str, reference: str) -> tuple[int, str, str]:
    return crc32(f"{msn} {reference}".encode()), reference, msn


def insert(connection: sqlite3.Connection, payment: Payment, terms: Terms, key: str | None) -> int | None:
    """Store a new payment, its CREATED event with this idempotency key included, and give its number.

    None when the unit already used the reference.
    """
    name = _name(payment.msn, payment.reference)
    values = (
        name[0], payment.msn, payment.reference, payment.psp_reference, payment.secret, payment.state,
        payment.method, payment.user_flow, payment.currency, payment.amount, payment.authorized,
        payment.captured, payment.refunded, payment.cancelled, payment.created_at, payment.expires_at,
        payment.authorized_at, payment.captured_at, payment.capture_deadline, payment.processing_until, None,
        codec.adapter(Terms).dump_json(terms, exclude_defaults=True, exclude={"metadata"}).decode(),
        codec.to_text(terms.metadata) if terms.metadata is not None else None, key,
    )  # fmt: skip
    cursor = connection.execute(_INSERT, (*values, *name))
    return cursor.lastrowid if cursor.rowcount else None


def update(connection: sqlite3.Connection, id_: int, payment: Payment) -> None:
    """Store what moved."""
    values = [getattr(payment, name) for name in _MOVING]
    approval = codec.dump(Approval, payment.approval) if payment.approval else None
    connection.execute(_UPDATE, (*values, approval, id_))


def find(connection: sqlite3.Connection, msn: str, reference: str) -> StoredPayment | None:
    """The payment that a unit knows by this reference; case matters."""
    row = connection.execute(_FIND, _name(msn, reference)).fetchone()
    return _from_row(row) if row else None


def get(connection: sqlite3.Connection, id_: int) -> StoredPayment | None:
    """The payment of this number."""
    row = connection.execute(f"{_SELECT} WHERE id = ?", (id_,)).fetchone()
    return _from_row(row) if row else None


def newest(
    connection: sqlite3.Connection, *, msn: str | None, state: str | None, limit: int
) -> Iterator[StoredPayment]:
    """The latest payments first, of one unit or in one state when asked."""
    rows = connection.execute(
        f"{_SELECT} WHERE (?1 IS NULL OR msn = ?1) AND (?2 IS NULL OR state = ?2) ORDER BY id DESC LIMIT ?3",
        (msn, state, limit),
    )
    return map(_from_row, rows)


def terms(connection: sqlite3.Connection, id_: int) -> Terms:
    """What the payment's createPayment request fixed; its metadata is kept apart."""
    row = connection.execute("SELECT terms FROM payments WHERE id = ?", (id_,)).fetchone()
    return codec.load(Terms, row[0])


def find_with_metadata(
    connection: sqlite3.Connection, msn: str, reference: str
) -> tuple[StoredPayment, str | None] | None:
    """The payment that a unit knows by this reference, and its metadata as JSON text, if it has any."""
    row = connection.execute(_FIND_WITH_METADATA, _name(msn, reference)).fetchone()
    return (_from_row(row[:-1]), row[-1]) if row else None


def save_offers(connection: sqlite3.Connection, id_: int, groups: tuple[ShippingGroup, ...]) -> None:
    """Keep the shipping groups that the merchant last offered for this payment."""
    text = codec.adapter(tuple[ShippingGroup, ...]).dump_json(groups).decode()
    connection.execute("UPDATE payments SET offers = ? WHERE id = ?", (text, id_))


def offers(connection: sqlite3.Connection, id_: int) -> tuple[ShippingGroup, ...]:
    """The shipping groups that the merchant last offered."""
    row = connection.execute("SELECT offers FROM payments WHERE id = ?", (id_,)).fetchone()
    return codec.adapter(tuple[ShippingGroup, ...]).validate_json(row[0]) if row[0] else ()


def append_event(connection: sqlite3.Connection, id_: int, logged: LoggedEvent) -> None:
    """Write the next event of a payment."""
    event = logged.event
    connection.execute(
        _INSERT_EVENT,
        (id_, id_, event.name, event.amount, logged.at, logged.psp_reference, logged.idempotency_key,
         event.success),
    )  # fmt: skip


def events(connection: sqlite3.Connection, id_: int) -> list[LoggedEvent]:
    """The payment's events, oldest first."""
    rows = connection.execute(
        "SELECT 'CREATED', amount, 1, created_at, psp_reference, idempotency_key, -1 AS number FROM payments"
        " WHERE id = ?1 UNION ALL SELECT name, amount, success, at, psp_reference, idempotency_key, number"
        " FROM payment_events WHERE payment_id = ?1 ORDER BY number",
        (id_,),
    )
    return [
        LoggedEvent(Event(EventName(name), amount, bool(success)), at, psp_reference, key)
        for name, amount, success, at, psp_reference, key, _ in rows
    ]
