"""What the control API answers about scenarios, as types for its document."""

from typing_extensions import TypedDict


class Condition(TypedDict):
    """One condition held against a request."""

    condition: str
    matched: bool
    wanted: str
    had: str | None


class Explanation(TypedDict):
    """Whether a rule fits, condition by condition."""

    matches: bool
    conditions: list[Condition]
