"""Operations that take their time on the clock, and lock what they are about meanwhile."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from mockserver.core.clock import Clock
from mockserver.core.values import frozen
from mockserver.web.http import Answer

Lock = tuple[str | None, str | None]
"""MSN and reference of what an operation is about."""


class Flying(Protocol):
    """A request that knows when it holds the lock."""

    flying: bool


@frozen
class Flight:
    """A request on its way: what it locks, and the scope of its idempotency key if it has one."""

    lock: Lock
    key: bytes | None
    call: Flying


class Flights:
    """Keeps requests in the air for ``milliseconds`` of the clock."""

    def __init__(self, clock: Clock, milliseconds: int) -> None:
        self._clock = clock
        self._milliseconds = milliseconds
        self._locks: set[Lock] = set()
        self._keys: dict[bytes, asyncio.Event] = {}
        self._landings: set[asyncio.Future[None]] = set()

    def land_all(self) -> None:
        """Let everything land now: the clock is about to be set back."""
        for landing in self._landings:
            if not landing.done():
                landing.set_result(None)

    def locked(self, lock: Lock) -> bool:
        """Whether an operation that locks the same is in the air."""
        return lock in self._locks

    async def run(self, flight: Flight, land: Callable[[], Answer]) -> Answer:
        """The answer, after the flight.

        An equal request with the same idempotency key waits for the first one to land, and then gets its answer;
        any other request for what is locked is answered at once (423, by ``land``).
        """
        first = self._keys.get(flight.key) if flight.key is not None else None
        if first is not None:
            await first.wait()
            return land()
        if flight.lock in self._locks:
            return land()
        landed = asyncio.Event()
        self._locks.add(flight.lock)
        if flight.key is not None:
            self._keys[flight.key] = landed
        landing = self._clock.reach(self._clock.now() + self._milliseconds)
        self._landings.add(landing)
        try:
            await landing
            flight.call.flying = True
            return land()
        finally:
            self._landings.discard(landing)
            self._locks.discard(flight.lock)
            if flight.key is not None:
                self._keys.pop(flight.key, None)
            landed.set()
