"""For how long a request holds the event loop: its longest step, in processor time of the loop's thread.

A machine that others load too stretches what a clock on the wall shows, and not what a thread works.
"""

import asyncio
import time
from typing import Any, Final

_ROUNDS: Final = 5
"""Of the loop, after an answer: what it leads to is often done right behind it."""


class Held:
    """Watches the steps of all event loops of this process, from ``install`` on."""

    def __init__(self) -> None:
        self._since = self._most = 0.0

    def install(self) -> None:
        """Look at every step from now on."""
        # Every step of a task, timer and reader is a handle; there is no other place that sees them all.
        run = asyncio.Handle._run

        def timed(handle: Any) -> None:
            self._since = time.thread_time()
            run(handle)
            self._note()

        asyncio.Handle._run = timed  # type: ignore[assignment, method-assign]

    async def longest(self, request: Any) -> float:
        """Await the request, and what it leads to at once; milliseconds of the longest step meanwhile."""
        self._most, self._since = 0.0, time.thread_time()
        try:
            await request
            for _ in range(_ROUNDS):
                await asyncio.sleep(0)
        finally:
            self._note()
        return self._most * 1000

    def _note(self) -> None:
        self._most = max(self._most, time.thread_time() - self._since)
