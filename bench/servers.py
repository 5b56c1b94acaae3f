"""Starts and stops the servers that are measured, each in a process of its own."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import Broken, wire

_ROOT = Path(__file__).resolve().parent.parent
_PATIENCE = 60.0
"""Seconds for a server to start."""
_POLL = 0.001


@dataclass(frozen=True, slots=True)
class Kind:
    """How to start a server (``{port}`` is filled in), and which page answers 200 once it is up."""

    name: str
    command: tuple[str, ...]
    page: str


EMULATOR = Kind("emulator", ("mockserver", "serve", "--port", "{port}"), "/_mock/health")
FLOOR = Kind("floor", ("bench.floor", "{port}"), "/health")
RECEIVER = Kind("receiver", ("bench.receiver", "{port}"), "/")
SINK = Kind("sink", ("bench.sink", "{port}"), "/")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; ``cold_start`` in seconds, from the start of the process to its first answer."""

    kind: Kind
    pid: int
    port: int
    cold_start: float

    def resident(self) -> int | None:
        """The memory that it occupies, in bytes; None where the system does not tell."""
        try:
            status = Path(f"/proc/{self.pid}/status").read_text("utf-8")
            return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) * 1024
        except OSError:
            pass
        try:
            command = ["ps", "-o", "rss=", "-p", str(self.pid)]
            return int(subprocess.run(command, capture_output=True, check=True).stdout) * 1024
        except (OSError, ValueError, subprocess.CalledProcessError):
            return None

    def processor_time(self) -> float | None:
        """The processor time that it has used so far, in seconds; None where the system does not tell."""
        try:
            stat = Path(f"/proc/{self.pid}/stat").read_text("utf-8")
        except OSError:
            return None
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running(kind: Kind) -> Iterator[Server]:
    """A server with its default settings, stopped at the end; raises Broken."""
    port = _free_port()
    command = [sys.executable, "-m", *(part.format(port=port) for part in kind.command)]
    with tempfile.TemporaryDirectory() as folder, Path(folder, "stderr").open("w+b") as log:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log
        )
        try:
            _wait(process, port, kind.page)
            yield Server(kind, process.pid, port, time.perf_counter() - start)
        except Broken as error:
            log.seek(max(0, log.seek(0, os.SEEK_END) - 2000))
            raise Broken(f"{kind.name}: {error}\n{log.read().decode(errors='replace')}") from None
        finally:
            _stop(process)


def default_headers(server: Server) -> dict[str, str]:
    """The headers of a client with the default keys and a token that this emulator has given."""
    command = [sys.executable, "-m", "mockserver", "world"]
    told = subprocess.run(
        command, cwd=tempfile.gettempdir(), env=_environment(), capture_output=True, text=True, check=True
    )
    known = dict(line.split("=", 1) for line in told.stdout.splitlines())
    key = known["VIPPS_SUBSCRIPTION_KEY"]
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/accesstoken/get",
        method="POST",
        headers={
            "client_id": known["VIPPS_CLIENT_ID"],
            "client_secret": known["VIPPS_CLIENT_SECRET"],
            "Ocp-Apim-Subscription-Key": key,
        },
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return wire.common_headers(json.load(answer)["access_token"], key, known["VIPPS_MSN"])


def _environment() -> dict[str, str]:
    # Settings of this shell must not change what is measured.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VIPPS_MOCKSERVER_")}
    # Installed packages are compiled; so are both servers here, by the first start, which does not count.
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept | {"PYTHONPATH": str(_ROOT)}


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait(process: "subprocess.Popen[bytes]", port: int, page: str) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            raise Broken("the server did not start")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE) as connection:
                connection.sendall(wire.health(page))
                if connection.recv(65536).startswith(b"HTTP/1.1 200 "):
                    return
        except OSError:
            pass
        time.sleep(_POLL)
    raise Broken(f"the server did not answer within {_PATIENCE:.0f} seconds")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
