"""What happens on a running server, as it happens."""

import json
import os
import select
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import click

from mockserver.process.asking import JSON, Asking
from mockserver.process.printing import amount, clean
from mockserver.process.remote import NoAnswer, Refused, Server

_WAIT = 30
"""Seconds that the server waits for something to tell; then it is asked again."""
_KINDS = ("request", "rule", "event", "delivery", "email", "clock", "replaced")


@click.command(cls=Asking)
@click.option("--kind", type=click.Choice(_KINDS), help="Only these.")
@click.option("--operation", metavar="ID", help="Requests of this operation, such as createPayment.")
@click.option("--reference", metavar="REFERENCE", help="About this payment.")
@click.option("--msn", metavar="MSN", help="Of this sales unit.")
@click.option("--status", metavar="STATUS", type=click.IntRange(0, 599), help="Answered with this HTTP status.")
@click.option("--event", metavar="EVENT", help="Events and deliveries of this name; captured is enough.")
@click.option("--count", metavar="NUMBER", type=click.IntRange(1), help="End after so many lines.")
@click.option("--all", "everything", is_flag=True, help="Begin with what the server still remembers.")
@JSON
def tail(server: Server, count: int | None, *, everything: bool, as_json: bool, **filters: Any) -> None:
    """Show requests, events and deliveries as they happen, until Ctrl-C or the end of the server.

    A line is shown when all filters fit it. With --json, each line is one JSON object.
    """
    _end_with_the_reader()
    write = json.dumps if as_json else _line
    left = count
    try:
        for each in _news(server, after=0 if everything else server.get("news")["next"]):
            if not _fits(each, **filters):
                continue
            click.echo(write(each))
            if left is not None and (left := left - 1) == 0:
                return
    except KeyboardInterrupt:
        return


def _end_with_the_reader() -> None:
    # A write would tell that nobody reads a pipe any more, but the next one may be hours away.
    try:
        number = sys.stdout.fileno()
        if not hasattr(select, "poll") or not stat.S_ISFIFO(os.fstat(number).st_mode):
            return
    except (OSError, ValueError):
        return
    poll = select.poll()
    poll.register(number, 0)

    def watch() -> None:
        poll.poll()
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def _news(server: Server, after: int) -> Iterator[Any]:
    while True:
        try:
            answer = server.get("news", after=after, wait=_WAIT)
        except NoAnswer as error:
            from mockserver.core.stopping import Stopping

            if isinstance(error, Refused) and error.reason != str(Stopping()):
                raise
            click.echo(f"the server at {server.url} is gone", err=True)
            return
        if answer["missed"]:
            click.echo(f"{answer['missed']} lines were missed: too much happened at once", err=True)
        yield from answer["news"]
        after = answer["next"]


def _fits(
    news: Any,
    *,
    kind: str | None,
    operation: str | None,
    reference: str | None,
    msn: str | None,
    status: int | None,
    event: str | None,
) -> bool:
    wanted = {"kind": kind, "operation": operation, "reference": reference, "msn": msn, "status": status}
    named = event is None or event in (news.get("event"), _short(news.get("event") or ""))
    return named and all(want is None or news.get(name) == want for name, want in wanted.items())


def _short(event: str) -> str:
    """The word of a name that tells its events apart: captured of epayments.payment.captured.v1."""
    return event.rpartition(".")[0].rpartition(".")[2]


def _line(news: Any) -> str:
    about = "/".join(filter(None, (news["msn"], news["reference"])))
    at = f"{news['at'][:10]} {news['at'][11:23]}Z"
    return clean(f"{at}  {news['kind']:8}  {_WORDS[news['kind']](news)}  {about}".rstrip())


def _request(news: Any) -> str:
    name = news["operation"] or "-"
    way = "to" if news["direction"] == "outgoing" else ""
    warned = f"  warned: {', '.join(each['kindness'] for each in news['warnings'])}" if news["warnings"] else ""
    return f"{news['status']:3}  {name}  {way}{news['method']} {news['path']}  {news['durationMs']:.1f} ms{warned}"


def _event(news: Any) -> str:
    content = json.loads(news["body"])
    money = content.get("amount")
    sum_ = f"  {amount(money['value'], money['currency'])}" if money else ""
    return f"  -  {news['event']}{sum_}{'' if content.get('success', True) else '  failed'}"


def _delivery(news: Any) -> str:
    status = "  -" if news["status"] is None else f"{news['status']:3}"
    reason = f": {news['response']}" if news["status"] == 0 else ""
    took = "" if news["durationMs"] is None else f", {news['durationMs']} ms"
    return f"{status}  {news['event']}  #{news['id']} {news['state']}, try {news['tries']}{took}{reason}"


def _rule(news: Any) -> str:
    return f"  -  {news['rule']}: {news['outcome']}  {news['operation']}"


def _email(news: Any) -> str:
    return f"  -  to {news['address']}: {news['subject']}"


def _clock(news: Any) -> str:
    return f"  -  {'stands still' if news['frozen'] else 'moved'}, {news['aheadSeconds']:.0f} s ahead"


def _replaced(news: Any) -> str:
    return f"  -  everything, by {news['by']}"


_WORDS: dict[str, Callable[[Any], str]] = {
    "request": _request,
    "rule": _rule,
    "event": _event,
    "delivery": _delivery,
    "email": _email,
    "clock": _clock,
    "replaced": _replaced,
}
