"""Logs never make the server wait, and never fail it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from mockserver.process import lines
from mockserver.process.lines import MOST_WAITING, Lines
from tests.end_to_end.running import serving

SOON = 10


@contextmanager
def pipe() -> Iterator[tuple[int, int]]:
    reading, writing = os.pipe()
    try:
        yield reading, writing
    finally:
        os.close(reading)
        os.close(writing)


def test_lines_come_out_whole_and_in_order() -> None:
    with pipe() as (reading, writing):
        out = Lines(writing)
        print("one", file=out)
        out.write("two\nthr")
        out.write("ee\n\ud800")
        out.drain(SOON)
        assert os.read(reading, 1000) == b"one\ntwo\nthree\n\\ud800"


def test_who_does_not_read_loses_lines_and_is_told_how_many() -> None:
    line = "x" * 999
    with pipe() as (reading, writing):
        out = Lines(writing)
        for number in range(3000):
            out.write(f"{number:06} {line}\n")
        with os.fdopen(os.dup(reading), "rb") as file:
            came = dropped = 0
            while came + dropped < 3000:
                read = file.readline().decode()
                told = re.fullmatch(r"vipps-mockserver: (\d+) lines were not written here\n", read)
                if told:
                    dropped += int(told[1])
                else:
                    assert int(read[:6]) == came + dropped
                    came += 1
            assert dropped > 0
            assert came > MOST_WAITING // 1100
            out.write("after\n")
            assert file.readline() == b"after\n"


def test_what_was_dropped_is_told_without_another_line() -> None:
    """While one write is stuck all is dropped, and nothing waits behind it that could bring the number along."""
    with pipe() as (reading, writing):
        out = Lines(writing)
        out.write("x" * (MOST_WAITING - 2) + "\n")
        with os.fdopen(os.dup(reading), "rb") as file:
            assert file.read(1) == b"x"  # the write has begun
            for _ in range(3):
                out.write("lost\n")
            file.readline()
            assert file.readline() == b"vipps-mockserver: 3 lines were not written here\n"


def test_what_cannot_be_written_is_told_once_it_can(tmp_path: Path) -> None:
    descriptor = os.open("/dev/full", os.O_WRONLY)
    try:
        out = Lines(descriptor)
        out.write("one\ntwo\n")
        out.drain(SOON)
        file = os.open(tmp_path / "log", os.O_CREAT | os.O_WRONLY)
        os.dup2(file, descriptor)
        os.close(file)
        out.write("three\n")
        out.drain(SOON)
        assert (tmp_path / "log").read_text() == "three\nvipps-mockserver: 2 lines were not written here\n"
    finally:
        os.close(descriptor)


def test_a_descriptor_that_others_made_non_blocking_loses_nothing() -> None:
    with pipe() as (reading, writing):
        os.set_blocking(writing, False)
        out = Lines(writing)
        out.write("x" * 200_000 + "\n")
        with os.fdopen(os.dup(reading), "rb") as file:
            assert len(file.readline()) == 200_001


def test_nobody_has_to_wait_at_the_end() -> None:
    """The process ends though its lines are stuck."""
    program = (
        "from mockserver.process import lines\n"
        "lines.LAST_LINES = 0.01\n"
        "with lines.unhindered():\n"
        "    for _ in range(2000): print('x' * 1000)\n"
    )
    with pipe() as (_, writing):
        subprocess.run([sys.executable, "-c", program], stdout=writing, timeout=SOON, check=True)


def test_streams_that_somebody_replaced_stay(capsys: pytest.CaptureFixture[str]) -> None:
    with lines.unhindered():
        print("captured")
    assert capsys.readouterr().out == "captured\n"


@pytest.mark.parametrize(
    "ends", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-", ">/dev/full", "2>/dev/full", ">/dev/full 2>/dev/full"]
)
def test_closed_and_full_streams_do_not_stop_the_start(ends: str, tmp_path: Path) -> None:
    """The start ends by a setting that is wrong, so that it ends at all: with 2 for that, and no traceback."""
    log = tmp_path / "log"
    for setting, code in (("--port 0 --host 192.0.2.1", 2), ("--no-such-option", 2)):
        command = f'"{sys.executable}" -m mockserver serve --data "{tmp_path}" {setting} >"{log}" 2>&1 {ends}'
        assert subprocess.run(["sh", "-c", command], timeout=60, check=False).returncode == code
        assert "Traceback" not in log.read_text()
        assert "Exception ignored" not in log.read_text()


@pytest.mark.parametrize("arguments", ["--help", "--version", "serve --help", "scenarios list", "world --format yaml"])
def test_output_that_cannot_be_written_is_told_in_a_line(arguments: str) -> None:
    command = f'"{sys.executable}" -m mockserver {arguments} >/dev/full'
    done = subprocess.run(["sh", "-c", command], timeout=60, check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == "vipps-mockserver: the output cannot be written: No space left on device\n"


@pytest.mark.parametrize("ends", [">&-", "2>&-", ">&- 2>&-"])
def test_commands_work_without_streams(ends: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with serving() as server:
        for arguments in ("payments list", "clock show --json", "scenarios list"):
            asked = arguments if arguments.startswith("scenarios") else f"{arguments} --url {server.url}"
            command = f'"{sys.executable}" -m mockserver {asked} >"{log}" 2>&1 {ends}'
            assert subprocess.run(["sh", "-c", command], timeout=60, check=False).returncode == 0
            assert "Traceback" not in log.read_text()


@pytest.mark.parametrize("ends", [">&- 2>&-", ">/dev/full 2>/dev/full"])
def test_a_server_without_streams_serves(ends: str, tmp_path: Path, free_port: int) -> None:
    command = f'exec "{sys.executable}" -m mockserver serve --port {free_port} --data "{tmp_path}" {ends}'
    with subprocess.Popen(["sh", "-c", command]) as process:
        url = f"http://127.0.0.1:{free_port}"
        try:
            subprocess.run([sys.executable, "-m", "mockserver", "health", "--url", url, "--wait", "30"], check=True)
            for _ in range(3):
                assert httpx.get(f"{url}/nowhere", trust_env=False).status_code == 404
        finally:
            process.terminate()
        assert process.wait(SOON) == 0


def test_a_pipe_that_nobody_reads_does_not_stop_the_server() -> None:
    with pipe() as (reading, writing), os.fdopen(os.dup(writing), "w") as log:
        with serving("--access-log", "text", log=log) as server, httpx.Client(base_url=server.url) as client:
            path = "/" + "x" * 20_000
            for _ in range(200):
                assert client.get(path).status_code == 404
            assert client.get("/_mock/health").status_code == 200
        assert server.process.wait(SOON) == 0
        assert len(os.read(reading, 65536)) > 60_000
