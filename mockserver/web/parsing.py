"""From bytes to a request: exact first, and where that fails, what the policy forgives."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, from_json, to_json

from mockserver.core.errors import Malformed, Violation
from mockserver.core.flaws import in_words
from mockserver.core.policy import Kindness, Lenience
from mockserver.web import shape
from mockserver.web.shape import USUAL, Bounds
from mockserver.web.wire import Body

M = TypeVar("M", bound=BaseModel)
Location = tuple[int | str, ...]

MANDATORY = "The property is mandatory and cannot be null or empty."
"""The one documented text for a field that is missing."""


class Tolerance:
    """One kind of mistake that may be forgiven: which errors it is about, and what mends the raw value.

    ``mend`` takes the container and the key of the culprit, and changes the container.
    """

    def __init__(
        self,
        kindness: Kindness,
        matches: Callable[[ErrorDetails], bool],
        mend: Callable[[Any, int | str], None],
    ) -> None:
        self.kindness = kindness
        self.matches = matches
        self.mend = mend


def _drop(container: Any, key: int | str) -> None:
    container.pop(key, None)


UNKNOWN_FIELD = Tolerance(Kindness.UNKNOWN_FIELDS, lambda error: error["type"] == "extra_forbidden", _drop)


def exact(model: type[M], body: bytes) -> M | None:
    """The request that ``body`` holds, if it is exactly of this form."""
    try:
        shape.check(body)
        return model.model_validate_json(body)
    except (Malformed, ValidationError):
        return None


def parse(
    model: type[M],
    body: bytes,
    lenience: Lenience,
    tolerances: Iterable[Tolerance] = (UNKNOWN_FIELD,),
    known: BaseModel | None = None,
) -> M:
    """The request that ``body`` holds; raises Malformed with one violation for each wrong field.

    An exact request costs one validation, or none when it is ``known`` from an earlier one. A wrong one is mended
    where every error is forgiven, and only then.
    """
    request = known if isinstance(known, model) else _parse(model, body, lenience, tolerances)
    if b"null" in body and isinstance(request, Body):
        _check_nulls(request, lenience)
    return request


def _parse(model: type[M], body: bytes, lenience: Lenience, tolerances: Iterable[Tolerance]) -> M:
    shape.check(body)
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_context=False)
    tolerances = tuple(tolerances)
    if any(_tolerance(tolerances, each) is None for each in errors):
        raise malformed(errors)
    raw = plain(body)
    refused = [each for each in errors if not _forgive(raw, each, tolerances, lenience)]
    if refused:
        raise malformed(refused)
    try:
        return model.model_validate_json(to_json(raw))
    except ValidationError as error:
        raise malformed(error.errors(include_url=False, include_context=False)) from error


def plain(body: bytes, bounds: Bounds = USUAL) -> Any:
    """What JSON holds; raises Malformed, also for too many values, and for ``NaN`` and ``Infinity``: it has neither."""
    shape.check(body, bounds)
    try:
        return from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise Malformed([Violation("body", f"The body is not valid JSON: {error}")]) from None


def _check_nulls(request: Body, lenience: Lenience) -> None:
    refused = [
        Violation(path, "Must not be null")
        for path in _nulls(request, ())
        if not lenience.allow(Kindness.NULL_FIELDS, f"{path} is null")
    ]
    if refused:
        raise Malformed(refused)


def _nulls(value: object, place: Location) -> Iterator[str]:
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from _nulls(each, (*place, index))
    if not isinstance(value, Body):
        return
    for name in type(value).model_fields:
        content = getattr(value, name)
        if content is None and name in value.model_fields_set and name not in value.NULLABLE:
            yield path_of((*place, name))
        yield from _nulls(content, (*place, name))


def _tolerance(tolerances: tuple[Tolerance, ...], error: ErrorDetails) -> Tolerance | None:
    return next((tolerance for tolerance in tolerances if tolerance.matches(error)), None)


def _forgive(raw: Any, error: ErrorDetails, tolerances: tuple[Tolerance, ...], lenience: Lenience) -> bool:
    tolerance = _tolerance(tolerances, error)
    if tolerance is None or not lenience.allow(tolerance.kindness, f"{path_of(error['loc'])}: {reason_of(error)}"):
        return False
    *way, key = error["loc"]
    container = raw
    for step in way:
        container = container[step]
    tolerance.mend(container, key)
    return True


def malformed(errors: Iterable[ErrorDetails]) -> Malformed:
    """The refusal that these validation errors make, one entry for each field."""
    violations = {path_of(error["loc"]): reason_of(error) for error in errors}
    return Malformed([Violation(path, reason) for path, reason in violations.items()])


def path_of(location: Location) -> str:
    """A field as a merchant knows it: ``receipt.orderLines[0].name``; ``body`` for the whole."""
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{_shown(part)}"
    return path.removeprefix(".") or "body"


def _shown(part: str) -> str:
    return re.sub(r"[^\x20-\x7e]", "?", part[:60])


_LIBRARY = re.compile(r"^(?:Input|List|String|Dictionary|Tuple|Set) should ")
_COUNTED = re.compile(r" after validation, not \d+$")


def reason_of(error: ErrorDetails) -> str:
    """What the field violated, as a short sentence."""
    match error["type"]:
        case "missing":
            return MANDATORY
        case "extra_forbidden":
            return "There is no such field"
        case "json_invalid":
            return f"The body is not valid JSON: {error['msg'].removeprefix('Invalid JSON: ')}"
        case "string_pattern_mismatch":
            name = _shown(next((each for each in reversed(error["loc"]) if isinstance(each, str)), "body"))
            pattern = error["msg"].removeprefix("String should match pattern ")
            return f"The field {name[:1].upper()}{name[1:]} must match the regular expression {pattern}."
        case "unexpected_keyword_argument":
            return "There is no such field"
        case _:
            return _COUNTED.sub("", _LIBRARY.sub("Must ", in_words(error["msg"])))
