"""Scenarios: list, print, check."""

from pathlib import Path

import click

from mockserver.process.options import FILE, fail


@click.group()
def scenarios() -> None:
    """List, print and check scenarios."""


@scenarios.command(name="list")
def list_scenarios() -> None:
    """List the packaged scenarios with a description of each."""
    from mockserver.app import PRODUCTS
    from mockserver.scenarios import files

    for name in files.names():
        click.echo(f"{name:28}{files.packaged(name, PRODUCTS.vocabulary).description}")


@scenarios.command()
@click.argument("name")
def show(name: str) -> None:
    """Print a packaged scenario, as a starting point for your own."""
    from mockserver.app import PRODUCTS
    from mockserver.scenarios import BadScenario, files

    try:
        click.echo(files.packaged(name, PRODUCTS.vocabulary).text, nl=False)
    except BadScenario as error:
        fail(error)


@scenarios.command()
@click.argument("file", type=FILE)
def check(file: Path) -> None:
    """Check a scenario file; the first mistake is reported with its line, exit code 2."""
    from mockserver.app import PRODUCTS
    from mockserver.scenarios import BadScenario, files
    from mockserver.scenarios.domain.scenario import describe

    try:
        found = files.read(file, PRODUCTS.vocabulary)
    except BadScenario as error:
        fail(error)
    if not found.rules:
        click.echo("ok, without a rule")
    for rule in found.rules:
        click.echo(f"ok {rule.name}: {describe(rule.then)}, for {', '.join(sorted(rule.when.operations))}")
