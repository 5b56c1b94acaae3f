"""A server in a process of its own, to be tried from outside: started, killed, watched."""

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_EXPORT = re.compile(r"export (\w+)='(.*)'\n")
_LAST_LINE = "Stop with"


class Broken(Exception):
    """What must never happen has happened; the message says what."""


class Served:
    """``vipps-mockserver serve`` with these options, on a free port; what it says on standard error is kept."""

    def __init__(self, *options: str, log: Path, access_log: str = "off") -> None:
        command = [sys.executable, "-m", "mockserver", "serve", "--port", "0", "--access-log", access_log, *options]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("VIPPS_")}
        self.log = log
        with log.open("ab") as errors:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env=kept)  # noqa: S603
        self.variables: dict[str, str] = {}

    def wait(self) -> "Served":
        """Return when it serves; raises Broken when it does not start."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if found := _EXPORT.fullmatch(line):
                self.variables[found[1]] = found[2]
            if line.startswith(_LAST_LINE):
                return self
        raise Broken(f"the server does not start: {self.told()}")

    @property
    def url(self) -> str:
        """Where it is."""
        return self.variables["VIPPS_BASE_URL"]

    def told(self) -> str:
        """The end of what it said on standard error."""
        return self.log.read_text("utf-8", "replace")[-2000:]

    def kill(self) -> None:
        """End it without any chance to tidy up."""
        self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()

    def stop(self) -> None:
        """End it in good order, or by force after a while."""
        self.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(15)
        self.kill()

    def resident(self) -> int:
        """The memory that it occupies, in KiB; 0 where the system does not tell."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text("utf-8")
        except OSError:
            return 0
        return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)


@contextlib.contextmanager
def serving(*options: str, log: Path, access_log: str = "off") -> Iterator[Served]:
    """A server that is stopped at the end."""
    served = Served(*options, log=log, access_log=access_log)
    try:
        yield served.wait()
    finally:
        served.stop()
