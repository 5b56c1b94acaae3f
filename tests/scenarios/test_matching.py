"""Which requests a rule is for, where that is easily got wrong."""

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.domain.conduct import PaymentBehaviour
from mockserver.domain.scenario import Facts
from mockserver.domain.scenario_form import BadRule, read_rule
from mockserver.services.rulebook import Rulebook
from tests.harness import Emulator
from tests.scenarios.test_rules import REFUSED, applied, partner_headers, refused, rule

Start = Callable[..., Emulator]
KNOWN = {"createPayment": frozenset({"epayment"}), "forceApprove": frozenset({"epayment"})}


def facts(**known: Any) -> Facts:
    return Facts("createPayment", "epayment", 0, **known)


def test_a_text_that_stands_twice_in_a_list_counts_once() -> None:
    content = {"name": "rule", "when": {"msn": ["123456", "123456"], "nth": 2}, "then": {"error": 5070}}
    rules = Rulebook(begun_with=[read_rule(content, KNOWN)])
    assert rules.match(facts(msn="123456")) is None
    assert rules.match(facts(msn="123456")) is not None


def test_a_header_may_have_one_of_several_values(start: Start) -> None:
    emulator = start()
    rule(emulator, REFUSED, header={"X-Run": ["one", "tw*"]})
    for value, expected in (("one", True), ("two", True), ("three", False)):
        assert refused(emulator, headers={"X_Run": value}) == expected
    assert applied(emulator) == 2


@pytest.mark.parametrize("value", ["a[1]", "a1"])
def test_what_is_explained_is_what_is_matched(value: str) -> None:
    rules = Rulebook(begun_with=[read_rule({"name": "rule", "when": {"reference": "a[1]"}, "then": REFUSED}, KNOWN)])
    explained, _ = rules.explain("rule", facts(reference=value))
    assert explained == (rules.match(facts(reference=value)) is not None)


@pytest.mark.parametrize("when", [[], "", 0, False])
def test_conditions_that_are_no_mapping_are_refused(when: Any) -> None:
    with pytest.raises(BadRule, match="when: must be a mapping"):
        read_rule({"name": "rule", "when": when, "then": REFUSED}, KNOWN)
    assert read_rule({"name": "rule", "when": None, "then": REFUSED}, KNOWN).when.operations


@pytest.mark.parametrize("behaviour", PaymentBehaviour)
def test_a_rule_for_force_approve_chooses_what_the_bank_does(behaviour: PaymentBehaviour) -> None:
    content = {"name": "rule", "when": {"operation": "forceApprove"}, "then": {"payment": behaviour}}
    if behaviour in ("approves", "declines", "second-try", "pending", "unknown"):
        assert read_rule(content, KNOWN).when.operations == {"forceApprove"}
    else:
        with pytest.raises(BadRule, match=f"forceApprove asks no customer who {behaviour}"):
            read_rule(content, KNOWN)


def test_an_entry_is_explained_by_the_unit_in_its_path(start: Start) -> None:
    emulator = start()
    rule(emulator, {"error": 404}, operation="getMsn", msn="523456")
    headers = partner_headers(emulator)
    assert emulator.request("GET", "/management/v1/sales-units/523456", headers=headers).status_code == 404
    assert applied(emulator) == 1
    number = emulator.control("GET", "/requests?operation=getMsn").json()["requests"][0]["id"]
    assert emulator.control("GET", f"/scenarios/rule/explain?entry={number}").json()["matches"] is True
