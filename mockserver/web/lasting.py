"""Operations that wait and then write: they end when all that is stored is replaced, or when their client is gone."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.types import Receive

from mockserver.core.engine import REPLACED
from mockserver.core.errors import IllegalAction
from mockserver.web.http import ClientGone

T = TypeVar("T")


class Lasting:
    """Those of a server that are under way."""

    def __init__(self) -> None:
        self._works: set[asyncio.Task[Any]] = set()

    async def run(self, work: Coroutine[Any, Any, T], receive: Receive) -> T:
        """What the work gives, for the request whose body ``receive`` has given; what it did stays done.

        Raises IllegalAction when ``end`` was called meanwhile, ClientGone when nobody waits for it any more.
        """
        working, leaving = asyncio.create_task(work), asyncio.create_task(_gone(receive))
        self._works.add(working)
        try:
            await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                raise ClientGone
            if working.cancelled():
                raise IllegalAction(REPLACED)
            return working.result()
        finally:
            self._works.discard(working)
            working.cancel()
            leaving.cancel()

    def end(self) -> None:
        """End all of them: what they wait for is no more."""
        for work in self._works:
            work.cancel()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
