"""An emulated API as an application: from a path to its operation."""

import logging
from collections.abc import Awaitable, Iterable
from contextlib import suppress

from starlette.responses import Response
from starlette.routing import compile_path
from starlette.types import Receive, Scope, Send

from mockserver.core.policy import Forgiven
from mockserver.web import cors, problems
from mockserver.web.absent import PRODUCTION_ONLY, notices
from mockserver.web.endpoint import Endpoint
from mockserver.web.http import Answer, query_string, send_answer, warning_headers
from mockserver.web.journal import Entry, packed
from mockserver.web.operations import Api
from mockserver.web.redaction import redact
from mockserver.web.runtime import Runtime
from mockserver.web.secrets import known
from mockserver.web.stager import Stager

logger = logging.getLogger(__name__)
_PART = 1024 * 1024
"""Bytes."""


class ApiApplication:
    """The operations of an API by path and method; 405 for another method, the gateway's 404 for another path.

    It does what Starlette's Router does, less what no operation needs: half of the time of a look-up.
    """

    def __init__(self, api: Api, runtime: Runtime, stager: Stager) -> None:
        self._api = api
        self._runtime = runtime
        by_path: dict[str, dict[str, Endpoint]] = {}
        for operation in api.operations:
            path = f"{api.prefix}{operation.path}"
            by_path.setdefault(path, {})[operation.method] = Endpoint(api, operation, runtime, stager)
        self._routes = [(compile_path(path)[0], methods) for path, methods in by_path.items()]

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Run the operation that is meant, or say that there is none."""
        path = scope["path"]
        for pattern, methods in self._routes:
            found = pattern.fullmatch(path)  # "$" alone lets a line feed pass
            if found is None:
                continue
            endpoint = methods.get(scope["method"])
            if endpoint is None:
                return self._refuse_method(scope, send, methods)
            scope["path_params"] = found.groupdict()
            return endpoint(scope, receive, send)
        return send_answer(send, not_found(self._runtime, scope))

    async def _refuse_method(self, scope: Scope, send: Send, methods: dict[str, Endpoint]) -> None:
        allowed, headers = ", ".join(sorted(methods)), dict(scope["headers"])
        open_to_pages = all(endpoint.browsers for endpoint in methods.values())
        if open_to_pages and cors.is_preflight(scope["method"], headers):
            answer = cors.preflight(headers, allowed)
        else:
            detail = f"The method {scope['method'][:20]} is not allowed here"
            refusal = problems.HttpRefused(405, "Method Not Allowed", detail)
            answer = self._api.refuse(self._runtime.engine.ids, scope["path"], refusal)
            answer.headers = [(b"allow", allowed.encode())]
            answer = cors.opened(answer) if open_to_pages else answer
        record_unrouted(self._runtime, scope, answer, self._api.name)
        await send_answer(send, answer)


def not_found(runtime: Runtime, scope: Scope) -> Answer:
    """The gateway's answer to a path that nobody serves, with what is known of it; it is in the journal."""
    answer = problems.gateway(404, "Resource not found")
    warnings = notices(scope["path"], elsewhere=PRODUCTION_ONLY in scope)
    answer.headers = warning_headers(warnings)
    record_unrouted(runtime, scope, answer, warnings=warnings)
    return answer


def record_unrouted(
    runtime: Runtime, scope: Scope, answer: Answer, api: str | None = None, warnings: Iterable[Forgiven] = ()
) -> None:
    """Write a request that met no operation into the journal; its body was not read."""
    runtime.record(
        Entry(
            number=runtime.journal.next_number(),
            at=runtime.engine.clock.now(),
            method=scope["method"],
            path=scope["path"],
            query=query_string(scope),
            headers=packed(scope["headers"]),
            body=b"",
            status=answer.status,
            answer=answer.body,
            duration=0,
            api=api,
            warnings=list(warnings),
        )
    )


FAILED = problems.gateway(500, "Internal server error. The emulator failed; its log says why.")


async def failed(runtime: Runtime, scope: Scope, send: Send) -> None:
    """Answer a request whose application has just failed, unless it has begun to answer; log and journal know."""
    path = redact(known(runtime.engine.reading()).without(scope["path"]))
    logger.exception("%s %r failed", scope["method"], path)
    record_unrouted(runtime, scope, FAILED)
    with suppress(Exception):  # the server's own: an answer has begun
        await send_answer(send, FAILED)


class _InParts(Response):
    """A response whose body is sent part by part, as the client takes it: all at once, it would be copied at once."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        for begin in range(0, len(self.body), _PART):
            part = self.body[begin : begin + _PART]
            await send({"type": "http.response.body", "body": part, "more_body": begin + _PART < len(self.body)})


def response_of(answer: Answer) -> Response:
    """An answer as Starlette's routes give it."""
    headers = {name.decode(): value.decode() for name, value in answer.headers or ()}
    kind = Response if len(answer.body) <= _PART else _InParts
    return kind(answer.body, answer.status, headers, answer.content_type.decode() if answer.body else None)
