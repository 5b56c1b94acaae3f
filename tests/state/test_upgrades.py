"""What earlier versions have written is taken up: data directories and state files, kept as they were made then."""

import gzip
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from mockserver.core import upgrades
from mockserver.core.database import FILE_NAME, SCHEMA_VERSION, StoreError
from mockserver.core.datafile import OLDEST
from tests.harness import Emulator
from tests.state.history import export, imported
from tools.keep import KEPT, kept

VERSIONS = sorted(int(found[1]) for each in KEPT.iterdir() if (found := re.match(r"data-schema-(\d+)\.", each.name)))
OLDER = [version for version in VERSIONS if version < SCHEMA_VERSION]


def data_of(version: int, directory: Path) -> Path:
    """A data directory as that version of the schema left it; gives its file."""
    directory.mkdir(exist_ok=True)
    file = directory / FILE_NAME
    with gzip.open(kept(version)[0]) as kept_file, file.open("wb") as made:
        shutil.copyfileobj(kept_file, made)
    return file


def sql(file: Path, script: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(script)


def content(file: Path) -> list[str]:
    """The version and every row, read without a trace."""
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        return [f"version {version}", *connection.iterdump()]


def beside(directory: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in directory.iterdir()}


def copies(directory: Path) -> list[str]:
    return sorted(each.name for each in directory.glob("*.schema-*"))


def test_there_is_what_every_version_wrote_that_can_be_taken_up() -> None:
    assert [*range(OLDEST, SCHEMA_VERSION + 1)] == VERSIONS
    assert all(kept(version)[1].exists() for version in VERSIONS)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_data_directory_goes_on(
    start: Callable[..., Emulator], tmp_path: Path, version: int, caplog: pytest.LogCaptureFixture
) -> None:
    file = data_of(version, tmp_path)
    before = content(file)
    emulator = start(data=tmp_path)

    assert emulator.get("approved")["aggregate"]["capturedAmount"]["value"] == 6000
    assert emulator.modify("refund", 500, "approved").status_code == 200
    assert emulator.create("a-new-one").status_code == 201
    assert emulator.control("POST", "/payments/123456/a-new-one/decline").status_code == 200
    [decline] = emulator.control("GET", "/payments/123456/a-new-one").json()["declines"]
    assert decline["reason"] == "refused-by-issuer"
    assert len(json.loads(export(emulator))["payments"]) > 3
    emulator.server.runtime.engine.database.connection.close()
    assert content(file)[0] == f"version {SCHEMA_VERSION}"
    told = [each.getMessage() for each in caplog.records if "kept in" in each.getMessage()]
    if version in OLDER:
        copy = tmp_path / upgrades.copy_name(version)
        assert content(copy) == before
        done = f"was brought up to date from schema {version} to {SCHEMA_VERSION}"
        assert told == [f"data: {file} {done}; as it was before, it is kept in {copy}"]
    else:
        assert (copies(tmp_path), told) == ([], [])


@pytest.mark.parametrize("version", VERSIONS)
def test_a_state_file_is_read(start: Callable[..., Emulator], version: int) -> None:
    emulator = start()
    imported(emulator, gzip.decompress(kept(version)[1].read_bytes()))

    assert emulator.get("approved")["aggregate"]["capturedAmount"]["value"] == 6000
    assert emulator.modify("refund", 500, "approved").status_code == 200


@pytest.mark.parametrize("version", OLDER)
def test_a_copy_is_an_older_servers_data_once_it_has_their_name(
    start: Callable[..., Emulator], tmp_path: Path, version: int
) -> None:
    old = tmp_path / "old"
    before = content(data_of(version, old))
    start(data=old).close()
    again = tmp_path / "again"
    again.mkdir()
    shutil.copyfile(old / upgrades.copy_name(version), again / FILE_NAME)

    assert content(again / FILE_NAME) == before
    assert start(data=again).get("approved")["aggregate"]["capturedAmount"]["value"] == 6000


BROKEN = {
    "a step": ("DROP TABLE payment_events", "no such table"),
    "what today's tables need": ("ALTER TABLE deliveries DROP COLUMN event", "deliveries has no column event"),
    "what a start reads": ("UPDATE meta SET value = '{' WHERE name = 'world'", "JSON"),
}


@pytest.mark.parametrize("version", OLDER)
@pytest.mark.parametrize("case", BROKEN)
def test_an_upgrade_that_fails_changes_nothing(
    start: Callable[..., Emulator], tmp_path: Path, version: int, case: str
) -> None:
    script, reason = BROKEN[case]
    file = data_of(version, tmp_path)
    sql(file, script)
    before = file.read_bytes()

    for _ in range(3):  # which make one copy
        with pytest.raises(StoreError, match="cannot be brought up to date, and is as it was: ") as caught:
            start(data=tmp_path)
        assert reason in str(caught.value)
        assert str(caught.value).endswith(f"; a copy is in {tmp_path / upgrades.copy_name(version)}")
        assert "\n" not in str(caught.value)
        assert file.read_bytes() == before
        assert copies(tmp_path) == [upgrades.copy_name(version)]


@pytest.mark.parametrize("version", OLDER)
def test_a_rule_that_cannot_be_read_any_more_undoes_an_upgrade(
    start: Callable[..., Emulator], tmp_path: Path, version: int
) -> None:
    file = data_of(version, tmp_path)
    sql(file, "UPDATE rules SET body = replace(body, 'cancelPayment', 'cancelPaiment')")
    before = file.read_bytes()
    with pytest.raises(StoreError, match="rule in the store cannot be read any more"):
        start(data=tmp_path)
    assert file.read_bytes() == before


@pytest.mark.parametrize("version", OLDER)
def test_no_copy_is_written_over(start: Callable[..., Emulator], tmp_path: Path, version: int) -> None:
    first, second = upgrades.copy_name(version), upgrades.copy_name(version, 2)
    (tmp_path / first).write_bytes(b"something else")
    before = content(data_of(version, tmp_path))
    start(data=tmp_path).close()

    assert (tmp_path / first).read_bytes() == b"something else"
    assert content(tmp_path / second) == before


@pytest.mark.skipif(os.name == "nt", reason="the rights of a file, and pipes, are others there")
@pytest.mark.parametrize("version", OLDER)
def test_a_copy_is_its_owners_alone_and_waits_for_no_pipe(
    start: Callable[..., Emulator], tmp_path: Path, version: int
) -> None:
    data_of(version, tmp_path)
    os.mkfifo(tmp_path / upgrades.copy_name(version))
    start(data=tmp_path).close()
    assert (tmp_path / upgrades.copy_name(version, 2)).stat().st_mode & 0o777 == 0o600


SERVE = (sys.executable, "-m", "mockserver", "serve", "--port", "0", "--data")


@pytest.mark.parametrize("version", OLDER)
def test_without_room_for_a_copy_nothing_is_changed(
    start: Callable[..., Emulator], tmp_path: Path, version: int
) -> None:
    file = data_of(version, tmp_path)
    before = beside(tmp_path)

    resource = pytest.importorskip("resource")

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file.stat().st_size // 2,) * 2)

    ended = subprocess.run(
        [*SERVE, str(tmp_path)], capture_output=True, text=True, timeout=30, check=False, preexec_fn=small
    )

    assert (ended.returncode, ended.stdout) == (2, "")
    [line] = ended.stderr.splitlines()
    assert line.startswith(f"vipps-mockserver: data: {file} is of an earlier version, and is as it was: no copy of it")
    assert line.endswith("; make room for one, and start again")
    assert beside(tmp_path) == before
    assert start(data=tmp_path).get("approved")["state"] == "AUTHORIZED"


KILLED = """
import os, pathlib, shutil, signal, sqlite3, sys
kept, places = map(pathlib.Path, sys.argv[1:])
from mockserver.app import build
from mockserver.settings import Settings
real = sqlite3.connect

def kill(statement="", *more):
    global left
    if str(statement).startswith(("SELECT", "--")):
        return  # hundreds that only look
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)

class Watched(sqlite3.Connection):
    def backup(self, target, **given):
        super().backup(target, pages=8, progress=kill)

def connect(*given, **named):
    if "vipps-mockserver" not in str(given[0]):
        return real(*given, **named)
    connection = real(*given, factory=Watched, **named)
    connection.set_trace_callback(kill)
    return connection

def replace(self, target, real=pathlib.Path.replace):
    kill()
    real(self, target)
    kill()

sqlite3.connect, pathlib.Path.replace = connect, replace
number = 0
while True:
    directory = places / str(number)
    directory.mkdir()
    shutil.copyfile(kept, directory / kept.name)
    left = number
    child = os.fork()
    if not child:
        build(Settings(data=directory, access_log="off"))
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    print(number, status, flush=True)
    if not status:
        break
    number += 1
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that are forked")
@pytest.mark.parametrize("version", OLDER)
def test_a_kill_at_any_instant_leaves_the_old_data_or_the_new(
    start: Callable[..., Emulator], tmp_path: Path, version: int
) -> None:
    """SIGKILL before each statement that writes, within the copy and around its naming; then a start as ever."""
    old = content(data_of(version, tmp_path / "old"))
    places = tmp_path / "places"
    places.mkdir()
    command = [sys.executable, "-c", KILLED, str(tmp_path / "old" / FILE_NAME), str(places)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    statuses = [int(line.split()[1]) for line in ended.stdout.splitlines()]
    assert statuses == [9] * (len(statuses) - 1) + [0]
    found: list[tuple[int, bool]] = []
    for number in range(len(statuses)):
        directory = places / str(number)
        left, copied = content(directory / FILE_NAME), copies(directory)
        found.append((int(left[0].split()[1]), upgrades.copy_name(version) in copied))
        if found[-1][0] == version:
            assert left == old, number
        emulator = start(data=directory)
        assert emulator.get("approved")["aggregate"]["capturedAmount"]["value"] == 6000
        emulator.close()
        assert copies(directory) == [upgrades.copy_name(version)]
        assert content(directory / upgrades.copy_name(version)) == old
    # First nothing, then a copy, then new data; of each some.
    assert found == sorted(found)
    assert set(found) == {(version, False), (version, True), (SCHEMA_VERSION, True)}


@pytest.mark.parametrize(("version", "reason"), [(SCHEMA_VERSION + 1, "newer version"), (6, "export it with that")])
def test_what_cannot_be_taken_up_is_left_alone(
    start: Callable[..., Emulator], tmp_path: Path, version: int, reason: str
) -> None:
    file = data_of(7, tmp_path)
    sql(file, f"PRAGMA user_version = {version}")
    before = beside(tmp_path)

    with pytest.raises(StoreError, match=reason) as caught:
        start(data=tmp_path)
    assert "\n" not in str(caught.value)
    assert beside(tmp_path) == before


def test_what_an_earlier_version_took_can_still_be_imported(start: Callable[..., Emulator]) -> None:
    emulator = start()
    emulator.create(returnUrl="https://shop.example.com/")
    state = json.loads(export(emulator))
    state["payments"][0]["terms"]["return_url"] = "https://☃.com:0/"
    state["payments"][0]["terms"]["customer"] = {"key": "phoneNumber", "value": "004712345678"}
    state["customers"][0]["customer"]["phone"] = "0987654321"
    state["sales_units"][0]["unit"].setdefault("login", {})["redirect_uris"] = ["ftp://a/b"]

    imported(emulator, json.dumps(state).encode())
    imported(emulator, export(emulator))
