"""What rules are told when something is wrong with them: in words, and with what would be right."""

import re
from typing import Any

import pytest

from mockserver.app import PRODUCTS
from mockserver.scenarios.domain.reading import BadRule
from mockserver.scenarios.domain.scenario_form import read_rule
from tests.harness import Emulator

ERROR = {"error": 500}


def refusal(rule: dict[str, Any]) -> str:
    with pytest.raises(BadRule) as refused:
        read_rule({"name": "rule"} | rule, PRODUCTS.vocabulary)
    return str(refused.value)


@pytest.mark.parametrize(
    ("then", "words"),
    [
        ({"drop": ["push"]}, "then.drop: must be one of payments, push, .*, not a list"),
        ({"drop": None}, "then.drop: must be one of payments, .*, not nothing"),
        ({"fault": {"latency": 1}}, "then.fault: must be one of status, latency, .*, not a mapping"),
        ({"error": None}, "then.error: must be a documented code or one of 400, .*504, not nothing"),
        ({"error": 1.5}, "then.error: must be a documented code or one of 400, .*504, not 1.5"),
        ({"error": 500, "x": 1}, "then.x: there is no such key; there are: detail, retry_after"),
        ({"drop": "push", "x": 1}, "then.x: there is no such key; there are: drop"),
        (
            {"xyz": 1},
            "then.xyz: there is no such key; there are: payment, agreement, charge, order, drop, error, fault, webhook",
        ),
        ({"status": 200}, "then: must have exactly one of .*; status alone is none, it goes with fault"),
        ({"error": 500, "fault": "locked"}, "then: must have exactly one of .*, not error and fault"),
        ({"fault": "status", "status": 200}, "then.status: must be a whole number from 400 to 599"),
        ({"error": 429, "retry_after": 10**12}, "then.retry_after: must be a whole number from 0 to 1000000000"),
        ({"payment": "approves", "after": 1e99}, "then.after: must be a number from 0 to 31622400, in seconds"),
        (
            {"fault": "latency", "seconds": {"min": 1, "median": 2}},
            "then.seconds: must be either min and max, or median and spread, not min and median",
        ),
        ({"fault": "latency", "seconds": {"spread": 2}}, "then.seconds.spread: needs a median beside it"),
        ({"fault": "latency", "seconds": {"median": 0}}, "then.seconds.median: must be above 0"),
        ({"fault": "latency", "seconds": {"min": 5}}, "min must not be above max, which is 1 when it is left out"),
    ],
)
def test_an_outcome_that_is_none_is_told_in_words(then: dict[str, Any], words: str) -> None:
    assert re.search(words, refusal({"then": then}))


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ({"times": 1}, "when.times: stands next to when, not in it"),
        ({"enabled": False}, "when.enabled: stands next to when, not in it"),
        ({"nth": 10**12}, "when.nth: must be a whole number from 1 to 1000000000"),
    ],
)
def test_a_condition_that_is_none_is_told_in_words(when: dict[str, Any], words: str) -> None:
    assert refusal({"when": when, "then": ERROR}) == words


@pytest.mark.parametrize(
    ("when", "then", "words"),
    [
        ({"operation": "getPayment", "amount": 5}, ERROR, "when.amount: is never met here"),
        ({"product": "CHECKOUT"}, {"payment": "declines"}, "when.product: is never met here: only orderProduct"),
        (
            {"from": "2030-01-02T00:00:00Z", "until": "2030-01-01T00:00:00Z"},
            ERROR,
            "when.until: must be later than from",
        ),
        ({"operation": "capturePayment"}, {"drop": "push"}, "drop does not work for capturePayment"),
        ({"operation": "createPayment"}, {"drop": "partial-capture"}, "drop does not work for createPayment"),
    ],
)
def test_a_rule_that_could_never_apply_is_refused(when: dict[str, Any], then: dict[str, Any], words: str) -> None:
    assert words in refusal({"when": when, "then": then})


@pytest.mark.parametrize("name", ["a\nb", "a\n", "\n", "a\x00", "\x7f", "\x85", "a/b", "", "x" * 101, 5, None, ["a"]])
def test_a_name_is_one_line_without_slashes(emulator: Emulator, name: Any) -> None:
    words = "must be a text of 1 to 100 characters without slashes and control characters"
    assert refusal({"name": name, "then": ERROR}) == f"name: {words}"
    answer = emulator.control("POST", "/scenarios", {"name": name, "then": ERROR})
    assert answer.status_code == 400
    assert {"name": "name", "reason": words} in answer.json()["extraDetails"]


@pytest.mark.parametrize("name", ["x", "æ ø", "x" * 100, "a.b:c"])
def test_other_names_are_fine(name: str) -> None:
    assert read_rule({"name": name, "then": ERROR}, PRODUCTS.vocabulary).name == name
