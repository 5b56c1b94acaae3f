"""What a state file of a server looks like: the entries of all its parts, and which row each of them is."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import make_dataclass
from typing import Any, Final, Literal

from pydantic_core import from_json

from mockserver.core import codec, meta
from mockserver.core.stored import Flaws, Kind, Part, plain
from mockserver.core.values import frozen
from mockserver.scenarios.stored import chosen

FORMAT: Final = 1
"""The number of the form that is written and read."""
CLOCK: Final = "clock"


class Clash(ValueError):
    """Two entries claim the same name or number; ``place`` leads to the second one."""

    def __init__(self, place: tuple[str | int, ...]) -> None:
        super().__init__("has a name or number that another entry has too")
        self.place = place


@frozen
class ClockEntry:
    """How far the clock is ahead of the wall clock, in milliseconds, or when it stands still."""

    offset: int = 0
    frozen_at: int | None = None


@frozen
class DueEntry:
    """Something that time is going to do, and to which number."""

    due_at: int
    kind: str
    key: int


_DUE: Final = Part((Kind("due", "due", "due_at, kind, key", plain("due_at", "kind", "key"), entry=DueEntry),))


class Form:
    """The entries of these parts, with what was chosen for single things and what is due."""

    def __init__(self, parts: Iterable[Part]) -> None:
        own = tuple(parts)
        classes = {kind: choice for part in own for kind, choice in part.chosen.items()}
        self._parts = (*own, chosen(classes), _DUE)
        self.kinds = tuple(kind for part in self._parts for kind in part.kinds)
        lists = {name: _several(each) for part in own for name, each in part.lists.items()}
        later_lists = {name: _several(each) for part in own for name, each in part.later_lists.items()}
        self._lists = (*lists, *later_lists)
        own_kinds = [kind for kind in self.kinds if kind.entry is not None]
        entries = [(kind.name, _several(kind.entry)) for kind in own_kinds if not kind.later]
        later: list[Any] = [(kind.name, _several(kind.entry), ()) for kind in own_kinds if kind.later]
        own_fields: list[tuple[str, Any]] = [("format", Literal[FORMAT]), ("clock", ClockEntry)]
        later += [(name, each, ()) for name, each in later_lists.items()]
        self.state: type[Any] = make_dataclass("State", [*own_fields, *entries, *lists.items(), *later])

    def flaws(self, state: Any, known: Any) -> Flaws:
        """All that is wrong with a state, where these people are ``known``."""
        for part in self._parts:
            yield from part.flaws(state, known)

    def tell(self, connection: sqlite3.Connection, clock: ClockEntry) -> dict[str, Any]:
        """All that is stored, as the plain content of a state file."""
        told: dict[str, Any] = {"format": FORMAT, "clock": {"offset": clock.offset, "frozen_at": clock.frozen_at}}
        for name in self._lists:
            told[name] = from_json(meta.get(connection, name) or "[]")
        for kind in self.kinds:
            if kind.inside is None:
                told[kind.name] = [entry for _, entry in _read(connection, kind, "0")]
                continue
            outside, column = kind.inside
            by_id = {entry["id"]: entry for entry in told[outside]}
            for id_, entry in _read(connection, kind, column):
                by_id[id_].setdefault(kind.name, []).append(entry)
        return told

    def keep(self, connection: sqlite3.Connection, state: Any) -> None:
        """Put a checked state in the place of all that is stored, inside of a transaction; raises Clash.

        The index of names has to be made again after it.
        """
        for kind in self.kinds:
            connection.execute(f"DELETE FROM {kind.table}")  # noqa: S608 - our own names
            if kind.inside is None:
                for index, entry in enumerate(getattr(state, kind.name)):
                    _write(connection, kind, entry, {}, (kind.name, index))
                continue
            outside, column = kind.inside
            for index, other in enumerate(getattr(state, outside)):
                for number, entry in enumerate(getattr(other, kind.name)):
                    _write(connection, kind, entry, {column: other.id}, (outside, index, kind.name, number))
        for name in self._lists:
            meta.put(connection, name, codec.to_text(getattr(state, name)))
        meta.put(connection, CLOCK, codec.dump(ClockEntry, state.clock))


def _several(kind: Any) -> Any:
    return tuple[kind, ...]


def _read(connection: sqlite3.Connection, kind: Kind, first: str) -> Iterator[tuple[int, dict[str, Any]]]:
    names = ", ".join([first, *(each.column for each in kind.columns)])
    for id_, *row in connection.execute(f"SELECT {names} FROM {kind.table} ORDER BY {kind.order}"):  # noqa: S608
        told = {each.field: each.tell(kept) for each, kept in zip(kind.columns, row, strict=True)}
        yield id_, {field: value for field, value in told.items() if value is not None}


def _write(
    connection: sqlite3.Connection, kind: Kind, entry: Any, row: dict[str, Any], place: tuple[str | int, ...]
) -> None:
    row |= {each.column: each.keep(getattr(entry, each.field)) for each in kind.columns}
    row |= {column: get(entry) for column, get in kind.derived.items()}
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    try:
        connection.execute(f"INSERT INTO {kind.table} ({names}) VALUES ({marks})", tuple(row.values()))  # noqa: S608
    except sqlite3.IntegrityError as error:
        raise Clash(place) from error
