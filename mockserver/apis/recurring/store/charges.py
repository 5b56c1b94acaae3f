"""Rows of charges, of their histories, and of batches that wait to become charges."""

import sqlite3
from collections.abc import Iterable

from mockserver.apis.recurring.domain.charge import (
    Charge,
    ChargeEventName,
    Event,
    LoggedEvent,
    State,
    StoredCharge,
    Type,
)
from mockserver.apis.recurring.domain.periods import Window
from mockserver.core import codec
from mockserver.core.digests import name_sum

_INSERT = "INSERT INTO charges (charge_id, msn, agreement, state, day, amount, counted, body) VALUES (?,?,?,?,?,?,?,?)"
_NAMED = "FROM charge_names n JOIN charges c ON c.id = n.id WHERE n.lookup = ? AND charge_id = ? AND msn = ?"
_UNCOUNTED = frozenset({State.FAILED, State.CANCELLED})


def counts(charge: Charge) -> bool:
    """Whether it counts towards what the charges of its interval may be together."""
    return charge.type is not Type.INITIAL and charge.state not in _UNCOUNTED


def _name(msn: str, charge_id: str) -> tuple[int, str, str]:
    return name_sum(f"{msn} {charge_id}"), charge_id, msn


def insert(connection: sqlite3.Connection, charge: Charge) -> StoredCharge | None:
    """Store a new charge; None when the unit has already used its id."""
    name = _name(charge.msn, charge.id)
    if connection.execute(f"SELECT 1 {_NAMED}", name).fetchone() is not None:
        return None
    values = (
        charge.id, charge.msn, charge.agreement, str(charge.state), charge.due.isoformat(), charge.amount,
        counts(charge), codec.dump(Charge, charge),
    )  # fmt: skip
    id_ = connection.execute(_INSERT, values).lastrowid or 0
    connection.execute("INSERT INTO charge_names (lookup, id) VALUES (?, ?)", (name[0], id_))
    return StoredCharge(id_, charge)


def update(connection: sqlite3.Connection, id_: int, charge: Charge) -> None:
    """Store where the charge stands now."""
    values = (str(charge.state), counts(charge), codec.dump(Charge, charge), id_)
    connection.execute("UPDATE charges SET state = ?, counted = ?, body = ? WHERE id = ?", values)


def get(connection: sqlite3.Connection, id_: int) -> StoredCharge | None:
    """The charge of this number."""
    row = connection.execute("SELECT id, body FROM charges WHERE id = ?", (id_,)).fetchone()
    return _stored(row)


def find(connection: sqlite3.Connection, msn: str, charge_id: str) -> StoredCharge | None:
    """The charge that a unit knows by this id; case matters."""
    row = connection.execute(f"SELECT c.id, body {_NAMED}", _name(msn, charge_id)).fetchone()
    return _stored(row)


def _stored(row: tuple[int, str] | None) -> StoredCharge | None:
    return StoredCharge(row[0], codec.load(Charge, row[1])) if row else None


def of_agreement(
    connection: sqlite3.Connection, agreement: int, *, states: Iterable[State] = (), after: int = 0, limit: int = -1
) -> list[StoredCharge]:
    """Charges of an agreement, the oldest first: in some states, after one of them, so many at most, when asked."""
    wanted = [str(each) for each in states]
    within = f" AND state IN ({', '.join('?' * len(wanted))})" if wanted else ""
    rows = connection.execute(
        f"SELECT id, body FROM charges WHERE agreement = ? AND id > ?{within} ORDER BY id LIMIT ?",  # noqa: S608 - marks
        (agreement, after, *wanted, limit),
    )
    return [StoredCharge(id_, codec.load(Charge, body)) for id_, body in rows]


def newest(
    connection: sqlite3.Connection, *, msn: str | None, state: str | None, agreement: int | None, limit: int
) -> list[StoredCharge]:
    """The latest charges first, of one unit, in one state or of one agreement when asked."""
    rows = connection.execute(
        "SELECT id, body FROM charges WHERE (?1 IS NULL OR msn = ?1) AND (?2 IS NULL OR state = ?2)"
        " AND (?3 IS NULL OR agreement = ?3) ORDER BY id DESC LIMIT ?4",
        (msn, state, agreement, limit),
    )
    return [StoredCharge(id_, codec.load(Charge, body)) for id_, body in rows]


def sum_within(connection: sqlite3.Connection, agreement: int, window: Window) -> int:
    """What the charges that count in a window are together, in minor units."""
    row: tuple[int] = connection.execute(
        "SELECT coalesce(sum(amount), 0) FROM charges WHERE agreement = ? AND day BETWEEN ? AND ? AND counted",
        (agreement, window.first.isoformat(), window.last.isoformat()),
    ).fetchone()
    return row[0]


def paid(connection: sqlite3.Connection, agreement: int) -> int:
    """How many charges of an agreement have gone through, its initial one aside."""
    row: tuple[int] = connection.execute(
        "SELECT count(*) FROM charges"
        " WHERE agreement = ? AND counted AND state NOT IN ('PENDING', 'DUE', 'PROCESSING')",
        (agreement,),
    ).fetchone()
    return row[0]


def append_event(connection: sqlite3.Connection, id_: int, logged: LoggedEvent) -> None:
    """Write the next event of a charge."""
    event = logged.event
    connection.execute(
        "INSERT INTO charge_events (charge, number, name, amount, at, success, key, transaction_id)"
        " VALUES (?, (SELECT count(*) FROM charge_events WHERE charge = ?), ?, ?, ?, ?, ?, ?)",
        (id_, id_, str(event.name), event.amount, logged.at, event.success, logged.key, logged.transaction_id),
    )


def events(connection: sqlite3.Connection, id_: int) -> list[LoggedEvent]:
    """What happened to a charge, oldest first."""
    rows = connection.execute(
        "SELECT name, amount, success, at, key, transaction_id FROM charge_events WHERE charge = ? ORDER BY number",
        (id_,),
    )
    return [
        LoggedEvent(Event(ChargeEventName(name), amount, bool(success)), *rest) for name, amount, success, *rest in rows
    ]
