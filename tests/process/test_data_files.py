"""Files of data directories, over a fresh process: what is not ours, or is damaged, is refused and left alone."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import httpx
import pytest

from mockserver.core.database import FILE_NAME, Database, StoreError
from mockserver.core.datafile import APPLICATION_ID
from mockserver.core.reserve import Reserve
from tests.core.test_store import SCHEMA
from tests.end_to_end.running import Merchant, Running, serving
from tests.harness import Emulator

Damage = Callable[[Path], None]


@pytest.fixture
def file(start: Callable[..., Emulator], tmp_path: Path) -> Path:
    """What a server that was stopped in good order has left."""
    emulator = start(data=tmp_path)
    for number in range(20):
        emulator.create(f"reference-{number}")
    emulator.server.runtime.engine.database.close()
    return tmp_path / FILE_NAME


def sql(script: str) -> Damage:
    def damage(file: Path) -> None:
        with closing(sqlite3.connect(file)) as connection:
            connection.executescript(script)

    return damage


def foreign(script: str) -> Damage:
    def damage(file: Path) -> None:
        file.unlink()
        sql(script)(file)

    return damage


def random_bytes(file: Path) -> None:
    chance = random.Random(1)
    with file.open("r+b") as opened:
        for page in range(3, 30):
            opened.seek(page * 8192)
            opened.write(chance.randbytes(8192))


def cut_off(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2 + 100)


def text(file: Path) -> None:
    file.write_text("Dear diary, " * 1000)


FOREIGN_TABLES = "CREATE TABLE diary (day TEXT); INSERT INTO diary VALUES ('Monday');"
BAD: dict[str, tuple[Damage, str]] = {
    "random bytes": (random_bytes, "is damaged"),
    "cut off": (cut_off, "is damaged"),
    "text": (text, "is no SQLite database"),
    "header only": (lambda file: os.truncate(file, 40), "is damaged"),
    "a missing table": (sql("DROP TABLE payment_events"), "is damaged (the table payment_events is missing)"),
    "a missing room": (sql("DROP TABLE kept_answers"), "is damaged (the table kept_answers is missing)"),
    "a missing column": (sql("ALTER TABLE deliveries DROP COLUMN event"), "the table deliveries has no column event"),
    "no meta": (sql("DROP TABLE meta"), "is damaged (the table meta is missing)"),
    "a clock that is no JSON": (sql("INSERT INTO meta VALUES ('clock', 'noon')"), "is damaged (1 validation error"),
    "a world that is no JSON": (sql("UPDATE meta SET value = '{' WHERE name = 'world'"), "is damaged ("),
    "no world": (sql("DELETE FROM meta WHERE name = 'world'"), "is damaged ("),
    "tables that are no JSON": (sql("UPDATE meta SET value = '{' WHERE name = 'tables'"), "is damaged ("),
    "version 0": (sql("PRAGMA user_version = 0"), "is damaged (schema version 0)"),
    "version 6": (sql("PRAGMA user_version = 6"), "was written by an older version"),
    "version 99": (sql("PRAGMA user_version = 99"), "was written by a newer version"),
    "version -1": (sql("PRAGMA user_version = -1"), "is damaged (schema version -1)"),
    "another program's mark": (sql("PRAGMA application_id = 252006674"), "belongs to another program"),
    "another program's empty file": (foreign("PRAGMA application_id = 1; VACUUM"), "belongs to another program"),
    "another program's tables": (foreign(FOREIGN_TABLES), "belongs to another program"),
    "its tables in a log": (foreign(f"PRAGMA journal_mode = WAL; {FOREIGN_TABLES}"), "belongs to another program"),
    "its version": (foreign(f"PRAGMA user_version = 8; {FOREIGN_TABLES}"), "belongs to another program"),
}


def beside(file: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in file.parent.iterdir()}


def serve(directory: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "mockserver", "serve", "--port", "0", "--data", str(directory)]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_used_is_refused_in_a_line_and_left_alone(file: Path, case: str) -> None:
    damage, reason = BAD[case]
    damage(file)
    before = beside(file)

    ended = serve(file.parent)

    assert (ended.returncode, ended.stdout) == (2, "")
    [line] = ended.stderr.splitlines()
    assert line.startswith("vipps-mockserver: data: ")
    assert str(file) in line
    assert reason in line
    assert beside(file) == before


def test_a_log_that_another_program_left_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / FILE_NAME
    lines = f"PRAGMA journal_mode = WAL; {FOREIGN_TABLES}"
    killed = f"import os, sqlite3; sqlite3.connect({str(file)!r}).executescript({lines!r}); os._exit(0)"
    subprocess.run([sys.executable, "-c", f"{killed}"], check=True)
    file.with_name(FILE_NAME + "-shm").unlink()
    before = beside(file)
    assert len(before) == 2

    with pytest.raises(StoreError, match="belongs to another program"):
        Database(SCHEMA, tmp_path)

    assert beside(file) == before


def test_a_directory_of_before_gets_its_mark(start: Callable[..., Emulator], file: Path) -> None:
    sql("PRAGMA application_id = 0; DELETE FROM meta WHERE name = 'tables'")(file)

    emulator = start(data=file.parent)
    assert emulator.get("reference-7")["state"] == "CREATED"
    emulator.server.runtime.engine.database.close()

    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert connection.execute("SELECT count(*) FROM meta WHERE name = 'tables'").fetchone() == (1,)


@pytest.mark.parametrize("content", [b"", b"S"])
def test_an_empty_file_is_told_of(
    start: Callable[..., Emulator], tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    """SQLite takes a file of one byte for an empty one."""
    (tmp_path / FILE_NAME).write_bytes(content)
    assert start(data=tmp_path).create().status_code == 201
    assert f"{tmp_path / FILE_NAME} was empty, so the store begins anew" in caplog.text


KILLED = """
import os, sqlite3, sys
from pathlib import Path
directory, number = sys.argv[1], int(sys.argv[2])
left = iter(range(number))
real = sqlite3.connect
def connect(*given, **named):
    connection = real(*given, **named)
    if directory in str(given[0]):
        connection.set_trace_callback(lambda text: next(left, None) is None and os._exit(9))
    return connection
sqlite3.connect = connect
from mockserver.app import build
from mockserver.settings import Settings
build(Settings(data=Path(directory), access_log="off"))
"""


@pytest.mark.parametrize("number", [0, 3, 7, 12, 40, 100, 150, 200, 250, 10_000])
def test_a_first_start_that_is_killed_leaves_nothing_or_everything(
    start: Callable[..., Emulator], tmp_path: Path, number: int
) -> None:
    ended = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), str(number)], check=False)
    assert ended.returncode == (0 if number == 10_000 else 9)

    emulator = start(data=tmp_path)

    assert emulator.create().status_code == 201
    assert len(emulator.control("GET", "/merchants").json()["merchants"]) == len(emulator.world.merchants)


SMALL_DISK = ("unshare", "--map-root-user", "--mount", "sh", "-c")
CAN_MOUNT = "mount -t tmpfs -o size=1m none /mnt"


def can_mount() -> bool:
    return bool(shutil.which("unshare")) and not subprocess.run([*SMALL_DISK, CAN_MOUNT], check=False).returncode


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[tuple[Running, Path]]:
    """A server whose data stand on a disk of 6 MiB, and the disk as this process sees it."""
    if not can_mount():
        pytest.skip("unshare cannot mount a small disk here")
    mounted = f'mount -t tmpfs -o size=6m none {tmp_path} && exec "$@"'
    with serving("--data", str(tmp_path), before=(*SMALL_DISK, mounted, "sh")) as running:
        yield running, Path(f"/proc/{running.process.pid}/root{tmp_path}")


def test_a_full_disk_changes_nothing_and_can_be_reset(small_disk: tuple[Running, Path]) -> None:
    running, disk = small_disk
    shop = Merchant(running)
    with httpx.Client(base_url=f"{running.url}/_mock", trust_env=False) as control:
        fill(shop, disk)

        # What has room in the log still goes through.
        acknowledged, number = False, 0
        while control.post(f"/clock/{'unfreeze' if acknowledged else 'freeze'}", json={}).status_code == 200:
            acknowledged, number = not acknowledged, number + 1
            assert number < 1000
        before = control.get("/state").json()
        for path, content in (("advance", {"duration": "P1D"}), ("set", {"at": "2199-01-01T00:00:00Z"})):
            assert control.post(f"/clock/{path}", json=content).status_code == 507, path
            clock = control.get("/clock").json()
            assert (clock["frozen"], clock["aheadSeconds"] < 1) == (acknowledged, True)
        assert control.post("/customers", json={"phone": "4790000001"}).status_code == 507
        assert control.get("/state").json() == before

        assert control.post("/reset").status_code == 200
        assert control.get("/payments").json() == {"payments": []}
        assert (disk / "vipps-mockserver.reserve").exists()
        assert control.post("/reset").status_code == 200
    shop.create("after-it")
    shop.close()


def fill(shop: Merchant, disk: Path) -> None:
    """Leave no room on the disk, as the merchant notices."""
    shop.create("before-it")
    (disk / "filler").write_bytes(b"x" * (shutil.disk_usage(disk).free - 64 * 1024))
    for number in range(1000):
        answer = shop.ask_to_create(f"reference-{number}")
        if answer.status_code != 201:
            break
    with suppress(OSError), (disk / "rest").open("wb", buffering=0) as rest:
        while True:
            rest.write(b"x" * 4096)
    assert answer.status_code == 500
    assert answer.json()["extraDetails"][0] == {"name": "ErrorCode", "reason": "3010"}


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "directory"])
def test_what_is_no_file_is_refused_in_a_line(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / FILE_NAME)

    ended = serve(tmp_path)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert (
        ended.stderr
        == f"vipps-mockserver: data: {tmp_path / FILE_NAME} is no file; remove it, or name another directory\n"
    )


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX modes")
def test_a_new_store_is_for_its_owner_alone(start: Callable[..., Emulator], tmp_path: Path) -> None:
    assert start(data=tmp_path).create().status_code == 201
    Reserve(tmp_path).keep(100)
    modes = {each.name: each.stat().st_mode & 0o777 for each in tmp_path.iterdir()}
    assert len(modes) > 2
    assert set(modes.values()) == {0o600}, modes


@pytest.mark.skipif(not hasattr(os, "O_NOFOLLOW"), reason="needs O_NOFOLLOW")
def test_the_reserve_is_not_written_where_a_link_leads(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("mine")
    (tmp_path / "vipps-mockserver.reserve").symlink_to(other)
    Reserve(tmp_path).keep(100)
    assert other.read_text() == "mine"
