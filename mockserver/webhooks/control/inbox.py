"""The built-in receiver: an address to register when there is no server to receive webhooks yet.

What arrives is kept in memory, its signature checked against the secrets of the registrations of that address.
"""

import asyncio
from dataclasses import asdict
from itertools import islice
from typing import Any

from pydantic import Field, StrictBool, StrictInt
from starlette.requests import Request

from mockserver.core.errors import Malformed
from mockserver.core.instants import timestamp
from mockserver.web import control as requests
from mockserver.web.control import ControlBody
from mockserver.web.http import Answer, json_answer, read_body
from mockserver.web.journal import packed, unpacked
from mockserver.web.parsing import plain
from mockserver.web.runtime import Runtime
from mockserver.webhooks.inbox import Behaviour, Inboxes, Message
from mockserver.webhooks.services import inspection
from mockserver.webhooks.signature import host_of

LONGEST_DELAY = 60
"""Seconds; an inbox that hangs does so for as long."""


class BehaviourBody(ControlBody):
    """How an inbox is to answer."""

    status: StrictInt = Field(204, ge=200, le=599)
    delaySeconds: float = Field(0, ge=0, le=LONGEST_DELAY, allow_inf_nan=False, strict=True)  # noqa: N815
    hang: StrictBool = False


@requests.takes(requests.ANYTHING)
async def receive(runtime: Runtime, request: Request) -> Any:
    """Receives a webhook: stores it, checks its signature, and answers as configured."""
    body = await read_body(request.receive, runtime.largest_body)
    origin = runtime.origins.of(request.scope, dict(request.scope["headers"]))
    headers = dict(request.headers)
    host = headers.get("host", "")
    direct = f"{request.scope['scheme']}://{host}"
    target = request.scope["path"] + (f"?{request.url.query}" if request.url.query else "")
    prefix = runtime.origins.prefix(request.scope, dict(request.scope["headers"]))
    urls = {f"{origin}{target}": host_of(origin), f"{direct}{target}": host, f"{direct}{prefix}{target}": host}
    findings = inspection.inspect(runtime.engine.reading(), urls, headers, body)
    inboxes = runtime.parts.of(Inboxes)
    inbox = inboxes.of_sender(
        request.path_params["name"], wanted=inspection.registered(findings), open_to_all=runtime.admin_token is None
    )
    inboxes.keep(inbox, Message.of(runtime.engine.clock.now(), packed(request.scope["headers"]), body, findings))
    behaviour = inbox.behaviour
    if behaviour.hang or behaviour.delay:
        await asyncio.sleep(LONGEST_DELAY if behaviour.hang else behaviour.delay)
    if behaviour.status == 204:
        return Answer(204, b"")
    return json_answer(behaviour.status, {"status": behaviour.status})


@requests.takes("limit")
async def show(runtime: Runtime, request: Request) -> Any:
    """Lists what arrived at an inbox, the latest first; filter: limit."""
    filters = dict(request.query_params)
    limit = requests.number(filters, "limit", 100) or 0
    inbox = runtime.parts.of(Inboxes).of_owner(request.path_params["name"])
    latest = tuple(islice(reversed(inbox.messages), limit))
    return {"behaviour": _behaviour(inbox.behaviour), "messages": [await _message(each) for each in latest]}


async def behave(runtime: Runtime, request: Request) -> Any:
    """Sets how an inbox answers: status, delaySeconds, hang."""
    body = await requests.read(request, BehaviourBody, runtime.largest_body)
    behaviour = Behaviour(body.status, body.delaySeconds, body.hang)
    runtime.parts.of(Inboxes).of_owner(request.path_params["name"]).behaviour = behaviour
    return {"behaviour": _behaviour(behaviour)}


async def forget(runtime: Runtime, request: Request) -> Any:
    """Deletes an inbox and everything in it."""
    runtime.parts.of(Inboxes).remove(request.path_params["name"])
    return {"status": "ok"}


def _behaviour(behaviour: Behaviour) -> dict[str, Any]:
    return {"status": behaviour.status, "delaySeconds": behaviour.delay, "hang": behaviour.hang}


async def _message(message: Message) -> dict[str, Any]:
    await asyncio.sleep(0)  # there may be many, and each is parsed
    return {
        "at": timestamp(message.at),
        "headers": dict(unpacked(message.headers)),
        "body": _readable(message.body),
        "genuine": all(finding.right for finding in message.findings),
        "findings": [asdict(finding) for finding in message.findings],
        "cut": list(message.cut),
    }


def _readable(body: bytes) -> Any:
    try:
        return plain(body)
    except Malformed:
        return body.decode("utf-8", "replace")


ROWS = (
    ("POST", "/inbox/{name}", receive),
    ("GET", "/inbox/{name}", show),
    ("PATCH", "/inbox/{name}", behave),
    ("DELETE", "/inbox/{name}", forget),
)
"""Method, path under /_mock, handler."""
