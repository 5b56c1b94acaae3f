"""The command line. What is not here is in ``commands``, imported when it is asked for: ``serve`` starts fast."""

import errno
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from mockserver import __version__
from mockserver.process.options import ADDRESS, URL, WithSettings, asked, fail, read_world
from mockserver.settings import BadSetting, load
from mockserver.world.domain.world import BadWorld

_LATER = {
    "checklist": "checklist:checklist",
    "clock": "clock:clock",
    "export": "states:export",
    "import": "states:import_state",
    "keys": "world:keys",
    "payments": "payments:payments",
    "reset": "clock:reset",
    "scenarios": "scenarios:scenarios",
    "tail": "tail:tail",
    "webhooks": "webhooks:webhooks",
    "world": "world:world",
}
"""Where the other commands are."""
_UNWRITABLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF})
"""What a write to standard output fails with."""


class _Commands(click.Group):
    """All commands; what is wrong with their options is said in one line."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command line, and exit with 2 for bad options, with 1 when its output cannot be written."""
        if sys.stdout is None or sys.stderr is None:
            _replace_closed()
        try:
            code = super().main(*args, **extra | {"standalone_mode": False})
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            sys.exit(error.exit_code)
        except click.UsageError as error:
            fail(error.format_message())
        except click.Abort:
            sys.exit(1)
        except OSError as error:
            if error.errno not in _UNWRITABLE or error.filename is not None:
                raise
            _drop_output()
            fail(f"the output cannot be written: {error.strerror}", 1)
        sys.exit(code if isinstance(code, int) else 0)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All of them, by name."""
        return sorted({*super().list_commands(ctx), *_LATER})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One of them."""
        if cmd_name not in _LATER:
            return super().get_command(ctx, cmd_name)
        module, _, name = _LATER[cmd_name].partition(":")
        command: click.Command = getattr(import_module(f"mockserver.process.commands.{module}"), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run one of them; whoever reads its output may stop to."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _drop_output()
            ctx.exit(0)


def _drop_output() -> None:
    # What is still buffered has nowhere to go, and Python would complain of that when it ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _replace_closed() -> None:
    # What the shell closed (>&-) is None in Python, and the next file or connection would get its number.
    from mockserver.process.lines import keep_standard_descriptors

    keep_standard_descriptors()
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(descriptor, "w", encoding="utf-8", closefd=False))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="vipps-mockserver")
def main() -> None:
    """Emulate the Vipps MobilePay APIs on this machine."""


@main.command(cls=WithSettings)
def serve(**options: Any) -> None:
    """Serve until interrupted."""
    from mockserver.process.lines import unhindered

    with unhindered():
        from mockserver.core.database import StoreError
        from mockserver.process.serving import CannotListen, run
        from mockserver.scenarios import BadScenario

        try:
            settings = load(options)
            run(settings, read_world(settings))
        except (BadSetting, BadWorld, BadScenario, StoreError, CannotListen) as error:
            fail(error)


@main.command(cls=WithSettings, reads=ADDRESS)
@URL
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
        meant = with_scheme(asked(url, options, settings))
        parts = urlsplit(meant)
        if parts.scheme != "http":
            fail(f"--url: {meant}: this asks over HTTP only")
        place = f"http://{parts.netloc if parts.port else f'{parts.netloc}:80'}"
    except (BadSetting, NoAnswer) as error:
        fail(error)
    if not is_up(place, wait):
        click.echo(f"no server answers at {meant}", err=True)
        sys.exit(1)
    click.echo(f"ok {meant}")


@main.command(cls=WithSettings, reads=frozenset({"host", "tls_port", "tls_names", "tls_dir", "data"}))
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
        fail(error)
    except OSError as error:
        fail(f"{error.filename}: cannot be written: {error.strerror}")
    if pem:
        click.echo(authority.pem, nl=False)
    elif export is None:
        click.echo(trust.how_to(authority.path.absolute(), settings.tls_port))
