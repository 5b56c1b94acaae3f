"""Intervals: words and windows."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mockserver.apis.recurring.domain.periods import Period, Unit, after, window

START = datetime.date(2030, 1, 31)
PERIODS = some.builds(Period, some.sampled_from(Unit), some.integers(1, 31))
DAYS = some.dates(datetime.date(2029, 1, 1), datetime.date(2040, 12, 31))


@pytest.mark.parametrize(
    ("period", "text"), [(Period(Unit.MONTH, 1), "every month"), (Period(Unit.WEEK, 2), "every 2 weeks")]
)
def test_words(period: Period, text: str) -> None:
    assert period.text == text


@pytest.mark.parametrize(
    ("period", "day", "first", "last"),
    [
        (Period(Unit.MONTH, 1), "2030-01-31", "2030-01-01", "2030-01-31"),
        (Period(Unit.MONTH, 1), "2030-02-01", "2030-02-01", "2030-02-28"),
        (Period(Unit.MONTH, 2), "2030-03-15", "2030-03-01", "2030-04-30"),
        (Period(Unit.WEEK, 1), "2030-02-03", "2030-01-28", "2030-02-03"),
        (Period(Unit.WEEK, 2), "2030-02-04", "2030-01-28", "2030-02-10"),
        (Period(Unit.YEAR, 1), "2030-12-31", "2030-01-01", "2030-12-31"),
        (Period(Unit.DAY, 10), "2030-02-10", "2030-02-10", "2030-02-19"),
    ],
)
def test_windows_are_those_of_the_calendar(period: Period, day: str, first: str, last: str) -> None:
    found = window(period, START, datetime.date.fromisoformat(day))
    assert (str(found.first), str(found.last)) == (first, last)


@given(PERIODS, DAYS, DAYS)
def test_every_day_is_in_one_window(period: Period, start: datetime.date, day: datetime.date) -> None:
    found = window(period, start, day)
    assert found.first <= day <= found.last
    assert window(period, start, found.first) == window(period, start, found.last) == found
    assert window(period, start, found.last + datetime.timedelta(days=1)).first > found.last


@pytest.mark.parametrize(
    ("period", "day"),
    [
        (Period(Unit.MONTH, 1), "2030-02-28"),
        (Period(Unit.YEAR, 1), "2031-01-31"),
        (Period(Unit.WEEK, 4), "2030-02-28"),
        (Period(Unit.DAY, 1), "2030-02-01"),
    ],
)
def test_a_period_is_over(period: Period, day: str) -> None:
    assert str(after(period, START)) == day
