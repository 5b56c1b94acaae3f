"""Days and hours of the markets."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mockserver.apis.recurring.domain import dates
from mockserver.core.money import Market

ZONES = {Market.NO: "Europe/Oslo", Market.DK: "Europe/Copenhagen", Market.FI: "Europe/Helsinki"}
DAY = datetime.date(2030, 6, 1)


def shown(at: int, market: Market) -> str:
    local = datetime.datetime.fromtimestamp(at / 1000, ZoneInfo(ZONES[market]))
    return f"{local:%Y-%m-%d %H:%M}"


@given(some.integers(946_684_800_000, 4_102_444_800_000), some.sampled_from(sorted(ZONES)))
def test_days_are_those_of_the_zone(at: int, market: Market) -> None:
    assert str(dates.local_day(at, market)) == shown(at, market)[:10]


@given(
    some.dates(datetime.date(2000, 1, 1), datetime.date(2099, 12, 31)),
    some.integers(0, 23),
    some.sampled_from(sorted(ZONES)),
)
def test_hours_are_those_of_the_zone(day: datetime.date, hour: int, market: Market) -> None:
    there = datetime.datetime.combine(day, datetime.time(hour), ZoneInfo(ZONES[market]))
    assert dates.moment(day, hour, market) == there.timestamp() * 1000


SPRING, AUTUMN = datetime.date(2030, 3, 31), datetime.date(2030, 10, 27)


@pytest.mark.parametrize("day", [SPRING, AUTUMN, datetime.date(2028, 2, 29), datetime.date(2030, 12, 31)])
@pytest.mark.parametrize("market", sorted(ZONES))
def test_attempts_keep_their_order_and_day_when_clocks_change(day: datetime.date, market: Market) -> None:
    tried = list(dates.attempts(day, 1, market))
    assert tried == sorted(set(tried))
    assert len(tried) == 2 * len(dates.HOURS[market])
    days = [shown(each, market)[:10] for each in tried]
    assert days == [str(each) for each in (day, day + datetime.timedelta(days=1)) for _ in dates.HOURS[market]]


def test_an_hour_that_the_clocks_skip_is_the_next_one() -> None:
    first = next(dates.attempts(SPRING, 0, Market.FI))
    assert shown(first, Market.FI) == "2030-03-31 04:00"
    assert first == datetime.datetime(2030, 3, 31, 1, tzinfo=datetime.UTC).timestamp() * 1000


def test_an_hour_that_the_clocks_show_twice_is_the_first_one() -> None:
    first = next(dates.attempts(AUTUMN, 0, Market.FI))
    assert first == datetime.datetime(2030, 10, 27, 0, tzinfo=datetime.UTC).timestamp() * 1000


@pytest.mark.parametrize(
    ("day", "offset"), [("2030-03-31", "2030-03-31 04:00+0300"), ("2030-10-27", "2030-10-27 03:00+0300")]
)
def test_an_hour_that_is_left_out_or_comes_twice(day: str, offset: str) -> None:
    at = dates.moment(datetime.date.fromisoformat(day), 3, Market.FI)
    local = datetime.datetime.fromtimestamp(at / 1000, ZoneInfo(ZONES[Market.FI]))
    assert f"{local:%Y-%m-%d %H:%M%z}" == offset


def test_a_charge_without_retries_is_tried_once() -> None:
    assert [shown(each, Market.NO) for each in dates.attempts(DAY, 0, Market.NO)] == ["2030-06-01 09:00"]
    assert [shown(each, Market.DK) for each in dates.attempts(DAY, 0, Market.DK)] == ["2030-06-01 03:00"]


def test_norwegian_charges_are_tried_twice_a_day_until_the_last_one() -> None:
    tried = [shown(each, Market.NO) for each in dates.attempts(DAY, 2, Market.NO)]
    assert tried == [f"2030-06-0{day} {hour}:00" for day in (1, 2, 3) for hour in ("09", "17")]


def test_others_are_tried_six_times_a_day() -> None:
    tried = [shown(each, Market.FI) for each in dates.attempts(DAY, 1, Market.FI)]
    assert len(tried) == 12
    assert tried[:6] == [f"2030-06-01 {hour}:00" for hour in ("03", "13", "18", "20", "22", "23")]


def test_the_next_attempt_is_the_first_one_after_a_time() -> None:
    every = list(dates.attempts(DAY, 2, Market.NO))
    assert dates.next_attempt(DAY, 2, Market.NO, every[0] - 1) == every[0]
    assert dates.next_attempt(DAY, 2, Market.NO, every[0]) == every[1]
    assert dates.next_attempt(DAY, 2, Market.NO, every[-1]) is None


def test_a_charge_is_shown_when_less_than_thirty_days_are_left() -> None:
    assert shown(dates.shown_from(DAY, Market.NO), Market.NO) == "2030-05-03 00:00"
    assert not dates.is_shown(DAY, dates.shown_from(DAY, Market.NO) - 1, Market.NO)
    assert dates.is_shown(DAY, dates.shown_from(DAY, Market.NO), Market.NO)


@pytest.mark.parametrize(("day", "later"), [("2028-02-29", "2030-03-01"), ("2028-05-17", "2030-05-17")])
def test_two_years_later(day: str, later: str) -> None:
    assert str(dates.in_years(datetime.date.fromisoformat(day), 2)) == later
