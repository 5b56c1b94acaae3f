"""Days and hours of the markets: when a charge may be due, is shown, and is tried.

Days are ``datetime.date``, times milliseconds since 1970 (UTC). Summer time follows the rule that the three markets
share: from the last Sunday of March to that of October, at 01:00 UTC.
"""

import datetime
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from mockserver.core.instants import DAY, HOUR
from mockserver.core.money import Market

_EPOCH: Final = datetime.date(1970, 1, 1)
_WINTER: Final = {Market.NO: HOUR, Market.DK: HOUR, Market.SE: HOUR, Market.FI: 2 * HOUR}
"""How far the market's clocks are before UTC, in milliseconds."""
_NORWEGIAN: Final = (9, 17)
_OTHERS: Final = (3, 13, 18, 20, 22, 23)
HOURS: Final = {Market.NO: _NORWEGIAN, Market.SE: _NORWEGIAN, Market.DK: _OTHERS, Market.FI: _OTHERS}
"""Local hours at which charges are tried (official agent toolkit, 2026)."""
SHOWN_BEFORE: Final = 30
"""A charge is DUE when less than so many days are left."""
LONGEST_RETRY: Final = 14
"""Days after the due one on which a charge may still be tried."""


def _last_sunday(year: int, month: int) -> datetime.date:
    last = datetime.date(year, month, 31)
    return last - datetime.timedelta(days=(last.weekday() + 1) % 7)


def _midnight(day: datetime.date) -> int:
    return (day - _EPOCH).days * DAY


@lru_cache(maxsize=64)
def _summer(year: int) -> tuple[int, int]:
    begins, ends = (_midnight(_last_sunday(year, month)) + HOUR for month in (3, 10))
    return begins, ends


def _is_summer(at: int) -> bool:
    begins, ends = _summer(utc_day(at).year)
    return begins <= at < ends


def _offset(at: int, market: Market) -> int:
    return _WINTER[market] + (HOUR if _is_summer(at) else 0)


@lru_cache(maxsize=1024)
def _day(number: int) -> datetime.date:
    return _EPOCH + datetime.timedelta(days=number)


def utc_day(at: int) -> datetime.date:
    """The day that a time is in, by UTC."""
    return _day(at // DAY)


def local_day(at: int, market: Market) -> datetime.date:
    """The day that a time is in, by the market's clocks."""
    return utc_day(at + _offset(at, market))


def moment(day: datetime.date, hour: int, market: Market) -> int:
    """When the market's clocks show this full hour of a day: the first time, or, where there is none, an hour later."""
    in_winter = _midnight(day) + hour * HOUR - _WINTER[market]
    return in_winter - HOUR if _is_summer(in_winter - HOUR) else in_winter


def in_years(day: datetime.date, years: int) -> datetime.date:
    """The same day so many years later; 1 March for 29 February where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return datetime.date(day.year + years, 3, 1)


def is_shown(due: datetime.date, at: int, market: Market) -> bool:
    """Whether a charge that is due on this day is DUE at a time."""
    return at >= shown_from(due, market)


def shown_from(due: datetime.date, market: Market) -> int:
    """When a charge becomes DUE: at the midnight after which less than 30 days are left."""
    return moment(due - datetime.timedelta(days=SHOWN_BEFORE - 1), 0, market)


def attempts(due: datetime.date, retry_days: int, market: Market) -> Iterator[int]:
    """When a charge is tried until it succeeds: once without retries, else at every hour of each of its days."""
    if retry_days == 0:
        yield moment(due, HOURS[market][0], market)
        return
    for day in range(retry_days + 1):
        for hour in HOURS[market]:
            yield moment(due + datetime.timedelta(days=day), hour, market)


def next_attempt(due: datetime.date, retry_days: int, market: Market, after: int) -> int | None:
    """The first of these times that comes after another time; None when none does."""
    return next((each for each in attempts(due, retry_days, market) if each > after), None)
