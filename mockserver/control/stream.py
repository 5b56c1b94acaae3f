"""A stream of news (server-sent events), for whoever keeps listening.

It costs the server little, whatever happens and whoever listens: a stream has a share of the time, sends nothing more
until its reader has taken what was sent, and tells of what was forgotten meanwhile as a gap.
"""

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from mockserver.core.clock import stopwatch
from mockserver.core.stopping import Stop, Stopping
from mockserver.core.values import frozen
from mockserver.web import problems
from mockserver.web.http import send_answer, to_json
from mockserver.web.problems import HttpRefused
from mockserver.web.runtime import Runtime
from mockserver.web.secrets import known

KINDS: Final = frozenset({"request", "rule", "event", "delivery", "email", "clock", "replaced"})
"""Of news; a stream has ``gap`` and ``end`` besides, whoever asks for which kinds."""
MOST_STREAMS: Final = 100
AT_ONCE: Final = 100
"""Pieces of news after which a stream rests."""
SHARE: Final = 0.05
"""Of the time of the event loop, that one stream takes at most while much happens."""
HEARTBEAT: Final = 15.0
"""Seconds of real time after which something is sent: proxies keep the connection, and lost ones are noticed."""
_CHUNK: Final = 16 * 1024
_LAST_WORDS: Final = 0.5
"""Seconds in which a reader may take them."""
_NANOSECONDS: Final = 1_000_000_000
_HEADERS: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"x-accel-buffering", b"no"),  # nginx would hold it back
]
_RETRY: Final = b"retry: 1000\n\n"
_ENOUGH: Final = "These are as many as were asked for"


@frozen
class Wanted:
    """What of the news somebody wants; None wants all. ``brief``: without headers and bodies.

    ``limit``: how many pieces at most.
    """

    kinds: frozenset[str] | None = None
    msn: str | None = None
    reference: str | None = None
    brief: bool = False
    limit: int | None = None

    def fits(self, piece: dict[str, Any]) -> bool:
        """Whether a piece of news is wanted; that all was replaced is for everybody."""
        if piece["kind"] == "replaced":
            return True
        return self.msn in (None, piece["msn"]) and self.reference in (None, piece["reference"])


@frozen
class Place:
    """Where in the news a stream goes on: after ``number``; ``foreign``: what it heard was of another run."""

    number: int
    foreign: bool = False


class Streams:
    """The streams of one server; ``run`` is in the ids of what they send, since numbers begin anew with each start."""

    def __init__(self) -> None:
        self.run = secrets.token_hex(4)
        self._count = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """Within it somebody listens; raises HttpRefused (429) when too many do."""
        if self._count >= MOST_STREAMS:
            raise HttpRefused(429, "Too Many Requests", f"{MOST_STREAMS} streams are open already")
        self._count += 1
        try:
            yield
        finally:
            self._count -= 1

    def place(self, last: str | None, after: int) -> Place:
        """Where to go on: after the last id that somebody has heard, or after this number if there is none."""
        if not last:
            return Place(after)
        run, _, number = last.rpartition("-")
        if run != self.run or not number.isascii() or not number.isdigit() or len(number) > 15:
            return Place(0, foreign=True)
        return Place(int(number))


class Stream(Response):
    """One stream. ``share``: of the time of the event loop, that it takes at most."""

    share = SHARE

    def __init__(self, runtime: Runtime, wanted: Wanted, place: Place) -> None:
        super().__init__()
        self._runtime = runtime
        self._news = runtime.engine.news
        self._streams = runtime.parts.of(Streams)
        self._wanted = wanted
        self._number = place.number
        self._foreign = place.foreign
        self._left = wanted.limit
        self._kinds = None if wanted.kinds is None else wanted.kinds | {"replaced"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send news until the reader goes, or the server stops."""
        try:
            with self._streams.one():
                await self._listen(receive, send)
        except HttpRefused as refusal:
            await send_answer(send, problems.of_refusal(self._runtime.engine.ids, scope["path"], refusal))

    async def _listen(self, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
        telling, leaving = asyncio.create_task(self._tell(send)), asyncio.create_task(_gone(receive))
        try:
            with self._runtime.parts.of(Stop).waiting():
                await asyncio.wait({telling, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if telling.done():
                telling.result()
                await _end(_ENOUGH, leaving, send)
        except Stopping as stopping:
            telling.cancel()
            await _end(str(stopping), leaving, send)
        finally:
            telling.cancel()
            leaving.cancel()

    async def _tell(self, send: Send) -> None:
        await _send(send, _RETRY)
        if self._foreign:
            await _send(send, self._written(0, {"kind": "gap", "missed": None}))
        while self._left != 0:
            spent = await self._go_on(send)
            if self._left == 0:
                return
            await asyncio.sleep(spent / _NANOSECONDS / self.share)
            if self._news.last <= self._number:
                await self._news.wait(self._number, HEARTBEAT)
                if self._news.last <= self._number:
                    await _send(send, self._id(self._number))

    async def _go_on(self, send: Send) -> int:
        """Send what comes next; gives the nanoseconds that it took to make it, not those to send it."""
        secrets_, wanted = known(self._runtime.engine.reading()), self._wanted
        found = self._news.after(self._number, AT_ONCE, secrets_, brief=wanted.brief, kinds=self._kinds)
        written = bytearray()
        if found.missed:
            written += self._written(self._number + found.missed, {"kind": "gap", "missed": found.missed})
        spent, last = 0, self._number
        pieces = iter(found.shown)
        while True:
            begun = stopwatch()
            last, piece = next(pieces, (0, None))
            if piece is not None and wanted.fits(piece):
                written += self._written(last, piece)
                self._left = None if self._left is None else self._left - 1
            spent += stopwatch() - begun
            if piece is None or self._left == 0:
                break
            if len(written) > _CHUNK:
                await _send(send, bytes(written))
                written.clear()
            await asyncio.sleep(0)
        self._number = found.next
        if self._left != 0:
            written += self._id(found.next)  # what was not wanted needs not be looked at again by who comes back
        await _send(send, bytes(written))
        return spent

    def _id(self, number: int) -> bytes:
        return b"id: %b-%d\n\n" % (self._streams.run.encode(), number)

    def _written(self, number: int, piece: dict[str, Any]) -> bytes:
        return b"data: %b\n%b" % (to_json(piece), self._id(number))


async def _send(send: Send, written: bytes) -> None:
    """Send it when the reader has taken most of what was sent before; the connection looks after who takes nothing."""
    await send({"type": "http.response.body", "body": written, "more_body": True})


async def _end(reason: str, leaving: "asyncio.Task[None]", send: Send) -> None:
    words = b"data: %b\n\n" % to_json({"kind": "end", "reason": reason})
    try:
        await asyncio.wait_for(send({"type": "http.response.body", "body": words}), _LAST_WORDS)
    except TimeoutError:
        await leaving


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
