"""A server in the event loop of an async test: no thread, no port."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Self

import httpx
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.app import build
from mockserver.testing.client import AsyncVipps
from mockserver.testing.start import Given, settings_of, world_of

ORIGIN = "http://vipps.test"


class AsyncServer(AsyncVipps):
    """A server for ``async with``, with settings as keyword arguments; ``world`` is a path or has a file's keys.

    ``client`` is an httpx.AsyncClient that reaches it under ``url``; ``app`` is the ASGI application, for a transport
    of one's own. ``mounts``: ASGI applications by origin (http://shop.test) that webhooks and callbacks go to without
    a network; other addresses are reached over the network.
    """

    app: ASGIApp

    def __init__(self, *, world: Given = None, mounts: Mapping[str, ASGIApp] | None = None, **settings: Any) -> None:
        self._settings = settings_of({"public_url": ORIGIN} | settings)
        self._world = world_of(world)
        self._mounts = dict(mounts or {})

    async def __aenter__(self) -> Self:
        address = httpx.URL(self._settings.public_url or ORIGIN)
        origin = str(address.copy_with(raw_path=b"/")).rstrip("/")
        self.app = build(self._settings, self._world, inside={origin: self._itself} | self._mounts).app
        self._lifespan = _Lifespan(self.app)
        await self._lifespan.start()
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        super().__init__(httpx.AsyncClient(transport=transport, base_url=address), self._settings.admin_token)
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.client.aclose()
        await self._lifespan.stop()

    async def _itself(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


class _Lifespan:
    """What an ASGI server does around the requests: a conversation with the application that lasts all the time."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._asked: asyncio.Queue[Message] = asyncio.Queue()
        self._answered: asyncio.Queue[Message] = asyncio.Queue()

    async def start(self) -> None:
        self._task = asyncio.create_task(self._converse())
        await self._say("startup")

    async def _converse(self) -> None:
        await self._app({"type": "lifespan", "asgi": {"version": "3.0"}}, self._asked.get, self._answered.put)

    async def stop(self) -> None:
        await self._say("shutdown")
        await self._task

    async def _say(self, what: str) -> None:
        await self._asked.put({"type": f"lifespan.{what}"})
        answer = asyncio.ensure_future(self._answered.get())
        await asyncio.wait([answer, self._task], return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            answer.cancel()
            with suppress(asyncio.CancelledError):
                await answer
            await self._task
            raise RuntimeError(f"the server ended before its {what}")
        if answer.result()["type"].endswith(".failed"):
            raise RuntimeError(f"the server failed at its {what}: {answer.result().get('message', '')}")
