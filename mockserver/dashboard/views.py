"""What the dashboard lists of a product: where the control API has it, its columns, its story, and its buttons.

What is listed is plain JSON as the control API gives it, and buttons are calls of it: a view has no power of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any, Final, Literal
from urllib.parse import quote

from mockserver.core.values import frozen

Thing = Mapping[str, Any]
"""Something as the control API shows it."""


@frozen
class Field:
    """Something to say with a button or a filter: a choice where there are ``options``, else text."""

    name: str
    label: str
    options: tuple[str, ...] = ()
    value: str = ""


@frozen
class Button:
    """A call of the control API: ``path`` may name fields of the thing in braces.

    ``states``: those in which it makes sense; None for all. ``body`` goes along with what ``fields`` say.
    """

    label: str
    path: str
    method: Literal["POST", "PUT", "DELETE"] = "POST"
    fields: tuple[Field, ...] = ()
    body: Mapping[str, Any] = field(default_factory=dict)
    states: frozenset[str] | None = None


@frozen
class Column:
    """A column of the list: what it shows of a thing, and how."""

    title: str
    show: Callable[[Thing], str | None]
    kind: Literal["text", "time", "number"] = "text"


@frozen
class Moment:
    """Something that happened to a thing at a time (RFC 3339).

    ``by`` is the operation that brings such a thing about, which is told before it.
    """

    at: str
    title: str
    detail: str = ""
    failed: bool = False
    by: str = ""


@frozen
class Bar:
    """A part of an amount, in minor units."""

    label: str
    value: int
    whole: int
    text: str


def _nothing(thing: Thing) -> Sequence[Any]:
    return ()


@frozen
class View:
    """Things of one kind. ``call``, which takes ``limit`` and what ``filters`` name, lists them under ``items``.

    ``whole`` shows one, which ``key`` names by its fields.

    ``about``: APIs, and first words of events, whose news belong to such a thing. ``requests`` and ``deliveries``, with
    fields of the thing in braces, find its journal entries and webhooks; None where nothing tells whose they are.
    """

    name: str
    title: str
    one: str
    call: str
    items: str
    whole: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    state: str = "state"
    filters: tuple[Field, ...] = ()
    buttons: tuple[Button, ...] = ()
    moments: Callable[[Thing], Sequence[Moment]] = _nothing
    bars: Callable[[Thing], Sequence[Bar]] = _nothing
    links: Callable[[Thing], Sequence[tuple[str, str]]] = _nothing
    requests: str | None = None
    deliveries: str | None = None
    about: frozenset[str] = frozenset()

    def address(self, thing: Thing) -> str | None:
        """Where one is shown; None when the thing does not say which it is."""
        parts = [thing.get(name) for name in self.key]
        if not all(parts):
            return None
        return "/".join((f"{HOME}/{self.name}", *(quote(str(each), safe="") for each in parts)))


HOME: Final = "/dashboard"


def filled(pattern: str, thing: Thing, *, quoted: bool = False) -> str:
    """A pattern with the thing's fields in their places, ``quoted`` as in a query."""
    for name, value in thing.items():
        if isinstance(value, str | int):
            pattern = pattern.replace(f"{{{name}}}", quote(str(value), safe="") if quoted else str(value))
    return pattern


def money(value: int, currency: str) -> str:
    """An amount in minor units, for people."""
    return f"{value // 100}.{value % 100:02d} {currency}"
