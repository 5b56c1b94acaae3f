"""Offers of another protocol, which are not taken."""

import re

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_OFFER = b"pgrade: h2c\r\n"
_REQUEST = re.compile(rb"[A-Z]+ \S+ HTTP/1\.1\r\n")


class HttpProtocol(HttpToolsProtocol):
    """Lets clients offer HTTP/2 over plain HTTP, as Java's does unless told otherwise, and goes on with HTTP/1.1.

    The parser takes what follows such an offer for another protocol, and the request's body would be lost.
    White space behind a header's value is no part of it (RFC 9112), and pasted keys bring it.
    """

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header, as uvicorn takes it, less the space around its value."""
        name, value = name.lower(), value.strip(b" \t")
        if name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """The head is whole; who is not kept is told no time for it."""
        super().on_headers_complete()
        if not self.cycle.keep_alive:
            self.cycle.default_headers = self._farewell()

    def send_400_response(self, msg: str) -> None:
        """The last answer on this connection."""
        usual = self.server_state.default_headers
        self.server_state.default_headers = self._farewell()
        super().send_400_response(msg)
        self.server_state.default_headers = usual

    def _farewell(self) -> list[tuple[bytes, bytes]]:
        return [header for header in self.server_state.default_headers if header[0].lower() != b"keep-alive"]

    def data_received(self, data: bytes) -> None:
        """Bytes of the connection, the offer left out."""
        if _OFFER in data and _REQUEST.match(data):
            head, end, body = data.partition(b"\r\n\r\n")
            data = re.sub(rb"\r\n[Uu]pgrade: h2c(?=\r\n|$)", b"", head) + end + body
        super().data_received(data)
