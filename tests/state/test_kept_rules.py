"""Scenario rules and what they counted, kept with --data."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockserver.core.database import StoreError
from tests.harness import Emulator

RULE = {"name": "mine", "when": {"operation": "createPayment", "nth": 3}, "then": {"error": 5070}, "times": 1}


@pytest.fixture
def restart(start: Callable[..., Emulator], tmp_path: Path) -> Callable[..., Emulator]:
    """Stops the server before, if there is one, and starts one on the same directory."""
    running: list[Emulator] = []

    def restart(**settings: Any) -> Emulator:
        for emulator in running:
            emulator.server.runtime.engine.database.close()
        running[:] = [start(data=tmp_path, **settings)]
        return running[0]

    return restart


def rules(emulator: Emulator) -> list[dict[str, Any]]:
    content: list[dict[str, Any]] = emulator.control("GET", "/scenarios").json()["rules"]
    return content


def test_rules_and_counts_survive_a_restart(restart: Callable[..., Emulator]) -> None:
    emulator = restart()
    emulator.control("POST", "/scenarios", RULE)
    emulator.control("POST", "/scenarios", RULE | {"name": "other"})
    emulator.control("POST", "/scenarios/other/off")
    assert [emulator.create(f"reference-{number}").status_code for number in range(2)] == [201, 201]
    before = rules(emulator)
    assert before[0]["matched"] == 2

    emulator = restart()

    assert rules(emulator) == before
    assert emulator.create("reference-3").status_code == 400
    assert emulator.create("reference-4").status_code == 201
    emulator = restart()
    assert (rules(emulator)[0]["matched"], rules(emulator)[0]["applied"]) == (3, 1)


def test_reset_after_a_restart_goes_back_to_the_first_rules(restart: Callable[..., Emulator]) -> None:
    emulator = restart(scenario="declines")
    first = rules(emulator)
    emulator.control("PUT", "/scenarios", {"profiles": []})
    emulator = restart(scenario="declines")
    assert rules(emulator) == []
    emulator.control("POST", "/reset")
    assert rules(emulator) == first != []


def test_other_scenarios_than_before_come_in_their_place(restart: Callable[..., Emulator]) -> None:
    restart(scenario="declines").control("POST", "/scenarios", RULE)
    emulator = restart()
    assert rules(emulator) == []
    emulator.control("POST", "/scenarios", RULE)
    assert [each["name"] for each in rules(restart())] == ["mine"]
    declines = restart(scenario="declines")
    assert "mine" not in [each["name"] for each in rules(declines)] != []


def test_a_kept_rule_that_is_not_right_any_more_is_named(restart: Callable[..., Emulator]) -> None:
    emulator = restart()
    emulator.control("POST", "/scenarios", RULE)
    connection = emulator.server.runtime.engine.database.connection
    connection.execute("UPDATE rules SET body = replace(body, 'createPayment', 'createPaiment')")
    with pytest.raises(StoreError, match="did you mean createPayment") as caught:
        restart()
    assert str(caught.value).startswith("data: a scenario rule in ")


def test_chance_goes_on_where_it_was(restart: Callable[..., Emulator], start: Callable[..., Emulator]) -> None:
    rule = {"name": "dice", "when": {"operation": "createPayment", "probability": 0.5}, "then": {"error": 5070}}
    emulator = start()
    emulator.control("POST", "/scenarios", rule)
    through = [emulator.create(f"reference-{number}").status_code for number in range(12)]
    assert set(through) == {201, 400}
    restart().control("POST", "/scenarios", rule)
    broken = []
    for number in range(0, 12, 4):
        emulator = restart()
        broken += [emulator.create(f"reference-{each}").status_code for each in range(number, number + 4)]
    assert broken == through


def test_a_full_store_still_counts(start: Callable[..., Emulator], tmp_path: Path) -> None:
    emulator = start(store_limit=1, data=tmp_path)
    emulator.control("POST", "/scenarios", RULE | {"when": {"reference": "reference-*"}, "times": 10**9})
    answers = [
        emulator.create(f"different-{number}", metadata={"key": "x" * 500, "more": "x" * 500}) for number in range(700)
    ]
    assert answers[-1].status_code == 500
    assert emulator.create("reference-1").status_code == 400
    assert rules(emulator)[0]["applied"] == 1


def test_a_comment_has_to_be_a_text(emulator: Emulator) -> None:
    answer = emulator.control("POST", "/scenarios", RULE | {"comment": {"a": 1}})
    assert answer.json()["extraDetails"] == [{"name": "comment", "reason": "must be a text"}]
