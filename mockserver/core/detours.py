"""Where to connect for a name that only others can look up, as curl's ``--connect-to`` says it."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from mockserver.core.values import frozen

_HOST = r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]\s/@?#]*)"
_FORM = re.compile(rf"{_HOST}:(\d{{0,5}}):{_HOST}:(\d{{0,5}})")
_PORTS = {"http": 80, "https": 443}


@frozen
class Detour:
    """What is meant for ``host`` and ``port`` goes to ``to_host`` and ``to_port``.

    An empty host or None for a port is any on the left, and stays as it is on the right.
    """

    host: str
    port: int | None
    to_host: str
    to_port: int | None


def read(text: str) -> Detour:
    """A detour of the form ``HOST:PORT:HOST:PORT``, each part of which may be empty; raises ValueError."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError(
            f"{text[:100]!r} must be HOST:PORT:CONNECT-TO-HOST:CONNECT-TO-PORT, as in shop.test:80:127.0.0.1:8000"
        )
    host, port, to_host, to_port = (part.strip("[]").lower() for part in found.groups())
    if any(each and not 0 < int(each) <= 65535 for each in (port, to_port)):
        raise ValueError(f"{text[:100]!r} has a port that is none")
    if not (to_host or to_port):
        raise ValueError(f"{text[:100]!r} says nowhere to connect to")
    return Detour(host, int(port) if port else None, to_host, int(to_port) if to_port else None)


def around(url: str, detours: Iterable[Detour]) -> str | None:
    """The URL to connect to in place of this one, by the first detour that is meant for it; None for the direct way."""
    parts = urlsplit(url)
    name, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
    for each in detours:
        if each.host in ("", name) and each.port in (None, port):
            host = each.to_host or name
            return parts._replace(netloc=f"{f'[{host}]' if ':' in host else host}:{each.to_port or port}").geturl()
    return None
