"""What scenario rules cost: creates and gets with none, with 10, and with 200 of them, none of which applies."""

import json
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from statistics import quantiles
from typing import Any

from bench.load import Order, Outcome, drive
from bench.servers import EMULATOR, Server, default_headers, running

MANY = 32
"""Connections."""
SMALL = 200
"""Payments that there are to get."""
CASES = {"none": 0, "10 rules": 10, "200 rules": 200}
_BLOCK = 1_000_000
_SLICES = 7
"""Of each round."""

Figures = dict[str, dict[str, Any]]


def measure(rounds: int, seconds: float, warm_up: float, say: Callable[[str], None]) -> Figures:
    """Requests per second and processor time for each case, and the ratio to none.

    A few microseconds are looked for, and a machine that does other things takes more than that from whoever is
    measured just then. So the cases take turns in slices of a part of the time, and the best eighth of them counts:
    nothing makes a server faster than it is.
    """
    found: dict[tuple[str, str], list[Outcome]] = {}
    slices = rounds * _SLICES
    with running(EMULATOR) as server:
        headers, blocks = default_headers(server), count(1)
        drive(Order(server.port, "create", headers, 0, count=SMALL))
        for number in range(slices):
            say(f"scenario rules: slice {number + 1} of {slices}")
            cases = list(CASES.items())
            for case, rules in cases if number % 2 == 0 else cases[::-1]:
                _put(server, rules)
                for kind in ("create", "get"):
                    first = next(blocks) * _BLOCK if kind == "create" else SMALL
                    order = Order(server.port, kind, headers, first, MANY, seconds / _SLICES, warm_up / 3)
                    found.setdefault((kind, case), []).append(_load(server, order))
    best = {key: quantiles([each.per_second for each in values], n=8)[-1] for key, values in found.items()}
    return {
        f"{kind}, {case}": {
            "perSecond": best[kind, case],
            "ratio": best[kind, case] / best[kind, "none"],
            "processor": quantiles([each.processor or 0.0 for each in values], n=8)[0],
        }
        for (kind, case), values in found.items()
    }


def _load(server: Server, order: Order) -> Outcome:
    before = server.processor_time()
    outcome = drive(order)
    after = server.processor_time()
    if before is None or after is None:
        return outcome
    return replace(outcome, processor=(after - before) / outcome.sent * 1_000_000)


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
    )
    when = {"operation": operations[number % 4]} | conditions[number // 4 % 5]
    return {"name": f"rule {number}", "when": when, "then": {"error": 423}}


def _call(server: Server, method: str, content: dict[str, Any]) -> None:
    url = f"http://127.0.0.1:{server.port}/_mock/scenarios"
    request = urllib.request.Request(url, json.dumps(content).encode(), method=method)
    with urllib.request.urlopen(request, timeout=10):
        pass
