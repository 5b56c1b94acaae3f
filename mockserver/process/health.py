"""Asks a server whether it is up; imports next to nothing, since a container asks every few seconds."""

import os
import socket
import time

_PATIENCE = 5.0
"""Seconds."""


def is_up(url: str, wait: float) -> bool:
    """Whether a server answers at ``http://host:port``, asked again for ``wait`` seconds."""
    host, _, port = url.removeprefix("http://").rpartition(":")
    end = time.monotonic() + wait
    while True:
        try:
            if _answers(host.strip("[]"), int(port)):
                return True
        except (OSError, ValueError, OverflowError):
            pass
        if time.monotonic() >= end:
            return False
        time.sleep(0.05)


def url_by_environment(prefix: str = "VIPPS_MOCKSERVER_", settings_file: str = "vipps-mockserver.toml") -> str | None:
    """Where a server is when environment variables alone say so, without reading all settings; None: read them."""
    host = os.environ.get(prefix + "HOST") or "127.0.0.1"
    port = os.environ.get(prefix + "PORT") or "8080"
    more = os.environ.get(prefix + "CONFIG") or os.path.exists(settings_file)  # noqa: PTH110 - pathlib takes 15 ms
    if more or ":" in host or not port.isdecimal():
        return None
    return f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104 - how to reach it


def _answers(host: str, port: int) -> bool:
    with socket.create_connection((host, port), timeout=_PATIENCE) as connection:
        connection.sendall(b"GET /_mock/health HTTP/1.0\r\nHost: localhost\r\n\r\n")
        with connection.makefile("rb") as answer:
            words = answer.readline(100).split()
    return len(words) > 1 and words[0].startswith(b"HTTP/1.") and words[1] == b"200"
