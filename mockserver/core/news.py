"""What happens on a server, for whoever watches: a short memory, numbered in order, and a way to wait for more.

What a transaction notes is news once that is committed, and never was if it is rolled back.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Container, Iterator
from itertools import islice
from typing import Any, TypeVar

from mockserver.core.values import frozen

KEPT = 1_000
"""Things that are remembered; the oldest go first."""
T = TypeVar("T")
Show = Callable[[T, Any, bool], "dict[str, Any] | None"]
"""Shows what happened, given the secrets that must not be told, and whether in ``brief``: without what takes long to
show. None when there is nothing left of it."""


@frozen
class Found:
    """News after a number: the next number to ask with, and how many were forgotten before anybody asked.

    What is ``shown``, each piece with its number, is made one by one, since each may take milliseconds.
    """

    shown: Iterator[tuple[int, dict[str, Any]]]
    next: int
    missed: int


class News:
    """The news of one server; everything happens in its event loop."""

    def __init__(self, kept: int = KEPT) -> None:
        self._notes: deque[tuple[str, Show[Any], Any]] = deque(maxlen=kept)
        self.pending: list[tuple[str, Show[Any], Any]] = []
        self._waiter: asyncio.Event | None = None
        self._cleared = 0
        self.last = 0

    def note(self, kind: str, show: Show[T], what: T) -> None:
        """Something happens in the transaction that is open."""
        self.pending.append((kind, show, what))

    def commit(self) -> None:
        """What was noted (``pending``) has happened."""
        self._notes.extend(self.pending)
        self.last += len(self.pending)
        self.pending.clear()
        self._wake()

    def roll_back(self) -> None:
        """What was noted has not happened."""
        self.pending.clear()

    def tell(self, kind: str, show: Show[T], what: T) -> None:
        """Something has happened outside of transactions."""
        self._notes.append((kind, show, what))
        self.last += 1
        if self._waiter is not None:
            self._wake()

    def clear(self) -> None:
        """Forget it all; the numbers go on."""
        self._notes.clear()
        self._cleared = self.last

    def after(
        self, number: int, limit: int, secrets: Any, *, brief: bool = False, kinds: Container[str] | None = None
    ) -> Found:
        """The news after the one of this number, oldest first: what is shown of ``limit`` of them, of these kinds."""
        forgotten = self.last - len(self._notes)
        first = max(min(number, self.last), forgotten)
        chosen = list(islice(self._notes, first - forgotten, first - forgotten + limit))
        shown = (
            (at, {"kind": kind} | content)
            for at, (kind, show, what) in enumerate(chosen, first + 1)
            if (kinds is None or kind in kinds) and (content := show(what, secrets, brief)) is not None
        )
        return Found(shown, first + len(chosen), max(0, first - max(number, self._cleared)))

    async def wait(self, number: int, seconds: float) -> None:
        """Return when there is more after this number, or after so many seconds of real time."""
        if self.last > number:
            return
        waiter = self._waiter = self._waiter or asyncio.Event()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(waiter.wait(), seconds)

    def _wake(self) -> None:
        if self._waiter is not None:
            self._waiter.set()
            self._waiter = None
