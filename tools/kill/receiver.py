"""A receiver of webhooks that remembers what it was told; some tries it refuses."""

import json
import random
import sys
from collections import Counter, defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

_REFUSED = 0.05


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Senders are killed in the middle of what they say: that is no error here."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Receiver:
    """Listens on loopback from the start on; ``told`` has the pspReferences of each event, by payment."""

    def __init__(self, seed: int) -> None:
        self.told: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.more_than_once = 0
        chance, receiver = random.Random(seed), self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                body = self.rfile.read(length)
                if len(body) < length:
                    raise ConnectionResetError  # the server was killed while it sent
                refused = chance.random() < _REFUSED
                if not refused:
                    receiver.take(json.loads(body))
                self.send_response(500 if refused else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = _Server(("127.0.0.1", 0), Handler)
        Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def take(self, event: dict[str, str]) -> None:
        """Remember an event."""
        known = self.told[event["reference"], event["name"]]
        self.more_than_once += event["pspReference"] in known
        known.add(event["pspReference"])

    def of(self, reference: str, names: Counter[str]) -> Counter[str]:
        """How many different events of a payment came, of these names."""
        return Counter({name: len(self.told[reference, name]) for name in names})
