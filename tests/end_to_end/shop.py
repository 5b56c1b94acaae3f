"""A tiny shop: the page that customers come back to, and the callback that tells how it ships."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

TITLE = "Back in the shop"
TITLE_WITH_SCRIPTS = "Back in the shop, with scripts"
# The script proves whether the browser runs any.
PAGE = f"""<!doctype html><meta name="viewport" content="width=device-width"><title>{TITLE}</title>
<h1>{TITLE}</h1><p>Thank you.</p><script>document.title = "{TITLE_WITH_SCRIPTS}"</script>""".encode()


class _Server(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[dict[str, Any]] = []


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        known = self.path.startswith("/return?")
        self._answer(200 if known else 404, "text/html; charset=utf-8", PAGE if known else b"Nothing here")

    def do_POST(self) -> None:
        address = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append({"authorization": self.headers["Authorization"], **address})
        option = {
            "id": "van",
            "name": f"Van to {address['City']}",
            "amount": {"currency": "NOK", "value": 4900},
            "estimatedDelivery": "1-2 days",
        }
        group = {"type": "HOME_DELIVERY", "brand": "POSTEN", "options": [option]}
        self._answer(200, "application/json", json.dumps({"groups": [group]}).encode())

    def _answer(self, status: int, content_type: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Shop:
    """A running shop."""

    def __init__(self, server: _Server) -> None:
        self._server = server
        self.url = f"http://127.0.0.1:{server.server_port}"
        self.callback_url = f"{self.url}/shipping"

    def return_url(self, reference: str) -> str:
        return f"{self.url}/return?order={reference}&from=wallet"

    @property
    def asked(self) -> list[dict[str, Any]]:
        """What the shipping callback got: the authorization and the address."""
        return self._server.asked


@contextmanager
def selling() -> Iterator[Shop]:
    """Runs a shop on a free port."""
    with _Server() as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield Shop(server)
        finally:
            server.shutdown()
            thread.join()
