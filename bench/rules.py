"""What scenario rules cost: creates and gets with none, with 10, and with 200 of them, none of which applies."""

import json
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median
from typing import Any

from bench.load import Order, Outcome, drive, drive_by_turns
from bench.servers import EMULATOR, Server, default_headers, running

MANY = 32
"""Connections."""
SMALL = 200
"""Payments that there are to get."""
CASES = {"none": 0, "10 rules": 10, "200 rules": 200}
_TURN = 0.1
"""Seconds."""
_KINDS = ("create", "get")

Figures = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Load:
    """What one round found for one case: throughput turn by turn, and processor time in all."""

    outcomes: list[Outcome]
    processor: float | None

    @property
    def sent(self) -> int:
        """Requests."""
        return sum(each.sent for each in self.outcomes)


def measure(rounds: int, seconds: float, warm_up: float, say: Callable[[str], None]) -> Figures:
    """Requests per second and processor time for each case, and the ratio to none.

    A few microseconds are looked for, on machines whose speed changes by more than that within a second. So a server
    for each case takes its turn of a tenth of a second, again and again, and each turn is held against that of the
    server without rules just before or after it.
    """
    found: dict[tuple[str, str], list[_Load]] = {}
    for number in range(rounds):
        with ExitStack() as stack:
            servers = {case: stack.enter_context(running(EMULATOR)) for case in CASES}
            headers = {case: default_headers(server) for case, server in servers.items()}
            for case, server in servers.items():
                _put(server, CASES[case])
                drive(Order(server.port, "create", headers[case], 0, count=SMALL))
            for kind in _KINDS:
                say(f"scenario rules: {kind}, round {number + 1} of {rounds}")
                orders = {
                    case: Order(server.port, kind, headers[case], SMALL, MANY, _TURN, warm_up * _TURN)
                    for case, server in servers.items()
                }
                for case, load in _by_turns(servers, orders, round(seconds / _TURN)).items():
                    found.setdefault((kind, case), []).append(load)
    return {f"{kind}, {case}": _figure(loads, found[kind, "none"]) for (kind, case), loads in found.items()}


def _by_turns(servers: dict[str, Server], orders: dict[str, Order], turns: int) -> dict[str, _Load]:
    before = {case: server.processor_time() for case, server in servers.items()}
    outcomes = dict(zip(orders, drive_by_turns(list(orders.values()), turns), strict=True))
    used: dict[str, float | None] = {}
    for case, server in servers.items():
        begun, ended = before[case], server.processor_time()
        used[case] = None if begun is None or ended is None else ended - begun
    return {case: _Load(outcomes[case], used[case]) for case in servers}


def _figure(loads: list[_Load], none: list[_Load]) -> dict[str, Any]:
    turns, others = ([turn.per_second for load in each for turn in load.outcomes] for each in (loads, none))
    used, sent = [load.processor for load in loads], sum(load.sent for load in loads)
    return {
        "perSecond": median(turns),
        "ratio": median(ours / theirs for ours, theirs in zip(turns, others, strict=True)),
        "processor": None if None in used else sum(filter(None, used)) / sent * 1_000_000,
    }


def _put(server: Server, rules: int) -> None:
    _call(server, "PUT", {"profiles": []})
    for number in range(rules):
        _call(server, "POST", _rule(number))


def _rule(number: int) -> dict[str, Any]:
    """One of a mixed lot, as a suite of tests would have them: most for one thing, some for many, over the API."""
    operations = ("createPayment", "getPayment", "capturePayment", "refundPayment")
    conditions: tuple[dict[str, Any], ...] = (
        {"reference": f"case-{number}"},
        {"phone": f"47{number:08d}"},
        {"msn": f"7{number:05d}"},
        {"reference": f"case-{number}-*"},
        {"header": {"x-test-case": str(number)}},
        {"amount": 1_000_000 + number},
        {"amount": {"min": 2_000_000 + number}},
    )
    when = {"operation": operations[number % 4]} | conditions[number // 4 % len(conditions)]
    return {"name": f"rule {number}", "when": when, "then": {"error": 423}}


def _call(server: Server, method: str, content: dict[str, Any]) -> None:
    url = f"http://127.0.0.1:{server.port}/_mock/scenarios"
    request = urllib.request.Request(url, json.dumps(content).encode(), method=method)
    with urllib.request.urlopen(request, timeout=10):
        pass
