"""Paths as clients write them: a double slash in front, a slash at the end, any case for the token endpoint."""

import re

from starlette.types import ASGIApp, Receive, Scope, Send

TOKEN_PATH = "/accesstoken/get"  # noqa: S105 - a path
_LEADING = re.compile(r"^/{2,}")


class Paths:
    """Sends every spelling of a path to the one that is routed; never by a redirect."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its path in the one form."""
        if scope["type"] == "http":
            path: str = scope["path"]
            tidy = normal(path)
            if tidy != path:
                scope = dict(scope, path=tidy, raw_path=tidy.encode("utf-8", "replace"))
        await self._app(scope, receive, send)


def normal(path: str) -> str:
    """The path in the form that is routed."""
    if path.startswith("//"):
        path = _LEADING.sub("/", path)
    if len(path) > 1 and path.endswith("/"):
        path = path.rstrip("/") or "/"
    if len(path) == len(TOKEN_PATH) and path[1] in "aA" and path.lower() == TOKEN_PATH:
        return TOKEN_PATH
    return path
