"""Points in time: integers, milliseconds since 1970 (UTC)."""

import datetime
from functools import lru_cache
from typing import Final

MINUTE: Final = 60_000
"""Milliseconds."""
HOUR: Final = 60 * MINUTE
"""Milliseconds."""
DAY: Final = 24 * HOUR
"""Milliseconds."""


def timestamp(at: int) -> str:
    """A time as the wire writes it: RFC 3339, milliseconds, Z. ``at`` in milliseconds since 1970 (UTC)."""
    return f"{_moment(at)}Z"


def timestamp_with_offset(at: int) -> str:
    """The same with its zone as an offset, which is how some fields have it."""
    return f"{_moment(at)}+00:00"


def _moment(at: int) -> str:
    seconds, milliseconds = divmod(at, 1000)
    return f"{_second(seconds)}.{milliseconds:03d}"


@lru_cache(maxsize=64)
def _second(seconds: int) -> str:
    return f"{datetime.datetime.fromtimestamp(seconds, datetime.UTC):%Y-%m-%dT%H:%M:%S}"


def parse_timestamp(text: str) -> int:
    """The milliseconds since 1970 of an RFC 3339 time with its zone; raises ValueError for anything else."""
    moment = datetime.datetime.fromisoformat(text.upper())
    if moment.tzinfo is None:
        raise ValueError("a time zone is needed")
    return round(moment.timestamp() * 1000)


def lead(ahead: int) -> str:
    """A sentence, after a space, that the emulator's clock is so many milliseconds ahead; empty below a second."""
    if ahead < 1000:
        return ""
    minutes, seconds = divmod(ahead // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [f"{count} {unit}" for count, unit in ((days, "d"), (hours, "h"), (minutes, "min")) if count]
    return f" The emulator's clock is {' '.join(parts) or f'{seconds} s'} ahead of the real one."
