"""A server in a thread of this process, and its client in one."""

import asyncio
import logging
import socket
from concurrent.futures import Future
from contextlib import suppress
from threading import Thread
from typing import Any, Self

import uvicorn

from mockserver.app import build
from mockserver.process.server import Stoppable, options
from mockserver.process.welcome import local_url
from mockserver.settings import BadSetting, Settings
from mockserver.testing.client import Vipps
from mockserver.testing.start import Given, settings_of, world_of
from mockserver.testing.wire import Wire
from mockserver.web.runtime import Runtime
from mockserver.world.domain.world import World

_BACKLOG = 2048
_TICK = 0.1
"""Seconds between two times that uvicorn writes the date."""


class Server(Vipps):
    """A server on any free port, from ``with`` or ``start`` to ``stop``, with settings as keyword arguments.

    ``world`` is a path, or has the keys of a world file. Environment and settings file do not count here.
    Raises BadSetting and BadWorld at once, BadScenario and StoreError at the start.
    """

    def __init__(self, *, world: Given = None, **settings: Any) -> None:
        self._settings = settings_of(settings)
        self._world = world_of(world)
        self._running: _Running | None = None
        self.url = ""

    def start(self) -> Self:
        """Start, and return when the server answers."""
        if self._running is not None:
            raise RuntimeError("the server runs already")
        self._running = running = _Running(self._settings, self._world)
        self.url = local_url(running.settings)
        self._wire = Wire(self.url, self._settings.admin_token)
        return self

    def stop(self) -> None:
        """Stop in good order: answers under way are given, what is in the air lands, the store is closed."""
        if self._running is not None:
            running, self._running = self._running, None
            self.close()
            running.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()


class _Running:
    """A thread that serves. Everything of the server is made in it: its database is for one thread."""

    def __init__(self, settings: Settings, world: World | None) -> None:
        listener = _listen(settings)
        self.settings = settings.model_copy(update={"port": listener.getsockname()[1]})
        self._world = world
        self._started: Future[_Uvicorn] = Future()
        self._thread = Thread(target=self._serve, args=(listener,), name="vipps-mockserver", daemon=True)
        self._thread.start()
        try:
            self._uvicorn = self._started.result()
        except BaseException:
            self._thread.join()
            raise

    def _serve(self, listener: socket.socket) -> None:
        with listener:
            try:
                server = build(self.settings, self._world)
                config = _Config(server.app, **options(self.settings))
                _Uvicorn(config, server.runtime, self._started).run(sockets=[listener])
            except BaseException as error:
                if self._started.done():
                    raise
                self._started.set_exception(error)

    def stop(self) -> None:
        self._uvicorn.ask_to_stop()
        self._thread.join()


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise BadSetting(f"host, port: cannot listen on {settings.host} port {settings.port}: {error}") from error


class _Config(uvicorn.Config):
    def configure_logging(self) -> None:
        """Leave the loggers of the tests' process alone."""


class _Uvicorn(Stoppable):
    def __init__(self, config: uvicorn.Config, runtime: Runtime, started: "Future[_Uvicorn]") -> None:
        super().__init__(config, runtime)
        self._tell = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        self._asked = asyncio.Event()
        await super().startup(sockets)
        self._tell.set_result(self)

    async def main_loop(self) -> None:
        """As uvicorn's, but it ends at once when asked to."""
        ticks = 0
        while not await self.on_tick(ticks):
            ticks += 1
            with suppress(TimeoutError):
                await asyncio.wait_for(self._asked.wait(), _TICK)

    def ask_to_stop(self) -> None:
        """From any thread."""
        self.should_exit = True
        self._loop.call_soon_threadsafe(self._asked.set)


logging.getLogger("uvicorn.error").addHandler(logging.NullHandler())
