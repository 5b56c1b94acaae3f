"""The end of a server: whoever waits for something is called off, and what is in the air has one limit."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

LIMIT: Final = 8.0
"""Seconds of real time that a stop leaves for all that is under way: answers, deliveries, questions, mails."""


class Stopping(Exception):
    """The server is being stopped, so nobody waits for anything any more."""

    def __init__(self) -> None:
        super().__init__("The server is being stopped")


class Stop:
    """Whether the server is being stopped. Before that, it knows who waits."""

    def __init__(self) -> None:
        self.begun = False
        self._waiting: set[asyncio.Task[object]] = set()
        self._called_off: set[asyncio.Task[object]] = set()

    def begin(self) -> None:
        """From now on nobody waits."""
        self.begun = True
        for task in list(self._waiting):
            self._call_off(task)

    def _call_off(self, task: "asyncio.Task[object]") -> None:
        if task in self._waiting:
            self._called_off.add(task)
            task.cancel()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """What waits in here, in the event loop, is called off by a stop; raises Stopping then.

        What does not wait is not disturbed.
        """
        task = asyncio.current_task()
        if task is None or task in self._waiting:
            yield
            return
        self._waiting.add(task)
        if self.begun:
            asyncio.get_running_loop().call_soon(self._call_off, task)
        try:
            yield
        except asyncio.CancelledError:
            if task in self._called_off and task.uncancel() == 0:
                raise Stopping from None
            raise
        finally:
            self._waiting.discard(task)
            self._called_off.discard(task)

    async def sleep(self, seconds: float) -> None:
        """Let so many seconds of real time pass; raises Stopping."""
        with self.waiting():
            await asyncio.sleep(seconds)
