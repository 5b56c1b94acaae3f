"""Running the server: listen, say where and with which keys, stop in good order."""

import gc
import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from mockserver.domain.world import World
from mockserver.settings import Settings

_BACKLOG = 2048
_ANY = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - how to reach a server that listens everywhere


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

    listener = _listen(settings)
    port = listener.getsockname()[1]
    settings = settings.model_copy(update={"port": port})
    server = build(settings, world)
    config = uvicorn.Config(
        server.app,
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=10,
    )
    _spare_the_collector()
    _Server(config, banner(settings, server.world)).run(sockets=[listener])


def _spare_the_collector() -> None:
    # What is loaded now stays for ever, and the rest lives in SQLite: full collections would find nothing.
    gc.collect()
    gc.freeze()
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


def base_url(settings: Settings) -> str:
    """Where clients on this machine reach the server."""
    if settings.public_url:
        return settings.public_url
    host = _ANY.get(settings.host, f"[{settings.host}]" if ":" in settings.host else settings.host)
    return f"http://{host}:{settings.port}"


def client_variables(world: World, url: str) -> dict[str, str]:
    """What a client has to know to use the default sales unit."""
    unit = world.default_unit
    customer = world.default_customer(world.market_of(unit))
    return {
        "VIPPS_BASE_URL": url,
        "VIPPS_CLIENT_ID": unit.keys.client_id,
        "VIPPS_CLIENT_SECRET": unit.keys.client_secret,
        "VIPPS_SUBSCRIPTION_KEY": unit.keys.subscription_key,
        "VIPPS_MSN": unit.msn,
        "VIPPS_PHONE": customer.phone if customer else "",
    }


def banner(settings: Settings, world: World) -> str:
    """What is printed once the server listens: where, with which keys, and what to do next."""
    url = base_url(settings)
    keys = "\n".join(f"export {name}='{value}'" for name, value in client_variables(world, url).items())
    kept = f"kept in {settings.data}" if settings.data else "in memory"
    mode = f"{settings.environment} environment{', strict' if settings.strict else ''}, {kept}"
    return f"""
Vipps MobilePay emulator at {url} ({mode})

{keys}

Next: get a token      curl -X POST {url}/accesstoken/get -H "client_id: $VIPPS_CLIENT_ID" \\
                         -H "client_secret: $VIPPS_CLIENT_SECRET" \\
                         -H "Ocp-Apim-Subscription-Key: $VIPPS_SUBSCRIPTION_KEY"
      see requests     curl {url}/_mock/requests
      move the clock   curl {url}/_mock/clock/advance -d '{{"duration": "PT11M"}}'
      other keys       vipps-mockserver world --format yaml
Stop with Ctrl-C.
"""


def is_up(url: str, wait: float) -> bool:
    """Whether a server answers, asked again for ``wait`` seconds."""
    end = time.monotonic() + wait
    while True:
        try:
            with urllib.request.urlopen(f"{url}/_mock/health", timeout=5) as answer:  # noqa: S310 - our own URL
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError, ValueError):
            if time.monotonic() >= end:
                return False
            time.sleep(0.05)
