"""Webhooks: check signatures, and what a running server sends."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from mockserver.process.asking import JSON, Asking, show
from mockserver.process.options import FILE, fail
from mockserver.process.printing import clean, fields, table, time
from mockserver.process.remote import NoAnswer, Server


@click.group()
def webhooks() -> None:
    """Check received webhooks, and look at those of a running server."""


@webhooks.command(cls=Asking, name="list")
@JSON
def list_webhooks(server: Server, *, as_json: bool) -> None:
    """List the registrations of a running server."""
    answer = server.get("webhooks")
    blocks = (
        fields(
            {
                "id": each["id"],
                "of": " ".join(each["owner"].values()),
                "url": each["url"],
                "events": ", ".join(each["events"]),
                "created": time(each["createdAt"]),
                "paused": "yes" if each["paused"] else None,
                "failing since": each["failingSince"] and time(each["failingSince"]),
                "faults": ", ".join(name for name, value in each["faults"].items() if value),
            }
        )
        for each in answer["webhooks"]
    )
    show(answer, "\n\n".join(blocks) or "no webhooks", as_json=as_json)


@webhooks.command(cls=Asking)
@click.option("--webhook", metavar="ID", help="To this registration.")
@click.option("--state", metavar="STATE", help="In this state: waiting, sending, delivered, given-up or dropped.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(0, 10_000), help="At most this many.")
@JSON
def deliveries(server: Server, webhook: str | None, state: str | None, limit: int, *, as_json: bool) -> None:
    """List the deliveries of a running server, the latest first."""
    answer = server.get("webhooks", "deliveries", webhook=webhook, state=state, limit=limit)
    head = ("delivery", "event", "about", "state", "tries", "answer", "created (UTC)")
    rows = (
        (
            each["id"],
            each["event"],
            each["subject"],
            each["state"],
            each["tries"],
            each["attempts"][-1]["status"] or "none" if each["attempts"] else "-",
            time(each["createdAt"]),
        )
        for each in answer["deliveries"]
    )
    show(answer, table(head, rows, "no deliveries"), as_json=as_json)


@webhooks.command(cls=Asking)
@click.argument("delivery", required=False, type=click.IntRange(0))
@click.option("--webhook", metavar="ID", help="All that is kept of this registration, the oldest first.")
@JSON
def replay(server: Server, delivery: int | None, webhook: str | None, *, as_json: bool) -> None:
    """Send a delivery of a running server once more, by its number."""
    if (delivery is None) == (webhook is None):
        raise click.UsageError("Name one of a delivery's number and --webhook ID.")
    if webhook is None:
        answer = server.post("webhooks", "deliveries", str(delivery), "replay")
        show(answer, f"ok: delivery {delivery} is sent once more", as_json=as_json)
    else:
        answer = server.post("webhooks", webhook, "replay")
        show(answer, f"ok: {answer['replayed']} deliveries are sent once more", as_json=as_json)


@webhooks.command(cls=Asking)
@click.argument("event")
@click.option("--webhook", metavar="ID", help="To this registration only, whatever it registered for.")
@JSON
def trigger(server: Server, event: str, webhook: str | None, *, as_json: bool) -> None:
    """Send a sample of an event to everybody who registered for it; captured is short for a payment's event."""
    full = event if "." in event else f"epayments.payment.{event.lower()}.v1"
    ids = [webhook] if webhook is not None else [each["id"] for each in _registered_for(server, full)]
    for each in ids:
        server.post("webhooks", each, "sample", event=full)
    text = "\n".join(f"ok: a sample of {clean(full)} is sent to {clean(each)}" for each in ids)
    show({"event": full, "webhooks": ids}, text, as_json=as_json)


def _registered_for(server: Server, event: str) -> list[Any]:
    found = [each for each in server.get("webhooks")["webhooks"] if event in each["events"]]
    if not found:
        raise NoAnswer(f"no webhook is registered for {event}")
    return found


class _Verify(Asking):
    """Asks a server only for a delivery that it has."""

    def invoke(self, ctx: click.Context) -> Any:
        given = {name: ctx.params[name] for name in ("headers_file", "body_file", "secret", "url")}
        if ctx.params["delivery"] is None:
            return _verify_files(**given, now=ctx.params["now"])
        if given["headers_file"] or given["body_file"] or ctx.params["now"]:
            raise click.UsageError("--delivery stands in the place of --headers, --body and --now.")
        return super().invoke(ctx)


@webhooks.command(cls=_Verify)
@click.option("--delivery", metavar="NUMBER", type=click.IntRange(0), help="A delivery that a running server has sent.")
@click.option("--headers", "headers_file", type=FILE, help="Headers as received: lines, or JSON.")
@click.option("--body", "body_file", type=FILE, help="Body exactly as received.")
@click.option("--secret", help="Secret of the registration; with --delivery, one to try in its place.")
@click.option("--now/--any-time", default=False, help="Also check that the date is within 300 seconds of now.")
@JSON
def verify(server: Server, delivery: int, secret: str | None, *, as_json: bool, **_: Any) -> None:
    """Check the signature of a received webhook and show what differs; exit code 1 if it is not genuine.

    It is in files, with --url as it was registered, or a delivery of the running server that --url names.
    """
    answer = server.post("webhooks", "deliveries", str(delivery), "verify", secret=secret)
    if not answer["attempts"]:
        raise NoAnswer(f"delivery {delivery} has not been sent yet")
    lines = []
    for each in answer["attempts"]:
        lines += [f"sent {time(each['at'])} to {clean(answer['url'])}", *_findings(each["findings"])]
    show(answer, "\n".join(lines), as_json=as_json)
    if not answer["attempts"][-1]["genuine"]:
        sys.exit(1)


_IN_PLACE_OF = {"headers": "; for a delivery of the server, use '--delivery'"}


def _verify_files(headers_file: Path, body_file: Path, secret: str, url: str, *, now: bool) -> None:
    from dataclasses import asdict

    from mockserver.core.clock import wall_clock
    from mockserver.core.urls import flaw, on_the_wire
    from mockserver.process.headers import BadHeaders, read_headers
    from mockserver.webhooks.signature import examine

    for name, value in (("headers", headers_file), ("body", body_file), ("secret", secret), ("url", url)):
        if value is None:
            raise click.UsageError(f"Missing option '--{name}'{_IN_PLACE_OF.get(name, '')}.")
    try:
        headers = read_headers(headers_file.read_text("utf-8"))
        body = body_file.read_bytes()
        if wrong := flaw(url, local=True):
            fail(f"url: {wrong}")
        findings = examine(secret, on_the_wire(url), headers, body, wall_clock() / 1000 if now else None)
    except (BadHeaders, OSError, ValueError) as error:
        fail(error)
    click.echo("\n".join(_findings(map(asdict, findings))))
    if not all(finding.right for finding in findings):
        sys.exit(1)


def _findings(findings: Iterable[dict[str, Any]]) -> list[str]:
    return [f"{'ok   ' if each['right'] else 'WRONG'} {each['part']}: {clean(each['words'])}" for each in findings]
