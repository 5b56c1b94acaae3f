"""A connection as the server keeps it: framed by the parser alone, bounded in bytes, headers, time and number.

What cannot be taken is answered once, after the answers to what came before it on the connection, and ends it.
"""

import asyncio
import json
import sys
from ssl import SSLContext
from typing import Any, Final

import httptools
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from mockserver.core.values import frozen
from mockserver.web.tunnel import GREETING, Tunnels, secure

LARGEST_HEAD: Final = 64 * 1024
"""Bytes of a request line with its headers; also of what follows a body's last chunk."""
MOST_HEADERS: Final = 200
MOST_AHEAD: Final = 100
"""Requests that a connection has sent ahead of their answers; what comes after them is not read yet."""
GRACE: Final = 1.0
"""Seconds that a request has to become whole once the server is being stopped."""
_LINGER: Final = 2.0
"""Seconds in which a client that is still sending may read why it should not; closing at once would lose that."""
_TURNED_AWAY: Final = 100
"""Connections above the limit that are told so; any more are closed without a word."""
_PIECE: Final = 16 * 1024
_SPECIAL: Final = frozenset({b"expect", b"host", b"transfer-encoding"})


@frozen
class Bounds:
    """What a server gives its connections.

    ``request_timeout``: seconds from the first byte of a request to its last. ``max_connections``: all together.
    """

    request_timeout: float = 30
    max_connections: int = 2000


class _Refused(Exception):
    """This request is not taken: the status and the words of the answer."""

    def __init__(self, status: int, message: str, allow: bytes | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.allow = allow


_HEAD_TOO_LARGE = f"The head of the request is larger than {LARGEST_HEAD} bytes"
_TRAILER_TOO_LARGE = f"What stands between the parts of the body is larger than {LARGEST_HEAD} bytes"
_TOO_MANY_HEADERS = f"The request has more than {MOST_HEADERS} headers"


class _Flow(FlowControl):
    """``held``: nothing is read, whoever asks for it."""

    held = False

    def resume_reading(self) -> None:
        if not self.held:
            super().resume_reading()


class HttpProtocol(HttpToolsProtocol):
    """HTTP/1.1 and nothing else: whoever offers HTTP/2, as Java's client does unless told otherwise, gets this too.

    White space behind a header's value is no part of it (RFC 9112), and pasted keys bring it. Trailers are dropped.
    CONNECT is answered where there are ``tunnels``, and another protocol of this class goes on with the connection,
    which was ``admitted`` then.
    """

    def __init__(
        self,
        *args: Any,
        bounds: Bounds = Bounds(),  # noqa: B008 - a constant
        tunnels: Tunnels | None = None,
        admitted: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self._bounds = bounds
        self._tunnels = tunnels
        self._admitted = admitted
        self._connecting = False
        self._greeting: asyncio.Task[None] | None = None
        self._whole = True
        self._headed = False
        self._has_host = False
        self._offered = False
        self._unanswered = 0
        self._unheard = 0
        self._resting_since = 0.0
        self._held: list[bytes] = []
        self._deadline: asyncio.TimerHandle | None = None
        self._refusal: _Refused | None = None
        self._ended = False
        self._stopping = False
        self._running: RequestResponseCycle | None = None
        self._untaken = 0
        self._untaken_since = 0.0

    # The connection

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has come; it has as long as an idle one to say something."""
        super().connection_made(transport)
        self.flow = self._flow = _Flow(transport)
        above = 0 if self._admitted else len(self.connections) - self._bounds.max_connections
        if above > _TURNED_AWAY:
            transport.abort()
        elif above > 0:
            self._refuse(_Refused(503, f"There are {self._bounds.max_connections} connections already"))
        else:
            self._rest()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone, or was sent away."""
        self._ended = True
        self._disarm()
        self._unset_keepalive_if_required()
        self._held.clear()
        if self._running is not None and not self._running.response_complete:
            self._running.disconnected = True
            self._running.message_event.set()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Answer what has been asked, take nothing new, and close."""
        if self._stopping or self._ended:
            return
        self._stopping = True
        if self._greeting is not None:
            self._greeting.cancel()
            return
        if self._whole or self._headed:
            self._farewell()
            super().shutdown()
        if not self._whole:
            self._disarm()
            self._deadline = self.loop.call_later(min(GRACE, self._bounds.request_timeout), self._too_late)

    def look(self, now: float) -> None:
        """Leave a client that has taken nothing of its answers for as long as an idle one may be silent.

        It is asked for regularly, also on connections that are being closed: that waits for what is to be taken.
        """
        untaken = self.transport.get_write_buffer_size()
        if untaken:
            untaken += _on_its_way(self.transport)
        if not untaken or untaken != self._untaken:
            self._untaken, self._untaken_since = untaken, now
        elif now - self._untaken_since >= self.timeout_keep_alive:
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Bytes of the connection, taken piece by piece: nobody else waits for a long segment to be parsed."""
        if self._refusal is not None:
            return
        if self._held:
            self._held.append(data)
            return
        if len(data) <= _PIECE:
            self._take(data)
        else:
            self._take_pieces(data)
        self._watch()

    def _watch(self) -> None:
        """Give what is not whole its time, and what has not begun that of an idle connection."""
        if self._refusal is not None or self._greeting is not None:
            return
        if not self._whole:
            if self._deadline is None:
                self._deadline = self.loop.call_later(self._bounds.request_timeout, self._too_late)
        elif not self._unanswered:
            self._rest()

    def _take_pieces(self, data: bytes) -> None:
        view = memoryview(data)
        while view and self._refusal is None:
            if len(self.pipeline) >= MOST_AHEAD:
                self._held.append(bytes(view))
                self.flow.pause_reading()
                self._flow.held = True
                return
            self._take(view[:_PIECE])
            view = view[_PIECE:]

    def _go_on(self) -> None:
        """Take what was held back, now that there is room for it."""
        data, self._held = b"".join(self._held), []
        self._flow.held = False
        self.flow.resume_reading()
        self.data_received(data)

    def _take(self, data: bytes | memoryview) -> None:
        heard = self._unheard = self._unheard + len(data)
        head = None
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as offer:
            head = offer.args[0]
        except httptools.HttpParserError as error:
            self._refuse(self._why(error))
            return
        if head is not None and self._connecting:
            self._connect(early=head < len(data))
        elif head is not None:
            self._decline()
            if head < len(data) and self._refusal is None:
                self._take(memoryview(data)[head:])
        elif self._unheard == heard and heard > LARGEST_HEAD:
            self._refuse(_Refused(431, _TRAILER_TOO_LARGE if self._headed else _HEAD_TOO_LARGE))

    def _why(self, error: httptools.HttpParserError) -> _Refused:
        own = error.__context__
        if isinstance(own, _Refused):
            return own
        self.logger.warning("Invalid HTTP request received.")
        return _Refused(400, f"This is not HTTP/1.1: {'its address cannot be read' if own else error}")

    # What the parser says

    def on_message_begin(self) -> None:
        """A request begins."""
        self._whole = self._headed = self._has_host = False
        self._unheard = 0
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header, less the space around its value; or what stands behind the last chunk, which nobody gets."""
        if self._headed:
            return
        if len(self.headers) >= MOST_HEADERS:
            raise _Refused(431, _TOO_MANY_HEADERS)
        name, value = name.lower(), value.strip(b" \t")
        if name in _SPECIAL:
            self._note(name, value)
        self.headers.append((name, value))

    def _note(self, name: bytes, value: bytes) -> None:
        if name == b"host":
            if self._has_host:
                raise _Refused(400, "The request has more than one Host")
            self._has_host = True
        elif name == b"expect":
            self.expect_100_continue = value.lower() == b"100-continue"
        elif value.lower() != b"chunked":
            raise _Refused(501, "The only Transfer-Encoding here is chunked")
        elif self.parser.get_http_version() != "1.1":
            raise _Refused(400, "HTTP/1.0 has no Transfer-Encoding")

    def on_headers_complete(self) -> None:
        """The head is whole: begin with the request, unless another protocol is offered."""
        if self.parser.get_http_version() not in ("1.1", "1.0"):
            raise _Refused(505, "Only HTTP/1.1 and HTTP/1.0 are spoken here")
        if self._unheard > LARGEST_HEAD - _PIECE and self._size() > LARGEST_HEAD:
            raise _Refused(431, _HEAD_TOO_LARGE)
        if self.parser.should_upgrade():
            if self.parser.get_method() == b"CONNECT":
                self._check_target()
                self._connecting = True
            self._offered = True
            return
        super().on_headers_complete()
        self._headed = True
        self._unheard = 0
        self._unanswered += 1
        if self._stopping:
            self.cycle.keep_alive = False
        if not self.cycle.keep_alive:
            self._farewell()

    def _size(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self._unheard = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        if self._offered:
            return
        self._whole = True
        self._unheard = 0
        self._disarm()
        super().on_message_complete()

    def _check_target(self) -> None:
        if self._tunnels is None or self.scheme == "https":
            reason = "This is no proxy: the plain port is one with --tls"
            raise _Refused(405, reason, allow=b"DELETE, GET, PATCH, POST, PUT")
        if flaw := self._tunnels.flaw(self.url.decode("latin-1")):
            raise _Refused(403, flaw)
        if self._stopping:
            raise _Refused(503, "The server is being stopped")

    def _connect(self, *, early: bool) -> None:
        """Answer CONNECT, and go on with TLS; ``early``: something came behind the request."""
        if self._tunnels is None or early or self._unanswered:
            self._refuse(_Refused(400, "CONNECT stands alone: wait for the answers before it, and for its own"))
            return
        self._disarm()
        self._unset_keepalive_if_required()
        self.transport.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        self._greeting = self.loop.create_task(self._greet(self._tunnels.context))

    async def _greet(self, context: SSLContext) -> None:
        """Hand the connection over to a protocol that speaks TLS; until then it counts as this one."""
        try:
            seconds = min(GREETING, self._bounds.request_timeout)
            agreed = await secure(self.transport, context, seconds)
        finally:
            self._ended = True
            self.connections.discard(self)
        if agreed is None:
            return
        transport, held = agreed
        inner = type(self)(
            config=self.config,
            server_state=self.server_state,
            app_state=self.app_state,
            bounds=self._bounds,
            admitted=True,
        )
        transport.set_protocol(inner)
        inner.connection_made(transport)
        for data in held:
            inner.data_received(data)

    def _decline(self) -> None:
        """Have the request read again without its offer, since the parser stops at one, and takes no body for it.

        What it is given is what it has just read, word by word: where the request ends is up to it.
        """
        headers = [header for header in self.headers if header[0] != b"upgrade"]
        version = self.parser.get_http_version().encode()
        head = b"%b %b HTTP/%b\r\n" % (self.parser.get_method(), self.url, version)
        self._offered = False
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self._take(head + b"".join(b"%b: %b\r\n" % header for header in headers) + b"\r\n")

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        # Others may have come behind it, and uvicorn tells only the last one that the client has gone.
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    # Answers

    def on_response_complete(self) -> None:
        """An answer has been given: go on with what waits behind it."""
        self._unanswered -= 1
        self.server_state.total_requests += 1
        if self._ended or self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        elif self._refusal is None:
            self._rest()
        elif not self._unanswered:
            self._end(self._refusal)
        if self._held and len(self.pipeline) < MOST_AHEAD // 2:
            self._go_on()

    def _refuse(self, refused: _Refused) -> None:
        """Take nothing more, and say why as soon as all that came before has its answer."""
        self._refusal = refused
        self._disarm()
        self._held.clear()
        if self._headed and not self._whole:
            self._give_up()
        if not self._unanswered and not self._ended:
            self._end(refused)

    def _give_up(self) -> None:
        """Leave the request that is not whole: its application, if it was begun, learns that nobody waits for it."""
        cycle = self.cycle
        if self.pipeline and self.pipeline[0][0] is cycle:
            self.pipeline.popleft()
            self._unanswered -= 1
        elif cycle.response_complete:
            self._close()
        elif cycle.response_started:
            cycle.keep_alive = False
        else:
            cycle.disconnected = True
            cycle.message_event.set()
            self._unanswered -= 1

    def _end(self, refused: _Refused) -> None:
        """Say the last words on this connection."""
        self._unset_keepalive_if_required()
        body = json.dumps({"statusCode": refused.status, "message": str(refused)}, separators=(",", ":")).encode()
        headers = [
            *self._headers_of_last_words(),
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        if refused.allow is not None:
            headers.append((b"allow", refused.allow))
        lines = b"".join(b"%b: %b\r\n" % header for header in headers)
        self.transport.write(b"%b%b\r\n%b" % (STATUS_LINE[refused.status], lines, body))
        self._close()

    def _close(self) -> None:
        """Close once the client has, or has had time to."""
        if self._ended:
            return
        self._ended = True
        self._unset_keepalive_if_required()
        if not self.transport.can_write_eof():
            self.transport.close()
            return
        self.transport.write_eof()
        self._flow.held = False
        self.flow.resume_reading()
        self._deadline = self.loop.call_later(_LINGER, self.transport.abort)

    def _farewell(self) -> None:
        """Tell the client whose last answer this is no time to keep the connection for."""
        if self._unanswered and not self.cycle.response_started:
            self.cycle.default_headers = self._headers_of_last_words()

    def _headers_of_last_words(self) -> list[tuple[bytes, bytes]]:
        return [header for header in self.server_state.default_headers if header[0].lower() != b"keep-alive"]

    # Time, which is real here: sockets know nothing of the emulator's clock

    def _rest(self) -> None:
        # The timer stays when something comes, and looks when it rings: to cancel one for each request costs more.
        self._resting_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._ring_after(self.timeout_keep_alive)

    def _ring_after(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection that has been idle for its time."""
        self.timeout_keep_alive_task = None
        if self._unanswered or not self._whole:
            return
        left = self._resting_since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._ring_after(left)
        else:
            self.transport.close()

    def _disarm(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_late(self) -> None:
        self._deadline = None
        own = self._headed and not self.cycle.response_complete
        if self._unanswered > own and not self._stopping:
            # Nothing is read meanwhile: the time of this request begins when those before it are answered.
            self._deadline = self.loop.call_later(self._bounds.request_timeout, self._too_late)
        elif self._stopping:
            self._refuse(_Refused(503, "The server is being stopped"))
        else:
            seconds = self._bounds.request_timeout
            self._refuse(_Refused(408, f"The request was not whole within {seconds:g} seconds"))


def _on_its_way(transport: asyncio.Transport) -> int:
    """Bytes that the system has taken and the client has not, where it tells: a slow client empties those first."""
    try:
        import fcntl
        import termios

        waiting = fcntl.ioctl(transport.get_extra_info("socket").fileno(), termios.TIOCOUTQ, bytes(4))
    except (ImportError, AttributeError, OSError):
        return 0
    return int.from_bytes(waiting, sys.byteorder)
