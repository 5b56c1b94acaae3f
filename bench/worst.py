"""The worst that one request can do to the others: which request holds the event loop for how long.

Every operation, control call and page is asked in four ways, in this process and without a network:

* ``first``: as the first request of its server, when nothing is loaded yet (each in a process of its own);
* hostile: with every shape of body, query, form and headers at the body limit, and the worst at a quarter of it too,
  since work that grows faster than the request shows there;
* ``after all that``: everything that is read, once the journal and the news are full of hostile requests;
* ``much stored``: the same with thousands of payments and logins, and what goes over all that is stored.

Counted is the longest step of the event loop, in processor time of its thread: others are served between two steps, and
a machine that is busy with other things shows the same. With an argument, only paths with this text in them.
"""

import asyncio
import itertools
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from functools import partial
from typing import Any, Final

from bench.held import Held
from bench.hostile import LIMIT, PAYMENT, Request, requests
from bench.stage import Stage
from mockserver.process.serving import spare_the_collector

BOUND: Final = 50.0
"""Milliseconds that no request may hold the loop for."""
_TRIES = 3
_FINALS = 4
"""Shapes that are tried again: the first time somebody else may have been the slow one."""
_MANY = 10_000
"""Payments, and logins."""
_LAST = ("/reset", "/state", "/restore", "/advance", "/set", "/rotate")
"""Ends of paths after which little is as it was before: they come last, and ``DELETE`` with them."""


@dataclass(frozen=True, slots=True)
class Target:
    """What can be asked for; ``path`` with ``{names}``."""

    kind: str
    method: str
    path: str

    @property
    def late(self) -> bool:
        """Whether it leaves little as it was."""
        return self.method == "DELETE" or self.path.endswith(_LAST)


@dataclass(frozen=True, slots=True)
class Found:
    """One request: what it was, in milliseconds of the loop at full size and at a quarter, and the status."""

    target: str
    shape: str
    milliseconds: float
    status: int
    quarter: float | None = None

    @property
    def growth(self) -> str:
        """How the time grew with four times the size; 4 is linear."""
        return "" if self.quarter is None else f"{self.milliseconds / max(self.quarter, 0.1):.1f}"


def targets() -> list[Target]:
    """Everything that a server answers, but streams, which have no end."""
    from mockserver.app import PRODUCTS, every_control_row, every_page

    apis = [
        Target("api", each.method, api.prefix + each.path) for api in PRODUCTS.every_api() for each in api.operations
    ]
    rows = [Target("control", method, f"/_mock{path}") for method, path, _ in every_control_row()]
    pages = [
        Target("page", method, each.path)
        for each in every_page(Stage().server.runtime)
        for method in sorted(each.methods or ())
        if method != "HEAD"
    ]
    ended = (each for each in (*apis, *rows, *pages) if not each.path.endswith("/stream"))
    return sorted(ended, key=lambda each: each.late)


def apart(work: Callable[[], Any]) -> Any:
    """What ``work`` gives (as JSON), done in a copy of this process, which has loaded no more than this one."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        try:
            with os.fdopen(writing, "w") as pipe:
                json.dump(work(), pipe)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return json.loads(told)


class Worst:
    """The search."""

    def __init__(self, some: str = "") -> None:
        self._held = Held()
        self._held.install()
        self._stage = Stage()
        spare_the_collector()
        self._targets = [each for each in (Target(*each) for each in apart(_told)) if some in each.path]

    def search(self) -> list[Found]:
        """The worst of each way for each target, the worst of all first."""
        found = [Found(*apart(partial(self._first, each))) for each in self._targets]
        found += asyncio.run(self._rest())
        return sorted(found, key=lambda each: -each.milliseconds)

    def _first(self, target: Target) -> tuple[Any, ...]:
        async def first() -> Found:
            await self._stage.let_in(target.path)
            return await self._asked(target, "first")

        return astuple(asyncio.run(first()))

    async def _rest(self) -> list[Found]:
        stage = self._stage
        await stage.set()
        found = [await self._hostile(each) for each in self._targets]
        found += [await self._asked(each, "after all that", b"") for each in self._reads()]
        found += [await self._long_list(each, "after all that") for each in self._reads()]
        await stage.set()
        await self._fill()
        found += [await self._asked(each, "much stored") for each in self._reads()]
        found += [await self._long_list(each, "much stored") for each in self._reads()]
        return found + await self._whole()

    def _reads(self) -> Iterator[Target]:
        return (each for each in self._targets if each.method == "GET")

    async def _asked(self, target: Target, how: str, query: bytes | None = None) -> Found:
        body = b"{}" if target.method != "GET" and target.kind != "page" else b""
        if target.path.endswith("/payments") and target.kind == "api":
            body = json.dumps(PAYMENT).encode()
        return await self._measured(target, how, body, self._query(target) if query is None else query)

    async def _long_list(self, target: Target, how: str) -> Found:
        after = b"after=0&" if target.path.endswith("/news") else b""
        return await self._measured(target, f"{how}, a long list", b"", after + b"limit=1000")

    def _query(self, target: Target) -> bytes:
        return {"/landing": self._stage.landing, "/login": self._stage.login}.get(target.path, "").encode()

    async def _measured(self, target: Target, how: str, body: bytes, query: bytes) -> Found:
        took, status = await self._held_for(target, lambda size: (body, query, ()), LIMIT)
        return Found(f"{target.method} {target.path}", how, took, status)

    async def _held_for(self, target: Target, request: Request, size: int) -> tuple[float, int]:
        body, query, headers = request(size)
        status = 0
        path = self._stage.place(target.path)

        async def ask() -> None:
            nonlocal status
            own = (*self._stage.headers(path), *headers)
            status = (await self._stage.ask(target.method, path, body, query, own)).status

        return await self._held.longest(ask()), status

    async def _hostile(self, target: Target) -> Found:
        some = list(requests(target.method, self._form(target)))
        first = [(await self._least(target, request, 1), name, request) for name, request in some]
        first.sort(key=lambda each: -each[0][0])
        finals = [(await self._least(target, request), name, request) for _, name, request in first[:_FINALS]]
        (most, status), name, request = max(finals, key=lambda each: each[0][0])
        quarter, _ = await self._least(target, request, size=LIMIT // 4)
        return Found(f"{target.method} {target.path}", name, most, status, quarter)

    def _form(self, target: Target) -> bytes | None:
        if target.method != "POST" or target.kind == "control":
            return None
        own = {"/landing": self._stage.landing, "/login": self._stage.login}.get(target.path, "")
        return f"csrf={self._stage.csrf}&{own}".encode() if target.kind == "page" else b"scope=openid"

    async def _least(
        self, target: Target, request: Request, times: int = _TRIES, size: int = LIMIT
    ) -> tuple[float, int]:
        return min([await self._held_for(target, request, size) for _ in range(times)])

    async def _fill(self) -> None:
        for number in range(_MANY):
            payment = PAYMENT | {"reference": f"much-{number:06}", "paymentDescription": "A pair of socks " * 5}
            await self._stage.ask("POST", "/epayment/v1/payments", json.dumps(payment).encode())
            await self._stage.begin_login()

    async def _whole(self) -> list[Found]:
        """What goes over all that is stored: the owner's calls, as large as the store."""
        state = (await self._stage.ask("GET", "/_mock/state")).body
        calls = [("PUT", "/_mock/state", state), ("PUT", "/_mock/snapshots/{name}", b"{}"),
                 ("POST", "/_mock/snapshots/{name}/restore", b"{}"),
                 ("POST", "/_mock/clock/advance", b'{"duration":"P400D"}'),
                 ("POST", "/_mock/reset", b"{}")]  # fmt: skip
        wanted = {each.path for each in self._targets}
        return [
            await self._measured(Target("control", method, path), "much stored", body, b"")
            for method, path, body in calls
            if path in wanted
        ]


def _told() -> list[tuple[str, ...]]:
    return [astuple(each) for each in targets()]


def table(found: list[Found], most: int = 10) -> str:
    """The worst, for people."""
    lines = [f"{'ms':>8} {'x4':>5} {'status':>6}  request"]
    for each in itertools.islice(found, most):
        lines.append(f"{each.milliseconds:8.1f} {each.growth:>5} {each.status:6}  {each.target}: {each.shape}")
    return "\n".join(lines)


if __name__ == "__main__":
    worst = Worst(*sys.argv[1:2]).search()
    over = [each for each in worst if each.milliseconds > BOUND]
    print(table(worst, max(10, len(over))))
    print(f"{len(over)} of {len(worst)} requests hold the event loop for more than {BOUND:.0f} ms of its thread's work")
