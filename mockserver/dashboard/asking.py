"""The control API as the dashboard uses it: its own handlers, in the process, for who was let in at the pages' door."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from pydantic_core import from_json
from starlette.requests import Request
from starlette.routing import Mount, Router
from starlette.types import ASGIApp, Message, Scope

from mockserver.core.values import frozen
from mockserver.web.http import ClientGone, to_json

_CONTROL: Final = "/_mock"
_PASSED_ON: Final = frozenset({b"host", b"x-forwarded-host", b"x-forwarded-proto", b"x-forwarded-prefix"})
"""Headers that say where the server is found."""


@frozen
class Told:
    """An answer: ``content`` is its JSON, or its text where it is none."""

    status: int
    content: Any

    @property
    def good(self) -> bool:
        """Whether it was done."""
        return self.status < 400

    @property
    def problem(self) -> str:
        """Why it was not done, for people."""
        if not isinstance(self.content, dict):
            return str(self.content)[:500]
        wrong = [f"{each['name']}: {each['reason']}" for each in self.content.get("extraDetails") or ()]
        return "; ".join([str(self.content.get("detail") or self.content.get("message") or self.status), *wrong])


class Asking:
    """Asks the control API (``app``, without its guard)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = Router([Mount(_CONTROL, app=app)])

    async def get(self, request: Request, path: str, query: Mapping[str, Any] | None = None) -> Any:
        """What a call shows; None when it is refused. Parameters without a value are left out."""
        given = {name: value for name, value in (query or {}).items() if value not in (None, "")}
        told = await self.ask(request, "GET", path, query=urlencode(given))
        return told.content if told.good else None

    async def ask(self, request: Request, method: str, path: str, body: Any = None, query: str = "") -> Told:
        """The answer to a call; raises ClientGone when who asks for the page has left meanwhile."""
        inside, _, given = path.partition("?")
        scope: Scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": request.scope["scheme"],
            "path": f"{_CONTROL}{inside}",
            "root_path": "",
            "query_string": (query or given).encode(),
            "headers": [each for each in request.scope["headers"] if each[0] in _PASSED_ON],
            "client": request.scope.get("client"),
            "server": request.scope.get("server"),
        }
        status, answer = 0, bytearray()
        content: list[Message] = [{"type": "http.request", "body": b"" if body is None else to_json(body)}]

        async def receive() -> Message:
            return content.pop() if content else await request.receive()

        async def send(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            answer.extend(message.get("body", b""))

        await self._app(scope, receive, send)
        if not status:
            raise ClientGone
        return Told(status, _read(bytes(answer)))


def _read(answer: bytes) -> Any:
    try:
        return from_json(answer)
    except ValueError:
        return answer.decode("utf-8", "replace")
