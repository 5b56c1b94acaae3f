"""How far deliveries fall behind while the API is kept as busy as it can be."""

import json
import time
import urllib.request
from collections.abc import Callable
from dataclasses import asdict, dataclass

from bench import Broken
from bench.load import Order, drive
from bench.servers import EMULATOR, RECEIVER, Server, default_headers, running
from bench.webhooks import register

_CONNECTIONS = 64
_PATIENCE = 300.0
"""Seconds for what is left to be delivered."""


@dataclass(frozen=True, slots=True)
class Saturation:
    """Creates and deliveries a second under load; ``behind`` deliveries and ``late`` seconds at its end.

    ``drained``: seconds until nothing was left.
    """

    seconds: float
    creates: float
    deliveries: float
    behind: int
    late: float
    drained: float


def measure(seconds: float, say: Callable[[str], None]) -> dict[str, float]:
    """Create as fast as it goes, with one registration whose receiver answers at once; raises Broken."""
    say(f"saturation: {seconds:.0f} seconds")
    with running(EMULATOR) as server, running(RECEIVER) as receiver:
        headers = default_headers(server)
        register(server, headers, f"http://127.0.0.1:{receiver.port}/")
        outcome = drive(Order(server.port, "create", headers, 0, _CONNECTIONS, seconds, 0))
        end = time.monotonic()
        received, late = _told(receiver)
        drained = _drain(receiver, outcome.sent, end)
    took = Saturation(seconds, outcome.per_second, received / seconds, outcome.sent - received, late, drained)
    return asdict(took)


def _told(receiver: Server) -> tuple[int, float]:
    with urllib.request.urlopen(f"http://127.0.0.1:{receiver.port}/", timeout=10) as answer:
        told = json.load(answer)
    return told["received"], told["late"]


def _drain(receiver: Server, sent: int, since: float) -> float:
    while _told(receiver)[0] < sent:
        if time.monotonic() - since > _PATIENCE:
            raise Broken(f"not everything was delivered within {_PATIENCE:.0f} seconds")
        time.sleep(0.05)
    return time.monotonic() - since
