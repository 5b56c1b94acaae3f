"""What happens on a server, in order: piece by piece when somebody asks, or as a stream of server-sent events."""

from functools import partial
from typing import Any, Final

from starlette.requests import Request

from mockserver.control.stream import KINDS, Stream, Streams, Wanted
from mockserver.core.errors import Malformed, Violation
from mockserver.core.instants import timestamp
from mockserver.web import control as requests
from mockserver.web.control import Row
from mockserver.web.inturn import in_turn
from mockserver.web.known import Known
from mockserver.web.runtime import Runtime
from mockserver.web.secrets import known
from mockserver.web.waits import Waits

MOST_NEWS: Final = 1_000
LARGEST_NUMBER: Final = 999_999_999
EVENTS: Final = "text/event-stream"


def tell_clock(runtime: Runtime) -> None:
    """Somebody has moved, stopped or started the clock."""
    clock = runtime.engine.clock
    runtime.engine.news.tell("clock", _of_clock, (clock.now(), clock.frozen, clock.ahead))


def _of_clock(stands: tuple[int, bool, int], secrets: Known, brief: bool = False) -> dict[str, Any]:
    at, frozen, ahead = stands
    return {
        "at": timestamp(at),
        "frozen": frozen,
        "aheadSeconds": round(ahead / 1000, 3),
        "msn": None,
        "reference": None,
    }


@requests.takes("after", "wait", "limit", "brief")
async def get_news(runtime: Runtime, request: Request) -> Any:
    """Lists what happened, in order: after a number, or from now on; wait for some."""
    filters, news = dict(request.query_params), runtime.engine.news
    after = requests.number(filters, "after", news.last, most=LARGEST_NUMBER) or 0
    wait = requests.number(filters, "wait", 0, requests.LONGEST_WAIT) or 0
    limit = requests.number(filters, "limit", 100, most=MOST_NEWS) or 0
    if wait:
        await runtime.parts.of(Waits).poll(partial(news.wait, after, wait), request.receive)
    found = news.after(after, limit, known(runtime.engine.reading()), brief=requests.truth(filters, "brief"))
    shown = [piece async for _, piece in in_turn(found.shown)]
    return {"news": shown, "next": found.next, "missed": found.missed}


@requests.takes("after", "kind", "msn", "reference", "brief", "limit")
async def stream_news(runtime: Runtime, request: Request) -> Any:
    """Streams what happens as server-sent events, which Last-Event-ID resumes; filters: kind, msn, reference."""
    return stream(runtime, request)


def stream(runtime: Runtime, request: Request, *, share: float | None = None) -> Stream:
    """The stream that a request asks for; raises Malformed. ``share``: as ``Stream`` has it."""
    filters, streams = dict(request.query_params), runtime.parts.of(Streams)
    brief, limit = requests.truth(filters, "brief"), requests.number(filters, "limit")
    wanted = Wanted(_kinds(filters), filters.get("msn"), filters.get("reference"), brief, limit)
    after = requests.number(filters, "after", runtime.engine.news.last, most=LARGEST_NUMBER) or 0
    made = Stream(runtime, wanted, streams.place(request.headers.get("last-event-id"), after))
    if share is not None:
        made.share = share
    return made


def _kinds(filters: dict[str, str]) -> frozenset[str] | None:
    if "kind" not in filters:
        return None
    named = frozenset(filters["kind"].split(","))
    if unknown := named - KINDS:
        there_are = ", ".join(sorted(KINDS))
        raise Malformed([Violation("kind", f"There is no kind {min(unknown)[:40]!r}; there are: {there_are}")])
    return named


ROWS: tuple[Row, ...] = (("GET", "/news", get_news), ("GET", "/stream", stream_news))
"""Method, path under /_mock, handler."""
