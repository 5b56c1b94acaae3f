"""Requests to merchants: what they are about, and what comes of them. Who sends them is told at the start."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from mockserver.core.values import frozen


class MerchantUnreachable(Exception):
    """The merchant's server gave no usable answer; the message says why, for a person to read."""


class NoConnection(MerchantUnreachable):
    """Nobody could be connected to at the merchant's address."""


class Fetched(Protocol):
    """What the merchant answered."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def body(self) -> bytes:
        """The body as it came."""
        ...


@frozen
class Errand:
    """What a request to a merchant is about, for the journal: API, operation, and whose unit and payment."""

    api: str
    operation: str
    msn: str
    reference: str | None = None


Fetch = Callable[[str, dict[str, str], bytes, Errand], Awaitable[Fetched]]
"""POSTs a body to a merchant; raises MerchantUnreachable."""


class Fetcher(Protocol):
    """Sends one request to a merchant; raises MerchantUnreachable."""

    async def __call__(self, url: str, headers: dict[str, str], body: bytes, errand: Errand) -> Fetched:
        """POST ``body`` to ``url``."""
        ...

    async def close(self) -> None:
        """Close what is open."""
        ...
