"""Rate limits and operations that take their time."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import httpx
import pytest

from mockserver.core.clock import Clock
from mockserver.web import ratelimits
from mockserver.web.flights import Flight, Flights
from mockserver.web.http import Answer
from mockserver.web.ratelimits import WINDOW, RateLimits
from tests.harness import Emulator, amount

AT = 1_000_000


def test_calls_within_the_limit_pass_and_the_next_waits_for_the_window() -> None:
    limits = RateLimits()
    assert [limits.over("key", 3, AT + second * 1000) for second in range(3)] == [0, 0, 0]

    assert limits.over("key", 3, AT + 3000) == 57
    assert limits.over("key", 3, AT + WINDOW - 1) == 1
    assert limits.over("key", 3, AT + WINDOW) == 0
    assert limits.over("key", 3, AT + WINDOW) == 1


def test_a_refused_call_does_not_count() -> None:
    limits = RateLimits()
    limits.over("key", 1, AT)
    for second in range(59):
        assert limits.over("key", 1, AT + second * 1000) > 0
    assert limits.over("key", 1, AT + WINDOW) == 0


def test_keys_do_not_share_a_limit() -> None:
    limits = RateLimits()
    assert [limits.over(key, 1, AT) for key in ("a", "b", ("a", "b"))] == [0, 0, 0]


def test_clear_forgets() -> None:
    limits = RateLimits()
    limits.over("key", 1, AT)
    limits.clear()
    assert limits.over("key", 1, AT) == 0


def test_memory_of_calls_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ratelimits, "_MOST", 10)
    limits = RateLimits()
    for number in range(100):
        limits.over(number, 1, AT)
    assert len(limits._calls) <= 10
    assert limits.over(99, 1, AT) > 0


def test_old_calls_make_room_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ratelimits, "_MOST", 10)
    limits = RateLimits()
    for number in range(9):
        limits.over(number, 1, AT)
    limits.over("fresh", 1, AT + WINDOW)
    limits.over("next", 1, AT + WINDOW)
    assert list(limits._calls) == ["fresh", "next"]


def test_rate_limits_are_off_by_default(emulator: Emulator) -> None:
    statuses = {emulator.api("POST", "/payments", {}, key=f"key-{number}").status_code for number in range(10)}
    assert statuses == {400}


@pytest.fixture
def limited(start: Callable[..., Emulator]) -> Emulator:
    return start(rate_limits=True)


def test_the_documented_limit_is_by_reference(limited: Emulator) -> None:
    limited.create()
    limited.approve()
    answers = [limited.modify("capture", 1, key=f"key-{number}") for number in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[-1].headers["retry-after"] == "60"
    assert answers[-1].json()["statusCode"] == 429
    assert limited.get()["aggregate"]["capturedAmount"] == amount(5)
    assert limited.create("reference-2").status_code == 201

    limited.advance("PT1M")
    assert limited.modify("capture", 1, key="key-6").status_code == 200


@dataclass
class Call:
    flying: bool = False


def test_a_flight_lands_when_the_clock_gets_there(loop: asyncio.AbstractEventLoop) -> None:
    clock = Clock(lambda: AT)
    flights = Flights(clock, 5000)
    lock = ("1234", "reference-1")

    async def scenario() -> None:
        first = asyncio.ensure_future(flights.run(Flight(lock, b"key", Call()), lambda: Answer(200, b"first")))
        await asyncio.sleep(0)
        assert flights.locked(lock)
        assert not flights.locked(("1234", "reference-2"))
        equal = asyncio.ensure_future(flights.run(Flight(lock, b"key", Call()), lambda: Answer(200, b"equal")))
        other = await flights.run(Flight(lock, b"other", Call()), lambda: Answer(423, b"other"))
        assert other.status == 423
        await asyncio.sleep(0)
        assert not first.done()
        assert not equal.done()
        clock.move_to(AT + 5000)
        assert (await first).body == b"first"
        assert (await equal).body == b"equal"
        assert not flights.locked(lock)

    loop.run_until_complete(scenario())


def test_a_flight_that_fails_lets_go_of_its_lock(loop: asyncio.AbstractEventLoop) -> None:
    clock = Clock(lambda: AT)
    flights = Flights(clock, 1000)
    lock = ("1234", None)

    def fail() -> Answer:
        raise RuntimeError("crash")

    async def scenario() -> None:
        flight = asyncio.ensure_future(flights.run(Flight(lock, b"key", Call()), fail))
        await asyncio.sleep(0)
        clock.move_to(AT + 1000)
        with pytest.raises(RuntimeError, match="crash"):
            await flight
        assert not flights.locked(lock)

    loop.run_until_complete(scenario())


def test_a_client_that_goes_away_lets_go_of_its_lock(loop: asyncio.AbstractEventLoop) -> None:
    flights = Flights(Clock(lambda: AT), 1000)
    lock = ("1234", None)

    async def scenario() -> None:
        flight = asyncio.ensure_future(flights.run(Flight(lock, None, Call()), lambda: Answer(200, b"")))
        await asyncio.sleep(0)
        flight.cancel()
        with pytest.raises(asyncio.CancelledError):
            await flight
        assert not flights.locked(lock)

    loop.run_until_complete(scenario())


def test_operations_on_a_locked_payment_are_refused_meanwhile(start: Callable[..., Emulator]) -> None:
    emulator = start(processing_time=2)
    headers = emulator.headers()

    def capture(key: str) -> Callable[[], object]:
        return lambda: emulator.client.post(
            "/epayment/v1/payments/reference-1/capture",
            headers=headers | {"Idempotency-Key": key},
            json={"modificationAmount": amount(100)},
        )

    async def advance() -> httpx.Response:
        for _ in range(20):
            await asyncio.sleep(0)
        return await emulator.client.post("/_mock/clock/advance", json={"seconds": 2})

    emulator.together(lambda: create(emulator, headers), advance)
    emulator.control("POST", "/payments/123456/reference-1/approve")

    first, equal, other, _ = emulator.together(capture("a"), capture("a"), capture("b"), advance)

    assert (first.status_code, equal.status_code, other.status_code) == (200, 200, 423)
    assert equal.content == first.content
    assert emulator.get()["aggregate"]["capturedAmount"] == amount(100)


async def create(emulator: Emulator, headers: dict[str, str]) -> httpx.Response:
    from tests.harness import body

    return await emulator.client.post("/epayment/v1/payments", headers=headers, json=body())
