"""Receivers that hang cost nobody else anything, and requests slow down before deliveries fall behind for good."""

import asyncio
from collections.abc import Callable

import pytest

from mockserver.core import pace
from mockserver.core.pace import LATE, Pace
from mockserver.webhooks.delivery import outbox
from mockserver.webhooks.delivery.outgoing import Outgoing, Reach
from tests.harness import Emulator
from tests.webhooks.receivers import listening, receivers_of, register

Loop = asyncio.AbstractEventLoop


def spin(emulator: Emulator) -> None:
    """Let the event loop do all that it can do at once."""

    async def turns() -> None:
        for _ in range(2000):
            await asyncio.sleep(0)

    emulator.loop.run_until_complete(turns())


def test_sixty_hanging_receivers_do_not_delay_a_healthy_one(start: Callable[..., Emulator]) -> None:
    emulator = start()
    receivers = receivers_of(emulator)
    units = ["123456", "123457", "123458", "223456"]
    urls = [f"https://{msn}.example.com/{number}" for msn in units[:3] for number in range(20)]

    async def begin() -> None:
        emulator.server.runtime.outbox.start()

    emulator.loop.run_until_complete(begin())
    receivers.gates = {url: asyncio.Event() for url in urls}
    for number, url in enumerate(urls):
        register(emulator, url, msn=units[number // 20])
    for msn in units[:3]:
        for number in range(10):
            assert emulator.create(f"hanging-{number}", msn=msn).status_code == 201
    spin(emulator)
    hanging = len(receivers.received)
    assert len(urls) <= hanging <= outbox.UNPROVEN

    register(emulator, "https://healthy.example.com/", msn=units[3])
    for number in range(10):
        answer = emulator.create(f"healthy-{number}", msn=units[3])
        assert answer.status_code == 201, answer.text
    spin(emulator)

    assert len(receivers.received) == hanging + 10
    for gate in receivers.gates.values():
        gate.set()
    spin(emulator)
    assert len(receivers.received) == 20 * 10 * 3 + 10


def test_what_waits_for_others_does_not_lose_its_own_time(loop: Loop) -> None:
    outgoing = Outgoing(Reach(), lambda sent: None)

    async def post(hanging: str, good: str) -> int:
        stuck = [asyncio.create_task(outgoing.post(f"{hanging}/{number}", {}, b"{}")) for number in range(210)]
        await asyncio.sleep(0)
        answer = await asyncio.wait_for(outgoing.post(good, {}, b"{}"), 5)
        for task in stuck:
            task.cancel()
        await asyncio.gather(*stuck, return_exceptions=True)
        await outgoing.close()
        return answer.status

    ok = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    with listening(loop, None) as (hanging, _), listening(loop, ok) as (good, _):
        assert loop.run_until_complete(post(hanging, f"{good}/")) == 200


def test_requests_go_on_as_fast_as_deliveries_when_these_are_late(loop: Loop) -> None:
    async def main() -> list[int]:
        made = Pace()
        made.note("a", LATE - 1)
        pressed = [made.pressed]
        made.note("a", LATE)
        turns = [asyncio.create_task(made.turn()) for _ in range(6)]
        done = []

        async def count() -> None:
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            done.append(sum(turn.done() for turn in turns))

        await count()
        made.sent()
        await count()
        made.note("b", 3 * LATE)
        made.sent()
        await count()
        made.sent()
        made.sent()
        await count()
        made.note("b", 0)
        await count()
        pressed.append(made.pressed)
        made.note("a", 0)
        await count()
        assert [*pressed, made.pressed] == [False, True, False]
        return done

    assert loop.run_until_complete(main()) == [0, 1, 1, 2, 2, 6]


def test_a_receiver_that_is_slow_by_itself_holds_up_no_request_for_long(
    loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "_PATIENCE", 0.001)
    monkeypatch.setattr(pace, "_JAM", 60)

    async def main() -> None:
        made = Pace()
        made.note("slow", 5 * LATE)
        await asyncio.wait_for(made.turn(), 5)
        pressed = [made.pressed]
        made.note("slow", 6 * LATE)
        assert [*pressed, made.pressed] == [False, False]

    loop.run_until_complete(main())


def test_an_answer_waits_for_its_turn(start: Callable[..., Emulator]) -> None:
    emulator = start()
    headers = emulator.headers()
    emulator.server.runtime.pace.note("late", LATE)

    async def main() -> tuple[bool, int]:
        asked = asyncio.create_task(emulator.client.get("/epayment/v1/payments/reference-1", headers=headers))
        for _ in range(50):
            await asyncio.sleep(0)
        waited = not asked.done()
        emulator.server.runtime.pace.sent()
        return waited, (await asked).status_code

    assert emulator.loop.run_until_complete(main()) == (True, 404)
