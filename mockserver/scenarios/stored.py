"""Scenario rules in state files, and what was chosen for single things."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass, make_dataclass
from functools import reduce
from operator import or_
from typing import Annotated, Any, Final, Literal

from pydantic import Discriminator, Tag

from mockserver.core.stored import Flaws, Kind, Part, flag, json, plain, value
from mockserver.core.values import frozen


@frozen
class RuleEntry:
    """A scenario rule in force."""

    position: int
    enabled: bool
    seen: int
    applied: int
    rule: dict[str, Any]


PART: Final = Part(
    kinds=(
        Kind(
            "rules",
            "rules",
            "position",
            (*plain("position", "seen", "applied"), flag("enabled"), json("rule", "body")),
            entry=RuleEntry,
        ),
    )
)


def chosen(classes: Mapping[str, type[Any]]) -> Part:
    """What was chosen beforehand for things of the kinds that there are, each with the class of its choice."""
    if not classes:
        return Part()
    # Those that need most come first, so that errors are about the right one.
    wanted = sorted(dict.fromkeys(classes.values()), key=lambda each: -len(_needed(each)))
    options: list[Any] = [Annotated[each, Tag(f"{CLASS}{number}")] for number, each in enumerate(wanted)]

    def which(value: Any) -> str:
        has = {field.name for field in fields(value)} if is_dataclass(value) else value
        if not isinstance(has, (dict, set)):
            return f"{CLASS}{len(wanted) - 1}"
        fits = (number for number, each in enumerate(wanted) if all(name in has for name in _needed(each)))
        return f"{CLASS}{next(fits, len(wanted) - 1)}"

    choice: Any = Annotated[reduce(or_, options), Discriminator(which)]
    entry = make_dataclass("ConductEntry", [("kind", Literal[tuple(classes)]), ("key", int), ("chosen", choice)])

    def flaws(state: Any, known: Any) -> Flaws:
        for index, each in enumerate(state.conducts):
            if not isinstance(each.chosen, classes[each.kind]):
                yield ("conducts", index, "chosen"), f"is not for {each.kind}s"

    columns = (*plain("kind", "key"), value("chosen"))
    return Part((Kind("conducts", "conducts", "kind, key", columns, entry=entry),), flaws=flaws)


CLASS: Final = "class "
"""Begins the steps of a place that only the classes have, not what was written."""


def _needed(kind: type[Any]) -> list[str]:
    return [each.name for each in fields(kind) if each.default is MISSING and each.default_factory is MISSING]
