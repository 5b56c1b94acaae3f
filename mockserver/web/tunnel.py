"""CONNECT: a client that takes this server for its proxy asks for one of the names that the server plays.

The same connection then speaks TLS, to ourselves: nothing is ever passed on to anybody.
"""

import asyncio
import re
from ssl import SSLContext
from typing import Final

from mockserver.core.values import frozen

PORT: Final = 443
GREETING: Final = 10.0
"""Seconds that a client has to agree on TLS."""
FAREWELL: Final = 1.0
"""Seconds that a client has to say goodbye over TLS, which many never do."""
_TARGET: Final = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+)):([0-9]{1,5})", re.ASCII)
_LONGEST: Final = 100
"""Characters of what somebody asked for that an answer repeats."""


@frozen
class Tunnels:
    """Where CONNECT leads: to ``names`` (lower case) at port 443, over TLS of this ``context``."""

    names: tuple[str, ...]
    context: SSLContext

    def flaw(self, target: str) -> str | None:
        """Why there is no way to a host and port, in one line; None when there is."""
        found = _TARGET.fullmatch(target.lower())
        if found is not None and (found[1] or found[2]) in self.names and int(found[3]) == PORT:
            return None
        shown = "".join(each if "!" <= each <= "~" else "?" for each in target)[:_LONGEST]
        return f"This proxy leads to {' and '.join(self.names)} at port {PORT} only, not to {shown}"


class _Early(asyncio.Protocol):
    """Holds what comes between the end of the greeting and the protocol that it is for."""

    def __init__(self) -> None:
        self.held: list[bytes] = []
        self.ended = False

    def data_received(self, data: bytes) -> None:
        self.held.append(data)

    def eof_received(self) -> None:
        self.ended = True


async def secure(
    transport: asyncio.Transport, context: SSLContext, seconds: float
) -> tuple[asyncio.Transport, list[bytes]] | None:
    """Speak TLS on a connection from now on: its new transport, and what has come already.

    None when the client did not agree within ``seconds``, or has gone; the connection is closed then.
    """
    early = _Early()
    try:
        secured = await asyncio.get_running_loop().start_tls(
            transport,
            early,
            context,
            server_side=True,
            ssl_handshake_timeout=seconds,
            ssl_shutdown_timeout=FAREWELL,
        )
    except OSError:
        return None
    if secured is None or transport.is_closing() or early.ended:
        transport.abort()
        return None
    return secured, early.held
