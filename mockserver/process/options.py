"""What commands have in common: settings as options, the server that is meant, and one line for what is wrong."""

import os
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import click

from mockserver.settings import CONFIG, Settings
from mockserver.world.domain.world import World

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
URL = click.option("--url", default=None, metavar="URL", help="Address of the running server to ask.")
ADDRESS = frozenset({"host", "port"})
ASKING = ADDRESS | {"admin_token"}


@cache
def settings_options(shown: frozenset[str] | None, *, others: bool = True) -> list[click.Parameter]:
    """One option for each setting; values are checked by the settings themselves.

    ``shown``: the settings that a command reads, None for all. With ``others`` it takes the rest too, without listing
    them, so that one set of options serves every command.
    """
    options: list[click.Parameter] = []
    for name, field in Settings.model_fields.items():
        flag = f"--{name.replace('_', '-')}"
        hidden = shown is not None and name not in shown
        if hidden and not others:
            continue
        if field.annotation is bool:
            declared = [f"{flag}/--no-{flag[2:]}", name]
            options.append(click.Option(declared, default=None, hidden=hidden, help=field.description))
        else:
            options.append(click.Option([flag, name], default=None, metavar="VALUE", hidden=hidden, help=_help(field)))
    return [*options, click.Option(["--config", CONFIG], default=None, metavar="FILE", help="Settings file (TOML).")]


class WithSettings(click.Command):
    """A command with all settings as options, which are only made for the command that runs.

    ``reads``: the settings that it lists in its help, None for all.
    """

    def __init__(self, *args: Any, reads: frozenset[str] | None = None, **extra: Any) -> None:
        super().__init__(*args, **extra)
        self._reads = reads

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """What is the command's own, then the settings."""
        return [*super().get_params(ctx), *settings_options(self._reads)]


class GroupWithSettings(WithSettings, click.Group):
    """The same for a group."""


def _help(field: Any) -> str:
    default = field.default
    return f"{field.description} [default: {default}]" if default not in (None, ()) else field.description


def fail(error: object, code: int = 2) -> NoReturn:
    """Say in one line why it does not work, and exit."""
    from mockserver.process.lines import unhindered

    with unhindered():
        click.echo(f"vipps-mockserver: {error}", err=True)
    sys.exit(code)


def read_world(settings: Settings) -> World | None:
    """The world of the settings, if they name one; raises BadWorld."""
    if settings.world is None:
        return None
    from mockserver.app import check_world
    from mockserver.world import files

    return files.read(settings.world, check_world)


def named_server(options: Mapping[str, Any]) -> str | None:
    """The server that the environment names, unless options describe another one; never the real platform."""
    if any(options.get(name) is not None for name in ("host", "port", "public_url", "world")):
        return None
    if url := os.environ.get("VIPPS_MOCK_URL"):
        return url
    from urllib.parse import urlsplit

    from mockserver.core.policy import HOSTS

    url = os.environ.get("VIPPS_BASE_URL") or None
    return url if url is None or urlsplit(url).hostname not in HOSTS else None


def asked(url: str | None, options: Mapping[str, Any], settings: Settings) -> str:
    """The running server to ask: the one that --url or the environment names, else the one of the settings."""
    from mockserver.process.welcome import local_url

    return url if url is not None else named_server(options) or local_url(settings)
