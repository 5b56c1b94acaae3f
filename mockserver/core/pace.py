"""How requests make room for what they cause: on a busy server nobody may ask faster than the answers are told of."""

import asyncio
from collections import deque

from mockserver.core.clock import stopwatch

LATE = 1000
"""Milliseconds of the emulator's clock that something may wait to be sent before requests slow down."""
_PATIENCE = 0.25
"""Seconds in which something must have been sent while requests wait, or it is not they who are in the way."""
_JAM = 0.05
"""Seconds by which that limit may be missed; later than that, something else kept the event loop."""
_REST = 5.0
"""Seconds in which requests do not wait again, after they waited for nothing."""


class Pace:
    """Lets a request go on when something was sent, while what is to be sent is late; else it costs nothing.

    The later it is, the more has to be sent for each request: one for each ``LATE``. A receiver that is slow by itself
    holds up no request: while all of them wait the event loop is free, and if nothing is sent even then, they go on.
    """

    def __init__(self) -> None:
        self.pressed = False
        self._late: dict[str, int] = {}
        self._sent = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._progress = False
        self._armed_at = 0
        self._resting_until = 0

    def note(self, line: str, late: int) -> None:
        """Something of this line was taken to be sent, so many milliseconds after it was due; 0 when none is left."""
        if late < LATE:
            if self._late.pop(line, None) is not None and not self._late:
                self._release()
        elif self._late or stopwatch() >= self._resting_until:
            self._late[line] = late
        self.pressed = bool(self._late)

    def sent(self) -> None:
        """Something was sent: whoever has waited longest goes on, if that was enough."""
        self._progress = True
        self._sent += 1
        if self._waiting and self._sent * LATE >= max(self._late.values(), default=0):
            self._sent = 0
            self._let_go()

    async def turn(self) -> None:
        """Return when it is this request's turn."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        if self._timer is None:
            self._arm()
        await waiter

    def _arm(self) -> None:
        self._progress = False
        self._armed_at = stopwatch()
        self._timer = asyncio.get_running_loop().call_later(_PATIENCE, self._look)

    def _look(self) -> None:
        self._timer = None
        if not self._waiting:
            return
        jammed = (stopwatch() - self._armed_at) / 1e9 > _PATIENCE + _JAM
        if not self._progress and not jammed:
            self._resting_until = stopwatch() + round(_REST * 1e9)
            self._release()
        else:
            self._arm()

    def _release(self) -> None:
        self._late.clear()
        self.pressed = False
        while self._waiting:
            self._let_go()

    def _let_go(self) -> None:
        waiter = self._waiting.popleft()
        if not waiter.done():  # its request may have been given up
            waiter.set_result(None)
