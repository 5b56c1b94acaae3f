"""One request to a merchant: bounded in time and size, without redirects, to allowed hosts only."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mockserver.services.shipping import MerchantUnreachable

if TYPE_CHECKING:
    import httpx

logger = logging.getLogger(__name__)

TIMEOUT = 10.0
"""Seconds, as for webhooks."""
LARGEST_ANSWER = 256 * 1024
"""Bytes."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """One request for the journal: ``status`` 0 when there was no answer, ``body`` then says why."""

    url: str
    headers: dict[str, str]
    request: bytes
    status: int
    body: bytes


class Outgoing:
    """Sends to merchants. ``allowed_hosts`` empty means any; ``record`` is told of every request."""

    def __init__(self, allowed_hosts: tuple[str, ...], record: Callable[[Sent], None]) -> None:
        self._allowed = frozenset(host.lower() for host in allowed_hosts)
        self._record = record
        self._client: httpx.AsyncClient | None = None

    async def __call__(self, url: str, headers: dict[str, str], body: bytes) -> Answer:
        """POST once; raises MerchantUnreachable."""
        try:
            answer = await self._post(url, headers, body)
        except MerchantUnreachable as error:
            self._record(Sent(url, headers, body, 0, str(error).encode()))
            raise
        self._record(Sent(url, headers, body, answer.status, answer.body))
        return answer

    async def _post(self, url: str, headers: dict[str, str], body: bytes) -> Answer:
        import httpx

        host = (urlsplit(url).hostname or "").lower()
        if self._allowed and host not in self._allowed:
            raise MerchantUnreachable(f"the host {host} is not on the list of allowed hosts")
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False, trust_env=False)
        try:
            async with self._client.stream("POST", url, headers=headers, content=body) as response:
                received = bytearray()
                async for chunk in response.aiter_bytes():
                    received += chunk
                    if len(received) > LARGEST_ANSWER:
                        raise MerchantUnreachable("the merchant's answer is too large")
                return Answer(response.status_code, bytes(received))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise MerchantUnreachable(f"{url}: {str(error) or type(error).__name__}") from error

    async def close(self) -> None:
        """Close what is open."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None
