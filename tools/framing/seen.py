"""What readers see in a stream: the emulator's own protocol and h11, both in this process."""

import asyncio
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import h11
import uvicorn
from uvicorn.server import ServerState

from mockserver.web.protocol import HttpProtocol
from tools.framing.streams import Stream

_ROUNDS = 10
"""Of the event loop: more than there are requests in a stream, each of which is answered in one."""
Request = tuple[str, str, bytes]
"""Method, path with query, body."""


@dataclass
class Seen:
    """The requests that were seen whole, in order.

    ``refused``: the stream, from there on. ``closed``: the connection, so that what follows is no request to anybody.
    """

    requests: list[Request] = field(default_factory=list)
    refused: bool = False
    closed: bool = False


def by_h11(stream: Stream) -> Seen:
    """What h11 sees."""
    connection, seen = h11.Connection(h11.SERVER), Seen()
    connection.receive_data(stream.content)
    head, body = None, b""
    while True:
        try:
            event = connection.next_event()
        except h11.RemoteProtocolError:
            seen.refused = True
            return seen
        if isinstance(event, h11.Request):
            head, body = event, b""
        elif isinstance(event, h11.Data):
            body += bytes(event.data)
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            seen.requests.append((head.method.decode(), path_of(head.target.decode("latin-1")), body))
            status = 405 if head.method == b"CONNECT" else 200  # what would turn the connection into a tunnel
            connection.send(h11.Response(status_code=status, headers=[("Content-Length", "0")]))
            connection.send(h11.EndOfMessage())
            if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
                seen.closed = True
                return seen
            connection.start_next_cycle()
        else:
            return seen  # more is needed, or the connection is over


def path_of(target: str) -> str:
    """The path with query of a request target, which may be a whole URL."""
    if target.startswith("/"):
        return target
    try:
        parts = urlsplit(target)
    except ValueError:
        return target
    return parts.path + (f"?{parts.query}" if parts.query else "")


class _Transport(asyncio.Transport):
    def __init__(self, protocol: HttpProtocol) -> None:
        super().__init__()
        self._protocol = protocol
        self.written = b""
        self.closing = False

    def write(self, data: Any) -> None:
        self.written += bytes(data)

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self.close()

    def close(self) -> None:
        if not self.closing:
            self.closing = True
            asyncio.get_running_loop().call_soon(self._protocol.connection_lost, None)

    abort = close

    def is_closing(self) -> bool:
        return self.closing

    def pause_reading(self) -> None:
        """As if nothing had been read ahead."""

    def resume_reading(self) -> None:
        """As above."""

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return default


def configuration(app: Any) -> uvicorn.Config:
    """uvicorn before an application of ours."""
    config = uvicorn.Config(app, interface="asgi3", lifespan="off", ws="none", log_config=None, proxy_headers=False)
    config.load()
    return config


def target_of(scope: Any) -> str:
    """The path of a request with its query."""
    query = scope["query_string"]
    target: str = (scope["raw_path"] + (b"?" + query if query else b"")).decode("latin-1")
    return target


class Ours:
    """The emulator's protocol before an application that writes down what it gets."""

    def __init__(self, protocol: type[HttpProtocol] = HttpProtocol) -> None:
        self._protocol = protocol
        self._config = configuration(self._app)
        self._seen = Seen()

    async def _app(self, scope: Any, receive: Any, send: Any) -> None:
        seen, body = self._seen, b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message["body"]
            if not message["more_body"]:
                break
        seen.requests.append((scope["method"], target_of(scope), body))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    async def sees(self, stream: Stream) -> Seen:
        """What the protocol sees."""
        self._seen = seen = Seen()
        protocol = self._protocol(config=self._config, server_state=ServerState(), app_state={})
        transport = _Transport(protocol)
        protocol.connection_made(transport)
        for segment in stream.segments:
            if transport.closing:
                break
            protocol.data_received(segment)
            await asyncio.sleep(0)
        for _ in range(_ROUNDS):
            await asyncio.sleep(0)
        seen.refused, seen.closed = protocol._refusal is not None, transport.closing
        if not transport.closing:
            transport.close()
        await asyncio.sleep(0)
        return seen


def difference(ours: Seen, other: Seen) -> str | None:
    """What two readers disagree about; None when one could stand before the other and hide nothing."""
    for number, (one, two) in enumerate(zip(ours.requests, other.requests, strict=False)):
        if one != two:
            return f"request {number} is {one} here and {two} there"
    count, theirs = len(ours.requests), len(other.requests)
    if count > theirs and not (other.refused or other.closed):
        return f"{ours.requests[theirs]} is seen here only"
    if theirs > count and not (ours.refused or ours.closed):
        return f"{other.requests[count]} is seen there only"
    return None
