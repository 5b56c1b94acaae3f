"""A webhook receiver that answers 200, and tells whoever GETs how many it has got and how late they came."""

import asyncio
import json
import re
import sys
import time
from datetime import datetime

from bench.loops import run

_ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_HAPPENED = re.compile(rb'"timestamp": ?"([^"]+)"')


class _Receiver:
    def __init__(self) -> None:
        self._received = 0
        self._late = 0.0
        self._latest = 0.0

    async def receive(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer each request of a connection."""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                if head.startswith(b"GET "):
                    told = json.dumps({"received": self._received, "late": self._late, "latest": self._latest}).encode()
                    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(told), told))
                    continue
                length = _LENGTH.search(head)
                if length is not None:
                    self._note(await reader.readexactly(int(length[1])))
                writer.write(_ANSWER)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def _note(self, body: bytes) -> None:
        self._received += 1
        if happened := _HAPPENED.search(body):
            self._late = time.time() - datetime.fromisoformat(happened[1].decode()).timestamp()
            self._latest = max(self._latest, self._late)


async def _serve(port: int) -> None:
    server = await asyncio.start_server(_Receiver().receive, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    run(_serve(int(sys.argv[1])))
