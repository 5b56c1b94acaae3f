"""Running the server: listen, say where and with which keys, stop in good order."""

import asyncio
import gc
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any

import uvicorn

from mockserver.process.welcome import banner
from mockserver.settings import Settings, tls_names
from mockserver.web.upgrade import HttpProtocol
from mockserver.world.domain.world import World
from mockserver.world.services.world import first_plain_world

if TYPE_CHECKING:
    from ssl import SSLContext

    from mockserver.tls.authority import Authority

_BACKLOG = 2048
_FAREWELL = 1
"""Seconds that a client has to say goodbye over TLS, which many never do."""


class CannotListen(Exception):
    """The address cannot be listened on; the message is one line for the user."""


class _Server(uvicorn.Server):
    """``secured``: a second socket, for TLS."""

    def __init__(
        self, config: uvicorn.Config, banner: str, secured: "tuple[socket.socket, SSLContext] | None" = None
    ) -> None:
        super().__init__(config)
        self._banner = banner
        self._secured = secured

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop in good order when asked to, and call that a success: uvicorn's own way ends by the signal."""
        asked = (signal.SIGINT, signal.SIGTERM)
        before = [signal.signal(each, self.handle_exit) for each in asked]
        yield
        for each, handler in zip(asked, before, strict=True):
            signal.signal(each, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._secured is not None:
            await self._secure(*self._secured)
        if self.started:
            with suppress(BrokenPipeError):  # whoever read has seen enough
                print(self._banner, flush=True)  # noqa: T201 - what the start command is for

    async def _secure(self, listener: socket.socket, context: "SSLContext") -> None:
        # What uvicorn does for each of its sockets, which are either all plain or all TLS.
        protocol: Any = self.config.http_protocol_class

        def connected() -> asyncio.Protocol:
            made: asyncio.Protocol = protocol(
                config=self.config, server_state=self.server_state, app_state=self.lifespan.state
            )
            return made

        server = await asyncio.get_running_loop().create_server(
            connected, sock=listener, ssl=context, ssl_shutdown_timeout=_FAREWELL, backlog=_BACKLOG
        )
        self.servers.append(server)


def run(settings: Settings, world: World | None) -> None:
    """Serve until interrupted; raises CannotListen, StoreError."""
    from mockserver.app import build

    with ExitStack() as stack:
        listener = stack.enter_context(_listen(settings.host, settings.port))
        settings = settings.model_copy(update={"port": listener.getsockname()[1]})
        authority, secured = None, None
        if settings.tls:
            secure = stack.enter_context(_listen(settings.host, settings.tls_port))
            settings = settings.model_copy(update={"tls_port": secure.getsockname()[1]})
            authority, context = _authority(settings)
            secured = (secure, context)
        server = build(settings, world, authority=authority.pem if authority else None)
        config = uvicorn.Config(
            server.app,
            lifespan="on",
            http=HttpProtocol,
            ws="none",
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=settings.idle_timeout,
            headers=[("Keep-Alive", f"timeout={settings.idle_timeout}")],
            timeout_graceful_shutdown=10,
        )
        _spare_the_collector()
        trusted = str(authority.path) if authority else None
        _Server(config, banner(settings, first_plain_world(server.runtime.engine.reading()), trusted), secured).run(
            sockets=[listener]
        )


def _authority(settings: Settings) -> "tuple[Authority, SSLContext]":
    from mockserver.core.clock import wall_clock
    from mockserver.tls.authority import BadAuthority, find_or_make
    from mockserver.tls.context import Certificates
    from mockserver.tls.places import folder

    names = tls_names(settings)
    try:
        authority = find_or_make(folder(settings.tls_dir, settings.data), names, wall_clock())
        return authority, Certificates(authority, names).context()
    except BadAuthority as error:
        raise CannotListen(str(error)) from error


def _spare_the_collector() -> None:
    # What is loaded now stays for ever, and the rest lives in SQLite: full collections would find nothing. One before
    # that would find a thousand objects, and take a tenth of the start.
    gc.freeze()
    gc.enable()
    gc.set_threshold(50_000, 20, 50)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, UnicodeError) as error:
        listener.close()
        raise CannotListen(f"cannot listen on {host} port {port}: {error}") from error
    listener.listen(_BACKLOG)
    return listener
