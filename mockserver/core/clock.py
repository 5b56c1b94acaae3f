"""The one clock. It runs with the wall clock unless it is frozen, and can be moved forward.

All times are integers, milliseconds since 1970 (UTC). Nothing else in the project reads the time.
"""

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from mockserver.core.values import frozen

_LONGEST_TIMER = 3600.0
"""Seconds; event loops do not take timers of months, so a far alarm is armed again on the way."""


stopwatch = time.perf_counter_ns
"""For how long something took, in nanoseconds; it tells no time of day."""


def wall_clock() -> int:
    """The real time, in milliseconds since 1970 (UTC)."""
    return time.time_ns() // 1_000_000


@frozen
class ClockState:
    """What has to be kept of a clock: its lead on the wall clock, or the time that it stands at."""

    offset: int = 0
    frozen_at: int | None = None


@dataclass(order=True, slots=True)
class _Alarm:
    at: int
    number: int
    callback: Callable[[], None] = field(compare=False)


class Clock:
    """Tells the time and rings alarms, by itself inside an event loop, and whenever it is moved."""

    def __init__(self, wall: Callable[[], int] = wall_clock) -> None:
        self._wall = wall
        self._offset = 0
        self._frozen_at: int | None = None
        self._alarms: list[_Alarm] = []
        self._numbers = itertools.count()
        self._timer: asyncio.TimerHandle | None = None
        self._trying = False

    def now(self) -> int:
        """The time."""
        if self._frozen_at is not None:
            return self._frozen_at
        return self._wall() + self._offset

    @property
    def frozen(self) -> bool:
        """Whether the clock stands still."""
        return self._frozen_at is not None

    @property
    def ahead(self) -> int:
        """How far the clock is before the wall clock, in milliseconds."""
        return self._offset if self._frozen_at is None else self._frozen_at - self._wall()

    @property
    def state(self) -> ClockState:
        """What to keep so that a later start can go on from here."""
        return ClockState(self._offset, self._frozen_at)

    def restore(self, state: ClockState) -> None:
        """Go on from a kept state; the only way in which time may go back."""
        self._offset, self._frozen_at = state.offset, state.frozen_at
        self.ring()

    def freeze(self) -> None:
        """Stand still."""
        self._frozen_at = self.now()
        self.ring()

    def unfreeze(self) -> None:
        """Go on from where the clock stands."""
        if self._frozen_at is not None:
            self._offset = self._frozen_at - self._wall()
            self._frozen_at = None
        self.ring()

    def move_to(self, at: int) -> None:
        """Move to a time, unless it has been: the clock only moves forward, and goes on by itself meanwhile."""
        ahead = max(0, at - self.now())
        if self._frozen_at is not None:
            self._frozen_at += ahead
        else:
            self._offset += ahead
        self.ring()

    @contextmanager
    def trying(self) -> Iterator[None]:
        """What is done to the clock inside is taken back when it fails; alarms ring afterwards."""
        before = self.state
        self._trying = True
        try:
            yield
        except BaseException:
            self._offset, self._frozen_at = before.offset, before.frozen_at
            raise
        finally:
            self._trying = False
            self.ring()

    def call_at(self, at: int, callback: Callable[[], None]) -> None:
        """Ring once the clock shows ``at`` or later."""
        heapq.heappush(self._alarms, _Alarm(at, next(self._numbers), callback))
        self._arm()

    def ring(self) -> None:
        """Call what is due, and arm the timer for what comes next."""
        if self._trying:
            return
        while self._alarms and self._alarms[0].at <= self.now():
            heapq.heappop(self._alarms).callback()
        self._arm()

    def reach(self, at: int) -> "asyncio.Future[None]":
        """A future that is done once the clock shows ``at``, however it gets there; or when somebody says it is."""
        reached: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.call_at(at, lambda: None if reached.done() else reached.set_result(None))
        self.ring()
        return reached

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._alarms or self._frozen_at is not None:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        delay = max(0.0, (self._alarms[0].at - self.now()) / 1000)
        self._timer = loop.call_later(min(delay, _LONGEST_TIMER), self.ring)
