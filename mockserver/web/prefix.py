"""A path in front of everything: what a proxy serves under https://host/vipps is at / in here.

Nobody else knows of it. Requests lose the prefix before they are routed, whether the proxy has taken it off or not, and
what names a path of this server in an answer for a browser (a redirect, a cookie, a link of a page) gets it on the way
out. Whole addresses begin with what ``Origins.of`` gives, which has the prefix already.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Final

from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.web.origin import Origins

_LINK: Final = re.compile(rb'((?:href|src|action|formaction)=")(?=/(?!/))')
"""Where a page names a path of ours. What others wrote has no quotation mark in it: templates escape it."""
_EVERYWHERE: Final = re.compile(rb"(;\s*path=)/(?=\s*(?:;|$))", re.IGNORECASE)
_SLASHES: Final = re.compile(r"^/{2,}")


def below_prefixes(app: ASGIApp, origins: Origins, segments: set[str], pages: Callable[[], Iterable[Route]]) -> ASGIApp:
    """The application as it is, unless requests may come below a prefix."""
    return Prefixed(app, origins, segments, pages) if origins.have_prefixes else app


class Prefixed:
    """``app`` below the prefix that a request was sent to.

    ``segments`` (first ones of our paths) and ``pages`` (asked for when they are needed) tell what is ours: where a
    prefix looks like a path of ours (/login), a proxy may have taken it off already.
    """

    def __init__(
        self, app: ASGIApp, origins: Origins, segments: set[str], pages: Callable[[], Iterable[Route]]
    ) -> None:
        self._app = app
        self._origins = origins
        self._segments = segments
        self._pages = cache(lambda: {_first(page.path) for page in pages()})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on without its prefix, and the answer with it."""
        prefix = self._origins.prefix(scope, dict(scope["headers"])) if scope["type"] == "http" else ""
        if prefix:
            scope, send = self._without(prefix, scope), _Outside(prefix.encode(), send)
        await self._app(scope, receive, send)

    def _without(self, prefix: str, scope: Scope) -> Scope:
        path = _SLASHES.sub("/", scope["path"])
        if path != prefix and not path.startswith(f"{prefix}/"):
            return scope
        rest = path[len(prefix) :]
        if self._is_ours(prefix) and not (rest and self._is_ours(rest)):
            return scope
        rest = rest or "/"
        return dict(scope, path=rest, raw_path=rest.encode("utf-8", "replace"))

    def _is_ours(self, path: str) -> bool:
        return _first(path) in self._segments or _first(path) in self._pages()


def _first(path: str) -> str:
    return path.lstrip("/").partition("/")[0]


class _Outside:
    """Sends an answer as who asked below the prefix has to see it."""

    def __init__(self, prefix: bytes, send: Send) -> None:
        self._prefix = prefix
        self._send = send
        self._page: Message | None = None
        self._html: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [(name, self._header(name, value)) for name, value in message.get("headers", ())]
            message = dict(message, headers=headers)
            if _is_html(headers):
                self._page = message
                return
        elif self._page is not None and message["type"] == "http.response.body":
            self._html.append(message.get("body", b""))
            if message.get("more_body", False):
                return
            await self._send_page(self._page, b"".join(self._html))
            return
        await self._send(message)

    async def _send_page(self, start: Message, html: bytes) -> None:
        self._page = None
        html = _LINK.sub(rb"\g<1>" + self._prefix, html)
        length = str(len(html)).encode()
        headers = [(name, length if name == b"content-length" else value) for name, value in start["headers"]]
        await self._send(dict(start, headers=headers))
        await self._send({"type": "http.response.body", "body": html})

    def _header(self, name: bytes, value: bytes) -> bytes:
        if name == b"location" and value.startswith(b"/") and not value.startswith(b"//"):
            return self._prefix + value
        if name == b"set-cookie":
            return _EVERYWHERE.sub(rb"\g<1>" + self._prefix, value)
        return value


def _is_html(headers: list[tuple[bytes, Any]]) -> bool:
    return any(name == b"content-type" and value.startswith(b"text/html") for name, value in headers)
