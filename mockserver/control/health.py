"""Whether the server is up. Apart from the rest of the control API, which is much to import for who asks only this."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mockserver import __version__
from mockserver.web.runtime import Runtime

NOTHING = "The control API has no such path; /openapi/control lists all that it has"
"""What it says of any other path."""


async def health(runtime: Runtime, request: Request) -> Any:
    """Tells whether the server is up."""
    return _state()


async def at_once(request: Request) -> Response:
    """The same, before the control API is there."""
    return JSONResponse(_state())


def _state() -> dict[str, str]:
    return {"status": "ok", "version": __version__}
