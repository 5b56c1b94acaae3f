"""Reading plain values strictly: what is wrong is named with its place and the nearest right name.

A place is the path to the value: keys and positions.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, Final

LARGEST: Final = 10**9
"""No number in a rule is larger; an amount up to it is one without an upper end."""
Place = tuple[str | int, ...]


class BadRule(ValueError):
    """A rule is not right; ``place`` leads to the value that is meant."""

    def __init__(self, place: Place, reason: str) -> None:
        super().__init__(f"{dotted(place)}: {reason}")
        self.place = place
        self.reason = reason


def dotted(place: Place) -> str:
    """A place in words."""
    return ".".join(map(str, place)) or "the file"


def mapping(content: object, place: Place) -> Mapping[str, Any]:
    """A mapping of names to values; raises BadRule."""
    if not isinstance(content, Mapping) or not all(isinstance(key, str) for key in content):
        raise BadRule(place, "must be a mapping of names to values")
    return content


def check_keys(given: Mapping[str, Any], known: Iterable[str], place: Place) -> None:
    """Refuse keys that there are not, with the nearest that there is; raises BadRule."""
    for key in given:
        if key not in known:
            raise BadRule((*place, key), f"there is no such key{_hint(key, known)}")


def choice(value: object, known: Iterable[str], place: Place) -> str:
    """One of the known texts; raises BadRule with the nearest."""
    text = str(value)
    names = [str(each) for each in known]
    if text not in names:
        raise BadRule(place, f"there is no {text[:50]!r}{_hint(text, names)}")
    return text


def _hint(name: str, known: Iterable[str]) -> str:
    names = [str(each) for each in known]
    near = get_close_matches(name, names, n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else f"; there are: {', '.join(names)}"


def texts(value: object, place: Place) -> tuple[str, ...]:
    """A text, or a list of them; raises BadRule."""
    values = value if isinstance(value, list | tuple) else [value]
    if not values or not all(isinstance(each, str | int) and not isinstance(each, bool) for each in values):
        raise BadRule(place, "must be a text, or a list of texts")
    return tuple(map(str, values))


def is_number(value: object) -> bool:
    """Whether it is a number, and one that equals itself."""
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


def whole(value: object, place: Place, least: int) -> int:
    """A whole number; raises BadRule."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= LARGEST:
        raise BadRule(place, f"must be a whole number from {least}")
    return value


def seconds(value: Any, place: Place, most: float) -> float:
    """A length of time; raises BadRule."""
    if not is_number(value) or not 0 <= value <= most:
        raise BadRule(place, f"must be 0 to {most:g} seconds")
    return float(value)
