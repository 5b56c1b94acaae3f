"""From a path to the application that serves it: any spelling of the path, one look-up for the API.

Clients write a double slash in front, a slash at the end, and the token endpoint in any case. None of them is
answered with a redirect, since certified clients follow none.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.core.stopping import Stop, Stopping
from mockserver.web.absent import PRODUCTION_ONLY
from mockserver.web.http import ClientGone, ConnectionDropped, send_answer
from mockserver.web.policies import Policies
from mockserver.web.problems import gateway

TOKEN_PATH = "/accesstoken/get"  # noqa: S105 - a path
_LEADING = re.compile(r"^/{2,}")


class ForPartners:
    """An API that is there where partner keys are; elsewhere ``rest`` answers, and is told that production has it."""

    def __init__(self, app: ASGIApp, rest: ASGIApp, policies: Policies) -> None:
        self._app = app
        self._rest = rest
        self._policies = policies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        there = self._policies.of(scope, dict(scope["headers"])).partner_keys
        if there:
            await self._app(scope, receive, send)
        else:
            await self._rest(dict(scope, **{PRODUCTION_ONLY: True}), receive, send)


class Dispatch:
    """Sends a request to the API that its path begins with, or to the rest of the server.

    ``apis`` has an application for each first segment of a path, so that no API is slower for those beside it.
    ``failed`` answers when one of them fails; those that a ``stop`` leaves are told so here.
    """

    def __init__(
        self,
        apis: Mapping[str, ASGIApp],
        rest: ASGIApp,
        failed: Callable[[Scope, Send], Awaitable[None]],
        stop: Stop,
    ) -> None:
        self._apis = dict(apis)
        self._rest = rest
        self._failed = failed
        self._stop = stop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its path in the one form that is routed."""
        if scope["type"] != "http":
            await self._rest(scope, receive, send)
            return
        path: str = scope["path"]
        tidy = normal(path)
        if tidy != path:
            scope = dict(scope, path=tidy, raw_path=tidy.encode("utf-8", "replace"))
        app = self._apis.get(tidy[1:].partition("/")[0], self._rest)
        if app is self._rest and "\n" in tidy:
            # To the patterns of Starlette's routes a path ends before a line feed, or not at all.
            scope = dict(scope, path=tidy.replace("\n", "%0A"))
        try:
            await app(scope, receive, send)
        except ConnectionDropped:
            raise
        except (ClientGone, ClientDisconnect):
            return  # in the middle of its request: nothing has happened, and there is nobody to answer
        except asyncio.CancelledError:
            if not self._stop.begun:
                raise
            with suppress(Exception):  # the server's own: an answer has begun
                await send_answer(send, gateway(503, str(Stopping())))
        except Exception:
            await self._failed(scope, send)


def normal(path: str) -> str:
    """The path in the form that is routed."""
    if path.startswith("//"):
        path = _LEADING.sub("/", path)
    if len(path) > 1 and path.endswith("/"):
        path = path.rstrip("/") or "/"
    if len(path) == len(TOKEN_PATH) and path[1] in "aA" and path.lower() == TOKEN_PATH:
        return TOKEN_PATH
    return path
