"""Connections over TLS: so many clients at a time may take their time to agree on it; more of them wait to be accepted.

Without that, whoever connects and says nothing would cost memory and open files, and count as no connection.
"""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from ssl import SSLContext
from typing import Final

from mockserver.web.tunnel import FAREWELL, GREETING

MOST_GREETINGS: Final = 150
"""Clients that have come and not agreed on TLS yet; they are among the files that connections leave room for."""
_PATIENCE: Final = 0.5
"""Seconds in which one of that many must have agreed or gone, or all of them keep others out, and are sent away."""
_OUT_OF_FILES: Final = 0.1
"""Seconds until the next one is accepted, when the system has no file for it."""


class Greetings:
    """Accepts connections of ``listener``, and gives each that agrees on TLS a protocol, ``made`` for it."""

    def __init__(
        self,
        listener: socket.socket,
        context: SSLContext,
        made: Callable[[], asyncio.Protocol],
        *,
        most: int = MOST_GREETINGS,
        patience: float = _PATIENCE,
    ) -> None:
        self._listener = listener
        self._context = context
        self._made = made
        self._most = most
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        self._greeted: dict[asyncio.Task[None], socket.socket] = {}
        listener.setblocking(False)
        self._accepting = self._loop.create_task(self._accept())

    def __len__(self) -> int:
        return len(self._greeted)

    def close(self) -> None:
        """Accept nobody any more, and send those away who have not agreed on TLS yet."""
        self._accepting.cancel()
        self._send_away()
        self._listener.close()

    async def _accept(self) -> None:
        while True:
            try:
                client, _ = await self._loop.sock_accept(self._listener)
            except OSError:  # the client is gone already, or no file is left
                await asyncio.sleep(_OUT_OF_FILES)
                continue
            greeting = self._loop.create_task(self._greet(client))
            self._greeted[greeting] = client
            greeting.add_done_callback(self._greeted.pop)
            while len(self._greeted) >= self._most:
                await self._make_room()

    async def _make_room(self) -> None:
        greeted = tuple(self._greeted)
        done, _ = await asyncio.wait(greeted, timeout=self._patience, return_when=asyncio.FIRST_COMPLETED)
        if not done:
            self._send_away()
            await asyncio.wait(greeted)

    def _send_away(self) -> None:
        # Their transports see that nothing more comes; a task that is cancelled would not close them in every Python.
        for client in self._greeted.values():
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)

    async def _greet(self, client: socket.socket) -> None:
        with suppress(OSError):
            await self._loop.connect_accepted_socket(
                self._made,
                client,
                ssl=self._context,
                ssl_handshake_timeout=GREETING,
                ssl_shutdown_timeout=FAREWELL,
            )
