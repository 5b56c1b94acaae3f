"""What subscriptions cost: charges against the floor, and a day on which many of them are due."""

import json
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter
from typing import Any

from bench.load import Order, Outcome, drive
from bench.servers import EMULATOR, FLOOR, Server, default_headers, running

MANY = 32
"""Connections."""
SIZES = (1_000, 10_000, 100_000)
"""Charges that are due on the same day."""
_FOR_EACH = 100
"""Charges of one agreement."""
_BATCH = 2_000
_BLOCK = 1_000_000
"""Numbers set aside for the charges of one measurement."""
_PHONE = "4712345678"

Figures = dict[str, Any]
Say = Callable[[str], None]


def measure(rounds: int, seconds: float, warm_up: float, say: Say) -> Figures:
    """Creates by turns with the floor, and milliseconds for each charge that falls due, by how many do."""
    due = {}
    for size in SIZES:
        say(f"{size:,} charges on one day")
        due[size] = _due(size)
    return {"loads": _loads(rounds, seconds, warm_up, say), "due": due}


class Merchant:
    """A client of the default sales unit."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.headers = default_headers(server)
        self._calls = 0

    def call(self, method: str, path: str, content: Any) -> Any:
        """What a call answers."""
        self._calls += 1
        headers = self.headers | {"Idempotency-Key": f"bench-{self._calls}"}
        address = f"http://127.0.0.1:{self._server.port}{path}"
        request = urllib.request.Request(address, json.dumps(content).encode(), headers, method=method)
        with urllib.request.urlopen(request, timeout=600) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def agreement(self) -> str:
        """The id of a new agreement, which is accepted."""
        draft = {
            "pricing": {"type": "FLEXIBLE", "currency": "NOK"},
            "merchantRedirectUrl": "https://shop.example.com/return",
            "merchantAgreementUrl": "https://shop.example.com/agreement",
            "productName": "Socks of the month",
        }
        made: str = self.call("POST", "/recurring/v3/agreements", draft)["agreementId"]
        self.call("PATCH", f"/recurring/v3/agreements/{made}/accept", {"phoneNumber": _PHONE})
        return made


def _loads(rounds: int, seconds: float, warm_up: float, say: Say) -> list[Figures]:
    outcomes: dict[int, list[tuple[Outcome, Outcome]]] = {1: [], MANY: []}
    with running(EMULATOR) as emulator, running(FLOOR) as floor:
        merchant = Merchant(emulator)
        agreement, block = merchant.agreement(), 0
        for number in range(rounds):
            for connections, found in outcomes.items():
                say(f"charges, connections: {connections}, round {number + 1}")
                block += _BLOCK
                turns = (emulator, floor) if number % 2 == 0 else (floor, emulator)
                order = Order(0, "charge", merchant.headers, block, connections, seconds, warm_up, about=agreement)
                done = {each.kind: drive(order.to(each.port)) for each in turns}
                found.append((done[EMULATOR], done[FLOOR]))
    return [
        {
            "connections": connections,
            "emulator": median(ours.per_second for ours, _ in found),
            "floor": median(theirs.per_second for _, theirs in found),
            "ratio": median(ours.per_second / theirs.per_second for ours, theirs in found),
        }
        for connections, found in outcomes.items()
    ]


def _due(size: int) -> float:
    """Milliseconds of processor time for each of so many charges that fall due together, when the clock is moved."""
    with running(EMULATOR) as server:
        merchant = Merchant(server)
        agreements = [merchant.agreement() for _ in range(size // _FOR_EACH)]
        day = f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d}"
        for first in range(0, size, _BATCH):
            numbers = range(first, min(first + _BATCH, size))
            items = [_item(agreements[number % len(agreements)], number, day) for number in numbers]
            merchant.call("POST", "/recurring/v3/agreements/charges", items)
            merchant.call("POST", "/_mock/clock/advance", {"seconds": 1})
        start, before = perf_counter(), server.processor_time()
        merchant.call("POST", "/_mock/clock/advance", {"duration": "P3D"})
        took, after = perf_counter() - start, server.processor_time()
        # A busy machine distorts processor time least.
        return (took if before is None or after is None else after - before) / size * 1000


def _item(agreement: str, number: int, day: str) -> dict[str, Any]:
    return {
        "agreementId": agreement,
        "amount": 10_000,
        "description": "Socks",
        "due": day,
        "retryDays": 2,
        "transactionType": "DIRECT_CAPTURE",
        "orderId": f"socks-{number:09d}",
    }
