"""Running the server: listen, say where and with which keys, stop in good order."""

import gc
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from mockserver.domain.world import World
from mockserver.settings import Settings
from mockserver.welcome import banner

_BACKLOG = 2048


class CannotListen(Exception):
    """The address cannot be listened on; the message is one line for the user."""


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, banner: str) -> None:
        super().__init__(config)
        self._banner = banner

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
        if self.started:
            print(self._banner, flush=True)  # noqa: T201 - what the start command is for


def run(settings: Settings, world: World | None) -> None:
    """Serve until interrupted; raises CannotListen, StoreError."""
    from mockserver.app import build

    with _listen(settings) as listener:
        port = listener.getsockname()[1]
        settings = settings.model_copy(update={"port": port})
        server = build(settings, world)
        config = uvicorn.Config(
            server.app,
            lifespan="on",
            ws="none",
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=10,
        )
        _spare_the_collector()
        _Server(config, banner(settings, server.runtime.engine.first_plain_world)).run(sockets=[listener])


def _spare_the_collector() -> None:
    # What is loaded now stays for ever, and the rest lives in SQLite: full collections would find nothing. One before
    # that would find a thousand objects, and take a tenth of the start.
    gc.freeze()
    gc.enable()
    gc.set_threshold(50_000, 20, 50)


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except (OSError, UnicodeError) as error:
        listener.close()
        raise CannotListen(f"cannot listen on {settings.host} port {settings.port}: {error}") from error
    listener.listen(_BACKLOG)
    return listener
