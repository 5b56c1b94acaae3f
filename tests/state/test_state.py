"""State files: everything is in them, and goes on after them, in this server and in others."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockserver.core.database import StoreError
from mockserver.state.state import LARGEST
from mockserver.world.generate import generate
from tests.harness import Emulator
from tests.state.history import check_it_goes_on, export, imported, make, put, wreck
from tests.webhooks.receivers import receivers_of, register, settle


def test_all_that_is_lost_comes_back(emulator: Emulator) -> None:
    history = make(emulator)
    state = export(emulator)
    wreck(emulator)
    assert export(emulator) != state

    imported(emulator, state)

    assert export(emulator) == state
    check_it_goes_on(emulator, history)


def test_the_history_has_something_of_every_kind(emulator: Emulator) -> None:
    make(emulator)
    content = json.loads(export(emulator))
    empty = {name for name, value in content.items() if value == []}
    assert empty <= {"browsers", "login_elliptic_keys", "charge_batch_items"}
    states = {each["payment"]["state"] for each in content["payments"]}
    assert states == {"CREATED", "AUTHORIZED", "ABORTED", "EXPIRED", "TERMINATED"}
    assert any(each.get("attempts") for each in content["deliveries"])
    assert content["clock"]["frozen_at"] is not None


def test_another_server_goes_on(emulator: Emulator, start: Callable[..., Emulator], tmp_path: Path) -> None:
    history = make(emulator)
    state = export(emulator)
    for settings in ({}, {"data": tmp_path}, {"world": generate(2, 2, 2)}):
        other = start(**settings)
        imported(other, state)
        assert export(other) == state
        other.world = emulator.world
        check_it_goes_on(other, history)


def test_a_server_starts_with_a_state_and_goes_back_to_it(
    emulator: Emulator, start: Callable[..., Emulator], tmp_path: Path
) -> None:
    history = make(emulator)
    file = tmp_path / "state.json"
    file.write_bytes(state := export(emulator))
    other = start(world=None, state=file)
    other.world = emulator.world
    assert export(other) == state
    check_it_goes_on(other, history)
    other.control("POST", "/reset")
    assert export(other) == state


def without_keys(state: bytes) -> dict[str, Any]:
    return {name: each for name, each in json.loads(state).items() if not name.endswith("_keys")}


def test_with_data_a_state_is_what_later_starts_go_back_to(start: Callable[..., Emulator], tmp_path: Path) -> None:
    first = start()
    first.create()
    file = tmp_path / "state.json"
    file.write_bytes(state := export(first))
    for settings in ({"state": file}, {"state": file}, {}):
        emulator = start(world=None, data=tmp_path / "data", **settings)
        emulator.world = first.world
        emulator.create("later-on")
        assert len(emulator.control("GET", "/payments").json()["payments"]) == 2
        emulator.server.runtime.engine.database.close()
    emulator = start(world=None, data=tmp_path / "data")
    emulator.control("POST", "/reset")
    # Its own keys stay: clients have tokens.
    assert json.loads(export(emulator)).pop("token_keys")
    assert without_keys(export(emulator)) == without_keys(state)
    emulator.close()
    file.write_bytes(state.replace(b'"Helland nettbutikk"', b'"Another"'))
    with pytest.raises(StoreError, match="something else than this state"):
        start(world=None, data=tmp_path / "data", state=file)
    with pytest.raises(StoreError, match="its own rules"):
        start(world=None, data=tmp_path / "data", scenario="declines")


def test_a_bad_state_leaves_an_empty_directory_empty(start: Callable[..., Emulator], tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    file.write_text("{}")
    with pytest.raises(StoreError, match=r"^state: .*state.json: the state: is no state file"):
        start(world=None, data=tmp_path / "data", state=file)
    emulator = start(data=tmp_path / "data")
    assert emulator.create().status_code == 201


def test_a_state_that_does_not_fit_is_refused_in_one_line(start: Callable[..., Emulator], tmp_path: Path) -> None:
    emulator = start()
    for number in range(200):
        emulator.create(f"reference-{number}", metadata={"key": "x" * 500}, paymentDescription="x" * 100)
    file = tmp_path / "state.json"
    content = json.loads(export(emulator))
    for each in content["answers"]:
        each["body"] += " " * 20_000
    file.write_text(json.dumps(content))
    with pytest.raises(StoreError, match="larger than store_limit"):
        start(world=None, state=file, store_limit=1)
    small = start(store_limit=1)
    before = export(small)
    assert put(small, file.read_bytes()).status_code == 507
    assert export(small) == before


def test_missing_and_huge_files_are_refused(start: Callable[..., Emulator], tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        start(world=None, state=tmp_path / "none.json")
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(StoreError, match="larger than"):
        start(world=None, state=huge)


def test_what_is_too_large_is_413(emulator: Emulator) -> None:
    answer = put(emulator, b" " * (LARGEST + 1))
    assert answer.status_code == 413
    assert str(LARGEST) in answer.json()["detail"]


def test_reset_goes_back_to_the_world_as_started(emulator: Emulator, start: Callable[..., Emulator]) -> None:
    first = export(emulator)
    other = start()
    make(other)
    imported(emulator, export(other))
    emulator.control("POST", "/reset")
    assert export(emulator) == first


def test_after_an_import_no_id_comes_again_and_a_seed_gives_the_same_ones(
    start: Callable[..., Emulator], tmp_path: Path
) -> None:
    emulator = start()
    emulator.create("one-payment")
    emulator.approve("one-payment")
    state = export(emulator)
    found = []
    file = tmp_path / "state.json"
    file.write_bytes(state)
    started = start(world=None, state=file)
    started.world = emulator.world
    for other in (start(), start(), emulator, started):
        if other is not started:
            imported(other, state)
        other._tokens.clear()
        other.create("two-payment")
        found.append({each["payment"]["psp_reference"] for each in json.loads(export(other))["payments"]})
    assert all(len(each) == 2 for each in found)
    assert found[0] == found[1] == found[2] == found[3]


def test_a_restart_with_a_seed_gives_no_id_again(start: Callable[..., Emulator], tmp_path: Path) -> None:
    references = []
    for number in range(3):
        emulator = start(data=tmp_path)
        emulator.control("POST", "/reset")
        emulator.create(f"reference-{number}")
        references += [each["payment"]["psp_reference"] for each in json.loads(export(emulator))["payments"]]
        emulator.server.runtime.engine.database.close()
    assert len(set(references)) == 3


def test_a_delivery_in_the_air_is_told_as_one_that_waits(emulator: Emulator) -> None:
    receivers = receivers_of(emulator)
    id_ = register(emulator)["id"]
    emulator.control("POST", f"/webhooks/{id_}/pause")
    emulator.create()
    emulator.control("POST", f"/webhooks/{id_}/resume")
    database = emulator.server.runtime.engine.database
    database.connection.execute("UPDATE deliveries SET state = 'sending', tries = 1")
    state = export(emulator)
    assert [each["state"] for each in json.loads(state)["deliveries"]] == ["waiting"]
    imported(emulator, state)
    settle(emulator)
    assert [each.step for each in receivers.received] == [("reference-1", "CREATED")]


def test_it_is_read_line_by_line_in_a_stable_order(emulator: Emulator) -> None:
    make(emulator)
    state = export(emulator)
    content: dict[str, Any] = json.loads(state)
    assert list(content) == sorted(content)
    assert list(content["merchants"][0]["merchant"]) == sorted(content["merchants"][0]["merchant"])
    msns = [each["unit"]["msn"] for each in content["sales_units"]]
    assert msns == sorted({*msns, *(each.msn for each in emulator.world.sales_units)})
    assert state.count(b"\n") > 1000
    emulator.create("one-more")
    before, after = state.decode().splitlines(), export(emulator).decode().splitlines()
    assert len(set(before) - set(after)) < 5


def test_a_file_written_by_hand_may_say_defaults_and_leave_them_out(emulator: Emulator) -> None:
    emulator.create()
    state = export(emulator)
    content = json.loads(state)
    content["payments"][0]["payment"]["captured_at"] = None
    content["payments"][0]["terms"]["scopes"] = []
    imported(emulator, json.dumps(content).encode())
    assert export(emulator) == state
