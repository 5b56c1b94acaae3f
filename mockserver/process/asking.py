"""Commands that ask a running server over its control API, and what they print."""

import json
from typing import Any

import click

from mockserver.process.options import ASKING, asked, fail, settings_options
from mockserver.process.remote import NoAnswer, Server
from mockserver.settings import CONFIG, BadSetting, load

_OWN = {*ASKING, CONFIG, "url"}


class Asking(click.Command):
    """A command whose function gets the ``Server`` to ask before its own parameters.

    Exit codes: 1 when the server refuses or does not answer, 2 for wrong use.
    """

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """What is the command's own, then where the server is."""
        url = click.Option(["--url"], default=None, metavar="URL", help="Address of the running server to ask.")
        return [*super().get_params(ctx), url, *settings_options(ASKING, others=False)]

    def invoke(self, ctx: click.Context) -> Any:
        """Ask, and say in one line why it does not work."""
        options = {name: ctx.params.pop(name) for name in _OWN}
        url = options.pop("url")
        try:
            settings = load(options)
        except BadSetting as error:
            fail(error)
        ctx.params["server"] = Server(asked(url, options, settings), settings.admin_token)
        try:
            return super().invoke(ctx)
        except NoAnswer as error:
            fail(error, 1)


JSON = click.option("--json", "as_json", is_flag=True, help="Print the server's answer as JSON.")


def show(answer: Any, text: str, *, as_json: bool) -> None:
    """Print an answer: its JSON, or what it says in words."""
    click.echo(json.dumps(answer, indent=2) if as_json else text)


def found(server: Server, payment: str) -> tuple[str, str]:
    """MSN and reference of a payment that is named by both, or by a reference that only one unit has."""
    msn, slash, reference = payment.partition("/")
    if slash:
        return msn, reference
    units = [each["msn"] for each in server.get("payments", reference=payment)["payments"]]
    if not units:
        raise NoAnswer(f"there is no payment {payment}")
    if len(units) > 1:
        names = ", ".join(f"{unit}/{payment}" for unit in units)
        raise click.UsageError(f"Several sales units have a payment {payment}: say {names}")
    return units[0], payment
