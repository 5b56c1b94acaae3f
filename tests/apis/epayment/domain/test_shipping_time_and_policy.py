import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.apis.epayment.domain.shipping import (
    ShippingBrand,
    ShippingGroup,
    ShippingOption,
    ShippingType,
    default_option,
    find_option,
    in_order,
    options_in_order,
)
from mockserver.core.errors import Code
from mockserver.core.instants import parse_timestamp, timestamp
from mockserver.core.policy import KINDNESSES, Environment, Kindness, Lenience, Policy
from tests.apis.epayment.domain.examples import AT, nok


def option(id_: str, priority: int | None = None, *, default: bool = False) -> ShippingOption:
    return ShippingOption(id_, id_, nok(100), default, priority)


def group(*options: ShippingOption, priority: int | None = None, default: bool = False) -> ShippingGroup:
    return ShippingGroup(ShippingType.MAILBOX, ShippingBrand.POSTEN, options, default, priority)


def test_groups_and_options_stand_by_priority_those_without_last() -> None:
    first, second, third = group(priority=0), group(priority=2), group()
    assert in_order((third, second, first)) == [first, second, third]
    shuffled = group(option("c"), option("b", 5), option("a", -1), option("d"))
    assert [each.id for each in options_in_order(shuffled)] == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ((), None),
        ((group(),), None),
        ((group(option("a"), option("b")),), "a"),
        ((group(option("a"), option("b", default=True)),), "b"),
        ((group(option("a"), priority=2), group(option("b"), priority=1)), "b"),
        ((group(option("a"), priority=1), group(option("b"), priority=2, default=True)), "b"),
        ((group(default=True), group(option("a"))), "a"),
    ],
)
def test_the_default_option_is_that_of_the_default_group(
    groups: tuple[ShippingGroup, ...], expected: str | None
) -> None:
    found = default_option(groups)
    assert (found.id if found else None) == expected


def test_an_option_is_found_in_any_group() -> None:
    groups = (group(option("a")), group(option("b")))
    assert find_option(groups, "b") == option("b")
    assert find_option(groups, "c") is None


@pytest.mark.parametrize(
    ("at", "text"),
    [(0, "1970-01-01T00:00:00.000Z"), (AT, "2030-03-17T17:46:40.000Z"), (AT + 7, "2030-03-17T17:46:40.007Z")],
)
def test_times_have_milliseconds_and_a_z(at: int, text: str) -> None:
    assert timestamp(at) == text


@given(st.integers(0, 7_000_000_000_000))
def test_a_time_is_read_as_it_was_written(at: int) -> None:
    assert parse_timestamp(timestamp(at)) == at


@pytest.mark.parametrize(
    "text",
    [
        "2030-03-17T17:46:40Z",
        "2030-03-17T18:46:40+01:00",
        "2030-03-17t17:46:40.000z",
        "2030-03-17T12:16:40.0001-05:30",
    ],
)
def test_zones_and_spellings_of_a_time_are_read(text: str) -> None:
    assert parse_timestamp(text) == AT


@pytest.mark.parametrize("text", ["", "tomorrow", "2030-03-17T17:46:40", "2030-13-17T17:46:40Z", "1900000000"])
def test_what_is_no_time_with_a_zone_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_timestamp(text)


@pytest.mark.parametrize(
    ("environment", "lifetime", "card", "tools"),
    [
        (Environment.EMULATOR, 3_600, True, True),
        (Environment.TEST, 3_600, False, True),
        (Environment.PRODUCTION, 86_400, True, False),
    ],
)
def test_each_environment_has_its_rules(environment: Environment, lifetime: int, card: bool, tools: bool) -> None:
    policy = Policy(environment)
    assert (policy.token_lifetime, policy.card_allowed, policy.test_tools) == (lifetime, card, tools)


@pytest.mark.parametrize("kindness", Kindness)
def test_a_kindness_is_allowed_with_a_warning_or_refused(kindness: Kindness) -> None:
    kind, strict = Lenience(Policy()), Lenience(Policy(refused=frozenset({kindness})))
    assert kind.allow(kindness, "this")
    assert [str(warning) for warning in kind.warnings] == [f"{kindness}: this"]
    assert not strict.allow(kindness, "this")
    assert strict.warnings == []


def test_the_same_warning_is_given_once() -> None:
    lenience = Lenience(Policy())
    for message in ("one", "one", "two"):
        lenience.allow(Kindness.UNKNOWN_FIELDS, message)
    assert [warning.message for warning in lenience.warnings] == ["one", "two"]


def test_every_kindness_says_what_it_means() -> None:
    assert set(KINDNESSES) == set(Kindness)
    assert all(kindness.meaning for kindness in Kindness)


def test_error_codes_have_a_number_a_status_and_a_title() -> None:
    numbers = [code.number for code in Code]
    assert {number for number in numbers if numbers.count(number) > 1} == {"4150"}
    assert {code.status for code in Code} == {400, 404, 409, 500}
    assert all(code.title for code in Code)
