"""Running the server: listen, say where and with which keys, stop in good order."""

import asyncio
import gc
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Timer
from types import FrameType
from typing import TYPE_CHECKING, Any

import uvicorn

from mockserver.core.policy import HOSTS
from mockserver.process.greetings import Greetings
from mockserver.process.lines import drain
from mockserver.process.server import Stoppable, options
from mockserver.process.welcome import banner
from mockserver.settings import Settings, tls_names
from mockserver.web.runtime import Runtime
from mockserver.web.tunnel import Tunnels
from mockserver.world.domain.world import World
from mockserver.world.services.world import first_plain_world

if TYPE_CHECKING:
    from ssl import SSLContext

    from mockserver.tls.authority import Authority

_BACKLOG = 2048
_ASKED_TO_STOP = (signal.SIGINT, signal.SIGTERM)
_OTHER_FILES = 500
"""The store, deliveries under way, clients that are just being turned away, or have not agreed on TLS yet."""
_AT_THE_LATEST = 9.5
"""Seconds from the signal; nothing is lost then either, since the store takes the death of its process."""


class CannotListen(Exception):
    """The address cannot be listened on; the message is one line for the user."""


class _Server(Stoppable):
    """``secured``: a second socket, for TLS."""

    def __init__(
        self,
        config: uvicorn.Config,
        runtime: Runtime,
        banner: str,
        secured: "tuple[socket.socket, SSLContext] | None" = None,
    ) -> None:
        super().__init__(config, runtime)
        self._banner = banner
        self._secured = secured

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop in good order when asked to, and call that a success: uvicorn's own way ends by the signal."""
        before = {each: signal.signal(each, self.handle_exit) for each in _ASKED_TO_STOP}
        yield
        if not self.should_exit:
            for each, handler in before.items():
                signal.signal(each, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop, in time even when something blocks everything; a second signal ends the process at once."""
        super().handle_exit(sig, frame)
        for each in _ASKED_TO_STOP:
            signal.signal(each, signal.SIG_DFL)
        watchdog = Timer(_AT_THE_LATEST, _end)
        watchdog.daemon = True
        watchdog.start()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._secured is not None:
            self._secure(*self._secured)
        if self.started:
            print(self._banner, flush=True)  # noqa: T201 - what the start command is for

    def _secure(self, listener: socket.socket, context: "SSLContext") -> None:
        # What uvicorn does for each of its sockets, which are either all plain or all TLS.
        protocol: Any = self.config.http_protocol_class

        def connected() -> asyncio.Protocol:
            made: asyncio.Protocol = protocol(
                config=self.config, server_state=self.server_state, app_state=self.lifespan.state
            )
            return made

        greetings: Any = Greetings(listener, context, connected)  # is closed as they are, and asked for nothing else
        self.servers.append(greetings)


def run(settings: Settings, world: World | None) -> None:
    """Serve until interrupted; raises CannotListen, StoreError."""
    from mockserver.app import build

    with ExitStack() as stack:
        listener = stack.enter_context(_listen(settings.host, settings.port))
        settings = settings.model_copy(update={"port": listener.getsockname()[1]})
        authority, secured, tunnels = None, None, None
        if settings.tls:
            secure = stack.enter_context(_listen(settings.host, settings.tls_port))
            settings = settings.model_copy(update={"tls_port": secure.getsockname()[1]})
            authority, context = _authority(settings)
            secured = (secure, context)
            tunnels = Tunnels((*HOSTS, *settings.tls_names), context)
        server = build(settings, world, authority=authority.pem if authority else None)
        settings = settings.model_copy(update={"max_connections": _room(settings.max_connections)})
        config = uvicorn.Config(
            server.app,
            log_level="warning",
            headers=[("Keep-Alive", f"timeout={settings.idle_timeout}")],
            **options(settings, tunnels),
        )
        spare_the_collector()
        trusted = str(authority.path) if authority else None
        said = banner(settings, first_plain_world(server.runtime.engine.reading()), trusted)
        _Server(config, server.runtime, said, secured).run(sockets=[listener])


def _room(connections: int) -> int:
    """Have the system allow as many open files as so many connections need; gives how many there is room for."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return connections
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed == resource.RLIM_INFINITY or allowed >= connections + _OTHER_FILES:
        return connections
    wanted = connections + _OTHER_FILES
    allowed = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))
    room = min(connections, allowed - min(_OTHER_FILES, allowed // 2))
    if room < connections:
        told = f"max_connections: {room} instead of {connections}, as the system allows {allowed} open files"
        print(f"vipps-mockserver: {told}", file=sys.stderr)  # noqa: T201
    return room


def _end() -> None:
    print("vipps-mockserver: something blocks the stop, so the process ends without it", file=sys.stderr)  # noqa: T201
    drain()
    os._exit(1)


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


def spare_the_collector() -> None:
    """Collect garbage as a process does that does nothing but serve."""
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
