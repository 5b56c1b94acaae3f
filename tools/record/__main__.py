"""``python -m tools.record FILE``: see the package."""

from pathlib import Path

import click
import httpx

import tools.record
from tools.contract.server import packaged_world, serving
from tools.record.recorder import Recorder
from tools.record.session import Session

_OPTIONS = ("--seed", "recording", "--journal-size", "2000")
_START = "2100-01-01T00:00:00Z"


def record() -> Recorder:
    """The session with a new server of this checkout, on a clock that stands still."""
    with serving(*_OPTIONS) as url, httpx.Client(base_url=url, trust_env=False, timeout=60) as http:
        http.post("/_mock/clock/freeze").raise_for_status()
        http.post("/_mock/clock/set", json={"at": _START}).raise_for_status()
        recorder = Recorder(http)
        Session(recorder, packaged_world()).play()
    return recorder


@click.command(help=tools.record.__doc__, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def main(file: Path) -> None:
    """Record, and say how much."""
    recorder = record()
    file.write_bytes(recorder.text)
    click.echo(f"{len(recorder.exchanges)} answers in {file}")


if __name__ == "__main__":
    main()
