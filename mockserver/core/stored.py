"""How what is stored stands in a state file: which entry is which row, and what no entry could say."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from operator import attrgetter
from typing import Any, Final, NamedTuple

from pydantic_core import from_json

from mockserver.core import codec
from mockserver.core.errors import Malformed
from mockserver.core.values import frozen

Place = tuple[str | int, ...]
Flaws = Iterator[tuple[Place, str]]
"""Places in a state, each with what is wrong there."""
_NEVER = (1 << 63) - 1
"""When things are due that do not come by themselves."""


class Column(NamedTuple):
    """A column: the entry's ``field``, and how its value is told (from the row) and kept (from the entry)."""

    field: str
    column: str
    tell: Callable[[Any], Any] = lambda kept: kept
    keep: Callable[[Any], Any] = lambda value: value


class Kind(NamedTuple):
    """Entries that are the rows of one table.

    ``derived`` columns follow from an entry. ``inside``: these entries stand in those of another kind, which is what
    this column names, and ``entry`` is the class of others. ``later``: state files from before there were any may leave
    them out.
    """

    name: str
    table: str
    order: str
    columns: tuple[Column, ...]
    derived: Mapping[str, Callable[[Any], Any]] = {}
    inside: tuple[str, str] | None = None
    entry: type[Any] | None = None
    later: bool = False


def plain(*names: str) -> tuple[Column, ...]:
    """Columns whose values stand in entries as they are."""
    return tuple(Column(name, name) for name in names)


def flag(name: str) -> Column:
    """A column of 0 and 1."""
    return Column(name, name, bool, int)


def hexadecimal(name: str) -> Column:
    """A column of bytes, told in hex digits."""
    return Column(name, name, bytes.hex, bytes.fromhex)


def value(field: str, kind: Any = None, column: str = "body") -> Column:
    """A value of the domain, of whatever class it is unless ``kind`` says it."""
    return Column(field, column, from_json, lambda value: codec.dump(kind or type(value), value))


def json(field: str, column: str) -> Column:
    """A column of JSON text."""
    return Column(field, column, from_json, codec.to_text)


def optional(column: Column) -> Column:
    """The column, whose value may be missing."""
    return column._replace(
        tell=lambda kept: None if kept is None else column.tell(kept),
        keep=lambda value: None if value is None else column.keep(value),
    )


def taken(field: str, *names: str) -> dict[str, Callable[[Any], Any]]:
    """Columns that follow from a value of the entry."""
    return {name: attrgetter(f"{field}.{name}") for name in names}


DUE: Final = Column(
    "due_at", "due_at", lambda at: None if at == _NEVER else at, lambda at: _NEVER if at is None else at
)


def sound(state: Any, known: Any) -> Flaws:
    """Nothing to find."""
    yield from ()


@frozen
class Part:
    """What one room stores.

    ``kinds`` of entries, in the order that they can be written in; ``lists`` by name, of what has no table, and
    ``later_lists``, which older files leave out; ``flaws`` yields what is wrong with its entries in a state, where
    everybody in it is ``known``.

    ``chosen``: classes of what scenario rules choose for single things, by the kind that it is stored as.
    """

    kinds: tuple[Kind, ...] = ()
    lists: Mapping[str, Any] = field(default_factory=dict)
    later_lists: Mapping[str, Any] = field(default_factory=dict)
    flaws: Callable[[Any, Any], Flaws] = sound
    chosen: Mapping[str, type[Any]] = field(default_factory=dict)


def missing(place: Place, what: str, name: object, known: Iterable[object]) -> Flaws:
    """Something is named that there is not."""
    if name is not None and name not in known:
        yield place, f"there is no {what} {str(name)[:50]!r}"


def malformed(place: Place, check: Callable[[], object]) -> Flaws:
    """What a check refuses."""
    try:
        check()
    except Malformed as error:
        yield place, str(error)


def repeated(kind: str, names: list[Any], what: str) -> Flaws:
    """Entries with the name of an earlier one."""
    seen = set()
    for index, name in enumerate(names):
        if name in seen:
            yield (kind, index), f"has the {what} of another entry"
        seen.add(name)
