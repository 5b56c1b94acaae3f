"""Scenario rules through the control API."""

from typing import Any

import pytest

from tests.apis.helpers import assert_problem
from tests.harness import Emulator

RULE = {"name": "large", "when": {"operation": "createPayment", "amount": {"min": 500}}, "then": {"error": 5070}}


def test_a_rule_is_added_shown_replaced_and_deleted(emulator: Emulator) -> None:
    assert emulator.control("POST", "/scenarios", RULE).json() == RULE | {
        "enabled": True, "outcome": "error 5070", "operations": ["createPayment"], "matched": 0, "applied": 0,
    }  # fmt: skip
    assert_problem(emulator.create(), 400, "5070")
    assert emulator.control("GET", "/scenarios/large").json()["applied"] == 1
    other = {"when": {"operation": "createPayment"}, "then": {"error": 5080}}
    assert emulator.control("PUT", "/scenarios/large", other).json()["applied"] == 0
    assert_problem(emulator.create("reference-2"), 400, "5080")
    assert emulator.control("DELETE", "/scenarios/large").status_code == 200
    assert_problem(emulator.control("GET", "/scenarios/large"), 404)
    assert emulator.create("reference-3").status_code == 201


def test_order_can_be_chosen_and_names_are_taken_once(emulator: Emulator) -> None:
    emulator.control("POST", "/scenarios", RULE)
    assert_problem(emulator.control("POST", "/scenarios", RULE), 409)
    emulator.control("POST", "/scenarios", RULE | {"name": "first", "position": 0})
    names = [each["name"] for each in emulator.control("GET", "/scenarios").json()["rules"]]
    assert names == ["first", "large"]
    assert_problem(emulator.control("PUT", "/scenarios/first", RULE), 409)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"when": {"operation": "createPaymnt"}}, "when.operation"),
        ({"then": {"error": 1}}, "then.error"),
        ({"then": {}}, "then"),
        ({"wen": {}}, "wen"),
        ({"position": -1}, "position"),
        ({"name": ""}, "name"),
        ({"times": 0}, "times"),
        ({"enabled": "yes"}, "enabled"),
        ({"when": {"probability": 2}}, "when.probability"),
        ({"when": {"msn": []}}, "when.msn"),
        ({"when": {"header": {"a": None}}}, "when.header.a"),
    ],
)
def test_a_bad_rule_is_refused_and_changes_nothing(emulator: Emulator, change: dict[str, Any], field: str) -> None:
    assert field in assert_problem(emulator.control("POST", "/scenarios", RULE | change), 400)
    assert emulator.control("GET", "/scenarios").json()["rules"] == []


@pytest.mark.parametrize("content", [{}, {"profiles": "declines"}, {"profiles": ["declins"]}, {"profiles": [], "x": 1},
                                     {"profiles": ["happy", 5]}, {"profiles": ["declines", "declines"]}])  # fmt: skip
def test_only_profiles_that_there_are_can_be_used(emulator: Emulator, content: dict[str, Any]) -> None:
    assert "profiles" in assert_problem(emulator.control("PUT", "/scenarios", content), 400)


def conditions(emulator: Emulator, query: str, name: str = "large") -> tuple[bool, dict[str, Any]]:
    answer = emulator.control("GET", f"/scenarios/{name}/explain?{query}")
    assert answer.status_code == 200, answer.text
    content = answer.json()
    return content["matches"], {each["condition"]: each for each in content["conditions"]}


def test_it_explains_a_journal_entry(emulator: Emulator) -> None:
    emulator.control("POST", "/scenarios", RULE)
    emulator.create(amount={"currency": "NOK", "value": 400})
    entry = emulator.control("GET", "/requests?operation=createPayment").json()["requests"][0]["id"]
    matches, found = conditions(emulator, f"entry={entry}")
    assert not matches
    assert found["operation"]["matched"]
    assert found["amount"] == {"condition": "amount", "matched": False, "wanted": "at least 500", "had": "400"}


def test_it_explains_with_what_the_caller_was(emulator: Emulator) -> None:
    when = {"client": "d8aaa1f6*", "msn": "123456", "phone": "47*", "header": {"Merchant-Serial-Number": "1*"}}
    emulator.control("POST", "/scenarios", RULE | {"when": when})
    emulator.create(customer={"phoneNumber": "4712345678"})
    matches, found = conditions(emulator, "entry=2")
    assert matches, found


def test_it_explains_a_request_that_is_told(emulator: Emulator) -> None:
    emulator.control("POST", "/scenarios", RULE | {"times": 1})
    assert conditions(emulator, "operation=createPayment&amount=700")[0]
    assert not conditions(emulator, "operation=createPayment")[0]
    assert not conditions(emulator, "operation=capturePayment&amount=700")[0]
    emulator.create()
    matches, found = conditions(emulator, "operation=createPayment&amount=700")
    assert (matches, found["times"]["had"]) == (False, "applied 1")
    emulator.control("POST", "/scenarios/large/off")
    assert not conditions(emulator, "operation=createPayment&amount=700")[1]["on"]["matched"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("operation=createPaymnt", "did you mean createPayment?"),
        ("operation=zzzzzzzz", "or name a journal entry"),
        ("", "or name a journal entry"),
    ],
)
def test_it_explains_no_operation_that_does_not_exist(emulator: Emulator, query: str, words: str) -> None:
    emulator.control("POST", "/scenarios", RULE)
    assert words in assert_problem(emulator.control("GET", f"/scenarios/large/explain?{query}"), 400)["operation"]


def test_it_explains_which_rule_came_first_and_which_request_it_would_be(emulator: Emulator) -> None:
    emulator.control("POST", "/scenarios", RULE)
    later = RULE | {"name": "later", "when": {"operation": "createPayment", "nth": 2, "probability": 0.5}}
    emulator.control("POST", "/scenarios", later)
    matches, found = conditions(emulator, "operation=createPayment&amount=700", "later")
    assert not matches
    assert found["first match"]["had"] == "large"
    assert (found["nth"]["wanted"], found["nth"]["had"]) == ("2", "would be 1")
    assert found["probability"]["wanted"] == "0.5"
    header = RULE | {"name": "header", "when": {"header": {"x-run": "7"}}}
    emulator.control("POST", "/scenarios", header)
    assert conditions(emulator, "operation=getPayment&header=X-Run:7", "header")[1]["header x-run"]["matched"]


@pytest.mark.parametrize(
    "query",
    ["", "operation=nothing", "entry=999", "entry=1&msn=1", "amount=x&operation=getPayment", "color=red"],
)
def test_a_bad_question_is_refused(emulator: Emulator, query: str) -> None:
    emulator.control("POST", "/scenarios", RULE)
    assert emulator.control("GET", f"/scenarios/large/explain?{query}").status_code in (400, 404)
