"""The control API's table. Every refusal is a clear 4xx problem; nothing is changed by one."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from itertools import islice
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.control import authority, news, partners, views, world
from mockserver.control.discreet import discreet
from mockserver.control.health import NOTHING, health
from mockserver.core.engine import StoreFull
from mockserver.core.errors import IllegalAction, Malformed, NotFound, Refusal, Violation
from mockserver.core.instants import timestamp
from mockserver.core.stopping import Stop, Stopping
from mockserver.web import control as requests
from mockserver.web import problems
from mockserver.web.control import AdvanceBody, EmptyBody, Handler, ResetBody, Row, SetClockBody
from mockserver.web.http import Answer, BodyTooLarge, ClientGone, json_answer, send_answer
from mockserver.web.inturn import in_turn
from mockserver.web.names import Names
from mockserver.web.redaction import redact
from mockserver.web.routing import response_of
from mockserver.web.runtime import Runtime
from mockserver.web.secrets import known
from mockserver.webhooks.control import webhooks
from mockserver.webhooks.control.reset import start_again

logger = logging.getLogger(__name__)


async def reset(runtime: Runtime, request: Request) -> Any:
    """Restores the state that the server started with; keep webhooks retains registrations made by API."""
    body = await requests.read(request, ResetBody, runtime.largest_body)
    dropped = [webhooks.shown(each) for each in start_again(runtime, keep_webhooks="webhooks" in body.keep)]
    if dropped:
        secrets = known(runtime.engine.reading())
        urls = ", ".join(sorted({redact(secrets.without(each["url"])) for each in dropped}))
        logger.warning("the reset dropped %d webhook registration(s), which get no more events: %s", len(dropped), urls)
    return {"status": "ok", "dropped": {"webhooks": dropped}}


async def get_clock(runtime: Runtime, request: Request) -> Any:
    """Tells the time."""
    return views.clock(runtime.engine.clock)


async def advance_clock(runtime: Runtime, request: Request) -> Any:
    """Moves the clock forward; answers when everything due has happened."""
    body = await requests.read(request, AdvanceBody, runtime.largest_body)
    field = "duration" if body.seconds is None else "seconds"
    moving = _move_to(runtime, runtime.engine.clock.now() + body.milliseconds(), field)
    return await runtime.lasting.run(moving, request.receive)


async def set_clock(runtime: Runtime, request: Request) -> Any:
    """Moves the clock to a time, which may not be in its past."""
    body = await requests.read(request, SetClockBody, runtime.largest_body)
    if body.instant() < runtime.engine.clock.now():
        raise Malformed([Violation("at", "The clock only moves forward; reset goes back to the start")])
    return await runtime.lasting.run(_move_to(runtime, body.instant(), "at"), request.receive)


async def _move_to(runtime: Runtime, at: int, field: str) -> Any:
    engine = runtime.engine
    if at > requests.LATEST:
        raise Malformed([Violation(field, "The clock does not go beyond the year 2199")])
    await _advance(runtime, at)
    news.tell_clock(runtime)
    return views.clock(engine.clock)


async def _advance(runtime: Runtime, at: int) -> None:
    """Stop wherever something is to be sent that was due when this began, or comes of that; not for what others add."""
    engine, outbox = runtime.engine, runtime.outbox
    with outbox.moving():
        with engine.moving():
            await _step_by_step(runtime, at)
        await outbox.settle()


async def _step_by_step(runtime: Runtime, at: int) -> None:
    engine, outbox = runtime.engine, runtime.outbox
    await outbox.settle()
    while True:
        await asyncio.sleep(0)
        upcoming = outbox.next_due()
        target = at if upcoming is None else min(at, upcoming)
        arrived = engine.advance_to(target)
        if arrived and target == at:
            return
        if arrived or engine.emitted:
            await outbox.settle()


async def freeze_clock(runtime: Runtime, request: Request) -> Any:
    """Stops the clock where it is."""
    await requests.read(request, EmptyBody, runtime.largest_body)
    runtime.engine.change_clock(runtime.engine.clock.freeze)
    news.tell_clock(runtime)
    return views.clock(runtime.engine.clock)


async def unfreeze_clock(runtime: Runtime, request: Request) -> Any:
    """Restarts the clock from where it stands."""
    await requests.read(request, EmptyBody, runtime.largest_body)
    runtime.engine.change_clock(runtime.engine.clock.unfreeze)
    news.tell_clock(runtime)
    return views.clock(runtime.engine.clock)


_JOURNAL_FILTERS = frozenset({"operation", "api", "msn", "reference", "status", "warnings", "limit"})


@requests.takes(*_JOURNAL_FILTERS)
async def get_requests(runtime: Runtime, request: Request) -> Any:
    """Lists the journal, the latest first; filters: operation, api, msn, reference, status, warnings, limit."""
    filters = dict(request.query_params)
    status = requests.number(filters, "status", most=999)
    limit = requests.number(filters, "limit", 100)
    names = runtime.parts.of(Names)
    requests.one_of(filters, "operation", lambda: names.operations)
    requests.one_of(filters, "api", lambda: names.apis)
    warned = filters.get("warnings")
    if warned not in (None, "true", "false"):
        raise Malformed([Violation("warnings", "Must be true or false")])
    found = (
        entry
        for entry in runtime.journal.newest()
        if all(
            filters.get(name, value) == value
            for name, value in (
                ("operation", entry.operation),
                ("api", entry.api),
                ("msn", entry.msn),
                ("reference", entry.reference),
            )
        )
        and status in (None, entry.status)
        and (warned is None or bool(entry.warnings) == (warned == "true"))
    )
    secrets = known(runtime.engine.reading())
    chosen = tuple(islice(found, limit or 0))
    return {"requests": [each async for each in in_turn(entry.public(secrets) for entry in chosen)]}


@requests.takes("limit")
async def get_due(runtime: Runtime, request: Request) -> Any:
    """Lists what is due next on the emulator's clock, the next first; filter: limit."""
    limit = requests.number(dict(request.query_params), "limit", 100) or 0
    tx = runtime.engine.reading()
    sends = runtime.outbox.next_due()
    return {
        "due": [{"at": timestamp(each.due_at), "kind": each.kind, "key": each.key} for each in tx.due(limit)],
        "nextSending": None if sends is None else timestamp(sends),
    }


async def get_request(runtime: Runtime, request: Request) -> Any:
    """Shows one journal entry."""
    number = requests.number(dict(request.path_params), "id", most=999_999_999) or 0
    shown = runtime.journal.shown(number, known(runtime.engine.reading()))
    if shown is None:
        raise NotFound(f"There is no journal entry {number}, or it is forgotten")
    return shown


OWN: tuple[Row, ...] = (
    ("GET", "/health", health),
    ("POST", "/reset", reset),
    ("GET", "/clock", get_clock),
    ("POST", "/clock/advance", advance_clock),
    ("POST", "/clock/set", set_clock),
    ("POST", "/clock/freeze", freeze_clock),
    ("POST", "/clock/unfreeze", unfreeze_clock),
    ("GET", "/clock/due", get_due),
    ("GET", "/requests", get_requests),
    ("GET", "/requests/{id}", get_request),
    *news.ROWS,
)
"""What is about the server itself."""
ROWS: tuple[Row, ...] = (*OWN, *world.ROWS, *partners.ROWS, *authority.ROWS)
"""What there is whatever products there are."""


def control(runtime: Runtime, rows: Sequence[Row]) -> ASGIApp:
    """Everything under /_mock, for who was let in: by its guard, or at the door of a page."""
    by_path: dict[str, dict[str, Handler]] = {}
    for method, path, handler in rows:
        by_path.setdefault(path, {})[method] = handler
    routes = [
        Route(path, _endpoint(runtime, handlers), methods=["GET", "POST", "PATCH", "PUT", "DELETE"])
        for path, handlers in by_path.items()
    ]
    return Router(routes, redirect_slashes=False, default=_nothing(runtime))


def _nothing(runtime: Runtime) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        answer = problems.problem(runtime.engine.ids, scope["path"], 404, "Not Found", NOTHING)
        await send_answer(send, discreet(runtime, answer))

    return answer


def _endpoint(runtime: Runtime, handlers: dict[str, Handler]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        answer = await _answer(runtime, handlers, request)
        return answer if isinstance(answer, Response) else response_of(discreet(runtime, answer))

    return endpoint


async def _answer(runtime: Runtime, handlers: dict[str, Handler], request: Request) -> Answer | Response:
    path, ids = request.url.path, runtime.engine.ids
    handler = handlers.get(request.method)
    if handler is None:
        allowed = ", ".join(sorted(handlers))
        answer = problems.problem(ids, path, 405, "Method Not Allowed", f"Allowed here: {allowed}")
        answer.headers = [(b"allow", allowed.encode())]
        return answer
    try:
        requests.check_query(handler, request)
        with runtime.parts.of(Stop).waiting():
            result = await handler(runtime, request)
        return result if isinstance(result, Answer | Response) else json_answer(200, result)
    except IllegalAction as refusal:
        return problems.problem(ids, path, 409, "Conflict", str(refusal))
    except Refusal as refusal:
        return problems.of_refusal(ids, path, refusal)
    except ClientGone:
        return Answer(400, b"")
    except BodyTooLarge:
        detail = f"The body is larger than {runtime.largest_body} bytes"
        return problems.problem(ids, path, 413, "Content Too Large", detail)
    except Stopping as stopping:
        return problems.problem(ids, path, 503, "Service Unavailable", str(stopping))
    except StoreFull:
        detail = "The store is full: reset it, or raise store_limit"
        return problems.problem(ids, path, 507, "Insufficient Storage", detail)
