"""Everything that leaves the server by itself as one: the clock moves on only when all have sent what was due."""

import asyncio
from contextlib import AbstractContextManager

from mockserver.core.sending import Sender
from mockserver.webhooks.delivery.outbox import Outbox

_ROUNDS = 3
"""Receivers of webhooks act, and are told of that in turn; on a busy server somebody always does."""


class Senders:
    """``outbox`` has the webhooks; ``others`` are those of products."""

    idle = True

    def __init__(self, outbox: Outbox, *others: Sender) -> None:
        self.outbox = outbox
        self._all: tuple[Sender, ...] = (*others, outbox)

    def start(self) -> None:
        """Begin to send."""
        for each in self._all:
            each.start()

    async def stop(self, within: float) -> None:
        """Send nothing more, and let what is on its way arrive, for at most so many seconds of real time."""
        await asyncio.gather(*(each.stop(within) for each in self._all))

    def wake(self) -> None:
        """Look soon for what is due."""
        for each in self._all:
            each.wake()

    def next_due(self) -> int | None:
        """When the next thing after now is due, in milliseconds since 1970 (UTC)."""
        return min((due for due in (each.next_due() for each in self._all) if due is not None), default=None)

    def moving(self) -> AbstractContextManager[None]:
        """To be held while the clock is moved: what takes real time is then not done again and again."""
        return self.outbox.moving()

    async def settle(self) -> None:
        """Return when all that was due when this began was tried, and a little of what came of it."""
        for _ in range(_ROUNDS):
            for each in self._all:
                await each.settle()
            if all(each.idle for each in self._all):
                return

    async def something_happened(self, seconds: float) -> None:
        """Return when a delivery is new or a try has ended, or after so many seconds of real time."""
        await self.outbox.something_happened(seconds)
