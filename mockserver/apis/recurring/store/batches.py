"""Items of batches that wait to become charges."""

import sqlite3

from mockserver.apis.recurring.domain.batch import BatchItem
from mockserver.core import codec


def insert(connection: sqlite3.Connection, msn: str, item: BatchItem) -> int:
    """Keep an item of this unit, and give its number."""
    values = (msn, codec.dump(BatchItem, item))
    return connection.execute("INSERT INTO charge_batch_items (msn, body) VALUES (?, ?)", values).lastrowid or 0


def take(connection: sqlite3.Connection, id_: int) -> tuple[str, BatchItem] | None:
    """The unit and the item of this number, which is kept no longer."""
    row = connection.execute("SELECT msn, body FROM charge_batch_items WHERE id = ?", (id_,)).fetchone()
    connection.execute("DELETE FROM charge_batch_items WHERE id = ?", (id_,))
    return (row[0], codec.load(BatchItem, row[1])) if row else None
