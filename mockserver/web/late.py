"""Applications that are made when their first request comes, so that no start waits for what nobody asks for."""

from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.core.background import Making


class Late:
    """Passes requests on to the application that ``make`` gives, once, and in a thread: others are served meanwhile."""

    def __init__(self, make: Callable[[], ASGIApp]) -> None:
        self._making = Making[None, ASGIApp](lambda _: make())
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if self._app is None:
            self._app = await self._making.get(None)
        await self._app(scope, receive, send)
