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


def check_keys(
    given: Mapping[str, Any], known: Iterable[str], place: Place, fitting: Iterable[str] | None = None
) -> None:
    """Refuse keys that there are not, with the nearest that there is, or all that are ``fitting``; raises BadRule."""
    for key in given:
        if key not in known:
            raise BadRule((*place, key), f"there is no such key{_hint(key, known, fitting)}")


def choice(value: object, known: Iterable[str], place: Place) -> str:
    """One of the known texts; raises BadRule with the nearest."""
    names = [str(each) for each in known]
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise BadRule(place, f"must be one of {', '.join(names)}, not {in_words(value)}")
    text = str(value)
    if text not in names:
        raise BadRule(place, f"there is no {text[:50]!r}{_hint(text, names)}")
    return text


def in_words(value: object) -> str:
    """What a value of the wrong kind is."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "a mapping"
    return "a list" if isinstance(value, list | tuple) else f"{value!r:.50}"


def _hint(name: str, known: Iterable[str], fitting: Iterable[str] | None = None) -> str:
    names = [str(each) for each in known]
    near = get_close_matches(name, names, n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else f"; there are: {', '.join(names if fitting is None else fitting)}"


def texts(value: object, place: Place) -> tuple[str, ...]:
    """A text, or a list of them; raises BadRule."""
    values = value if isinstance(value, list | tuple) else [value]
    if not values or not all(isinstance(each, str | int) and not isinstance(each, bool) for each in values):
        raise BadRule(place, "must be a text, or a list of texts")
    return tuple(map(str, values))


def is_number(value: object) -> bool:
    """Whether it is a number, and one that equals itself."""
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


def whole(value: object, place: Place, least: int, most: int = LARGEST) -> int:
    """A whole number; raises BadRule."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise BadRule(place, f"must be a whole number from {least} to {most}")
    return value


def seconds(value: Any, place: Place, most: float) -> float:
    """A length of time; raises BadRule."""
    if not is_number(value) or not 0 <= value <= most:
        raise BadRule(place, f"must be a number from 0 to {most:.10g}, in seconds")
    return float(value)
