"""The command line: serve, health, ca, world, webhooks, scenarios, checklist, export, import."""

import os
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import click

from mockserver import __version__
from mockserver.core.variables import VARIABLE_FORMS, as_lines
from mockserver.settings import CONFIG, BadSetting, Settings, load
from mockserver.world.domain.world import BadWorld, World

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@cache
def _settings(shown: frozenset[str] | None) -> list[click.Parameter]:
    """One option for each setting; values are checked by the settings themselves.

    ``shown``: the settings that a command reads, None for all. It takes the others too, without listing them, so that
    one set of options serves every command.
    """
    options: list[click.Parameter] = []
    for name, field in Settings.model_fields.items():
        flag = f"--{name.replace('_', '-')}"
        hidden = shown is not None and name not in shown
        if field.annotation is bool:
            declared = [f"{flag}/--no-{flag[2:]}", name]
            options.append(click.Option(declared, default=None, hidden=hidden, help=field.description))
        else:
            options.append(click.Option([flag, name], default=None, metavar="VALUE", hidden=hidden, help=_help(field)))
    return [*options, click.Option(["--config", CONFIG], default=None, metavar="FILE", help="Settings file (TOML).")]


_ADDRESS = frozenset({"host", "port"})
_ASKING = _ADDRESS | {"admin_token"}


class _WithSettings(click.Command):
    """A command with all settings as options, which are only made for the command that runs.

    ``reads``: the settings that it lists in its help, None for all.
    """

    def __init__(self, *args: Any, reads: frozenset[str] | None = None, **extra: Any) -> None:
        super().__init__(*args, **extra)
        self._reads = reads

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """What is the command's own, then the settings."""
        return [*super().get_params(ctx), *_settings(self._reads)]


class _GroupWithSettings(_WithSettings, click.Group):
    pass


def _help(field: Any) -> str:
    default = field.default
    return f"{field.description} [default: {default}]" if default not in (None, ()) else field.description


def _fail(error: object) -> NoReturn:
    from mockserver.process.lines import unhindered

    with unhindered():
        click.echo(f"vipps-mockserver: {error}", err=True)
    sys.exit(2)


def _read_world(settings: Settings) -> World | None:
    if settings.world is None:
        return None
    from mockserver.app import check_world
    from mockserver.world import files

    return files.read(settings.world, check_world)


class _OneLineErrors(click.Group):
    """A group that says in one line what is wrong with its options."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command line, and exit with 2 for bad options."""
        try:
            code = super().main(*args, **extra | {"standalone_mode": False})
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            sys.exit(error.exit_code)
        except click.UsageError as error:
            _fail(error.format_message())
        except click.Abort:
            sys.exit(1)
        sys.exit(code if isinstance(code, int) else 0)


@click.group(cls=_OneLineErrors, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="vipps-mockserver")
def main() -> None:
    """Emulate the Vipps MobilePay APIs on this machine."""


@main.command(cls=_WithSettings)
def serve(**options: Any) -> None:
    """Serve until interrupted."""
    from mockserver.process.lines import unhindered

    with unhindered():
        from mockserver.core.database import StoreError
        from mockserver.process.serving import CannotListen, run
        from mockserver.scenarios import BadScenario

        try:
            settings = load(options)
            run(settings, _read_world(settings))
        except (BadSetting, BadWorld, BadScenario, StoreError, CannotListen) as error:
            _fail(error)


_URL = click.option("--url", default=None, metavar="URL", help="Address of the running server to ask.")


@main.command(cls=_WithSettings, reads=_ADDRESS)
@_URL
@click.option(
    "--wait",
    default=0.0,
    type=click.FloatRange(0, 3600),
    metavar="SECONDS",
    help="Wait until it is up, at most this long.",
)
def health(url: str | None, wait: float, **options: Any) -> None:
    """Tell whether a server is up (exit code 0) or not (1).

    That is the one that --url, VIPPS_MOCK_URL or VIPPS_BASE_URL names, else the one of the settings.
    """
    from urllib.parse import urlsplit

    from mockserver.process.health import is_up
    from mockserver.process.remote import NoAnswer, with_scheme

    try:
        settings = load(options)
        asked = with_scheme(_asked(url, options, settings))
        parts = urlsplit(asked)
        if parts.scheme != "http":
            _fail(f"--url: {asked}: this asks over HTTP only")
        place = f"http://{parts.netloc if parts.port else f'{parts.netloc}:80'}"
    except (BadSetting, NoAnswer) as error:
        _fail(error)
    if not is_up(place, wait):
        click.echo(f"no server answers at {asked}", err=True)
        sys.exit(1)
    click.echo(f"ok {asked}")


@main.command(cls=_WithSettings, reads=frozenset({"host", "tls_port", "tls_names", "tls_dir", "data"}))
@click.option("--pem", is_flag=True, help="Print the certificate itself.")
@click.option("--export", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write it to a file.")
def ca(export: Path | None, *, pem: bool, **options: Any) -> None:
    """Explain how to trust the certificate authority of --tls, which is created if there is none yet."""
    from mockserver.core.clock import wall_clock
    from mockserver.settings import tls_names
    from mockserver.tls import trust
    from mockserver.tls.authority import BadAuthority, find_or_make
    from mockserver.tls.places import folder

    try:
        settings = load(options)
        authority = find_or_make(folder(settings.tls_dir, settings.data), tls_names(settings), wall_clock())
        if export is not None:
            export.write_bytes(authority.pem)
    except (BadSetting, BadAuthority) as error:
        _fail(error)
    except OSError as error:
        _fail(f"{error.filename}: cannot be written: {error.strerror}")
    if pem:
        click.echo(authority.pem, nl=False)
    elif export is None:
        click.echo(trust.how_to(authority.path.absolute(), settings.tls_port))


@main.group(cls=_GroupWithSettings, invoke_without_command=True, reads=_ASKING | {"public_url", "world"})
@_URL
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

    A running server is asked when --url, VIPPS_MOCK_URL or VIPPS_BASE_URL names it, and always for --format export.
    Otherwise the answer comes from the settings, and no server has to run.
    """
    if context.invoked_subcommand is not None:
        return
    from mockserver.process.remote import NoAnswer

    try:
        settings = load(options)
        if form in VARIABLE_FORMS:
            click.echo(_variables(url or _named_server(options), settings, form), nl=False)
        elif url is not None:
            _fail(f"--url: a running server gives variables only ({', '.join(VARIABLE_FORMS)}), not {form}")
        else:
            from mockserver.world import files

            known = _read_world(settings) or files.packaged()
            click.echo(files.to_json(known) if form == "json" else files.to_yaml(known), nl=False)
    except (BadSetting, BadWorld, NoAnswer) as error:
        if form == "export":
            # What stands after the eval must not go to a real platform that the shell knows from before.
            click.echo("unset VIPPS_BASE_URL; false")
        _fail(error)


def _named_server(options: Mapping[str, Any]) -> str | None:
    """The server that the environment names, unless options describe another one; never the real platform."""
    if any(options.get(name) is not None for name in ("host", "port", "public_url", "world")):
        return None
    if url := os.environ.get("VIPPS_MOCK_URL"):
        return url
    from urllib.parse import urlsplit

    from mockserver.core.policy import HOSTS

    url = os.environ.get("VIPPS_BASE_URL") or None
    return url if url is None or urlsplit(url).hostname not in HOSTS else None


def _asked(url: str | None, options: Mapping[str, Any], settings: Settings) -> str:
    """The running server to ask: the one that --url or the environment names, else the one of the settings."""
    from mockserver.process.welcome import local_url

    return url if url is not None else _named_server(options) or local_url(settings)


def _variables(url: str | None, settings: Settings, form: str) -> str:
    """The variables of the server at ``url``, else of one with these settings; raises BadWorld, NoAnswer."""
    from mockserver.process.welcome import base_url, local_url
    from mockserver.world.variables import client_variables, donation_variables, partner_variables

    if url is not None or form == "export":
        from mockserver.process.remote import variables

        return as_lines(variables(url or local_url(settings), settings.admin_token), form)
    from mockserver.world import files

    known = _read_world(settings) or files.packaged()
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
        _fail(error)


@main.group()
def webhooks() -> None:
    """Inspect received webhooks."""


@webhooks.command()
@click.option("--headers", "headers_file", required=True, type=_FILE, help="Headers as received: lines, or JSON.")
@click.option("--body", "body_file", required=True, type=_FILE, help="Body exactly as received.")
@click.option("--secret", required=True, help="Secret of the registration.")
@click.option("--url", required=True, help="URL as registered.")
@click.option("--now/--any-time", default=False, help="Also check that the date is within 300 seconds of now.")
def verify(headers_file: Path, body_file: Path, secret: str, url: str, *, now: bool) -> None:
    """Check the signature of a received webhook and show what differs; exit code 1 if it is not genuine."""
    from mockserver.core.clock import wall_clock
    from mockserver.core.urls import flaw, on_the_wire
    from mockserver.process.headers import BadHeaders, read_headers
    from mockserver.webhooks.signature import examine

    try:
        headers = read_headers(headers_file.read_text("utf-8"))
        body = body_file.read_bytes()
        if wrong := flaw(url, local=True):
            _fail(f"url: {wrong}")
        findings = examine(secret, on_the_wire(url), headers, body, wall_clock() / 1000 if now else None)
    except (BadHeaders, OSError, ValueError) as error:
        _fail(error)
    for finding in findings:
        click.echo(f"{'ok   ' if finding.right else 'WRONG'} {finding.part}: {finding.words}")
    if not all(finding.right for finding in findings):
        sys.exit(1)


@main.group()
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
        _fail(error)


@scenarios.command()
@click.argument("file", type=_FILE)
def check(file: Path) -> None:
    """Check a scenario file; the first mistake is reported with its line, exit code 2."""
    from mockserver.app import PRODUCTS
    from mockserver.scenarios import BadScenario, files
    from mockserver.scenarios.domain.scenario import describe

    try:
        found = files.read(file, PRODUCTS.vocabulary)
    except BadScenario as error:
        _fail(error)
    if not found.rules:
        click.echo("ok, without a rule")
    for rule in found.rules:
        click.echo(f"ok {rule.name}: {describe(rule.then)}, for {', '.join(sorted(rule.when.operations))}")


@main.command(cls=_WithSettings, reads=_ASKING)
@_URL
@click.option("--msn", default=None, metavar="MSN", help="Only judge the integration of one sales unit.")
@click.option("--api", default=None, metavar="API", help="Only one checklist, such as platform.")
@click.option("--format", "form", default="text", type=click.Choice(["text", "json"]), help="How to print it.")
@click.option("--fail-on-wrong", is_flag=True, help="Exit with code 1 if a point is wrong.")
def checklist(
    url: str | None, msn: str | None, api: str | None, form: str, *, fail_on_wrong: bool, **options: Any
) -> None:
    """Show which points of the official checklists the clients of a running server have covered."""
    import json

    from mockserver.process import report
    from mockserver.process.remote import NoAnswer

    try:
        settings = load(options)
        found = report.fetch(_asked(url, options, settings), settings.admin_token, msn, api)
    except (BadSetting, NoAnswer) as error:
        _fail(error)
    click.echo(json.dumps(found, indent=2) if form == "json" else report.table(found))
    if fail_on_wrong and found["summary"]["wrong"]:
        sys.exit(1)


@main.command(cls=_WithSettings, reads=_ASKING)
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@_URL
def export(file: Path | None, url: str | None, **options: Any) -> None:
    """Write everything that a running server knows to a state file, or print it."""
    from mockserver.process.remote import NoAnswer, call

    try:
        settings = load(options)
        state = call(_asked(url, options, settings), settings.admin_token, "/state")
        if file is None:
            click.echo(state, nl=False)
        else:
            file.write_bytes(state)
    except (BadSetting, NoAnswer) as error:
        _fail(error)
    except OSError as error:
        _fail(f"{file}: cannot be written: {error.strerror}")


@main.command(name="import", cls=_WithSettings, reads=_ASKING)
@click.argument("file", type=_FILE)
@_URL
def import_state(file: Path, url: str | None, **options: Any) -> None:
    """Replace everything that a running server knows by a state file; a bad file changes nothing, exit code 2."""
    from mockserver.process.remote import NoAnswer, Refused, call

    try:
        settings = load(options)
        asked = _asked(url, options, settings)
        call(asked, settings.admin_token, "/state", file.read_bytes())
    except Refused as error:
        _fail(f"{file}: {error.reason}" if error.status == 400 else error)
    except (BadSetting, NoAnswer) as error:
        _fail(error)
    except OSError as error:
        _fail(f"{file}: cannot be read: {error.strerror}")
    click.echo(f"ok {file} at {asked}")
