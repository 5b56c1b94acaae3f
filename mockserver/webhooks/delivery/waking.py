"""What the senders have in common: they look for work soon after they were woken, and not at all once stopped."""

import asyncio
from collections.abc import Collection
from contextlib import AbstractContextManager, nullcontext


class Waking:
    """Looks (``_look``) once in the event loop's next round, however often it is woken before that."""

    def __init__(self) -> None:
        self._stopped = True
        self._woken = False

    def start(self) -> None:
        """Begin, with what an earlier start left first."""
        self._stopped = False
        self.wake()

    async def stop(self, within: float) -> None:
        """Begin nothing more, and let what is in the air land, for at most so many seconds of real time."""
        self._stopped = True
        flying = self._in_the_air()
        if flying:
            _, late = await asyncio.wait(flying, timeout=within)
            for each in late:
                each.cancel()
            if late:
                await asyncio.wait(late)

    def _in_the_air(self) -> Collection["asyncio.Task[None]"]:
        raise NotImplementedError

    def wake(self) -> None:
        """Look soon for what is to be done."""
        if not self._woken and not self._stopped:
            self._woken = True
            asyncio.get_running_loop().call_soon(self._awake)

    @property
    def idle(self) -> bool:
        """Whether it has nothing more to do once it has settled, whatever others did meanwhile."""
        return True

    def moving(self) -> AbstractContextManager[None]:
        """Held while the clock is moved; only the outbox has to know."""
        return nullcontext()

    def _awake(self) -> None:
        self._woken = False
        if not self._stopped:
            self._look()

    def _look(self) -> None:
        raise NotImplementedError
