"""Who may use the control API: holders of the admin token when one is set, and no page of another site."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.control.discreet import discreet
from mockserver.web import problems
from mockserver.web.guard import is_bearer
from mockserver.web.http import NEVER_KEPT, Answer, send_answer
from mockserver.web.runtime import Runtime

OPEN = frozenset({"/_mock/health", "/_mock/ca.pem"})
"""Open to everybody."""
INBOX = "/_mock/inbox/"
"""Webhooks come without a token."""


def asks_for_token(method: str, path: str) -> bool:
    """Whether a call of the control API is for holders of the admin token, where there is one."""
    return path not in OPEN and not _is_webhook(method, path)


def _is_webhook(method: str, path: str) -> bool:
    return method == "POST" and path.startswith(INBOX)


class ControlGuard:
    """Stands in front of the control API."""

    def __init__(self, app: ASGIApp, runtime: Runtime) -> None:
        self._app = app
        self._runtime = runtime

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http" or scope["path"] in OPEN:
            await self._app(scope, receive, send)
            return

        async def send_secret(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *NEVER_KEPT]
            await send(message)

        refusal = self._refuse(scope)
        if refusal is not None:
            await send_answer(send_secret, discreet(self._runtime, refusal))
            return
        await self._app(scope, receive, send_secret)

    def _refuse(self, scope: Scope) -> Answer | None:
        headers, ids, path = Headers(scope=scope), self._runtime.engine.ids, scope["path"]
        stranger = self._runtime.guard.stranger(scope)
        if stranger is not None:
            return problems.problem(ids, path, stranger.status, stranger.title, stranger.reason)
        if not _is_webhook(scope["method"], path) and "x-ms-content-sha256" in headers:
            # Whatever name of this server was registered, its own webhooks must not command it.
            return problems.problem(ids, path, 403, "Forbidden", "The control API takes no webhooks")
        token = self._runtime.admin_token
        if token is None or not asks_for_token(scope["method"], path):
            return None
        if is_bearer(headers.get("authorization", ""), token):
            return None
        detail = "The control API needs Authorization: Bearer with the admin token"
        answer = problems.problem(ids, path, 401, "Unauthorized", detail)
        answer.headers = [(b"www-authenticate", b'Bearer realm="_mock"')]
        return answer
