"""nginx in front of the emulator's protocol: what comes through it, and which requests it sent."""

import asyncio
import re
import shutil
from asyncio.subprocess import DEVNULL
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from socket import create_server
from tempfile import TemporaryDirectory
from typing import Any

from uvicorn.server import ServerState

from mockserver.web.protocol import HttpProtocol
from tools.framing.seen import Request, Seen, configuration, target_of
from tools.framing.streams import Stream

_CONFIGURATION = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log crit;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 1000; client_header_timeout 200ms; client_body_timeout 200ms; lingering_close off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  upstream emulator {{ server 127.0.0.1:{backend}; keepalive 16; }}
  proxy_http_version 1.1; proxy_ignore_client_abort on; proxy_set_header Connection "";
  proxy_set_header X-Sent "$connection $connection_requests";
  server {{ listen 127.0.0.1:{buffering}; location / {{ proxy_pass http://emulator; }} }}
  server {{ listen 127.0.0.1:{streaming}; proxy_request_buffering off; location / {{ proxy_pass http://emulator; }} }}
}}
"""
_REFUSED = re.compile(rb"HTTP/1\.1 [45]\d\d ")


def installed() -> str | None:
    """Where nginx is, if it is there."""
    return shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")


class Behind:
    """What the application behind nginx got: by the name of the stream, in the order in which nginx sent it."""

    def __init__(self, ports: tuple[int, int]) -> None:
        self._ports = ports
        self._got: dict[str, list[tuple[int, Request]]] = defaultdict(list)
        self.smuggled: list[Request] = []
        """Requests that nginx does not know of."""

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        """Write a request down."""
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message["body"]
            more = message["more_body"]
        request = (scope["method"], target_of(scope), body)
        tags = [value for name, value in scope["headers"] if name == b"x-sent"]
        if len(tags) == 1:
            self._got[request[1].split("/")[1]].append((int(tags[0].split()[1]), request))
        else:
            self.smuggled.append(request)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    async def sees(self, stream: Stream) -> Seen:
        """What comes through nginx of a stream; every second one goes through without being collected first."""
        port = self._ports[hash(stream.content) % 2]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        answers = b""
        try:
            for segment in stream.segments:
                writer.write(segment)
                await writer.drain()
                await asyncio.sleep(0)
            answers = await reader.read(-1)
        except ConnectionError:
            answers = b"HTTP/1.1 400 "
        finally:
            writer.close()
        got = [request for _, request in sorted(self._got.pop(stream.name, []))]
        return Seen(got, refused=_REFUSED.search(answers) is not None)


def _free_ports(count: int) -> list[int]:
    held = [create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports


@asynccontextmanager
async def nginx(program: str) -> AsyncIterator[Behind]:
    """nginx with this protocol behind it, while the context lasts."""
    buffering, streaming = _free_ports(2)
    behind = Behind((buffering, streaming))
    config = configuration(behind.app)
    state = ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: HttpProtocol(config=config, server_state=state, app_state={}), "127.0.0.1", 0
    )
    with TemporaryDirectory() as folder:
        backend = server.sockets[0].getsockname()[1]
        file = Path(folder) / "nginx.conf"
        file.write_text(_CONFIGURATION.format(folder=folder, backend=backend, buffering=buffering, streaming=streaming))
        process = await asyncio.create_subprocess_exec(program, "-p", folder, "-c", str(file), stderr=DEVNULL)
        try:
            await _up(process, buffering)
            yield behind
        finally:
            process.terminate()
            await process.wait()
            server.close()
            for each in list(state.connections):
                each.transport.abort()


async def _up(process: asyncio.subprocess.Process, port: int) -> None:
    while process.returncode is None:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionError:
            await asyncio.sleep(0.01)
        else:
            writer.close()
            return
    raise RuntimeError("nginx did not start")
