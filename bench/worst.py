"""The worst that one request can do to the others: which request holds the event loop for how long.

Every operation and control call is sent every shape of hostile body, query and headers at the body limit, in this
process and without a network. Counted is the processor time of the event loop's thread. The worst of each is sent at a
quarter of its size too: work that grows faster than the request shows there.
"""

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from mockserver.app import PRODUCTS, build, every_control_row
from mockserver.settings import Settings
from mockserver.world import files

LIMIT: Final = 1024 * 1024 - 64
HEAD: Final = 60 * 1024
BOUND: Final = 50.0
"""Milliseconds that no request may hold the loop for."""
_TRIES = 3
_FINALS = 4
"""Shapes that are tried again: the first time somebody else may have been the slow one."""
_Shape = Callable[[int], bytes]


def _repeated(one: bytes, before: bytes = b"[", after: bytes = b"]", between: bytes = b",") -> _Shape:
    def make(size: int) -> bytes:
        times = max(1, (size - len(before) - len(after)) // (len(one) + len(between)))
        return before + between.join([one] * times) + after

    return make


def _members(value: bytes) -> _Shape:
    def make(size: int) -> bytes:
        return b"{" + b",".join(b'"a%06d":%b' % (n, value) for n in range(size // (11 + len(value)))) + b"}"

    return make


def _within(name: str, shape: _Shape, given: dict[str, Any]) -> _Shape:
    """A good body with one field of a hostile shape."""
    begin = json.dumps({key: value for key, value in given.items() if key != name}).encode()[:-1]
    begin += (b", " if len(begin) > 1 else b"") + json.dumps(name).encode() + b": "
    return lambda size: begin + shape(size - len(begin) - 1) + b"}"


PAYMENT: Final = {
    "amount": {"currency": "NOK", "value": 100},
    "paymentMethod": {"type": "WALLET"},
    "reference": "reference-1",
    "userFlow": "WEB_REDIRECT",
    "returnUrl": "https://shop.example.com/",
}
_LINE = b'{"name":"a","id":"1","totalAmount":1,"totalAmountExcludingTax":1,"totalTaxAmount":1}'
SHAPES: Final[dict[str, _Shape]] = {
    "lists": _repeated(b"[]"),
    "objects": _repeated(b"{}"),
    "members": _members(b"1"),
    "members that are objects": _members(b"{}"),
    "deep lists": lambda size: b"[" * (size // 2) + b"]" * (size // 2),
    "deep objects": lambda size: b'{"a":' * (size // 6) + b"1" + b"}" * (size // 6),
    "a long text": lambda size: b'"' + b"x" * (size - 2) + b'"',
    "escapes": lambda size: b'"' + b"\\u00e6" * (size // 6) + b'"',
    "quotes": lambda size: b'"' + b'\\"' * (size // 2 - 1) + b'"',
    "an open text": lambda size: b'"' + b'\\"' * (size // 2 - 1),
    "digits": lambda size: b"9" * size,
    "names of secrets": _members(b'"client_secret: x token=y"'),
    "equals": lambda size: b"a=b&" * (size // 4),
    "colons": lambda size: b"a: 'b' " * (size // 7),
    "a bearer": lambda size: b"Bearer " * (size // 7),
    "tokens": lambda size: b"eyJaaaaaaaa." * (size // 12),
    "a payment with many members": lambda size: _within("zzz", _members(b"1"), PAYMENT)(size),
    "a payment with a thousand members": lambda size: json.dumps(
        PAYMENT | {f"member-{n}" + "x" * (size // 1100): 1 for n in range(990)}
    ).encode(),
    "a payment with lines": lambda size: _within(
        "receipt", _repeated(_LINE, b'{"orderLines":[', b'],"bottomLine":{"currency":"NOK"}}'), PAYMENT
    )(size),
    "a payment with a thousand wrong lines": lambda size: _within(
        "receipt", _repeated(b"{}" + b" " * (size // 1000), b'{"orderLines":[', b'],"bottomLine":{}}'), PAYMENT
    )(size),
    "a payment with a long address": lambda size: _within("returnUrl", SHAPES["a long text"], PAYMENT)(size),
    "events": lambda size: _within(
        "events", _repeated(b'"' + b"x" * (size // 1000) + b'"'), {"url": "https://shop.example.com/"}
    )(size),
}
"""By a name for people; each makes a body of about so many bytes."""


@dataclass(frozen=True, slots=True)
class Found:
    """One request: what it was, in milliseconds of the loop at full size and at a quarter, and the status."""

    operation: str
    shape: str
    milliseconds: float
    quarter: float
    status: int

    @property
    def growth(self) -> float:
        """How the time grew with four times the size; 4 is linear."""
        return self.milliseconds / max(self.quarter, 0.1)


class Worst:
    """One server, and the search for what holds it up."""

    def __init__(self) -> None:
        options: dict[str, Any] = {"access_log": "off"}
        self._server = build(Settings(**options), None)
        self._keys = itertools.count()
        unit = files.packaged().sales_units[0]
        keys = unit.keys
        self._headers = [
            (b"client_id", keys.client_id.encode()),
            (b"client_secret", keys.client_secret.encode()),
            (b"ocp-apim-subscription-key", keys.subscription_key.encode()),
            (b"merchant-serial-number", unit.msn.encode()),
            (b"content-type", b"application/json"),
        ]

    async def search(self, some: str = "") -> list[Found]:
        """The worst request for each operation and control call with this text in its path, the worst of all first."""
        _, token = await self._send("POST", "/accesstoken/get", b"", b"", ())
        bearer = f"Bearer {json.loads(token)['access_token']}".encode()
        self._headers.append((b"authorization", bearer))
        found = [await self._worst(method, path) for method, path in _operations() if some in path]
        return sorted(found, key=lambda each: -each.milliseconds)

    async def _worst(self, method: str, path: str) -> Found:
        first = [(await self._least(method, path, request, 1), name, request) for name, request in _requests(method)]
        first.sort(key=lambda each: -each[0][0])
        finals = [(await self._least(method, path, request), name, request) for _, name, request in first[:_FINALS]]
        (most, status), name, request = max(finals, key=lambda each: each[0][0])
        quarter, _ = await self._least(method, path, request, size=LIMIT // 4)
        return Found(f"{method} {path}", name, most, quarter, status)

    async def _least(
        self, method: str, path: str, request: "_Request", times: int = _TRIES, size: int = LIMIT
    ) -> tuple[float, int]:
        return min([await self._measure(method, path, request(size)) for _ in range(times)])

    async def _measure(self, method: str, path: str, request: "_Parts") -> tuple[float, int]:
        body, query, headers = request
        key = (b"idempotency-key", str(next(self._keys)).encode())
        start = time.thread_time()
        status, _ = await self._send(method, path, query, body, (*headers, key))
        return (time.thread_time() - start) * 1000, status

    async def _send(
        self, method: str, path: str, query: bytes, body: bytes, headers: tuple[tuple[bytes, bytes], ...]
    ) -> tuple[int, bytes]:
        scope = {
            "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": query,
            "headers": [*self._headers, *headers, (b"host", b"127.0.0.1:8080")], "scheme": "http",
            "http_version": "1.1", "server": ("127.0.0.1", 8080), "client": ("127.0.0.1", 1), "extensions": {},
        }  # fmt: skip
        told: list[dict[str, Any]] = []
        messages = iter([{"type": "http.request", "body": body}])

        async def receive() -> dict[str, Any]:
            for message in messages:
                return message
            return await asyncio.Future[dict[str, Any]]()

        async def send(message: Any) -> None:
            told.append(message)

        await self._server.app(scope, receive, send)
        return told[0]["status"], b"".join(each.get("body", b"") for each in told[1:])


_Parts = tuple[bytes, bytes, tuple[tuple[bytes, bytes], ...]]
"""Body, query and headers."""
_Request = Callable[[int], _Parts]


def _requests(method: str) -> Iterator[tuple[str, _Request]]:
    if method != "GET":
        for name, shape in SHAPES.items():
            yield name, lambda size, shape=shape: (shape(size), b"", ())  # type: ignore[misc]
    share = LIMIT // HEAD
    yield "many parameters", lambda size: (b"", b"a=b&" * (size // share // 4), ())
    yield "parameters of other names", lambda size: (
        b"", b"&".join(b"a%d=" % n for n in range(size // share // 8)), (),
    )  # fmt: skip
    yield "a long parameter", lambda size: (b"", b"limit=" + b"9" * (size // share), ())
    yield "many headers", lambda size: (b"", b"", ((b"x-a", b"b"),) * (size // share // 8))
    yield "a long header", lambda size: (b"", b"", ((b"cookie", b"a=b; " * (size // share // 5)),))


def _operations() -> Iterator[tuple[str, str]]:
    """Each operation and control call, about something that is there where names do not matter."""
    for api in PRODUCTS.every_api():
        for operation in api.operations:
            yield operation.method, api.prefix + operation.path.replace("{reference}", "reference-1")
    for method, path, _ in every_control_row():
        if "snapshots" not in path and path != "/state":  # the owner's whole state, as large as it is
            yield method, f"/_mock{path.replace('{', '').replace('}', '')}"


def table(found: list[Found], most: int = 10) -> str:
    """The worst, for people."""
    lines = [f"{'ms':>8} {'x4':>5} {'status':>6}  request"]
    for each in found[:most]:
        lines.append(f"{each.milliseconds:8.1f} {each.growth:5.1f} {each.status:6}  {each.operation}: {each.shape}")
    return "\n".join(lines)


if __name__ == "__main__":
    worst = asyncio.run(Worst().search(*sys.argv[1:2]))
    print(table(worst))
    over = sum(each.milliseconds > BOUND for each in worst)
    print(f"{over} of {len(worst)} operations can be held above {BOUND:.0f} ms")
