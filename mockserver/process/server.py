"""uvicorn as it is used here: what it is told, and a server that stops in good order, and in time."""

import asyncio
import socket
from contextlib import suppress
from functools import partial
from typing import Any, Final

import uvicorn

from mockserver.core.stopping import LIMIT, Stop
from mockserver.settings import Settings
from mockserver.web.protocol import Bounds, HttpProtocol
from mockserver.web.runtime import Runtime
from mockserver.web.tunnel import Tunnels

_LAST_WORDS: Final = 0.5
"""Seconds for those who are left to say so."""
_TICK: Final = 0.02
_TICKS_OF_A_LOOK: Final = 10
"""About a second: uvicorn has ten in one."""


def options(settings: Settings, tunnels: Tunnels | None = None) -> dict[str, Any]:
    """What uvicorn is told, besides the application; ``tunnels``: where CONNECT leads."""
    bounds = Bounds(settings.request_timeout, settings.max_connections)
    return {
        "lifespan": "on",
        "http": partial(HttpProtocol, bounds=bounds, tunnels=tunnels),
        "ws": "none",
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,
        "timeout_keep_alive": settings.idle_timeout,
    }


class Stoppable(uvicorn.Server):
    """Serves ``runtime``. A stop calls off whoever waits, and has one limit for everything."""

    def __init__(self, config: uvicorn.Config, runtime: Runtime) -> None:
        super().__init__(config)
        self._runtime = runtime

    async def on_tick(self, counter: int) -> bool:
        """What has to be done now and then; says whether to stop."""
        if counter % _TICKS_OF_A_LOOK == 0:
            now = asyncio.get_running_loop().time()
            for each in list(self.server_state.connections):
                if isinstance(each, HttpProtocol):
                    each.look(now)
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more, let what is under way end, leave what does not, and close the store."""
        for listener in (*self.servers, *(sockets or ())):
            listener.close()
        self._runtime.parts.of(Stop).begin()
        landing = asyncio.ensure_future(self._runtime.outbox.stop(LIMIT))
        with suppress(TimeoutError):
            async with asyncio.timeout(LIMIT):
                await self._answer_all()
        await self._leave_all()
        await landing
        await self.lifespan.shutdown()

    async def _answer_all(self) -> None:
        state = self.server_state
        while state.connections or state.tasks:
            for each in list(state.connections):  # also those that were accepted meanwhile
                each.shutdown()
            await asyncio.sleep(_TICK)

    async def _leave_all(self) -> None:
        state = self.server_state
        for each in list(state.connections):
            if (
                isinstance(each, HttpProtocol) and each.flow.write_paused
            ):  # its client does not read, and would not hear any last words
                each.transport.abort()
        await asyncio.sleep(_TICK)  # whoever wrote to them ends by itself
        for task in state.tasks:
            task.cancel()
        if state.tasks:
            await asyncio.wait(list(state.tasks), timeout=_LAST_WORDS)
        for each in list(state.connections):
            each.transport.abort()
