"""What is measured. Rounds are short and alternate, and medians are taken, since machines are noisy."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from statistics import median
from typing import Any

from bench import recurring, rules, saturation, testing, webhooks
from bench.load import Order, Outcome, drive
from bench.servers import EMULATOR, FLOOR, SINK, Kind, Server, default_headers, running

SMALL = 1000
"""Payments in a server that counts as hardly filled."""
MANY = 32
"""Connections."""
_BLOCK = 1_000_000
"""Numbers set aside for the payments that one measurement creates; those that fill a server begin at 0."""
_FIRST_BLOCK = 100
_TESTS = 100
"""Tests in Python for each round."""

Figures = dict[str, Any]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to measure: starts, rounds of so many seconds, stored payments, seconds of saturation."""

    starts: int
    rounds: int
    seconds: float
    warm_up: float
    sizes: tuple[int, ...]
    saturated: float


class Bench:
    """One run."""

    def __init__(self, plan: Plan, say: Say) -> None:
        self._plan = plan
        self._say = say
        self._blocks = count(_FIRST_BLOCK)

    def run(self) -> Figures:
        """Everything; raises Broken."""
        return {
            "generator": self._generator(),
            "start": self._start(),
            **self._against_floor(),
            "stored": self._stored(),
            "webhooks": webhooks.measure(self._plan.rounds, self._plan.seconds, self._plan.warm_up, self._say),
            "saturation": saturation.measure(self._plan.saturated, self._say),
            "rules": rules.measure(self._plan.rounds, self._plan.seconds, self._plan.warm_up, self._say),
            "recurring": recurring.measure(self._plan.rounds, self._plan.seconds, self._plan.warm_up, self._say),
            "testing": testing.measure(_TESTS * self._plan.rounds, self._say),
        }

    def _generator(self) -> Figures:
        """What the load generator can drive at most."""
        self._say("load generator")
        with running(SINK) as sink:
            order = Order(sink.port, "health", _plain_headers(), 1, seconds=self._plan.seconds, warm_up=0.2)
            return {"perSecond": drive(order).per_second}

    def _start(self) -> Figures:
        """Cold starts by turns, in seconds; one of each before they count, so that both are compiled."""
        self._say(f"cold start, {self._plan.starts} times")
        times: dict[str, list[float]] = {"emulator": [], "floor": []}
        for number in range(self._plan.starts + 1):
            for kind in (EMULATOR, FLOOR):
                with running(kind) as server:
                    if number:
                        times[kind.name].append(server.cold_start)
        return _compared(times["emulator"], times["floor"])

    def _against_floor(self) -> Figures:
        with running(EMULATOR) as emulator, running(FLOOR) as floor:
            memory = {each.kind.name: each.resident() for each in (emulator, floor)}
            headers = default_headers(emulator)
            for server in (emulator, floor):
                self._fill(server, headers, 0, SMALL)
            outcomes: dict[tuple[str, int], list[dict[Kind, Outcome]]] = {}
            for number in range(self._plan.rounds):
                turns = (emulator, floor) if number % 2 == 0 else (floor, emulator)
                for connections in (1, MANY):
                    for kind in ("create", "get"):
                        self._say(f"{kind}, connections: {connections}, round {number + 1}")
                        block = next(self._blocks)
                        both = {each.kind: self._load(each, headers, kind, connections, SMALL, block) for each in turns}
                        outcomes.setdefault((kind, connections), []).append(both)
        loads = [
            {"operation": kind, "connections": connections}
            | _rounds([each[EMULATOR] for each in rounds], [each[FLOOR] for each in rounds], "floor")
            for (kind, connections), rounds in outcomes.items()
        ]
        return {"memory": memory, "loads": loads}

    def _stored(self) -> list[Figures]:
        """Throughput and memory of one emulator while it fills, against one that holds hardly anything."""
        figures: list[Figures] = []
        with running(EMULATOR) as large:
            headers = default_headers(large)
            self._fill(large, headers, 0, SMALL)
            filled, total, before = SMALL, SMALL, large.resident()
            for size in self._plan.sizes:
                self._say(f"filling up to {size:,} payments")
                filling = self._fill(large, headers, filled, size - total)
                filled, total, after = filled + size - total, size, large.resident()
                each = (after - before) / (total - SMALL) if after is not None and before is not None else None
                loads, created = self._against_small(large, headers, filled)
                total += created
                figures.append(
                    {
                        "payments": size,
                        "bytesPerPayment": each,
                        "fillPerSecond": filling.per_second,
                        "loads": loads,
                    }
                )
        return figures

    def _against_small(self, large: Server, headers: dict[str, str], filled: int) -> tuple[list[Figures], int]:
        """The loads, and how many payments they added."""
        outcomes: dict[str, list[tuple[Outcome, Outcome]]] = {"create": [], "get": []}
        for number in range(self._plan.rounds):
            self._say(f"with {filled:,} and {SMALL:,} payments, round {number + 1}")
            with running(EMULATOR) as small:
                own = default_headers(small)
                self._fill(small, own, 0, SMALL)
                # Gets first: creates fill the small one.
                for kind in ("get", "create"):
                    block = next(self._blocks)
                    both = [(large, headers, filled), (small, own, SMALL)]
                    turns = both if number % 2 == 0 else both[::-1]
                    done = {
                        server: self._load(server, known, kind, MANY, stored, block) for server, known, stored in turns
                    }
                    outcomes[kind].append((done[large], done[small]))
        created = sum(ours.sent for ours, _ in outcomes["create"])
        loads = [
            {"operation": kind, "connections": MANY}
            | _rounds([ours for ours, _ in rounds], [theirs for _, theirs in rounds], "small")
            for kind, rounds in outcomes.items()
        ]
        return loads, created

    def _fill(self, server: Server, headers: dict[str, str], first: int, payments: int) -> Outcome:
        return drive(Order(server.port, "create", headers, first, count=payments))

    def _load(
        self, server: Server, headers: dict[str, str], kind: str, connections: int, stored: int, block: int
    ) -> Outcome:
        number = block * _BLOCK if kind == "create" else stored
        plan, before = self._plan, server.processor_time()
        outcome = drive(Order(server.port, kind, headers, number, connections, plan.seconds, plan.warm_up))
        after = server.processor_time()
        if before is None or after is None:
            return outcome
        return replace(outcome, processor=(after - before) / outcome.sent * 1_000_000)


def _plain_headers() -> dict[str, str]:
    return {"Authorization": f"Bearer {'x' * 800}", "Content-Type": "application/json"}


def _compared(ours: list[float], theirs: list[float]) -> Figures:
    return {"emulator": median(ours), "floor": median(theirs), "ratio": median(ours) / median(theirs)}


def _rounds(ours: list[Outcome], theirs: list[Outcome], name: str) -> Figures:
    """The medians of all rounds, with the ratio of throughputs taken within each round."""
    return {
        "emulator": _medians(ours),
        name: _medians(theirs),
        "ratio": median(mine.per_second / other.per_second for mine, other in zip(ours, theirs, strict=True)),
    }


def _medians(outcomes: list[Outcome]) -> Figures:
    processor = [each.processor for each in outcomes if each.processor is not None]
    return {
        "perSecond": median(each.per_second for each in outcomes),
        "p50": median(each.p50 for each in outcomes),
        "p99": median(each.p99 for each in outcomes),
        "worst": max(each.worst for each in outcomes),
        "processor": median(processor) if processor else None,
    }
