"""Clients that come over TLS and say nothing keep nobody out, and are not many at a time."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mockserver.core.clock import wall_clock
from mockserver.process.greetings import Greetings
from mockserver.tls.authority import Authority, find_or_make
from mockserver.tls.context import Certificates
from tests.tls.handshakes import client

NAMES = ("localhost",)


class Greeter(asyncio.Protocol):
    """Says hello to whoever has agreed on TLS."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(b"hello")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return find_or_make(Path(tmp_path_factory.mktemp("tls")), NAMES, wall_clock())


@contextlib.asynccontextmanager
async def served(authority: Authority, most: int) -> AsyncIterator[tuple[Greetings, int]]:
    listener = socket.create_server(("127.0.0.1", 0), backlog=200)
    context = Certificates(authority, NAMES).context()
    greetings = Greetings(listener, context, Greeter, most=most, patience=0.1)
    try:
        yield greetings, listener.getsockname()[1]
    finally:
        greetings.close()


async def hello(authority: Authority, port: int) -> bytes:
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=client(authority), server_hostname="localhost"
    )
    said = await reader.readexactly(5)
    writer.close()
    return said


def test_silent_clients_are_few_and_keep_nobody_out(authority: Authority) -> None:
    async def run() -> None:
        async with served(authority, most=5) as (greetings, port):
            silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(30)]
            async with asyncio.timeout(8):
                answers = [asyncio.create_task(hello(authority, port)) for _ in range(8)]
                while not all(each.done() for each in answers):
                    assert len(greetings) <= 5
                    await asyncio.sleep(0.01)
            assert {each.result() for each in answers} == {b"hello"}
            for each in silent:
                each.close()

    asyncio.run(run())


def test_many_at_once_are_all_served_when_they_agree(authority: Authority) -> None:
    async def run() -> None:
        async with served(authority, most=3) as (_, port), asyncio.timeout(20):
            assert set(await asyncio.gather(*(hello(authority, port) for _ in range(40)))) == {b"hello"}

    asyncio.run(run())


def test_a_close_sends_silent_clients_away(authority: Authority) -> None:
    async def run() -> None:
        async with served(authority, most=5) as (greetings, port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.sleep(0.1)
            assert len(greetings) == 1
            greetings.close()
            async with asyncio.timeout(2):
                with contextlib.suppress(ssl.SSLError, ConnectionError):
                    assert await reader.read() == b""
            await asyncio.sleep(0.05)
            assert not len(greetings)
            writer.close()

    asyncio.run(run())
