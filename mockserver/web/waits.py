"""How many requests to the control API wait at once: each holds a connection, and looks whenever something happens."""

from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from starlette.types import Receive

from mockserver.web.lasting import Lasting
from mockserver.web.problems import HttpRefused

T = TypeVar("T")
MOST_WAITS: Final = 200


class Waits:
    """Those of a server that wait now."""

    def __init__(self) -> None:
        self._count = 0
        self._polls = Lasting()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Within it somebody waits; raises HttpRefused (429) when too many do."""
        if self._count >= MOST_WAITS:
            raise HttpRefused(429, "Too Many Requests", f"{MOST_WAITS} requests wait already: ask without waiting")
        self._count += 1
        try:
            yield
        finally:
            self._count -= 1

    async def poll(self, work: Callable[[], Coroutine[Any, Any, T]], receive: Receive) -> T:
        """What the work gives that waits for something; raises HttpRefused too, and ClientGone once nobody listens."""
        with self.one():
            return await self._polls.run(work(), receive)
