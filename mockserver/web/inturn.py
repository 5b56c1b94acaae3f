"""Long work in pieces, so that others are served between them."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import TypeVar

T = TypeVar("T")


async def in_turn(pieces: Iterable[T]) -> AsyncIterator[T]:
    """What is made one by one; whoever waits for the event loop has a turn after each."""
    for piece in pieces:
        await asyncio.sleep(0)
        yield piece
