"""Value classes behave as frozen dataclasses do."""

from dataclasses import replace

import pytest

from mockserver.core.values import frozen


@frozen
class Point:
    """Two numbers."""

    x: int
    y: int = 0


@frozen
class Other:
    """The same fields, another class."""

    x: int
    y: int = 0


def test_values_are_equal_field_by_field() -> None:
    assert Point(1, 2) == Point(1, 2)
    assert Point(1, 2) != Point(1, 3)
    assert len({Point(1), Point(1), Point(2)}) == 2


def test_values_of_two_classes_are_not_equal() -> None:
    one: object = Point(1, 2)
    assert one != Other(1, 2)
    assert one != (1, 2)


def test_values_have_no_other_fields() -> None:
    with pytest.raises(AttributeError):
        Point(1).z = 2  # type: ignore[attr-defined]


def test_a_changed_value_is_another_one() -> None:
    point = Point(1)
    assert replace(point, y=5) == Point(1, 5)
    assert point == Point(1)


def test_the_type_checker_keeps_values_from_changing() -> None:
    # It complains of an ignore that is not needed, too.
    Point(1).x = 2  # type: ignore[misc]


def test_values_say_what_they_are() -> None:
    assert repr(Point(1, 2)) == "Point(x=1, y=2)"
