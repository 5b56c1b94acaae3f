"""The container image, as far as it can be known without an engine: its file, how it stops, what it cannot write."""

import json
import re
import signal
import socket
import sys
import threading
from pathlib import Path
from subprocess import run

import httpx
import pytest

from mockserver import __version__
from mockserver.app import schema
from mockserver.core.database import Database, StoreError
from mockserver.process.cli import main
from mockserver.world import generate
from tests.end_to_end.running import serving

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
LAST = DOCKERFILE[DOCKERFILE.rindex("\nFROM ") :]

SCHEMA = schema()


def only(pattern: str) -> str:
    (found,) = re.findall(pattern, LAST, re.MULTILINE)
    return str(found)


def test_the_image_has_one_port_and_no_root() -> None:
    assert only(r"^EXPOSE (.*)") == only(r"VIPPS_MOCKSERVER_PORT=(\d+)") == "8080"
    assert int(only(r"^USER (\d+):0$")) > 0


def test_its_commands_are_commands_of_ours() -> None:
    program, health = json.loads(only(r"^HEALTHCHECK .* CMD (.*)"))
    assert json.loads(only(r"^ENTRYPOINT (.*)")) == [program]
    assert {health, *json.loads(only(r"^CMD (.*)"))} <= set(main.commands)


def test_its_label_is_the_version_served() -> None:
    assert re.findall(r"^ARG VERSION=(.*)$", DOCKERFILE, re.MULTILINE) == [__version__]
    assert only(r'image\.version="(.*)"') == "${VERSION}"
    assert only(r"^(ARG VERSION)$")


def check_of_version() -> str:
    (script,) = re.findall(r"/app/bin/python -c '(.*mockserver.*)' \"\$VERSION\"", DOCKERFILE)
    return str(script)


@pytest.mark.parametrize(("version", "code"), [(__version__, 0), ("9.9.9", 1)])
def test_a_label_of_another_version_stops_the_build(version: str, code: int) -> None:
    assert run([sys.executable, "-c", check_of_version(), version], cwd=ROOT, check=False).returncode == code


def test_only_pinned_versions_are_installed() -> None:
    assert DOCKERFILE.count("pip --python") == DOCKERFILE.count("--constraint constraints.txt") == 1


def test_names_for_generated_worlds_are_kept() -> None:
    kept = set(re.findall(r"! -name (\w+)", DOCKERFILE))
    assert set(generate._LOCALES.values()) <= kept


def test_nothing_but_the_program_goes_to_the_build() -> None:
    first, *rest = (ROOT / ".dockerignore").read_text("utf-8").split()
    let_in = {line[1:] for line in rest if line.startswith("!")}
    assert first == "*"
    assert let_in == {"pyproject.toml", "README.md", "LICENSE", "constraints.txt", "mockserver"}


def test_a_request_that_is_held_back_is_answered_at_once_when_the_server_is_stopped() -> None:
    with serving() as server:
        answers: list[httpx.Response] = []
        fault = {"X-Mock-Fault": "latency; seconds=30"}

        def ask() -> None:
            answers.append(httpx.post(f"{server.url}/accesstoken/get", headers=fault, trust_env=False, timeout=20))

        with socket.create_connection(address := ("127.0.0.1", int(server.url.rpartition(":")[2]))) as idle:
            asking = threading.Thread(target=ask)
            asking.start()
            asking.join(0.5)
            server.process.send_signal(signal.SIGTERM)
            idle.recv(1)  # the server closes idle connections once it has stopped listening
            with pytest.raises(OSError, match="refused"):
                socket.create_connection(address)
        asking.join()
        assert answers[0].status_code == 503
        assert answers[0].json()
        assert server.process.wait() == 0


def test_a_folder_that_cannot_be_written_is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root can write everywhere, so both what SQLite and what the system say is put in place.
    monkeypatch.setattr("mockserver.core.datafile.connect", _cannot)
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(StoreError, match=f"this user may not write to {tmp_path}$"):
        Database(SCHEMA, tmp_path)


def _cannot(path: str) -> None:
    raise OSError(f"unable to open {path}")


def test_health_does_not_load_the_program_for_a_good_answer() -> None:
    with serving() as server:
        port = server.url.rpartition(":")[2]
        script = "import sys; sys.argv[1:] = ['health']; from mockserver.__main__ import main; main()"
        asked = run(
            [sys.executable, "-X", "importtime", "-c", script],
            env={"VIPPS_MOCKSERVER_HOST": "0.0.0.0", "VIPPS_MOCKSERVER_PORT": port},
            capture_output=True,
            text=True,
            check=False,
        )
    assert (asked.returncode, asked.stdout) == (0, f"ok {server.url}\n")
    assert {"click", "pydantic", "mockserver.settings"}.isdisjoint(asked.stderr.replace("|", " ").split())
