"""``python -m tools.record FILE``: see the package."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import httpx

import tools.record
from tools.record.recorder import Recorder
from tools.record.session import Session, read_world

_OPTIONS = (
    "--port",
    "0",
    "--access-log",
    "off",
    "--seed",
    "recording",
    "--token-clock",
    "emulator",
    "--journal-size",
    "2000",
)


_START = "2100-01-01T00:00:00Z"


def record() -> Recorder:
    """The session with a new server of this checkout."""
    world = subprocess.run(  # noqa: S603
        [*_PROGRAM, "world", "--format", "json"], check=True, capture_output=True, env=_environment()
    )
    with _serving() as url, httpx.Client(base_url=url, trust_env=False, timeout=60) as http:
        http.post("/_mock/clock/freeze").raise_for_status()
        http.post("/_mock/clock/set", json={"at": _START}).raise_for_status()
        recorder = Recorder(http)
        Session(recorder, read_world(world.stdout.decode())).play()
    return recorder


_PROGRAM = (sys.executable, "-m", "mockserver")


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("VIPPS_MOCKSERVER_")}


@contextmanager
def _serving() -> Iterator[str]:
    command = [*_PROGRAM, "serve", *_OPTIONS]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=_environment()) as process:  # noqa: S603
        try:
            found = (re.search(r"VIPPS_BASE_URL='(\S+)'", line) for line in process.stdout or ())
            address = next(filter(None, found), None)
            if address is None:
                raise SystemExit("the server did not start")
            yield address[1]
        finally:
            process.terminate()


@click.command(help=tools.record.__doc__, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def main(file: Path) -> None:
    """Record, and say how much."""
    recorder = record()
    file.write_bytes(recorder.text)
    click.echo(f"{len(recorder.exchanges)} answers in {file}")


if __name__ == "__main__":
    main()
