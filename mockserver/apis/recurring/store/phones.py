"""Agreements and charges as a customer's phone shows them: so many at most."""

import sqlite3
from collections.abc import Iterable

from mockserver.apis.recurring.domain.agreement import Agreement, Status, StoredAgreement
from mockserver.apis.recurring.domain.charge import Charge, State, StoredCharge
from mockserver.core import codec


def agreements(connection: sqlite3.Connection, phone: str, status: Status, limit: int) -> list[StoredAgreement]:
    """A customer's agreements in one status, the latest first."""
    rows = connection.execute(
        "SELECT id, body FROM agreements WHERE phone = ? AND status = ? ORDER BY id DESC LIMIT ?",
        (phone, str(status), limit),
    )
    return [StoredAgreement(id_, codec.load(Agreement, body)) for id_, body in rows]


def charges(
    connection: sqlite3.Connection, agreement: int, states: Iterable[State], from_day: str, limit: int
) -> list[StoredCharge]:
    """Charges of an agreement in some states that are due on a day (ISO 8601) or later, the first due first."""
    wanted = [str(each) for each in states]
    rows = connection.execute(
        f"SELECT id, body FROM charges WHERE agreement = ? AND day >= ? AND state IN ({', '.join('?' * len(wanted))})"  # noqa: S608 - marks
        " ORDER BY day LIMIT ?",
        (agreement, from_day, *wanted, limit),
    )
    return [StoredCharge(id_, codec.load(Charge, body)) for id_, body in rows]
