"""Payments and their events."""

import sqlite3
from collections.abc import Iterator
from typing import Any
from zlib import crc32

from pydantic_core import from_json

from mockserver.apis.epayment.domain.payment import (
    Approval,
    Decline,
    Event,
    EventName,
    LoggedEvent,
    Payment,
    State,
    StoredPayment,
)
from mockserver.apis.epayment.domain.shipping import ShippingGroup
from mockserver.apis.epayment.domain.terms import Terms
from mockserver.core import codec
from mockserver.core.adapters import adapter
from mockserver.core.digests import name_sum
from mockserver.world.domain.conduct import DeclineReason
from mockserver.world.domain.customer import CustomerReference

_NAMED = "FROM payment_names n JOIN payments p ON p.id = n.id WHERE n.lookup = ? AND reference = ? AND msn = ?"
_FIND = f"SELECT p.id, body, metadata {_NAMED}"
_IS_TAKEN = f"SELECT 1 {_NAMED}"
_INSERT = (
    "INSERT INTO payments (lookup, reference, msn, state, body, terms, metadata, idempotency_key)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_APPROVAL = Payment._fields.index("approval")
_PAYER = (
    f"SELECT json_extract(p.body, '$[{_APPROVAL}].phone'),"  # noqa: S608 - as above
    " (SELECT json_extract(c.body, '$.phone') FROM conducts c WHERE c.kind = 'payment' AND c.key = p.id),"
    f" json_extract(terms, '$.customer') {_NAMED}"
)
_STATES = {state.value: state for state in State}
_STATE = Payment._fields.index("state")
_INSERT_EVENT = (
    "INSERT INTO payment_events"
    " (payment_id, number, name, amount, at, psp_reference, idempotency_key, success, reason, phone)"
    " VALUES (?, (SELECT count(*) FROM payment_events WHERE payment_id = ?), ?, ?, ?, ?, ?, ?, ?, ?)"
)


_EVENTS = (
    "SELECT name, amount, success, at, psp_reference, idempotency_key, reason, phone FROM payment_events"
    " WHERE payment_id = ?"
)


def body_of(payment: Payment) -> str:
    """Where a payment stands, as its row has it."""
    # Plain text and a list: named tuples and enums take ten times as long.
    values = list(payment)
    values[_STATE] = str(payment.state)
    return codec.to_text(values)


def _payment(body: str) -> Payment:
    values = from_json(body)
    values[_STATE] = _STATES[values[_STATE]]
    if values[-1] is not None:
        values[-1] = adapter(Approval).validate_python(values[-1])
    return Payment._make(values)


def terms_text(terms: Terms) -> str:
    """What was asked for, as the payment's row has it: without the metadata, which has a column of its own."""
    return adapter(Terms).dump_json(terms, exclude_defaults=True, exclude={"metadata"}).decode()


def checksum(payment: Payment) -> int:
    """What the row has for builds that found payments by it."""
    return crc32(f"{payment.msn} {payment.reference}".encode())


def _name(msn: str, reference: str) -> tuple[int, str, str]:
    return name_sum(f"{msn} {reference}"), reference, msn


def insert(connection: sqlite3.Connection, payment: Payment, terms: Terms, key: str | None) -> int | None:
    """Store a new payment, its CREATED event with this idempotency key included, and give its number.

    None when the unit already used the reference.
    """
    name = _name(payment.msn, payment.reference)
    # A statement of its own: an INSERT that reads its own table makes a temporary one for that.
    if connection.execute(_IS_TAKEN, name).fetchone() is not None:
        return None
    values = (
        checksum(payment), payment.reference, payment.msn, str(payment.state), body_of(payment),
        terms_text(terms),
        codec.to_text(terms.metadata) if terms.metadata is not None else None, key,
    )  # fmt: skip
    id_ = connection.execute(_INSERT, values).lastrowid
    connection.execute("INSERT INTO payment_names (lookup, id) VALUES (?, ?)", (name[0], id_))
    return id_


def update(connection: sqlite3.Connection, id_: int, payment: Payment) -> None:
    """Store where the payment stands now."""
    values = (str(payment.state), body_of(payment), id_)
    connection.execute("UPDATE payments SET state = ?, body = ? WHERE id = ?", values)


def find(connection: sqlite3.Connection, msn: str, reference: str) -> StoredPayment | None:
    """The payment that a unit knows by this reference; case matters."""
    found = find_with_metadata(connection, msn, reference)
    return found[0] if found else None


def payer(connection: sqlite3.Connection, msn: str, reference: str) -> tuple[str | None, CustomerReference | None]:
    """The number of who approved a payment or was asked for it, and whom the merchant has named.

    Raises LookupError when there is no such payment.
    """
    row = connection.execute(_PAYER, _name(msn, reference)).fetchone()
    if row is None:
        raise LookupError(f"no payment {reference}")
    approved_by, asked, named = row
    return approved_by or asked, codec.load(CustomerReference, named) if named is not None else None


def get(connection: sqlite3.Connection, id_: int) -> StoredPayment | None:
    """The payment of this number."""
    row = connection.execute("SELECT body FROM payments WHERE id = ?", (id_,)).fetchone()
    return StoredPayment(id_, _payment(row[0])) if row else None


def newest(
    connection: sqlite3.Connection, *, msn: str | None, state: str | None, reference: str | None, limit: int
) -> Iterator[StoredPayment]:
    """The latest payments first, of one unit, in one state or with one reference when asked."""
    rows = connection.execute(
        "SELECT id, body FROM payments WHERE (?1 IS NULL OR msn = ?1) AND (?2 IS NULL OR state = ?2)"
        " AND (?3 IS NULL OR reference = ?3) ORDER BY id DESC LIMIT ?4",
        (msn, state, reference, limit),
    )
    return (StoredPayment(id_, _payment(body)) for id_, body in rows)


_WAITING = "FROM due JOIN payments ON payments.id = due.key WHERE due.kind = ? AND payments.state = 'CREATED'"
_VALUE = "json_extract(terms, '$.customer.value')"
_NAMED_CUSTOMER = "json_extract(terms, '$.customer')"


def waiting_for(
    connection: sqlite3.Connection, kind: str, values: tuple[str, str, str], ending: str
) -> Iterator[tuple[StoredPayment, CustomerReference]]:
    """Payments that wait for a customer of these values, or of a value with this ending, the latest first.

    They are found by what is due, of this ``kind``: that is much less than all payments.
    """
    rows = connection.execute(
        f"SELECT {_NAMED_CUSTOMER}, id, body {_WAITING}"
        f" AND ({_VALUE} IN (?, ?, ?) OR substr({_VALUE}, -length(?)) = ?) ORDER BY id DESC",
        (kind, *values, ending, ending),
    )
    return ((StoredPayment(id_, _payment(body)), codec.load(CustomerReference, named)) for named, id_, body in rows)


def waiting_by_customer(connection: sqlite3.Connection, kind: str) -> list[tuple[CustomerReference, int]]:
    """How many payments wait for each customer that one names, as it was named."""
    rows = connection.execute(
        f"SELECT {_NAMED_CUSTOMER} AS named, count(*) {_WAITING} AND named IS NOT NULL GROUP BY named",
        (kind,),
    )
    return [(codec.load(CustomerReference, named), count) for named, count in rows]


def terms(connection: sqlite3.Connection, id_: int) -> Terms:
    """What the payment's createPayment request fixed; its metadata is kept apart."""
    row = connection.execute("SELECT terms FROM payments WHERE id = ?", (id_,)).fetchone()
    return codec.load(Terms, row[0])


def find_with_metadata(
    connection: sqlite3.Connection, msn: str, reference: str
) -> tuple[StoredPayment, str | None] | None:
    """The payment that a unit knows by this reference, and its metadata as JSON text, if it has any."""
    row = connection.execute(_FIND, _name(msn, reference)).fetchone()
    return (StoredPayment(row[0], _payment(row[1])), row[2]) if row else None


def save_offers(connection: sqlite3.Connection, id_: int, groups: tuple[ShippingGroup, ...]) -> None:
    """Keep the shipping groups that the merchant last offered for this payment."""
    text = adapter(tuple[ShippingGroup, ...]).dump_json(groups).decode()
    connection.execute("UPDATE payments SET offers = ? WHERE id = ?", (text, id_))


def offers(connection: sqlite3.Connection, id_: int) -> tuple[ShippingGroup, ...]:
    """The shipping groups that the merchant last offered."""
    row = connection.execute("SELECT offers FROM payments WHERE id = ?", (id_,)).fetchone()
    return adapter(tuple[ShippingGroup, ...]).validate_json(row[0]) if row[0] else ()


def append_event(connection: sqlite3.Connection, id_: int, logged: LoggedEvent) -> None:
    """Write the next event of a payment."""
    event, decline = logged.event, logged.event.decline
    reason, phone = (decline.reason, decline.phone) if decline is not None else (None, None)
    connection.execute(
        _INSERT_EVENT,
        (id_, id_, event.name, event.amount, logged.at, logged.psp_reference, logged.idempotency_key,
         event.success, reason, phone),
    )  # fmt: skip


def key(connection: sqlite3.Connection, id_: int) -> str | None:
    """The idempotency key that a payment was created under."""
    row: tuple[str | None] = connection.execute("SELECT idempotency_key FROM payments WHERE id = ?", (id_,)).fetchone()
    return row[0]


def events(connection: sqlite3.Connection, stored: StoredPayment) -> list[LoggedEvent]:
    """The payment's events, oldest first."""
    id_, payment = stored
    created = Event(EventName.CREATED, payment.amount)
    return [
        LoggedEvent(created, payment.created_at, payment.psp_reference, key(connection, id_)),
        *map(_event, connection.execute(f"{_EVENTS} ORDER BY number", (id_,))),
    ]


def declines(connection: sqlite3.Connection, id_: int, limit: int) -> list[LoggedEvent]:
    """The latest attempts to pay that failed, oldest first."""
    rows = connection.execute(f"{_EVENTS} AND reason IS NOT NULL ORDER BY number DESC LIMIT ?", (id_, limit))
    return [_event(row) for row in rows][::-1]


def _event(row: tuple[Any, ...]) -> LoggedEvent:
    name, amount, success, at, psp_reference, key, reason, phone = row
    decline = Decline(DeclineReason(reason), phone) if reason is not None else None
    return LoggedEvent(Event(EventName(name), amount, bool(success), decline), at, psp_reference, key)
