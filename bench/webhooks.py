"""What webhooks cost the API: creates with no registration, with receivers that answer, and with one that hangs."""

import json
import socket
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

from bench.load import Order, drive
from bench.servers import EMULATOR, RECEIVER, Server, default_headers, running

MANY = 32
"""Connections."""
CASES = ("none", "1 healthy", "25 healthy", "1 dead")
"""Registrations for every event of the payments that are created."""

PerSecond = dict[str, float]


def measure(rounds: int, seconds: float, warm_up: float, say: Callable[[str], None]) -> PerSecond:
    """Creates per second for each case, the median of all rounds; each on a server of its own."""
    found: dict[str, list[float]] = {case: [] for case in CASES}
    for number in range(rounds):
        for case in CASES:
            say(f"webhooks: {case}, round {number + 1}")
            with _registered(case) as (server, headers):
                order = Order(server.port, "create", headers, 0, MANY, seconds, warm_up)
                found[case].append(drive(order).per_second)
    return {case: median(values) for case, values in found.items()}


@contextmanager
def _registered(case: str) -> Iterator[tuple[Server, dict[str, str]]]:
    with running(EMULATOR) as server, _receiver(case) as port:
        headers = default_headers(server)
        for number in range(25 if case.startswith("25") else 0 if case == "none" else 1):
            register(server, headers, f"http://127.0.0.1:{port}/{number}")
        yield server, headers


@contextmanager
def _receiver(case: str) -> Iterator[int]:
    if case == "1 dead":
        with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
            port: int = listener.getsockname()[1]
            yield port
    else:
        with running(RECEIVER) as receiver:
            yield receiver.port


def register(server: Server, headers: dict[str, str], url: str) -> None:
    """Let a URL be told of every payment that is created."""
    content = {"url": url, "events": ["epayments.payment.created.v1"]}
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/webhooks/v1/webhooks", json.dumps(content).encode(), headers, method="POST"
    )
    with urllib.request.urlopen(request, timeout=10):
        pass
