"""Things that are made in a thread, once, while the event loop goes on."""

import asyncio
import threading
from contextlib import suppress

import pytest

from mockserver.core.background import Making

PATIENCE = 10.0


def test_the_loop_goes_on_while_something_is_made() -> None:
    served = threading.Event()

    def make(name: str) -> str:
        assert served.wait(PATIENCE)
        return f"{name} made in {threading.current_thread() is threading.main_thread()}"

    async def run() -> str:
        making = asyncio.create_task(Making(make).get("it"))
        await asyncio.sleep(0)
        served.set()
        return await making

    assert asyncio.run(run()) == "it made in False"


def test_it_is_made_once_for_all_who_ask_and_stays() -> None:
    made: list[str] = []

    def make(name: str) -> int:
        made.append(name)
        return len(made)

    making = Making(make)

    async def run() -> list[int]:
        return [*await asyncio.gather(*(making.get(name) for name in "aab")), await making.get("a")]

    first, second, other, again = asyncio.run(run())
    assert sorted(made) == ["a", "b"]
    assert first == second == again != other


def test_who_gives_up_takes_it_from_nobody() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def make(_: None) -> str:
        begun.set()
        assert go_on.wait(PATIENCE)
        return "made"

    async def run() -> str:
        making = Making(make)
        impatient, patient = asyncio.create_task(making.get(None)), asyncio.create_task(making.get(None))
        await asyncio.to_thread(begun.wait, PATIENCE)
        impatient.cancel()
        with suppress(asyncio.CancelledError):
            await impatient
        go_on.set()
        return await patient

    assert asyncio.run(run()) == "made"


def test_what_failed_is_tried_again() -> None:
    tries: list[None] = []

    def make(name: None) -> int:
        tries.append(name)
        if len(tries) == 1:
            raise ValueError("not yet")
        return len(tries)

    async def run() -> int:
        making = Making(make)
        with pytest.raises(ValueError, match="not yet"):
            await making.get(None)
        return await making.get(None)

    assert asyncio.run(run()) == 2
