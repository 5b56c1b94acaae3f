"""Receivers of webhooks inside the test process, in place of what the outbox sends with."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from mockserver.apis.epayment.domain.events import NAMES
from mockserver.core.fetching import MerchantUnreachable
from mockserver.webhooks.delivery.outgoing import Answer
from tests.harness import Emulator

URL = "https://shop.example.com/hook"
PAYMENT = sorted(NAMES.values())


@dataclass
class Received:
    """One delivery as it left the server."""

    url: str
    headers: dict[str, str]
    body: bytes

    @property
    def content(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.body)
        return content

    @property
    def step(self) -> tuple[str, str]:
        """The reference and the event's short name."""
        return self.content["reference"], self.content["name"]


@dataclass
class Receivers:
    """Answers for every address; ``answer`` gives a status, None for no answer at all."""

    received: list[Received] = field(default_factory=list)
    answer: Callable[[Received], int | None] = lambda received: 200
    gates: dict[str, asyncio.Event] = field(default_factory=dict)

    async def post(
        self, url: str, headers: dict[str, str], body: bytes, *, target: str | None = None, look: int | None = None
    ) -> Answer:
        received = Received(url, headers, body)
        self.received.append(received)
        if url in self.gates:
            await self.gates[url].wait()
        await asyncio.sleep(0)
        status = self.answer(received)
        if status is None:
            raise MerchantUnreachable("nobody is there")
        return Answer(status, b"answered")

    @property
    def steps(self) -> list[tuple[str, str]]:
        return [each.step for each in self.received]

    def of(self, reference: str) -> list[str]:
        """The names of the events of one payment, as they came."""
        return [name for each, name in self.steps if each == reference]


def receivers_of(emulator: Emulator) -> Receivers:
    """Takes the place of the network."""
    receivers = Receivers()
    senders: Any = emulator.server.runtime.outbox
    senders.outbox._outgoing = receivers
    return receivers


def register(
    emulator: Emulator, url: str = URL, events: list[str] | None = None, msn: str = "123456"
) -> dict[str, str]:
    """The id and secret of a new registration, by default for all events of payments."""
    content = {"url": url, "events": PAYMENT if events is None else events}
    answer = emulator.request("POST", "/webhooks/v1/webhooks", headers=emulator.headers(msn), json=content)
    assert answer.status_code == 201, answer.text
    made: dict[str, str] = answer.json()
    return made


def settle(emulator: Emulator) -> None:
    """Everything that is due is tried."""
    assert emulator.control("POST", "/webhooks/settle").status_code == 200


def deliveries(emulator: Emulator, query: str = "") -> list[dict[str, Any]]:
    """The oldest first."""
    answer = emulator.control("GET", f"/webhooks/deliveries{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["deliveries"]
    return found[::-1]


def registration(emulator: Emulator, id_: str) -> dict[str, Any] | None:
    """As the control API shows it."""
    found = emulator.control("GET", "/webhooks").json()["webhooks"]
    return next((each for each in found if each["id"] == id_), None)


@contextmanager
def listening(
    loop: asyncio.AbstractEventLoop,
    answer: bytes | None,
    cut: bool = False,
) -> Iterator[tuple[str, list[bytes]]]:
    """A server on loopback that gives every request this answer, or none; its origin and the requests."""
    requests: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
            )
            requests.append(head + await reader.readexactly(length))
            if answer is not None:
                writer.write(answer)
                await writer.drain()
            elif not cut:
                await reader.read()
        finally:
            writer.close()

    server = loop.run_until_complete(asyncio.start_server(serve, "127.0.0.1", 0))
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", requests
    finally:
        server.close()
        loop.run_until_complete(server.wait_closed())
