"""Numbers that no field of a state could have."""

import re
from collections.abc import Iterable
from typing import Any, Final

from mockserver.core.instants import parse_timestamp
from mockserver.core.stored import Flaws, Place

LATEST: Final = parse_timestamp("2500-01-01T00:00:00Z")
"""No time of a state is later; milliseconds since 1970 (UTC)."""
_LARGEST: Final = (1 << 53) - 1
"""What every JSON library takes for a whole number."""
_LONGEST: Final = 10**9
"""Seconds, for numbers that are not whole."""
_TIMES = re.compile(r"at|.*_(at|until|since|deadline|time)", re.ASCII)


def number_flaws(content: Any, place: Place = ()) -> Flaws:
    """Numbers that no field could have, wherever they stand in plain content."""
    items: Iterable[tuple[str | int, Any]] = ()
    if isinstance(content, dict):
        items = content.items()
    elif isinstance(content, list):
        items = enumerate(content)
    elif isinstance(content, float):
        if not abs(content) <= _LONGEST:
            yield place, f"must be a number of at most {_LONGEST}"
    elif isinstance(content, int) and not isinstance(content, bool):
        if not -_LARGEST <= content <= _LARGEST:
            yield place, f"must be a number of at most {_LARGEST}"
        elif place and _TIMES.fullmatch(str(place[-1])) and not 0 <= content <= LATEST:
            yield place, "must be a time in milliseconds since 1970 (UTC), before the year 2500"
    for key, value in items:
        yield from number_flaws(value, (*place, key))
