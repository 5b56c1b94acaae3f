"""Items of batches that wait to become charges."""

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from mockserver.apis.recurring.domain.batch import BatchItem
from mockserver.core import codec


class Taken(NamedTuple):
    """An item with its unit, and the number of the next one of its batch."""

    msn: str
    item: BatchItem
    next: int | None


def insert(connection: sqlite3.Connection, msn: str, items: Sequence[BatchItem]) -> int:
    """Keep the items of a batch of this unit, and give the number of the first one; the others follow it."""
    (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM charge_batch_items").fetchone()
    first: int = last + 1
    rows = ((first + index, first, msn, codec.dump(BatchItem, item)) for index, item in enumerate(items))
    connection.executemany("INSERT INTO charge_batch_items (id, batch, msn, body) VALUES (?, ?, ?, ?)", rows)
    return first


def take(connection: sqlite3.Connection, id_: int) -> Taken | None:
    """The item of this number, which is kept no longer."""
    row = connection.execute("SELECT batch, msn, body FROM charge_batch_items WHERE id = ?", (id_,)).fetchone()
    if row is None:
        return None
    connection.execute("DELETE FROM charge_batch_items WHERE id = ?", (id_,))
    after = connection.execute("SELECT batch FROM charge_batch_items WHERE id = ?", (id_ + 1,)).fetchone()
    goes_on = after is not None and after[0] == row[0]
    return Taken(row[1], codec.load(BatchItem, row[2]), id_ + 1 if goes_on else None)
