"""Calls about the server as a whole: reset, keys, clock, journal and checklist."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from mockserver.testing.calls import PATIENCE, Ask, Steps, call, get, post
from mockserver.testing.values import Due, News, Point, Request, Time, build, build_all

JOURNAL = 10_000
"""Entries that are asked for at most."""


class BasicCalls:
    """What is neither about money nor about people."""

    @call
    def control(self, method: str, path: str, body: Any = None) -> Steps[Any]:
        """Any control call: ``path`` under /_mock with its query, ``body`` as JSON; gives the answer's JSON."""
        return (yield Ask(method, path, body))

    @call
    def health(self) -> Steps[Mapping[str, str]]:
        """Status and version of the server."""
        content: Mapping[str, str] = yield get("health")
        return content

    @call
    def reset(self, *, keep: Sequence[str] = ()) -> Steps[None]:
        """Go back to the world as started: payments, changes, clock, rules and journal are gone.

        ``keep``: what stays nevertheless; there are ``webhooks``, the registrations that were made after the start.
        """
        yield post("reset", keep=list(keep) or None)

    @call
    def keys(self) -> Steps[dict[str, str]]:
        """The VIPPS_* variables that clients need: address, keys of the default sales unit, a partner and donations."""
        content = yield get("keys")
        return dict(content["variables"])

    @call
    def clock(self) -> Steps[Time]:
        """What the clock shows."""
        return build(Time, (yield get("clock")))

    @call
    def advance(
        self,
        duration: str | None = None,
        *,
        seconds: float = 0,
        minutes: float = 0,
        hours: float = 0,
        days: float = 0,
    ) -> Steps[Time]:
        """Move the clock forward, and return when all that became due has happened.

        ``duration`` is ISO 8601 text such as PT11M, and stands alone.
        """
        length = seconds + 60 * minutes + 3600 * hours + 86_400 * days
        if duration is not None and length:
            raise ValueError("advance takes a duration, or seconds, minutes, hours and days, not both")
        body: dict[str, Any] = {"seconds": length} if duration is None else {"duration": duration}
        return build(Time, (yield post("clock", "advance", **body)))

    @call
    def set_clock(self, at: datetime | str) -> Steps[Time]:
        """Move the clock to a time that is not before now: a datetime with a zone, or RFC 3339 text."""
        return build(Time, (yield post("clock", "set", at=at.isoformat() if isinstance(at, datetime) else at)))

    @call
    def freeze(self) -> Steps[Time]:
        """Stop the clock where it is."""
        return build(Time, (yield post("clock", "freeze")))

    @call
    def unfreeze(self) -> Steps[Time]:
        """Let the clock go on from where it stands."""
        return build(Time, (yield post("clock", "unfreeze")))

    @call
    def requests(
        self,
        operation: str | None = None,
        *,
        api: str | None = None,
        msn: str | None = None,
        reference: str | None = None,
        status: int | None = None,
        warnings: bool | None = None,
        limit: int = JOURNAL,
    ) -> Steps[tuple[Request, ...]]:
        """The journal, the latest first: ``operation`` is an official operation id such as createPayment."""
        found = yield get(
            "requests", operation=operation, api=api, msn=msn, reference=reference,
            status=status, warnings=warnings, limit=limit,
        )  # fmt: skip
        return build_all(Request, found["requests"])

    @call
    def journal_entry(self, id: int) -> Steps[Request]:
        """One journal entry."""
        return build(Request, (yield get("requests", str(id))))

    @call
    def due(self, *, limit: int | None = None) -> Steps[tuple[Due, ...]]:
        """What is due next on the emulator's clock, the next first."""
        return build_all(Due, (yield get("clock", "due", limit=limit))["due"])

    @call
    def news(
        self, after: int | None = None, *, wait: int = 0, limit: int | None = None, brief: bool = False
    ) -> Steps[News]:
        """What happened, in order, after a number (``next`` of the news before) or from now on.

        Waits up to ``wait`` seconds of real time (at most 60) for the first one. ``brief``: without headers and bodies.
        """
        found = yield get("news", after=after, wait=wait, limit=limit, brief=brief or None, patience=PATIENCE + wait)
        return build(News, found)

    @call
    def checklist(
        self,
        *,
        msn: str | None = None,
        api: str | None = None,
        description: str | None = None,
        documentation: str | None = None,
        pilot: str | None = None,
        demo: str | None = None,
    ) -> Steps[tuple[Point, ...]]:
        """Which points of the official checklists were shown so far.

        From ``description`` on it is what only you can say: how your solution is set up, links to documentation for
        merchants, the MSN of your pilot customer, links to a demo. Links are separated by blanks. Nothing is kept.
        """
        found = yield get(
            "checklist",
            msn=msn,
            api=api,
            description=description,
            documentation=documentation,
            pilot=pilot,
            demo=demo,
        )
        return build_all(Point, found["points"])
