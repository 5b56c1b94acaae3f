"""Reading scenario rules from plain values, strictly: what is wrong is named with its place and the nearest right name.

A place is the path to the value: keys and positions.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mockserver.core.instants import parse_timestamp
from mockserver.scenarios.domain.outcomes import read_outcome
from mockserver.scenarios.domain.reading import (
    LARGEST,
    BadRule,
    Place,
    check_keys,
    choice,
    is_number,
    mapping,
    texts,
    whole,
)
from mockserver.scenarios.domain.scenario import Conditions, Error, Rule
from mockserver.scenarios.domain.vocabulary import AMOUNT, OutcomeKind, Vocabulary

_FILE_KEYS = ("description", "rules")
_RULE_KEYS = ("name", "comment", "when", "then", "times", "enabled")
NAME = r"^[^/\x00-\x1f\x7f-\x9f]{1,100}$"
"""Names of rules stand in paths and in lines."""


def read_file(content: object, vocabulary: Vocabulary) -> tuple[Rule, ...]:
    """The rules of a scenario file; raises BadRule."""
    top = mapping(content, ())
    check_keys(top, _FILE_KEYS, ())
    rules = top.get("rules", [])
    if not isinstance(rules, Sequence) or isinstance(rules, str):
        raise BadRule(("rules",), "must be a list of rules")
    read = tuple(read_rule(each, vocabulary, ("rules", index)) for index, each in enumerate(rules))
    names = [rule.name for rule in read]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise BadRule(("rules", index, "name"), f"{name!r} is the name of another rule")
    return read


def read_rule(content: object, vocabulary: Vocabulary, place: Place = ()) -> Rule:
    """One rule; raises BadRule."""
    given = mapping(content, place)
    check_keys(given, _RULE_KEYS, place)
    name = given.get("name")
    if not isinstance(name, str) or not re.fullmatch(NAME, name) or name.endswith("\n"):
        raise BadRule((*place, "name"), "must be a text of 1 to 100 characters without slashes and control characters")
    if not isinstance(given.get("comment", ""), str):
        raise BadRule((*place, "comment"), "must be a text")
    kind, then = _read_then(given.get("then"), vocabulary, (*place, "then"))
    asked = given.get("when")
    when = _read_when({} if asked is None else asked, kind, then, vocabulary, (*place, "when"))
    if isinstance(then, Error):
        then = _meant(then, when.operations, vocabulary)
    then = kind.named(then, name)
    on = given.get("enabled", True)
    if not isinstance(on, bool):
        raise BadRule((*place, "enabled"), "must be true or false")
    times = whole(given["times"], (*place, "times"), 1) if "times" in given else None
    return Rule(name, when, then, times, on, given)


def _meant(error: Error, operations: frozenset[str], vocabulary: Vocabulary) -> Error:
    """Two documented codes may have one number: where a rule is for one operation, that says which it means."""
    codes = {vocabulary.operations[each].conflict for each in operations} if len(operations) == 1 else set()
    same = [code for code in codes if error.code is not None and code is not None and code.number == error.code.number]
    return replace(error, code=same[0]) if same else error


def _read_when(content: object, kind: OutcomeKind, then: Any, vocabulary: Vocabulary, place: Place) -> Conditions:
    given = mapping(content, place)
    for key in _RULE_KEYS:
        if key in given:
            raise BadRule((*place, key), "stands next to when, not in it")
    check_keys(given, [each for each in vocabulary.conditions if each != "times"], place)
    operations = _operations(given, kind, then, vocabulary, place)
    asked = tuple((name, texts(given[name], (*place, name))) for name in vocabulary.texts if name in given)
    headers = mapping(given.get("header", {}), (*place, "header"))
    since = _instant(given["from"], (*place, "from")) if "from" in given else None
    until = _instant(given["until"], (*place, "until")) if "until" in given else None
    if since is not None and until is not None and since >= until:
        raise BadRule((*place, "until"), "must be later than from: the rule would never apply")
    for condition in vocabulary.brought:
        if condition.name in given and not operations & condition.of(vocabulary.operations):
            found = _some(condition.of(vocabulary.operations))
            raise BadRule((*place, condition.name), f"is never met here: only {found} can have one")
    probability = given.get("probability", 1)
    if not is_number(probability) or not 0 <= probability <= 1:
        raise BadRule((*place, "probability"), "must be a number from 0 to 1")
    return Conditions(
        operations,
        asked,
        _amount(given[AMOUNT], (*place, AMOUNT)) if AMOUNT in given else None,
        tuple((key.lower(), texts(value, (*place, "header", key))) for key, value in headers.items()),
        whole(given["nth"], (*place, "nth"), 1) if "nth" in given else None,
        float(probability),
        since,
        until,
    )


def _operations(
    given: Mapping[str, Any], kind: OutcomeKind, then: Any, vocabulary: Vocabulary, place: Place
) -> frozenset[str]:
    """The operations that the rule is for: those named, or all that its API and its outcome allow."""
    apis = {api for words in vocabulary.operations.values() for api in words.apis}
    named = (
        [choice(each, apis, (*place, "api")) for each in texts(given["api"], (*place, "api"))]
        if ("api" in given)
        else sorted(apis)
    )
    possible = frozenset(id_ for id_, words in vocabulary.operations.items() if words.apis & set(named))
    allowed = kind.works_for(then, vocabulary.operations)
    if "operation" not in given:
        if not possible & allowed:
            raise BadRule((*place, "api"), f"{kind.key} works for {_some(allowed)} only")
        return possible & (allowed - kind.only_named)
    chosen = frozenset(
        choice(each, vocabulary.operations, (*place, "operation"))
        for each in texts(given["operation"], (*place, "operation"))
    )
    if wrong := sorted(chosen - possible):
        raise BadRule((*place, "operation"), f"{wrong[0]} is no operation of {', '.join(named)}")
    if wrong := sorted(chosen - allowed):
        raise BadRule((*place, "operation"), f"{kind.key} does not work for {wrong[0]}, but for {_some(allowed)}")
    for each in sorted(chosen):
        if flaw := kind.flaw(then, each):
            raise BadRule((*place, "operation"), flaw)
    return chosen


def _some(names: frozenset[str]) -> str:
    return ", ".join(sorted(names)[:8])


def _read_then(content: object, vocabulary: Vocabulary, place: Place) -> tuple[OutcomeKind, Any]:
    given, kinds = mapping(content, place), vocabulary.kinds
    details = dict.fromkeys(detail for kind in kinds.values() for detail in kind.details)
    chosen = [kinds[key] for key in given if key in kinds]
    check_keys(given, [*kinds, *details], place, fitting=[*(chosen[0].details if chosen else kinds)] or [chosen[0].key])
    if len(chosen) != 1:
        raise BadRule(place, f"must have exactly one of {', '.join(kinds)}{_why_not_one(given, chosen, vocabulary)}")
    return chosen[0], read_outcome(given, chosen[0], place)


def _why_not_one(given: Mapping[str, Any], chosen: list[OutcomeKind], vocabulary: Vocabulary) -> str:
    if chosen:
        return f", not {' and '.join(kind.key for kind in chosen)}"
    detail = next(iter(given), None)
    having = [kind.key for kind in vocabulary.kinds.values() if detail in kind.details]
    return f"; {detail} alone is none, it goes with {' or '.join(having)}" if having else ""


def _amount(value: object, place: Place) -> tuple[int, int]:
    if not isinstance(value, Mapping):
        exact = whole(value, place, 0)
        return exact, exact
    check_keys(value, ("min", "max"), place)
    low = whole(value.get("min", 0), (*place, "min"), 0)
    high = whole(value.get("max", LARGEST), (*place, "max"), 0)
    if low > high:
        raise BadRule(place, "min must not be above max")
    return low, high


def _instant(value: object, place: Place) -> int:
    try:
        return parse_timestamp(value if isinstance(value, str) else "")
    except (ValueError, OverflowError):
        raise BadRule(place, "must be an RFC 3339 time with its zone, such as 2030-01-01T00:00:00Z") from None
