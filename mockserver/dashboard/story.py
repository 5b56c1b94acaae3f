"""What happened to one thing, in order: its own moments, the requests about it, its webhooks."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from mockserver.core.values import frozen
from mockserver.dashboard.curl import curl
from mockserver.dashboard.views import Moment


@frozen
class Step:
    """A step of a story. ``entry`` is a journal entry, ``delivery`` a webhook with its attempts.

    ``by`` is the operation that brought it about, where one did.
    """

    at: str
    kind: Literal["event", "request", "delivery"]
    title: str
    detail: str = ""
    failed: bool = False
    entry: Mapping[str, Any] | None = None
    delivery: Mapping[str, Any] | None = None
    by: str = ""


def story(moments: Iterable[Moment], asked: list[Step], sent: Iterable[Step]) -> list[Step]:
    """All steps, the oldest first; a request stands before what it brought about. ``asked`` as they were answered."""
    events = [Step(each.at, "event", each.title, each.detail, each.failed, by=each.by) for each in moments]
    steps = list(_woven(asked, events))
    for step in sorted(sent, key=lambda step: step.at):
        place = max((number for number, other in enumerate(steps, 1) if other.at <= step.at), default=0)
        steps.insert(place, step)
    return steps


def _woven(asked: list[Step], events: list[Step]) -> Iterator[Step]:
    """Requests and events, each kind in its order: the journal says when a request was answered, not when it came."""
    for request in asked:
        well = (
            number
            for number, event in enumerate(events)
            if event.by == request.title and not event.failed and event.at <= request.at
        )
        caused = None if request.failed else next(well, None)
        before = sum(event.at < request.at for event in events) if caused is None else caused
        yield from events[:before]
        yield request
        events = events[before:]
        if caused is not None:
            yield events.pop(0)
    yield from events


def of_entry(entry: Mapping[str, Any]) -> Step:
    """A journal entry with what a page shows of it besides."""
    title = entry["operation"] or f"{entry['method']} {entry['path']}"
    more = {"curl": None if entry["direction"] == "outgoing" else curl(entry)}
    for side in ("request", "response"):
        more[f"{side}_body"] = pretty(entry[side]["body"])
    return Step(entry["at"], "request", title, failed=entry["status"] >= 400, entry=dict(entry) | more)


def of_delivery(delivery: Mapping[str, Any]) -> Step:
    """A webhook with its attempts."""
    failed = delivery["state"] in ("given-up", "dropped")
    shown = dict(delivery) | {"pretty": pretty(delivery["body"])}
    at = delivery["attempts"][0]["at"] if delivery["attempts"] else delivery["createdAt"]
    return Step(at, "delivery", delivery["event"], delivery["state"], failed, delivery=shown)


def pretty(body: str) -> str:
    """JSON in lines; anything else as it is."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body
