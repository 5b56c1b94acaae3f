"""A connection to write bytes on."""

import select
import socket
from contextlib import suppress

import httpx


def address(url: str) -> tuple[str, int]:
    parsed = httpx.URL(url)
    assert parsed.port is not None
    return parsed.host, parsed.port


Told = tuple[int, dict[str, str], bytes]
"""Status, headers, body."""


class Wire:
    """A connection to write bytes on, one answer after the other."""

    def __init__(self, url: str) -> None:
        self._socket = socket.create_connection(address(url), timeout=10)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb")

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._socket.close()

    def send(self, *segments: bytes) -> None:
        for each in segments:
            self._socket.sendall(each)

    def send_end(self) -> None:
        """Says that nothing more comes."""
        self._socket.shutdown(socket.SHUT_WR)

    def answer(self) -> Told:
        status = int(self._file.readline().split()[1])
        headers = {}
        while (line := self._file.readline().decode("latin-1").strip()) != "":
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        return status, headers, self._file.read(int(headers.get("content-length", 0)))

    def answers(self) -> list[Told]:
        """All until the connection ends."""
        found = []
        while self._file.peek(1):
            found.append(self.answer())
        return found

    def begun(self) -> bool:
        """Whether an answer begins to come, which stays unread."""
        return bool(select.select([self._socket], [], [], 10)[0])

    def closed(self) -> bool:
        try:
            return self._file.read(1) == b""
        except ConnectionResetError:
            return True


def request(line: str, headers: dict[str, str], content: bytes = b"", **more: str) -> bytes:
    given = {"Host": "emulator.test"} | headers | {name.replace("_", "-"): value for name, value in more.items()}
    if content and "Transfer-Encoding" not in given:
        given["Content-Length"] = str(len(content))
    head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return f"{line}\r\n{head}\r\n".encode() + content


def stuck(url: str, sent: bytes) -> socket.socket:
    """A client that asks for more than fits anywhere, and reads nothing of it."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(address(url))
    client.settimeout(0.2)
    with suppress(OSError):
        for _ in range(3000):
            client.sendall(sent)
    return client


def left(client: socket.socket, seconds: float = 15) -> bool:
    """Whether the server gives up a client that reads nothing, within so many seconds."""
    waiting = select.poll()
    waiting.register(client, 0)  # errors and ends are told unasked
    return bool(waiting.poll(seconds * 1000))
