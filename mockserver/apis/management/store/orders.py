"""Product orders."""

import sqlite3
from collections.abc import Iterator

from mockserver.apis.management.domain.product_order import ProductOrder
from mockserver.core import codec

_BODY = "SELECT body FROM product_orders"


def add(connection: sqlite3.Connection, order: ProductOrder) -> int:
    """Store a new order; gives the number that things which fall due are written down under."""
    cursor = connection.execute(
        "INSERT INTO product_orders (id, partner_id, merchant_id, type, state, body) VALUES (?, ?, ?, ?, ?, ?)",
        (order.id, order.partner_id, order.merchant_id, order.type, order.state, codec.dump(ProductOrder, order)),
    )
    return int(cursor.lastrowid or 0)


def save(connection: sqlite3.Connection, order: ProductOrder) -> None:
    """Store a changed order."""
    connection.execute(
        "UPDATE product_orders SET state = ?, body = ? WHERE id = ?",
        (order.state, codec.dump(ProductOrder, order), order.id),
    )


def remove(connection: sqlite3.Connection, id_: str) -> None:
    """Delete an order."""
    connection.execute("DELETE FROM product_orders WHERE id = ?", (id_,))


def get(connection: sqlite3.Connection, id_: str) -> ProductOrder | None:
    """The order of this id."""
    return _one(connection.execute(f"{_BODY} WHERE id = ?", (id_,)))


def of_number(connection: sqlite3.Connection, number: int) -> ProductOrder | None:
    """The order that is stored under this number."""
    return _one(connection.execute(f"{_BODY} WHERE number = ?", (number,)))


def number_of(connection: sqlite3.Connection, id_: str) -> int:
    """The number that an order is stored under; raises LookupError when there is none of this id."""
    row = connection.execute("SELECT number FROM product_orders WHERE id = ?", (id_,)).fetchone()
    if row is None:
        raise LookupError(f"no product order {id_}")
    return int(row[0])


def of_merchant(connection: sqlite3.Connection, merchant_id: str) -> Iterator[ProductOrder]:
    """A merchant's orders, oldest first."""
    rows = connection.execute(f"{_BODY} WHERE merchant_id = ? ORDER BY number", (merchant_id,))
    return (codec.load(ProductOrder, body) for (body,) in rows)


def newest(
    connection: sqlite3.Connection,
    *,
    partner_id: str | None = None,
    merchant_id: str | None = None,
    state: str | None = None,
    type_: str | None = None,
    limit: int = -1,
) -> Iterator[ProductOrder]:
    """Orders, the latest first; by partner, merchant, state and type when asked. ``limit`` -1 means all."""
    rows = connection.execute(
        f"{_BODY} WHERE (?1 IS NULL OR partner_id = ?1) AND (?2 IS NULL OR merchant_id = ?2)"
        " AND (?3 IS NULL OR state = ?3) AND (?4 IS NULL OR type = ?4) ORDER BY number DESC LIMIT ?5",
        (partner_id, merchant_id, state, type_, limit),
    )
    return (codec.load(ProductOrder, body) for (body,) in rows)


def _one(cursor: sqlite3.Cursor) -> ProductOrder | None:
    row = cursor.fetchone()
    return codec.load(ProductOrder, row[0]) if row else None
