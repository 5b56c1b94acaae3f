"""Partners' papers."""

import sqlite3
from collections.abc import Iterator

from mockserver.apis.partners.domain.road import Road
from mockserver.core import codec

_BODY = "SELECT body FROM partner_roads"


def add(connection: sqlite3.Connection, road: Road) -> int:
    """Store new papers; gives the number that things which fall due are written down under."""
    cursor = connection.execute(
        "INSERT INTO partner_roads (partner_id, page, body) VALUES (?, ?, ?)",
        (road.partner_id, road.page, codec.dump(Road, road)),
    )
    return int(cursor.lastrowid or 0)


def save(connection: sqlite3.Connection, road: Road) -> None:
    """Store changed papers."""
    connection.execute(
        "UPDATE partner_roads SET body = ? WHERE partner_id = ?", (codec.dump(Road, road), road.partner_id)
    )


def of_partner(connection: sqlite3.Connection, partner_id: str) -> Road | None:
    """The papers of this partner."""
    return _one(connection.execute(f"{_BODY} WHERE partner_id = ?", (partner_id,)))


def of_page(connection: sqlite3.Connection, page: str) -> Road | None:
    """The papers behind this page."""
    return _one(connection.execute(f"{_BODY} WHERE page = ?", (page,)))


def of_number(connection: sqlite3.Connection, number: int) -> Road | None:
    """The papers that are stored under this number."""
    return _one(connection.execute(f"{_BODY} WHERE number = ?", (number,)))


def number_of(connection: sqlite3.Connection, partner_id: str) -> int:
    """The number that a partner's papers are stored under; raises LookupError when there are none."""
    row = connection.execute("SELECT number FROM partner_roads WHERE partner_id = ?", (partner_id,)).fetchone()
    if row is None:
        raise LookupError(f"no papers of {partner_id}")
    return int(row[0])


def pages(connection: sqlite3.Connection, limit: int) -> Iterator[str]:
    """What cannot be guessed of the pages' addresses, the latest first."""
    rows = connection.execute("SELECT page FROM partner_roads ORDER BY number DESC LIMIT ?", (limit,))
    return (page for (page,) in rows)


def _one(cursor: sqlite3.Cursor) -> Road | None:
    row = cursor.fetchone()
    return codec.load(Road, row[0]) if row else None
