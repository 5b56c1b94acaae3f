"""Who may open a page: what stands before each of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hmac import compare_digest
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mockserver.core.clock import wall_clock
from mockserver.core.errors import NotFound
from mockserver.web import links, pages, problems
from mockserver.web.guard import is_bearer
from mockserver.web.pages import PageRoute, Who
from mockserver.web.ratelimits import RateLimits
from mockserver.web.routing import response_of
from mockserver.web.texts import text

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from mockserver.web.runtime import Runtime

_COOKIE: Final = "mock_operator"
_HERE: Final = re.compile(r"/(?![/\\])[!-~]*")
"""Addresses on this server."""
_PACKAGE: Final = "mockserver.web"
MOST_TRIES: Final = 10
"""Tokens that somebody may show on the page in a minute of real time; guesses and others count alike."""
_LABELS: Final = {"token": "Admin token"}


def is_operator(runtime: Runtime, request: Request) -> bool:
    """Whether whoever asks has shown the admin token, as a header or on the page for it; everybody without one."""
    token = runtime.admin_token
    if token is None or is_bearer(request.headers.get("authorization", ""), token):
        return True
    shown = request.cookies.get(_COOKIE, "")
    return compare_digest(shown.encode(), runtime.sessions.of_operator(token).encode())


class Door:
    """Stands before a page."""

    def __init__(self, page: PageRoute, runtime: Runtime) -> None:
        self._app = page.app
        self._who = page.who
        self._runtime = runtime

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or say on a page of its own why not."""
        scope[pages.SESSIONS] = self._runtime.sessions
        request = Request(scope)
        answer: Response | ASGIApp = self._app
        stranger = self._runtime.guard.stranger(scope, visited=True)
        if stranger is not None:
            answer = pages.message(request, stranger.status, stranger.title, stranger.reason)
        elif self._who is Who.OPERATOR and not is_operator(self._runtime, request):
            answer = _asked(request)
        await answer(scope, receive, send)


def _asked(request: Request) -> Response:
    if request.url.path.endswith(".json") or (request.url.path == "/" and not pages.wants_html(request)):
        answer = problems.gateway(401, "The admin token is needed: Authorization: Bearer")
        answer.headers = [(b"www-authenticate", b'Bearer realm="_mock"')]
        return response_of(answer)
    query = f"?{request.url.query}" if request.url.query else ""
    return _form(request, f"{request.url.path}{query}" if request.method == "GET" else links.PHONES)


def _form(request: Request, to: str, *, wrong: bool = False) -> Response:
    reasons = {"token": "This is not the admin token"} if wrong else {}
    return pages.render(request, _PACKAGE, "operator.html", 401, to=to, labels=_LABELS, wrong=reasons)


def behind_doors(runtime: Runtime, routes: Iterable[PageRoute]) -> list[PageRoute]:
    """The routes, each behind its door from now on, and the page where the admin token is shown."""
    guarded = [*OperatorPage(runtime).routes(), *routes]
    for each in guarded:
        each.app = Door(each, runtime)
    return guarded


class OperatorPage:
    """Where a person shows the admin token, once for a browser and a run of the server."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._tries = RateLimits()

    def routes(self) -> list[PageRoute]:
        """The page and its form."""
        nothing = text("This server asks for no admin token.")
        return [
            PageRoute(links.OPERATOR, pages.guarded(self.show, nothing), "GET", Who.ANYBODY),
            PageRoute(links.OPERATOR, pages.guarded(self.enter, nothing), "POST", Who.ANYBODY),
        ]

    async def show(self, request: Request) -> Response:
        """The form, unless the token was shown before."""
        to = _destination(request.query_params.get("to", ""))
        self._token()
        if is_operator(self._runtime, request):
            return RedirectResponse(to, 303)
        return _form(request, to, wrong=request.query_params.get("wrong") == "yes")

    async def enter(self, request: Request) -> Response:
        """Let the browser in that knows the token, and on to the page that it asked for."""
        form = await pages.read_form(request)
        to, token = _destination(form.get("to", "")), self._token()
        # Told apart by address, so that who guesses from elsewhere keeps nobody out.
        seconds = self._tries.over(request.client.host if request.client else "", MOST_TRIES, wall_clock())
        if seconds:
            answer = pages.message(request, 429, "Not accepted", "Too many tries: wait a minute, then enter the token.")
            answer.headers["Retry-After"] = str(seconds)
            return answer
        if not compare_digest(form.get("token", "").encode(), token.encode()):
            return RedirectResponse(f"{links.OPERATOR}?{urlencode({'to': to, 'wrong': 'yes'})}", 303)
        response = RedirectResponse(to, 303)
        secure, known = request.url.scheme == "https", self._runtime.sessions.of_operator(token)
        response.set_cookie(_COOKIE, known, httponly=True, samesite="lax", secure=secure)
        return response

    def _token(self) -> str:
        if self._runtime.admin_token is None:
            raise NotFound("There is no admin token")
        return self._runtime.admin_token


def _destination(to: str) -> str:
    return to if _HERE.fullmatch(to) else links.PHONES
