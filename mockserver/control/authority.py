"""Whom clients have to trust over TLS. It is public by nature, so nobody has to say who asks."""

from typing import Any

from starlette.requests import Request

from mockserver.control.trusted import Trusted
from mockserver.core.errors import NotFound
from mockserver.web import control as requests
from mockserver.web.http import Answer
from mockserver.web.runtime import Runtime

PEM = "application/x-pem-file"


@requests.takes(requests.ANYTHING)
async def get_certificate(runtime: Runtime, request: Request) -> Any:
    """Returns the certificate that clients trust for TLS, as PEM; 404 without --tls. Needs no admin token."""
    trusted = runtime.parts.of(Trusted).authority
    if trusted is None:
        raise NotFound("TLS is off, so there is no certificate authority; start with --tls")
    return Answer(200, trusted, PEM.encode())


ROWS = (("GET", "/ca.pem", get_certificate),)
"""Method, path under /_mock, handler."""
