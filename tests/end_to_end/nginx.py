"""nginx in front of a server, below a path."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tools.framing.proxy import installed

_CONFIGURATION = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log crit;
events {{ worker_connections 100; }}
http {{
  access_log off; underscores_in_headers on;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port};
    location / {{ return 418 "outside of the emulator"; }}
    location {prefix}/ {{
      proxy_pass {to};
      {headers}
    }}
  }}
}}
"""
_HEADERS = """
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Host $http_host;
      proxy_set_header X-Forwarded-Prefix {prefix};
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port: int = held.getsockname()[1]
        return port


@contextmanager
def below(prefix: str, folder: Path, url: str, port: int, *, stripped: bool, telling: bool) -> Iterator[None]:
    """nginx listens on ``port`` and passes on what is below ``prefix`` to ``url``.

    ``stripped``: without the prefix. ``telling``: with what was asked for in headers.
    """
    program = installed()
    if program is None:
        pytest.skip("nginx is not installed")
    headers = _HEADERS.format(prefix=prefix) if telling else ""
    to = f"{url}/" if stripped else url
    file = folder / "nginx.conf"
    file.write_text(_CONFIGURATION.format(folder=folder, port=port, prefix=prefix, to=to, headers=headers))
    with subprocess.Popen([program, "-p", str(folder), "-c", str(file)], stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(port, process)
            yield
        finally:
            process.terminate()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            process.poll()
        else:
            return
    raise AssertionError("nginx did not start")
