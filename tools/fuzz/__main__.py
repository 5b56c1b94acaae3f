"""Ask for everything by chance; exit code 1 at the first wrong answer, with a line that asks for it again."""

import json
import random
import sys
import tempfile
from pathlib import Path

import click

from tools.fuzz.making import Maker, Request
from tools.fuzz.run import SETUPS, Run, fuzz
from tools.served import Broken, serving


def _replay(setup: str, line: str, folder: Path) -> None:
    with serving(*SETUPS[setup], log=folder / "log") as served:
        run = Run(setup, 0, served, Maker(random.Random(0)))
        status, body = run.ask(Request(*json.loads(line)))
        click.echo(f"{status}\n{body.decode('utf-8', 'replace')}\n{served.told()}")


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--setup", "setups", multiple=True, type=click.Choice(list(SETUPS)), help="By default all of them.")
@click.option("--seed", default=1, show_default=True, help="All requests follow from it, and from the answers to them.")
@click.option("--requests", default=10**9, help="For each set-up.")
@click.option("--seconds", default=10.0, show_default=True, help="For each set-up.")
@click.option("--replay", metavar="LINE", help="Send one request, as a finding names it, to a new server.")
def main(setups: tuple[str, ...], seed: int, requests: int, seconds: float, replay: str | None) -> None:
    """Look for answers of 500, hangs, growth, and refusals that change something."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        for setup in setups or SETUPS:
            folder = Path(name, setup)
            folder.mkdir()
            if replay is not None:
                _replay(setup, replay, folder)
                continue
            try:
                counts = fuzz(setup, seed, requests, seconds, folder)
            except Broken as error:
                click.echo(f"{setup}, seed {seed}: {error}", err=True)
                sys.exit(1)
            click.echo(f"{setup:12} " + ", ".join(f"{name} {number:,}" for name, number in sorted(counts.items())))


main(prog_name="python -m tools.fuzz")
