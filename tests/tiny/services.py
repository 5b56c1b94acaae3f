"""Parcels: made, delivered by time, told of, and stored."""

from typing import Any, Final

from mockserver.core.engine import Tx
from mockserver.core.ids import Ids
from mockserver.core.schedule import Due
from mockserver.core.stored import Flaws, Kind, Part, missing, plain
from mockserver.core.values import frozen
from mockserver.webhooks.events import EventType
from mockserver.webhooks.services import webhooks
from mockserver.world.stored import People

ARRIVED = "parcels.parcel.arrived.v1"
TRAVELS: Final = 3_600_000
"""Milliseconds."""


@frozen
class Delay:
    """How much longer a parcel takes, in milliseconds: what a scenario rule may choose."""

    milliseconds: int

    def __str__(self) -> str:
        return f"parcel {self.milliseconds} late"


def order(tx: Tx, msn: str, phone: str, size: str, delay: Delay | None) -> int:
    """A new parcel on its way; gives its number."""
    row = tx.connection.execute(
        "INSERT INTO parcels (msn, phone, size, state) VALUES (?, ?, ?, 'travels')", (msn, phone, size)
    )
    number = int(row.lastrowid or 0)
    tx.add_due(Due(tx.at + TRAVELS + (delay.milliseconds if delay else 0), "parcel.arrive", number))
    return number


def arrive(tx: Tx, number: int) -> None:
    """What time does."""
    move(tx, number, "arrived")


def move(tx: Tx, number: int, state: str) -> None:
    """Let a parcel that travels be in another state, and tell of it."""
    found = tx.connection.execute("SELECT msn FROM parcels WHERE id = ? AND state = 'travels'", (number,)).fetchone()
    if found is None:
        return
    tx.connection.execute("UPDATE parcels SET state = ? WHERE id = ?", (state, number))
    if state == "arrived":
        webhooks.emit(tx, ARRIVED, found[0], str(number), lambda: {"msn": found[0], "parcel": number})


def send_off(tx: Tx, number: int) -> None:
    """Let a parcel that has arrived travel again."""
    tx.connection.execute("UPDATE parcels SET state = 'travels' WHERE id = ? AND state = 'arrived'", (number,))


def every(tx: Tx) -> list[dict[str, Any]]:
    """All parcels."""
    names = ("id", "msn", "phone", "size", "state")
    rows = tx.connection.execute("SELECT id, msn, phone, size, state FROM parcels ORDER BY id")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _sample(ids: Ids, msn: str, at: str) -> dict[str, Any]:
    return {"msn": msn, "parcel": int(ids.number(4))}


EVENTS = (EventType(ARRIVED, _sample, most=2),)


@frozen
class ParcelEntry:
    """A parcel."""

    id: int
    msn: str
    phone: str
    size: str
    state: str


def _flaws(state: Any, known: People) -> Flaws:
    for index, each in enumerate(state.parcels):
        yield from missing(("parcels", index, "msn"), "sales unit", each.msn, known.units)


PART = Part(
    (Kind("parcels", "parcels", "id", plain("id", "msn", "phone", "size", "state"), entry=ParcelEntry, later=True),),
    flaws=_flaws,
)
