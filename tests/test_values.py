"""Value classes behave as frozen dataclasses do."""

from dataclasses import FrozenInstanceError, replace

import pytest

from mockserver.values import frozen


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


def test_values_do_not_change() -> None:
    point = Point(1)
    with pytest.raises(FrozenInstanceError):
        point.x = 2  # type: ignore[misc]
    with pytest.raises((AttributeError, TypeError)):
        point.z = 2  # type: ignore[attr-defined]
    assert replace(point, y=5) == Point(1, 5)


def test_values_say_what_they_are() -> None:
    assert repr(Point(1, 2)) == "Point(x=1, y=2)"
