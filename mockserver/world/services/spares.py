"""Private keys that nobody uses yet: to make one takes up to a tenth of a second, so a thread does it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from mockserver.core.background import in_background

if TYPE_CHECKING:
    from mockserver.world.jwt import Key


class Spares:
    """RSA keys in stock, for whoever needs a new one within a transaction."""

    def __init__(self) -> None:
        self._stock: list[Key] = []
        self._making: asyncio.Future[Key] | None = None

    def take(self, kid: str) -> Key | None:
        """The key in stock, under this id; None where there is none."""
        return self._stock.pop() | {"kid": kid} if self._stock else None

    async def fill(self, number: int = 1) -> None:
        """Return when there are so many in stock; where none can be made, whoever needs one finds out why."""
        for _ in range(number - len(self._stock)):
            if self._making is None:
                self._order()
            if self._making is not None:
                await asyncio.wait([self._making])

    def _order(self) -> None:
        self._making = in_background(_made)
        self._making.add_done_callback(self._store)

    def _store(self, made: asyncio.Future[Key]) -> None:
        self._making = None
        if made.exception() is None:
            self._stock.append(made.result())


def _made() -> Key:
    from mockserver.world import jwt

    return jwt.generate("")
