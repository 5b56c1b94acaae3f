"""Requests to merchants: bounded in time and size, without redirects, to allowed hosts only."""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mockserver.core.background import Making
from mockserver.core.clock import stopwatch
from mockserver.core.detours import Detour, around
from mockserver.core.fetching import Errand, MerchantUnreachable, NoConnection
from mockserver.core.urls import on_the_wire
from mockserver.core.values import frozen
from mockserver.webhooks.signature import target_of

if TYPE_CHECKING:
    import httpx

TIMEOUT = 10.0
"""Seconds for the whole of a request and its answer (webhooks guide; for shipping our choice)."""
CONNECTING = 5.0
"""Seconds of them in which there has to be a connection."""
LARGEST_ANSWER = 256 * 1024
"""Bytes."""
_IDLE_CONNECTIONS = 200


@frozen
class Answer:
    """What came back; ``body`` is shortened where it is only looked at."""

    status: int
    body: bytes


@frozen
class Sent:
    """One request for the journal: ``status`` 0 when there was no answer, ``body`` then says why.

    ``duration`` in microseconds of real time.
    """

    url: str
    headers: dict[str, str]
    request: bytes
    status: int
    body: bytes
    errand: Errand
    duration: int


@frozen
class Reach:
    """Where requests may go: ``allowed_hosts`` empty means anywhere.

    ``detours`` say where to connect for hosts that this machine cannot look up; they have to be allowed all the same.
    ``trust``: a file of certificate authorities to trust in place of the usual ones, or False to trust everybody.
    """

    allowed_hosts: frozenset[str] = frozenset()
    trust: Path | bool = True
    detours: tuple[Detour, ...] = ()

    def check(self, url: str) -> None:
        """Raise MerchantUnreachable for a host that is not allowed; the URL is as it goes over the wire."""
        host = urlsplit(url).hostname or ""
        if self.allowed_hosts and host not in self.allowed_hosts:
            raise MerchantUnreachable(f"the host {host} is not on the list of allowed hosts")

    def context(self) -> ssl.SSLContext:
        """How TLS is checked."""
        if isinstance(self.trust, Path):
            return ssl.create_default_context(cafile=self.trust)
        context = ssl.create_default_context()
        if not self.trust:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


class Outgoing:
    """Sends to merchants. ``record`` is told of every request but webhooks, which are written down as attempts.

    ``inside``: ASGI applications of this process, by the origin under which they are reached without a network.
    """

    def __init__(self, reach: Reach, record: Callable[[Sent], None], inside: Mapping[str, Any] | None = None) -> None:
        self._reach = reach
        self._inside = inside or {}
        self._record = record
        self._clients: dict[str | None, httpx.AsyncClient] = {}
        self._library = Making(import_module)
        self._trusted = Making[None, ssl.SSLContext](lambda _: reach.context())

    async def __call__(self, url: str, headers: dict[str, str], body: bytes, errand: Errand) -> Answer:
        """POST once and tell the journal what for; raises MerchantUnreachable."""
        start = stopwatch()

        def record(answer: Answer) -> None:
            duration = (stopwatch() - start) // 1000
            self._record(Sent(url, headers, body, answer.status, answer.body, errand, duration))

        try:
            answer = await self.post(url, headers, body)
        except MerchantUnreachable as error:
            record(Answer(0, str(error).encode()))
            raise
        record(answer)
        return answer

    async def post(self, url: str, headers: dict[str, str], body: bytes, *, look: int | None = None) -> Answer:
        """POST once, to the byte where the URL says; raises MerchantUnreachable, NoConnection where nothing was sent.

        ``look``: read no more than so many bytes of the answer, instead of taking a large one for an error.
        """
        address = on_the_wire(url)
        self._reach.check(address)
        httpx = await self._library.get("httpx")
        extensions: dict[str, Any] = {"target": target_of(address).encode()}
        detour, name = around(address, self._reach.detours), None
        if detour is not None:
            parts = urlsplit(address)
            name = parts.hostname
            headers, address = {"Host": parts.netloc} | headers, detour
            extensions["sni_hostname"] = name
        client = await self.open(name)
        try:
            async with (
                asyncio.timeout(TIMEOUT),
                client.stream("POST", address, headers=headers, content=body, extensions=extensions) as response,
            ):
                return Answer(response.status_code, await _read(response, look))
        except TimeoutError as error:
            raise MerchantUnreachable(f"no answer within {TIMEOUT:.0f} seconds") from error
        except httpx.ConnectTimeout as error:
            raise NoConnection(f"no connection within {CONNECTING:.0f} seconds") from error
        except httpx.ConnectError as error:
            raise NoConnection(f"{url}: {error}") from error
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise MerchantUnreachable(f"{url}: {str(error) or type(error).__name__}") from error

    async def open(self, name: str | None = None) -> "httpx.AsyncClient":
        """The client that sends, made when it is first needed; one for each ``name`` on a detour.

        Two names may lead to one address, and a connection over TLS is for the name that it was made for.
        """
        httpx, context = await self._library.get("httpx"), await self._trusted.get(None)
        client = self._clients.get(name)
        if client is None:
            # Whoever sends bounds what is in the air: to wait for a connection would count against a request's time.
            limits = httpx.Limits(max_connections=None, max_keepalive_connections=_IDLE_CONNECTIONS)
            client = self._clients[name] = httpx.AsyncClient(
                timeout=httpx.Timeout(None, connect=CONNECTING),  # the other limit is on the whole of a request
                follow_redirects=False,
                trust_env=False,
                verify=context,
                limits=limits,
                headers={"User-Agent": "vipps-mockserver", "Accept": "*/*"},
                mounts={
                    origin: httpx.ASGITransport(app=app, raise_app_exceptions=False)
                    for origin, app in self._inside.items()
                },
            )
        return client

    async def close(self) -> None:
        """Close what is open."""
        clients, self._clients = [*self._clients.values()], {}
        for client in clients:
            await client.aclose()


async def _read(response: "httpx.Response", look: int | None) -> bytes:
    received = bytearray()
    async for chunk in response.aiter_raw() if look is not None else response.aiter_bytes():
        received += chunk
        if look is not None and len(received) >= look:
            return bytes(received[:look])
        if len(received) > LARGEST_ANSWER:
            raise MerchantUnreachable("the merchant's answer is too large")
    return bytes(received)
