"""Long work in pieces leaves the event loop to others between them."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from mockserver.web.inturn import in_turn
from tests.harness import Emulator


def test_others_have_a_turn_after_each_piece() -> None:
    order: list[str] = []

    async def other() -> None:
        for _ in range(3):
            order.append("other")
            await asyncio.sleep(0)

    async def run() -> None:
        task = asyncio.create_task(other())
        async for piece in in_turn(iter(["a", "b", "c"])):
            order.append(piece)
        await task

    asyncio.run(run())
    assert order == ["other", "a", "other", "b", "other", "c"]


@pytest.mark.parametrize("path", ["/requests", "/news?after=0", "/payments/123456/reference-1/report", "/checklist"])
def test_entries_of_the_journal_are_shown_in_turn(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """Anybody can make an entry that takes tens of milliseconds to read, and a thousand of them are kept."""
    emulator.create("reference-1")
    turns: list[float] = []
    sleep: Callable[..., Any] = asyncio.sleep

    async def counted(seconds: float) -> None:
        turns.append(seconds)
        await sleep(seconds)

    monkeypatch.setattr(asyncio, "sleep", counted)
    for _ in range(5):
        emulator.get("reference-1")
    turns.clear()
    assert emulator.control("GET", path).status_code == 200

    assert turns.count(0) >= 6
