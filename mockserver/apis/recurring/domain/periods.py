"""Intervals of agreements: their words, and the windows of time that charges are counted in."""

import calendar
import datetime
from enum import StrEnum

from mockserver.core.values import frozen

MOST = 31
"""Units of one period."""


class Unit(StrEnum):
    """What periods are counted in."""

    YEAR = "YEAR"
    MONTH = "MONTH"
    WEEK = "WEEK"
    DAY = "DAY"


@frozen
class Period:
    """``count`` units, 1 to 31."""

    unit: Unit
    count: int

    @property
    def text(self) -> str:
        """As the app says it: every month, every 2 weeks."""
        unit = self.unit.lower()
        return f"every {unit}" if self.count == 1 else f"every {self.count} {unit}s"


@frozen
class Window:
    """From one day to another one, both included."""

    first: datetime.date
    last: datetime.date


def window(period: Period, start: datetime.date, day: datetime.date) -> Window:
    """The interval that ``day`` is in, for an agreement that started on ``start``.

    Weeks, months and years are those of the calendar, counted from the one that holds ``start``; days are blocks from
    ``start`` on.
    """
    match period.unit:
        case Unit.DAY:
            return _days(start, day, period.count)
        case Unit.WEEK:
            return _days(start - datetime.timedelta(days=start.weekday()), day, 7 * period.count)
        case Unit.MONTH:
            return _months(start, day, period.count)
        case Unit.YEAR:
            return _months(start.replace(month=1), day, 12 * period.count)


def _days(start: datetime.date, day: datetime.date, length: int) -> Window:
    first = start + datetime.timedelta(days=(day - start).days // length * length)
    return Window(first, first + datetime.timedelta(days=length - 1))


def _months(start: datetime.date, day: datetime.date, length: int) -> Window:
    begun = start.year * 12 + start.month - 1
    first = begun + (day.year * 12 + day.month - 1 - begun) // length * length
    return Window(_first_of(first), _first_of(first + length) - datetime.timedelta(days=1))


def _first_of(months: int) -> datetime.date:
    return datetime.date(months // 12, months % 12 + 1, 1)


def after(period: Period, start: datetime.date) -> datetime.date:
    """The day on which a period that begins on ``start`` is over."""
    match period.unit:
        case Unit.DAY | Unit.WEEK:
            days = period.count * (7 if period.unit is Unit.WEEK else 1)
            return start + datetime.timedelta(days=days)
        case Unit.MONTH | Unit.YEAR:
            months = start.year * 12 + start.month - 1 + period.count * (12 if period.unit is Unit.YEAR else 1)
            first = _first_of(months)
            return first.replace(day=min(start.day, calendar.monthrange(first.year, first.month)[1]))
