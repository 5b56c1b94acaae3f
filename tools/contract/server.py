"""Servers to ask, each with the packaged world."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import yaml

from tools.contract.spec import Json


@contextmanager
def serving(*options: str) -> Iterator[str]:
    """The URL of a server of its own, whose tokens expire when its clock is moved."""
    usual = ("--port", "0", "--access-log", "off", "--token-clock", "emulator")
    command = [sys.executable, "-m", "mockserver", "serve", *usual, *options]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("VIPPS_MOCKSERVER_")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:  # noqa: S603
        try:
            found = (re.search(r"VIPPS_BASE_URL='(\S+)'", line) for line in process.stdout or ())
            address = next(filter(None, found), None)
            if address is None:
                raise SystemExit("the server did not start")
            yield address[1]
        finally:
            process.terminate()


def packaged_world() -> Json:
    """Merchants, sales units, customers and partners that a new server has."""
    command = [sys.executable, "-m", "mockserver", "world", "--format", "json"]
    return yaml.safe_load(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603
