"""The clock on a wall clock that the test moves."""

import asyncio
import itertools
from collections.abc import Coroutine
from typing import Any

import pytest

from mockserver.core.clock import Clock, ClockState, wall_clock

START = 1_900_000_000_000


class Wall:
    """A wall clock to be moved by hand."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> int:
        return self.at


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def clock(wall: Wall) -> Clock:
    return Clock(wall)


def run(loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, None]) -> None:
    loop.run_until_complete(asyncio.wait_for(coroutine, 5))


async def reached(clock: Clock, at: int) -> None:
    await clock.reach(at)


def test_it_runs_with_the_wall_clock(clock: Clock, wall: Wall) -> None:
    assert (clock.now(), clock.frozen, clock.ahead) == (START, False, 0)
    wall.at += 10
    assert (clock.now(), clock.ahead) == (START + 10, 0)


def test_the_real_wall_clock_tells_milliseconds() -> None:
    assert Clock().now() >= wall_clock() - 10_000
    assert 1_600_000_000_000 < wall_clock() < 10_000_000_000_000


def test_it_can_be_set_ahead_and_goes_on_from_there(clock: Clock, wall: Wall) -> None:
    clock.move_to(START + 5000)
    wall.at += 10
    assert (clock.now(), clock.ahead) == (START + 5010, 5000)


def test_it_does_not_go_back(clock: Clock) -> None:
    clock.move_to(START + 5)
    clock.move_to(START + 4)
    assert clock.now() == START + 5


def test_its_lead_is_the_same_whenever_it_is_looked_at() -> None:
    ticking = itertools.count(START)
    clock = Clock(lambda: next(ticking))
    clock.move_to(START + 5000)
    assert {clock.ahead for _ in range(3)} == {5000}


def test_frozen_it_stands_until_it_is_unfrozen(clock: Clock, wall: Wall) -> None:
    clock.freeze()
    wall.at += 1000
    assert (clock.now(), clock.frozen, clock.ahead) == (START, True, -1000)

    clock.unfreeze()
    assert (clock.now(), clock.frozen) == (START, False)
    wall.at += 1
    assert clock.now() == START + 1


def test_frozen_it_can_be_set(clock: Clock, wall: Wall) -> None:
    clock.freeze()
    clock.move_to(START + 60_000)
    wall.at += 1000
    assert clock.now() == START + 60_000
    clock.move_to(START + 59_999)
    assert clock.now() == START + 60_000


def test_freezing_and_unfreezing_twice_changes_nothing(clock: Clock, wall: Wall) -> None:
    clock.unfreeze()
    clock.freeze()
    wall.at += 5
    clock.freeze()
    assert clock.now() == START
    clock.unfreeze()
    clock.unfreeze()
    assert clock.now() == START


@pytest.mark.parametrize("frozen", [False, True])
def test_its_state_can_be_kept_and_restored(clock: Clock, wall: Wall, frozen: bool) -> None:
    clock.move_to(START + 5000)
    if frozen:
        clock.freeze()
    other = Clock(wall)

    other.restore(clock.state)
    wall.at += 100

    assert (other.now(), other.frozen) == (clock.now(), frozen)
    assert other.state == clock.state


def test_restoring_may_go_back(clock: Clock) -> None:
    clock.move_to(START + 5000)
    clock.freeze()
    clock.restore(ClockState())
    assert (clock.now(), clock.frozen) == (START, False)


def test_alarms_ring_in_order_when_the_clock_is_set_past_them(clock: Clock) -> None:
    rung: list[str] = []
    for name, at in (("third", 30), ("first", 10), ("second", 20), ("later", 31), ("second too", 20)):
        clock.call_at(START + at, lambda name=name: rung.append(name))  # type: ignore[misc]

    clock.move_to(START + 9)
    assert rung == []
    clock.move_to(START + 30)
    assert rung == ["first", "second", "second too", "third"]
    clock.move_to(START + 100)
    assert rung[-1] == "later"


def test_an_alarm_rings_once(clock: Clock, wall: Wall) -> None:
    rung: list[int] = []
    clock.call_at(START, lambda: rung.append(clock.now()))
    for _ in range(3):
        clock.ring()
        wall.at += 1
    assert rung == [START]


def test_an_alarm_may_set_the_next_one(clock: Clock) -> None:
    rung: list[int] = []

    def again() -> None:
        rung.append(clock.now())
        if len(rung) < 3:
            clock.call_at(START + 10 * (len(rung) + 1), again)

    clock.call_at(START + 10, again)
    clock.move_to(START + 25)
    assert rung == [START + 25, START + 25]
    clock.move_to(START + 30)
    assert len(rung) == 3


def test_alarms_do_not_ring_while_it_is_frozen(clock: Clock, wall: Wall) -> None:
    rung: list[int] = []
    clock.call_at(START + 10, lambda: rung.append(1))
    clock.freeze()
    wall.at += 1000
    clock.ring()
    assert rung == []

    clock.unfreeze()
    assert rung == []
    wall.at += 10
    clock.ring()
    assert rung == [1]


def test_alarms_ring_by_themselves_inside_an_event_loop(loop: asyncio.AbstractEventLoop) -> None:
    clock = Clock()

    async def scenario() -> None:
        rung = asyncio.Event()
        clock.call_at(clock.now() + 5, rung.set)
        await rung.wait()

    run(loop, scenario())


def test_an_alarm_that_comes_earlier_rings_earlier(loop: asyncio.AbstractEventLoop) -> None:
    clock = Clock()

    async def scenario() -> None:
        rung = asyncio.Event()
        clock.call_at(clock.now() + 3_600_000, lambda: pytest.fail("too early"))
        clock.call_at(clock.now() + 5, rung.set)
        await rung.wait()
        clock.freeze()

    run(loop, scenario())


@pytest.mark.parametrize("frozen", [False, True])
def test_waiting_ends_when_the_clock_is_moved_there(
    loop: asyncio.AbstractEventLoop, clock: Clock, frozen: bool
) -> None:
    async def scenario() -> None:
        if frozen:
            clock.freeze()
        waiting = asyncio.ensure_future(reached(clock, START + 86_400_000))
        await asyncio.sleep(0)
        clock.move_to(START + 86_399_999)
        await asyncio.sleep(0)
        assert not waiting.done()
        clock.move_to(START + 86_400_000)
        await waiting

    run(loop, scenario())


def test_waiting_for_the_past_ends_at_once(loop: asyncio.AbstractEventLoop, clock: Clock) -> None:
    run(loop, reached(clock, START))
    run(loop, reached(clock, 0))


def test_a_wait_that_was_given_up_disturbs_nobody(loop: asyncio.AbstractEventLoop, clock: Clock) -> None:
    async def scenario() -> None:
        waiting = asyncio.ensure_future(reached(clock, START + 10))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        clock.move_to(START + 10)

    run(loop, scenario())


def test_an_alarm_months_ahead_is_no_problem_for_the_event_loop(loop: asyncio.AbstractEventLoop, clock: Clock) -> None:
    async def scenario() -> None:
        rung: list[int] = []
        clock.call_at(START + 400 * 86_400_000, lambda: rung.append(1))
        clock.move_to(START + 399 * 86_400_000)
        assert rung == []
        clock.move_to(START + 400 * 86_400_000)
        assert rung == [1]

    run(loop, scenario())
