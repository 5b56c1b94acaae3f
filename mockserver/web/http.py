"""ASGI at its barest: what the hot path needs of a request, and how answers leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pydantic_core import to_json as encode
from starlette.types import Receive, Scope, Send

from mockserver.core.policy import Forgiven

JSON = b"application/json"
PROBLEM_JSON = b"application/problem+json"

NO_CONTENT = 204
LARGEST_FORM: Final = 64 * 1024
"""Bytes: to undo the escapes of a form takes many times as long as to read JSON."""
MOST_WARNINGS = 3
"""Headers of one answer."""
LONGEST_WARNING = 340
"""Characters: all of them together stay around 1 KiB."""

Headers = list[tuple[bytes, bytes]]


NEVER_KEPT: Final[Headers] = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
"""Of answers that hold secrets: nobody keeps them, or takes them for a page."""


class BodyTooLarge(Exception):
    """The request body is above the limit."""


class ClientGone(Exception):
    """The client closed the connection before its request was whole."""


class ConnectionDropped(Exception):
    """The connection is closed on purpose; nothing is wrong with the server."""


@dataclass(slots=True)
class Answer:
    """What is sent back: status, body and content type, with further headers."""

    status: int
    body: bytes
    content_type: bytes = JSON
    headers: Headers | None = None


def json_answer(status: int, content: object, content_type: bytes = JSON) -> Answer:
    """An answer of this content as JSON."""
    return Answer(status, to_json(content), content_type)


def never_kept(answer: Answer) -> Answer:
    """The answer, which holds secrets, with the headers for that."""
    answer.headers = [*(answer.headers or ()), *NEVER_KEPT]
    return answer


def to_json(content: object) -> bytes:
    """Compact JSON in UTF-8."""
    return encode(content)


def text(headers: dict[bytes, bytes], name: bytes) -> str | None:
    """A header as text; None when it is missing or empty."""
    value = headers.get(name)
    return value.decode("latin-1") if value else None


async def read_body(receive: Receive, limit: int) -> bytes:
    """The whole request body; raises BodyTooLarge above ``limit`` bytes, ClientGone when it never ends."""
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientGone
    body: bytes = message.get("body", b"")
    if not message.get("more_body", False):
        if len(body) > limit:
            raise BodyTooLarge
        return body
    chunks, size = [body], len(body)
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk = message.get("body", b"")
        chunks.append(chunk)
        size += len(chunk)
        if size > limit:
            raise BodyTooLarge
        if not message.get("more_body", False):
            return b"".join(chunks)


async def send_answer(send: Send, answer: Answer) -> None:
    """Send a whole answer."""
    headers = head(answer, len(answer.body))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


def head(answer: Answer, length: int) -> Headers:
    """The headers of an answer with so many bytes of body; nothing has no type, and 204 has no length (RFC 9110)."""
    headers: Headers = []
    if length:
        headers = [(b"content-length", str(length).encode()), (b"content-type", answer.content_type)]
    elif answer.status != NO_CONTENT:
        headers = [(b"content-length", b"0")]
    if answer.headers:
        headers += answer.headers
    return headers


def warning_headers(warnings: Sequence[Forgiven]) -> Headers:
    """A header for each warning of an answer: the first ones, and how many more the journal has.

    Clients give up on an answer that has a hundred headers.
    """
    told = [_header_value(str(each)) for each in warnings[:MOST_WARNINGS]]
    if len(warnings) > MOST_WARNINGS:
        more = sum(each.times for each in warnings[MOST_WARNINGS - 1 :])
        told[-1] = f"and {more} more: see the journal".encode()
    return [(b"x-mock-warning", each) for each in told]


def _header_value(warning: str) -> bytes:
    return "".join(each if " " <= each <= "~" else "?" for each in warning)[:LONGEST_WARNING].encode()


def query_string(scope: Scope) -> str:
    """The query as it was sent."""
    raw: bytes = scope.get("query_string", b"")
    return raw.decode("latin-1")
