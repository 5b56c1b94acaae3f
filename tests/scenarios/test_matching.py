"""Which requests a rule is for, where that is easily got wrong."""

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.app import PRODUCTS
from mockserver.scenarios.domain.reading import BadRule
from mockserver.scenarios.domain.scenario_form import read_rule
from mockserver.world.domain.conduct import PaymentBehaviour
from tests.harness import Emulator
from tests.scenarios.test_rules import REFUSED, applied, partner_headers, refused, rule

Start = Callable[..., Emulator]
KNOWN = PRODUCTS.vocabulary


def test_a_text_that_stands_twice_in_a_list_counts_once(start: Start) -> None:
    emulator = start()
    rule(emulator, REFUSED, msn=["123456", "123456"], nth=2)
    assert [refused(emulator) for _ in range(3)] == [False, True, False]


def test_a_header_may_have_one_of_several_values(start: Start) -> None:
    emulator = start()
    rule(emulator, REFUSED, header={"X-Run": ["one", "tw*"]})
    for value, expected in (("one", True), ("two", True), ("three", False)):
        assert refused(emulator, headers={"X_Run": value}) == expected
    assert applied(emulator) == 2


@pytest.mark.parametrize(("value", "fits"), [("a[1]", False), ("a1", True)])
def test_what_is_explained_is_what_is_matched(start: Start, value: str, fits: bool) -> None:
    emulator = start()
    rule(emulator, REFUSED, header={"X-Run": "a[1]"})
    query = {"operation": "createPayment", "header": f"X-Run:{value}"}
    assert emulator.request("GET", "/_mock/scenarios/rule/explain", params=query).json()["matches"] is fits
    assert refused(emulator, headers={"X_Run": value}) is fits


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


@pytest.mark.parametrize("then", [{"fault": "answer-lost"}, {"error": 503}, {"error": 6280}, {"drop": "connection"}])
def test_what_its_key_answers_meets_no_rule(start: Start, then: dict[str, Any]) -> None:
    emulator = start()
    emulator.create()
    emulator.approve()
    first = emulator.modify("capture", 100, key="one")
    rule(emulator, then, operation="capturePayment")
    again = emulator.modify("capture", 100, key="one")
    assert (again.status_code, again.content) == (200, first.content)
    assert emulator.modify("capture", 200, key="one").status_code == 409
    shown = emulator.control("GET", "/scenarios/rule").json()
    assert (shown["matched"], shown["applied"]) == (0, 0)
    entries = emulator.control("GET", "/requests?operation=capturePayment").json()["requests"]
    assert [(each["replayed"], each["scenario"]) for each in entries] == [(False, None), (True, None), (False, None)]
    explained = emulator.control("GET", f"/scenarios/rule/explain?entry={entries[1]['id']}").json()
    assert explained["matches"] is False
    assert [each["condition"] for each in explained["conditions"] if not each["matched"]] == ["first request"]


def test_a_replay_is_not_counted_and_draws_no_chance(start: Start) -> None:
    emulator = start()
    rule(emulator, REFUSED, operation="createPayment", nth=3)
    for reference in ("reference-1", "reference-1", "reference-2", "reference-2"):
        assert emulator.create(reference).status_code == 201
    assert emulator.create("reference-3").status_code == 400
    assert emulator.create("reference-3").status_code == 400
    assert applied(emulator) == 1


def test_an_answer_that_no_key_keeps_is_decided_anew(start: Start) -> None:
    emulator = start()
    rule(emulator, {"error": 503}, operation="createPayment", times=2)
    assert [emulator.create().status_code for _ in range(3)] == [503, 503, 201]
    assert applied(emulator) == 2
