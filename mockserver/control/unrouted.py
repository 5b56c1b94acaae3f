"""What is answered beside the emulated APIs where there is no route, or one that fails."""

from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from mockserver.control.health import NOTHING
from mockserver.web import problems
from mockserver.web.routing import FAILED, not_found, record_unrouted, response_of
from mockserver.web.runtime import Runtime


def unrouted(runtime: Runtime) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Answers where no route does: 404, 405, or as it was raised."""

    # Not a plain function: Starlette would run that in a thread, and journal and log belong to the event loop.
    async def answer(request: Request, error: Exception) -> Response:
        if request.url.path == "/_mock":
            return response_of(problems.problem(runtime.engine.ids, "/_mock", 404, "Not Found", NOTHING))
        if not isinstance(error, HTTPException) or error.status_code == 404:
            return response_of(not_found(runtime, request.scope))
        if error.status_code == 405:
            refused = problems.gateway(405, "Method not allowed")
            allowed = sorted((error.headers or {}).get("Allow", "").split(", "))  # a set's, in any order
            refused.headers = [(b"allow", ", ".join(allowed).encode())]
        else:
            refused = problems.gateway(error.status_code, error.detail)
        record_unrouted(runtime, request.scope, refused)
        return response_of(refused)

    return answer


async def failure(request: Request, error: Exception) -> Response:
    """Answers when a page fails."""
    return response_of(FAILED)
