"""Snapshots: taken by name, gone back to during a run."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mockserver.core.instants import timestamp
from mockserver.state.snapshots import MOST
from tests.harness import START, Emulator
from tests.state.history import check_it_goes_on, export, make, wreck
from tests.webhooks.receivers import receivers_of, register, settle


def take(emulator: Emulator, name: str = "before") -> None:
    answer = emulator.control("PUT", f"/snapshots/{name}")
    assert answer.status_code == 200, answer.text


def restore(emulator: Emulator, name: str = "before") -> None:
    answer = emulator.control("POST", f"/snapshots/{name}/restore")
    assert answer.status_code == 200, answer.text


def names(emulator: Emulator) -> list[str]:
    return [each["name"] for each in emulator.control("GET", "/snapshots").json()["snapshots"]]


@pytest.mark.parametrize("kept", [False, True])
def test_everything_is_as_it_was(start: Callable[..., Emulator], tmp_path: Path, kept: bool) -> None:
    emulator = start(data=tmp_path) if kept else start()
    history = make(emulator)
    state = export(emulator)
    take(emulator)
    wreck(emulator)
    assert export(emulator) != state
    restore(emulator)
    assert export(emulator) == state
    check_it_goes_on(emulator, history)
    restore(emulator)
    assert export(emulator) == state


def test_a_reset_leaves_snapshots_alone(emulator: Emulator) -> None:
    emulator.create()
    take(emulator)
    emulator.control("POST", "/reset")
    assert names(emulator) == ["before"]
    restore(emulator)
    assert emulator.get()["state"] == "CREATED"


def test_they_are_listed_by_name_with_the_time_of_then(emulator: Emulator) -> None:
    take(emulator, "b")
    emulator.advance("PT1S")
    take(emulator, "a")
    assert emulator.control("GET", "/snapshots").json() == {
        "snapshots": [
            {"name": "a", "takenAt": timestamp(START + 1000)},
            {"name": "b", "takenAt": timestamp(START)},
        ]
    }
    emulator.control("DELETE", "/snapshots/a")
    assert names(emulator) == ["b"]


def test_one_of_the_same_name_takes_the_place(emulator: Emulator) -> None:
    take(emulator)
    emulator.create()
    take(emulator)
    emulator.control("POST", "/reset")
    restore(emulator)
    assert emulator.get()["state"] == "CREATED"


def test_there_are_not_more_than_so_many(emulator: Emulator) -> None:
    for number in range(MOST):
        take(emulator, str(number))
    answer = emulator.control("PUT", "/snapshots/more")
    assert answer.status_code == 409
    assert f"There are {MOST} snapshots already" in answer.json()["detail"]
    take(emulator, "0")
    assert len(names(emulator)) == MOST


@pytest.mark.parametrize(("method", "path"), [("POST", "/snapshots/none/restore"), ("DELETE", "/snapshots/none")])
def test_one_that_is_not_there_is_404(emulator: Emulator, method: str, path: str) -> None:
    assert emulator.control(method, path).status_code == 404


@pytest.mark.parametrize("name", ["x" * 51, "a%20b", "%C3%A9"])
def test_a_bad_name_is_400(emulator: Emulator, name: str) -> None:
    assert emulator.control("PUT", f"/snapshots/{name}").status_code == 400


def test_going_back_takes_milliseconds(emulator: Emulator) -> None:
    for number in range(100):
        emulator.create(f"reference-{number}")
    take(emulator)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        restore(emulator)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.1


def test_ids_go_on_after_it(emulator: Emulator) -> None:
    take(emulator)
    emulator.create()
    first = emulator.control("GET", "/state").json()["payments"][0]["payment"]["psp_reference"]
    restore(emulator)
    emulator.create()
    assert emulator.control("GET", "/state").json()["payments"][0]["payment"]["psp_reference"] != first


def test_what_was_in_the_air_then_is_sent_again(emulator: Emulator) -> None:
    receivers = receivers_of(emulator)
    register(emulator)
    emulator.create()
    database = emulator.server.runtime.engine.database
    database.connection.execute("UPDATE deliveries SET state = 'sending', tries = 1")
    take(emulator)
    restore(emulator)
    settle(emulator)
    assert [each.step for each in receivers.received] == [("reference-1", "CREATED")]


def test_journal_and_inboxes_go_on(emulator: Emulator) -> None:
    take(emulator)
    emulator.create()
    emulator.control("POST", "/inbox/shop", {"a": 1})
    restore(emulator)
    assert emulator.control("GET", "/requests").json()["requests"]
    assert emulator.control("GET", "/inbox/shop").json()
