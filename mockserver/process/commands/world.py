"""Who there is, and the keys that clients need."""

from pathlib import Path
from typing import Any

import click

from mockserver.core.variables import VARIABLE_FORMS, as_lines
from mockserver.process.asking import Asking, show
from mockserver.process.options import ASKING, URL, GroupWithSettings, fail, named_server, read_world
from mockserver.process.remote import NoAnswer, Server, variables
from mockserver.settings import BadSetting, Settings, load
from mockserver.world.domain.world import BadWorld, World

NO_ADDRESS = "unset VIPPS_BASE_URL; false"
"""For eval: what stands after it must not go to a real platform that the shell knows from before."""


@click.group(cls=GroupWithSettings, invoke_without_command=True, reads=ASKING | {"public_url", "world"})
@URL
@click.option(
    "--format",
    "form",
    default="env",
    type=click.Choice([*VARIABLE_FORMS, "json", "yaml"]),
    help="env (NAME=value), export (for eval) and dotenv print variables; json and yaml the whole world.",
)
@click.pass_context
def world(context: click.Context, /, url: str | None, form: str, **options: Any) -> None:
    """Print the variables that clients need, or the whole world.

    A running server is asked when --url, VIPPS_MOCK_URL or VIPPS_BASE_URL names it, and always for --format export;
    for json and yaml, which show who is there now, by --url only. Otherwise the answer comes from the settings, and no
    server has to run.
    """
    if context.invoked_subcommand is not None:
        return
    try:
        settings = load(options)
        if form in VARIABLE_FORMS:
            click.echo(_variables(url or named_server(options), settings, form), nl=False)
        else:
            from mockserver.world import files

            known = _running(url, settings) if url else read_world(settings) or files.packaged()
            click.echo(files.to_json(known) if form == "json" else files.to_yaml(known), nl=False)
    except (BadSetting, BadWorld, NoAnswer) as error:
        if form == "export":
            click.echo(NO_ADDRESS)
        fail(error)


def _variables(url: str | None, settings: Settings, form: str) -> str:
    """The variables of the server at ``url``, else of one with these settings; raises BadWorld, NoAnswer."""
    from mockserver.process.welcome import base_url, local_url
    from mockserver.world.variables import client_variables, donation_variables, partner_variables

    if url is not None or form == "export":
        return as_lines(variables(url or local_url(settings), settings.admin_token), form)
    from mockserver.world import files

    known = read_world(settings) or files.packaged()
    own = client_variables(files.to_plain(known), base_url(settings))
    return as_lines(own | partner_variables(known) | donation_variables(known), form)


@world.command()
@click.option("--merchants", default=10, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--customers", default=100, show_default=True, type=click.IntRange(0, 100_000))
@click.option("--seed", default=1, show_default=True, type=int)
@click.option("--format", "form", default="yaml", type=click.Choice(["json", "yaml"]), show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write; printed if left out.")
def generate(merchants: int, customers: int, seed: int, form: str, output: Path | None) -> None:
    """Generate a world; the same seed gives the same world."""
    from mockserver.world import files
    from mockserver.world.generate import generate as make

    made = make(merchants, customers, seed)
    text = files.to_json(made) if form == "json" else files.to_yaml(made)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, "utf-8")
    except OSError as error:
        fail(f"{output}: cannot be written: {error.strerror}")


def _running(url: str, settings: Settings) -> World:
    """Everybody on the server at ``url`` as a world; raises NoAnswer."""
    from mockserver.world import files

    try:
        return files.of_plain(Server(url, settings.admin_token).get("world"))
    except BadWorld as error:
        raise NoAnswer(f"{url} has a world that is none here: {error}") from error


@click.command(cls=Asking)
@click.option(
    "--format",
    "form",
    default="env",
    type=click.Choice([*VARIABLE_FORMS, "json"]),
    help="env (NAME=value), export (for eval), dotenv or json.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def keys(server: Server, form: str, *, as_json: bool) -> None:
    """Print the variables that clients of a running server need: its address and keys."""
    try:
        found = variables(server.url, server.token)
    except NoAnswer:
        if form == "export":
            click.echo(NO_ADDRESS)
        raise
    show(
        {"variables": found},
        "" if form == "json" else as_lines(found, form).rstrip(),
        as_json=as_json or form == "json",
    )
