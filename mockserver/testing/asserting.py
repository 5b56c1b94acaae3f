"""Assertions about what the server saw. Each raises AssertionError, which lists what came instead."""

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from mockserver.testing import near
from mockserver.testing.basics import JOURNAL
from mockserver.testing.calls import Steps, call, get, post
from mockserver.testing.near import Misses
from mockserver.testing.values import Delivery, Request, build_all
from mockserver.testing.webhooks import ALL, deliveries, event_name

T = TypeVar("T")


class Assertions:
    """What is left out of an assertion is not asked for; a ``body`` need only have the fields that are given."""

    @call
    def assert_requested(
        self,
        operation: str,
        *,
        reference: str | None = None,
        msn: str | None = None,
        status: int | None = None,
        body: Mapping[str, Any] | None = None,
        times: int | None = None,
    ) -> Steps[tuple[Request, ...]]:
        """That this operation was called, exactly so many ``times`` or at least once; gives the calls, oldest first."""
        __tracebackhide__ = True
        found = yield get("requests", limit=JOURNAL)
        entries = [each for each in build_all(Request, found["requests"]) if each.direction == "incoming"]
        wanted = {"operation": operation, "reference": reference, "msn": msn, "status": status, "body": body}
        judged = [(near.misses(_said(each), wanted), each) for each in entries]
        lines = [(missed, near.request_line(each)) for missed, each in judged]
        return _enough(judged, times, f"request {near.wishes(wanted)}", "requests", lines)

    @call
    def assert_webhook(
        self,
        event: str,
        *,
        reference: str | None = None,
        msn: str | None = None,
        webhook: str | None = None,
        body: Mapping[str, Any] | None = None,
        times: int | None = None,
    ) -> Steps[tuple[Delivery, ...]]:
        """That this event was delivered, once all that is due was sent; gives the deliveries, oldest first."""
        __tracebackhide__ = True
        yield post("webhooks", "settle")
        sent = yield from deliveries(None, None, limit=ALL)
        wanted = {
            "event": event_name(event), "reference": reference, "msn": msn,
            "webhook": webhook, "body": body, "state": "delivered",
        }  # fmt: skip
        judged = [(near.misses(near.seen(each), wanted), each) for each in sent]
        lines = [(missed, near.delivery_line(each)) for missed, each in judged]
        return _enough(judged, times, f"webhook {near.wishes(wanted)}", "deliveries", lines)


def _said(entry: Request) -> dict[str, Any]:
    try:
        body = json.loads(entry.request.body) if entry.request.body else None
    except ValueError:
        body = entry.request.body
    said = {name: getattr(entry, name) for name in ("operation", "reference", "msn", "status")}
    return said | {"body": body}


def _enough(
    judged: list[tuple[Misses, T]], times: int | None, what: str, kind: str, lines: list[tuple[Misses, str]]
) -> tuple[T, ...]:
    __tracebackhide__ = True
    fitting = tuple(each for missed, each in reversed(judged) if not missed)
    if len(fitting) == times or (times is None and fitting):
        return fitting
    wanted = "at least one" if times is None else str(times)
    raise AssertionError(near.message(f"Wanted {wanted}, got {len(fitting)}: {what}.", kind, lines))
