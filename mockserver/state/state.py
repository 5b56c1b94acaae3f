"""State files: all that a server knows as one JSON text that diffs well, read back whole or not at all."""

import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from itertools import chain
from sqlite3 import Connection
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails, from_json, to_json

from mockserver.core import codec, kinds, reading
from mockserver.core.background import in_background
from mockserver.core.clock import ClockState
from mockserver.core.digests import digest
from mockserver.core.engine import Engine
from mockserver.core.errors import Malformed, Violation
from mockserver.core.flaws import in_words
from mockserver.core.stored import Place
from mockserver.scenarios.stored import CLASS
from mockserver.state.form import FORMAT, Clash, ClockEntry
from mockserver.state.known import Known
from mockserver.state.numbers import LATEST, number_flaws
from mockserver.world.domain.world import World
from mockserver.world.store.world import everybody

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a state file that is read."""
_FURTHEST_BACK = 10**12
"""Milliseconds, some thirty years: a clock that stood still for long, and was let go."""


async def export(engine: Engine, known: Known) -> bytes:
    """All that a server knows now, as a state file: copied at once, and written in a thread."""
    engine.reading()  # which does what is due
    copy, clock = engine.database.copy(handed_over=True), engine.clock.state

    def written() -> bytes:
        with closing(copy):
            return write(copy, clock, known)

    return await in_background(written)


def write(connection: Connection, clock: ClockState, known: Known) -> bytes:
    """The state as it is now: JSON in UTF-8, keys in order, one thing for each line."""
    return b"".join(_pieces(known.form.tell(connection, ClockEntry(clock.offset, clock.frozen_at))))


def _pieces(content: Mapping[str, Any]) -> Iterator[bytes]:
    """Entry by entry: nobody else can run while one piece is written, in whatever thread."""
    before = b"{\n "
    for name in sorted(content):
        value = content[name]
        yield before + to_json(name) + b": "
        yield from _entries(value) if value and isinstance(value, list) else (_indented(value, 1),)
        before = b",\n "
    yield b"\n}\n"


def _entries(values: Iterable[Any]) -> Iterator[bytes]:
    before = b"[\n  "
    for each in values:
        yield before + _indented(each, 2)
        before = b",\n  "
    yield b"\n ]"


def _indented(value: Any, levels: int) -> bytes:
    return to_json(_in_order(value), indent=1).replace(b"\n", b"\n" + b" " * levels)


def _in_order(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _in_order(value[name]) for name in sorted(value)}
    return [_in_order(each) for each in value] if isinstance(value, list) else value


def read(text: bytes, known: Known) -> Any:
    """The checked state of a file; raises Malformed with the first place that is wrong, and why."""
    text = text.removeprefix(BOM_UTF8)
    try:
        content = from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise _bad((), f"not valid JSON: {error}") from None
    try:
        reading.from_json(text)  # which refuses keys that stand twice
    except reading.Unreadable as error:
        raise _bad((), str(error)) from None
    if not isinstance(content, dict) or "format" not in content:
        found = kinds.of_content(content, kinds.STATE)
        raise _bad((), found or "is no state file: it has no format")
    form = content["format"]
    if type(form) is not int or form != FORMAT:
        newer = type(form) is int and form > FORMAT
        way_out = "; a newer version of the server wrote it, so start that one" if newer else ""
        raise _bad(("format",), f"is {form!r:.20}; this server reads {FORMAT}{way_out}")
    for place, reason in number_flaws(content):
        raise _bad(place, reason)
    try:
        state: Any = codec.load_exact(known.form.state, text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise _bad(_place_in(content, first["loc"]), _reason(first)) from None
    for place, reason in chain(_clock_flaws(state.clock), known.flaws(state)):
        raise _bad(place, reason)
    return state


def _place_in(content: Any, location: Place) -> Place:
    """A location without the steps that only the classes have, not what was written."""
    place: list[str | int] = []
    for step in location[:-1]:
        written = step in content if isinstance(content, dict) else isinstance(step, int)
        if written:
            content = content[step]
            place.append(step)
    only_class = str(location[-1]).startswith(CLASS) or location[-1] in ("first", "second")
    last = () if only_class else location[-1:]
    return (*place, *last)


def _clock_flaws(clock: ClockEntry) -> Iterable[tuple[Place, str]]:
    if not -_FURTHEST_BACK <= clock.offset <= LATEST:
        yield ("clock", "offset"), f"must be {-_FURTHEST_BACK} to {LATEST} milliseconds"


def _bad(place: Place, reason: str) -> Malformed:
    return Malformed([Violation(_shown(place), reason)])


def _shown(place: Place) -> str:
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step[:60]}" for step in place)
    return re.sub(r"[^\x20-\x7e]", "?", path.removeprefix(".")) or "the state"


def _reason(error: ErrorDetails) -> str:
    match error["type"]:
        case "missing" | "missing_argument":
            return "is missing"
        case "extra_forbidden" | "unexpected_keyword_argument":
            return "there is no such key"
        case "string_type":
            return "must be a text"
        case "int_type":
            return "must be a whole number"
        case "bool_type":
            return "must be true or false"
        case _:
            return in_words(error["msg"]).replace("Input should be", "must be")


def put(connection: Connection, state: Any, known: Known) -> World:
    """Put a checked state in the place of all that is stored, in a transaction; gives everybody who is there now.

    Raises Malformed for names that clash.
    """
    try:
        known.form.keep(connection, state)
    except Clash as error:
        raise _bad(error.place, str(error)) from None
    return everybody(connection)


async def checked(text: bytes, known: Known) -> tuple[Any, str]:
    """The checked state of a file, as ``read`` has it, and a name for the ids after it: from a thread."""
    return await in_background(lambda: (read(text, known), digest(text).hex()))


def replace(engine: Engine, state: Any, name: str, known: Known) -> None:
    """Put a checked state in the place of everything, or change nothing; raises Malformed, StoreFull.

    ``name``: whose the ids are that come after it.
    """
    engine.put_instead(lambda connection: put(connection, state, known), name)
