"""What control requests bring: bodies and filters, checked field by field."""

import datetime
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import fields
from difflib import get_close_matches
from typing import Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictStr,
    TypeAdapter,
    ValidationError,
)
from starlette.requests import Request

from mockserver.core.adapters import adapter
from mockserver.core.errors import Malformed, Violation
from mockserver.core.instants import parse_timestamp
from mockserver.core.policy import Lenience
from mockserver.web import shape
from mockserver.web.http import Answer, json_answer, read_body, warning_headers
from mockserver.web.parsing import malformed
from mockserver.web.parsing import plain as plain_body
from mockserver.web.runtime import Runtime

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")
H = TypeVar("H", bound=Callable[..., Any])
Handler = Callable[[Runtime, Request], Awaitable[Any]]
Row = tuple[str, str, Handler]
"""Method, path under /_mock, handler; the handlers' docstrings are the documentation."""

LATEST = parse_timestamp("2200-01-01T00:00:00Z")
"""The clock does not go further; milliseconds since 1970 (UTC)."""
LONGEST_WAIT = 60
"""Seconds of real time that a call waits for something to happen."""


class ControlBody(BaseModel):
    """A control request: no other fields."""

    model_config = ConfigDict(extra="forbid")


class ResetBody(ControlBody):
    """What a reset leaves alone: registrations of webhooks that were made after the start."""

    keep: list[Literal["webhooks"]] = []


class AdvanceBody(ControlBody):
    """How far to move the clock: exactly one of seconds and an ISO 8601 duration."""

    seconds: float | None = Field(None, ge=0, allow_inf_nan=False, strict=True)
    duration: StrictStr | None = None

    def milliseconds(self) -> int:
        """The way ahead; raises Malformed."""
        if (self.seconds is None) == (self.duration is None):
            raise Malformed([Violation("body", "Must have exactly one of seconds and duration")])
        if self.seconds is not None:
            return round(min(self.seconds * 1000, LATEST))
        try:
            length = TypeAdapter(datetime.timedelta).validate_python(self.duration)
        except ValidationError:
            raise Malformed([Violation("duration", "Must be an ISO 8601 duration such as PT11M")]) from None
        if length < datetime.timedelta(0):
            raise Malformed([Violation("duration", "Must not be negative")])
        return round(length.total_seconds() * 1000)


class SetClockBody(ControlBody):
    """A time to move to, RFC 3339 with its zone."""

    at: StrictStr

    def instant(self) -> int:
        """Milliseconds since 1970 (UTC); raises Malformed."""
        try:
            return parse_timestamp(self.at)
        except (ValueError, OverflowError):
            raise Malformed([Violation("at", "Must be an RFC 3339 time with its zone")]) from None


class EmptyBody(ControlBody):
    """Nothing to say."""


async def read(request: Request, model: type[M], limit: int) -> M:
    """The request's JSON body, an empty one counting as ``{}``; raises Malformed."""
    body = await read_body(request.receive, limit)
    shape.check(body)
    try:
        return model.model_validate_json(body if body.strip() else b"{}")
    except ValidationError as error:
        raise malformed(error.errors(include_url=False, include_context=False)) from error


async def read_raw(request: Request, limit: int) -> dict[str, Any]:
    """The request's body as a JSON object; raises Malformed."""
    content = plain_body(await read_body(request.receive, limit))
    if not isinstance(content, dict):
        raise Malformed([Violation("body", "Must be an object")])
    return content


def to_value(kind: type[T], content: object, *place: str) -> T:
    """A domain value from plain ones; raises Malformed, naming each wrong field, under ``place``."""
    try:
        value: T = adapter(kind).validate_python(content)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_context=False)
        for each in errors:
            each["loc"] = (*place, *each["loc"])
        raise malformed(errors) from error
    return value


def merged(value: Any, changes: dict[str, Any], fixed: tuple[str, ...] = ()) -> dict[str, Any]:
    """The fields of a domain value with changes on top; objects are merged one level deep."""
    forbidden = [Violation(name, "Cannot be changed") for name in fixed if name in changes]
    if forbidden:
        raise Malformed(forbidden)
    content: dict[str, Any] = plain(value)
    known = {field.name for field in fields(value)}
    for name, change in changes.items():
        both = isinstance(change, dict) and isinstance(content.get(name), dict) and name in known
        content[name] = content[name] | change if both else change
    return content


ANYTHING = "*"
"""In place of names: whatever the query says is not for us."""


def takes(*names: str) -> Callable[[H], H]:
    """Says which query parameters a handler takes; whoever says nothing takes none."""

    def decorate(handler: H) -> H:
        _TAKEN[handler] = frozenset(names)
        return handler

    return decorate


_REPEATED = frozenset({"header"})
_TAKEN: dict[Callable[..., Any], frozenset[str]] = {}


def check_query(handler: Callable[..., Any], request: Request) -> None:
    """Refuse query parameters that a handler does not take, or not more than once; raises Malformed."""
    taken = _TAKEN.get(handler, frozenset())
    if ANYTHING not in taken:
        check_names(request, taken)


def check_names(request: Request, taken: frozenset[str]) -> None:
    """Refuse query parameters that are not among these, or stand twice; raises Malformed."""
    there_are = f"there are: {', '.join(sorted(taken))}" if taken else "there are none"
    given = Counter(name for name, _ in request.query_params.multi_items())
    violations = [
        Violation(
            name, f"There is no such parameter here; {there_are}" if name not in taken else "Must not be repeated"
        )
        for name, times in given.items()
        if name not in taken or (times > 1 and name not in _REPEATED)
    ]
    if violations:
        raise Malformed(violations)


def number(filters: dict[str, str], name: str, default: int | None = None, most: int = 10_000) -> int | None:
    """A filter that is a number from 0 to ``most``; raises Malformed."""
    text = filters.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) > most:
        raise Malformed([Violation(name, f"Must be a number from 0 to {most}")])
    return int(text)


def truth(filters: dict[str, str], name: str) -> bool:
    """A filter that is true or false, by default false; raises Malformed."""
    if filters.get(name) not in (None, "true", "false"):
        raise Malformed([Violation(name, "Must be true or false")])
    return filters.get(name) == "true"


def one_of(filters: dict[str, str], name: str, known: Callable[[], Iterable[str]]) -> str | None:
    """A filter that is one of the names that ``known`` gives; raises Malformed with the nearest."""
    text = filters.get(name)
    if text is None:
        return None
    names = sorted(known())
    if text in names:
        return text
    near = get_close_matches(text, names, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(names)}"
    raise Malformed([Violation(name, f"There is no {name} {text[:80]!r}; {hint}")])


def plain(value: Any) -> Any:
    """A value of the domain as plain ones, under its own names."""
    return adapter(type(value)).dump_python(value, mode="json")


def warned(shown: Any, lenience: Lenience) -> Answer:
    """An answer of the control API with what was forgiven on the way."""
    answer = json_answer(200, shown)
    answer.headers = warning_headers(lenience.warnings)
    return answer
