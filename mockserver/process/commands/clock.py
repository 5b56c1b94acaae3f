"""The clock of a running server, and its reset."""

import re
from typing import Any

import click

from mockserver.process.asking import JSON, Asking, show
from mockserver.process.printing import clean, time
from mockserver.process.remote import Server


@click.group()
def clock() -> None:
    """Look at the clock of a running server, and move it."""


@clock.command(cls=Asking, name="show")
@JSON
def show_clock(server: Server, *, as_json: bool) -> None:
    """Tell the time, and how far it is ahead of the real one."""
    _tell(server.get("clock"), as_json=as_json)


@clock.command(cls=Asking)
@click.argument("length", metavar="DURATION")
@JSON
def advance(server: Server, length: str, *, as_json: bool) -> None:
    """Move the clock forward, by seconds (90) or an ISO 8601 duration (PT11M, P14D); what falls due happens."""
    if re.fullmatch(r"\d{1,12}(\.\d{1,3})?", length, re.ASCII):
        _tell(server.post("clock", "advance", seconds=float(length)), as_json=as_json)
    else:
        _tell(server.post("clock", "advance", duration=length), as_json=as_json)


@clock.command(cls=Asking, name="set")
@click.argument("at", metavar="TIME")
@JSON
def set_clock(server: Server, at: str, *, as_json: bool) -> None:
    """Move the clock to a time that is not in its past, such as 2030-01-01T00:00:00Z."""
    _tell(server.post("clock", "set", at=at), as_json=as_json)


@clock.command(cls=Asking)
@JSON
def freeze(server: Server, *, as_json: bool) -> None:
    """Stop the clock where it is."""
    _tell(server.post("clock", "freeze"), as_json=as_json)


@clock.command(cls=Asking)
@JSON
def unfreeze(server: Server, *, as_json: bool) -> None:
    """Let the clock go on from where it stands."""
    _tell(server.post("clock", "unfreeze"), as_json=as_json)


def _tell(state: Any, *, as_json: bool) -> None:
    frozen = ", frozen" if state["frozen"] else ""
    ahead = f", {state['aheadSeconds']:.0f} seconds ahead" if round(state["aheadSeconds"]) else ""
    show(state, f"{time(state['now'])}{frozen}{ahead}", as_json=as_json)


@click.command(cls=Asking)
@click.option("--keep-webhooks", is_flag=True, help="Keep the registrations that were made after the start.")
@JSON
def reset(server: Server, *, keep_webhooks: bool, as_json: bool) -> None:
    """Put a running server back to what it was started with: payments, changes, clock, rules and journal are gone."""
    answer = server.post("reset", keep=["webhooks"] if keep_webhooks else None)
    lost = "".join(f"\ndropped webhook: {clean(each['url'])}" for each in answer["dropped"]["webhooks"])
    show(answer, f"ok{lost}", as_json=as_json)
