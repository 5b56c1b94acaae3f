"""The load generator, a process of its own: orders as JSON on standard input, their outcomes on standard output."""

import asyncio
import gc
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import cast

from bench import Broken, wire
from bench.loops import run

_LENGTH = b"content-length: "
_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Order:
    """What to send to ``port``, over how many connections, for how long (``seconds``) or how often (``count``).

    ``kind``: create and charge (numbered from ``number``), get (of so many as ``number`` says), or health. ``about``:
    the agreement of charges.
    """

    port: int
    kind: str
    headers: dict[str, str]
    number: int
    connections: int = 32
    seconds: float = 0
    warm_up: float = 0
    count: int = 0
    about: str = ""

    def to(self, port: int) -> "Order":
        """The same for another server."""
        return replace(self, port=port)

    @property
    def status(self) -> int:
        """What every answer must be."""
        return 201 if self.kind in ("create", "charge") else 200

    def requests(self) -> Iterator[bytes]:
        """The bytes to send, request by request."""
        if self.kind == "create":
            every = wire.creates(self.headers, self.number)
        elif self.kind == "charge":
            every = wire.charges(self.headers, self.number, self.about)
        elif self.kind == "get":
            every = wire.gets(self.headers, self.number)
        else:
            # A long request: the emulator's are no shorter.
            every = wire.gets(self.headers, 1)
        return islice(every, self.count) if self.count else every


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it; times in milliseconds. ``sent`` counts the warm-up too.

    ``processor``: microseconds of the server's processor time for a request, which a busy machine distorts least.
    """

    sent: int
    per_second: float
    p50: float
    p99: float
    worst: float
    processor: float | None = None


class _Load:
    """What all connections share."""

    def __init__(self, order: Order) -> None:
        self.expected = f"HTTP/1.1 {order.status} ".encode()
        self.requests = order.requests()
        self.latencies: list[float] = []
        self.sent = 0
        self.open = 0
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def stop(self) -> None:
        """Send nothing more."""
        self.requests = iter(())

    def fail(self, reason: str) -> None:
        """Give up."""
        self.stop()
        if not self.finished.done():
            self.finished.set_exception(Broken(reason))

    def closed(self) -> None:
        """One connection has done its part."""
        self.open -= 1
        if not self.open and not self.finished.done():
            self.finished.set_result(None)


class _Connection(asyncio.Protocol):
    """Sends a request, waits for its whole answer, sends the next."""

    def __init__(self, load: _Load) -> None:
        self._load = load
        self._received = b""
        self._at = 0.0
        self._waiting = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._load.open += 1

    def send(self) -> None:
        request = next(self._load.requests, None)
        if request is None:
            self._transport.close()
            self._load.closed()
            return
        self._load.sent += 1
        self._waiting = True
        self._at = perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        if self._received:
            data = self._received + data
        head = data.find(_END)
        if head < 0:
            self._received = data
            return
        at = data.find(_LENGTH, 0, head + 2)
        length = int(data[at + len(_LENGTH) : data.index(b"\r", at)]) if at >= 0 else 0
        if len(data) < head + len(_END) + length:
            self._received = data
            return
        self._received = b""
        self._waiting = False
        self._load.latencies.append(perf_counter() - self._at)
        if not data.startswith(self._load.expected):
            self._load.fail(f"wanted {self._load.expected.decode()!r}, got {data[:500].decode('latin-1')!r}")
            return
        self.send()

    def connection_lost(self, error: Exception | None) -> None:
        if self._waiting:
            self._load.fail(f"the server closed the connection: {error}")


async def _drive(order: Order) -> Outcome:
    loop = asyncio.get_running_loop()
    load = _Load(order)
    connections = [
        (await loop.create_connection(lambda: _Connection(load), "127.0.0.1", order.port))[1]
        for _ in range(order.connections)
    ]
    start = perf_counter()
    for connection in connections:
        connection.send()
    if not order.count:
        await asyncio.wait([load.finished], timeout=order.warm_up)
        load.latencies = []
        start = perf_counter()
        await asyncio.wait([load.finished], timeout=order.seconds)
        load.stop()
        took, latencies, load.latencies = perf_counter() - start, load.latencies, []
        await load.finished
    else:
        await load.finished
        took, latencies = perf_counter() - start, load.latencies
    if not latencies:
        raise Broken(f"no answer within {took:.1f} seconds")
    latencies.sort()
    p50, p99 = (latencies[len(latencies) * part // 100] * 1000 for part in (50, 99))
    return Outcome(load.sent, len(latencies) / took, p50, p99, latencies[-1] * 1000)


async def _take_turns(orders: list[Order], turns: int) -> list[list[Outcome]]:
    outcomes: list[list[Outcome]] = [[] for _ in orders]
    for turn in range(turns):
        # There and back again, so that whatever gets slower or faster meanwhile does so for all of them.
        for place in range(len(orders)) if turn % 2 == 0 else reversed(range(len(orders))):
            order = orders[place]
            outcomes[place].append(await _drive(order))
            if order.kind == "create":
                orders[place] = replace(order, number=order.number + outcomes[place][-1].sent)
    return outcomes


def drive(order: Order) -> Outcome:
    """Put a load on a server, from another process; raises Broken."""
    return drive_by_turns([order], 1)[0][0]


def drive_by_turns(orders: Sequence[Order], turns: int) -> list[list[Outcome]]:
    """Fulfil several orders so many times, one after the other, from one other process; raises Broken.

    The outcomes of each order, turn by turn.
    """
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        input=json.dumps({"orders": [asdict(each) for each in orders], "turns": turns}),
        capture_output=True,
        text=True,
        cwd=Path(__file__).resolve().parent.parent,
        check=False,
    )
    if done.returncode:
        raise Broken(done.stderr.strip().rpartition("\n")[2])
    return [[Outcome(**outcome) for outcome in each] for each in json.loads(done.stdout)]


def _main() -> None:
    gc.disable()
    given = json.load(sys.stdin)
    outcomes = run(_take_turns([Order(**each) for each in given["orders"]], given["turns"]))
    json.dump([[asdict(outcome) for outcome in each] for each in outcomes], sys.stdout)


if __name__ == "__main__":
    _main()
