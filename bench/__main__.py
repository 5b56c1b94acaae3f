"""Measure, print the tables, and write the figures to a file when asked."""

import json
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

import click

from bench import Broken, report
from bench.measure import Bench, Figures, Plan

_DEFAULT = Plan(starts=7, rounds=3, seconds=4, warm_up=0.5, sizes=(100_000,), saturated=10)
_FULL = Plan(starts=7, rounds=3, seconds=4, warm_up=0.5, sizes=(100_000, 500_000), saturated=60)
_QUICK = Plan(starts=3, rounds=1, seconds=1.5, warm_up=0.3, sizes=(20_000,), saturated=4)
_PACKAGES = ("vipps-mockserver", "pydantic", "starlette", "uvicorn", "httptools", "uvloop")


def _machine() -> Figures:
    known = {"python": platform.python_version(), "system": platform.platform(), "processors": os.cpu_count()}
    for package in _PACKAGES:
        try:
            known[package] = version(package)
        except ImportError:
            known[package] = None
    return known


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--quick", is_flag=True, help="Under a minute, and rough.")
@click.option("--full", is_flag=True, help="Up to 500,000 stored payments, and a minute of saturation.")
@click.option("--json", "file", type=click.Path(dir_okay=False, path_type=Path), help="File to write the figures to.")
def main(*, quick: bool, full: bool, file: Path | None) -> None:
    """Measure the emulator against a bare server on Starlette and pydantic in the same run.

    A missed bar is told, and no failure: machines differ, and busy ones lie.
    """
    if quick and full:
        raise click.UsageError("--quick and --full exclude each other")
    plan = _FULL if full else _QUICK if quick else _DEFAULT
    try:
        figures = {"machine": _machine()} | Bench(plan, lambda step: click.echo(f"... {step}", err=True)).run()
    except Broken as error:
        click.echo(f"bench: {error}", err=True)
        sys.exit(1)
    machine = " ".join(f"{name} {value}" for name, value in figures["machine"].items())
    click.echo(f"\n{machine}\n\n{report.tables(figures)}")
    if file is not None:
        file.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


main(prog_name="python -m bench")
