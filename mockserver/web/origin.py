"""Under which name a client reached the server: addresses in answers follow it."""

import ipaddress
import re
from dataclasses import field
from functools import lru_cache
from urllib.parse import urlsplit

from starlette.types import Scope

from mockserver.core.urls import prefix_flaw
from mockserver.core.values import frozen

_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")


@frozen
class Origins:
    """Finds the origin of a request.

    ``public_url``, which may have a path, wins over everything. X-Forwarded-Proto, X-Forwarded-Host and
    X-Forwarded-Prefix count from ``trusted_proxies`` (networks) only. ``fallback`` serves a request whose Host header
    is no host.
    """

    fallback: str
    public_url: str | None = None
    trusted_proxies: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = field(default=())

    def of(self, scope: Scope, headers: dict[bytes, bytes]) -> str:
        """What addresses begin with: scheme, host and port, and the prefix; without a slash at the end."""
        if self.public_url:
            return self.public_url
        scheme, host = self.asked_for(scope, headers)
        return (_origin(scheme, host) or self.fallback) + self.prefix(scope, headers)

    @property
    def have_prefixes(self) -> bool:
        """Whether requests may come below a prefix."""
        return bool(_path(self.public_url) if self.public_url else self.trusted_proxies)

    def prefix(self, scope: Scope, headers: dict[bytes, bytes]) -> str:
        """The path that everything stands below for this client, as in /vipps; empty where there is none."""
        if self.public_url:
            return _path(self.public_url)
        if not self.trusted_proxies or b"x-forwarded-prefix" not in headers or not self._trusted(scope):
            return ""
        prefix = headers[b"x-forwarded-prefix"].split(b",")[0].strip().rstrip(b"/").decode("latin-1")
        return prefix if prefix_flaw(prefix) is None else ""

    def asked_for(self, scope: Scope, headers: dict[bytes, bytes]) -> tuple[str, bytes]:
        """Scheme and host (with the port, as sent) that the client asked for, whatever ``public_url`` says."""
        host, scheme = headers.get(b"host", b""), scope["scheme"]
        if self.trusted_proxies and self._trusted(scope):
            host = headers.get(b"x-forwarded-host", host).split(b",")[0].strip()
            forwarded = headers.get(b"x-forwarded-proto", b"").split(b",")[0].strip().lower()
            scheme = forwarded.decode("latin-1") if forwarded in (b"http", b"https") else scheme
        return scheme, host

    def _trusted(self, scope: Scope) -> bool:
        try:
            peer = ipaddress.ip_address((scope.get("client") or ("",))[0])
        except ValueError:
            return False
        return any(peer in network for network in self.trusted_proxies)


@lru_cache(maxsize=256)
def _origin(scheme: str, host: bytes) -> str | None:
    name = host.decode("latin-1")
    return f"{scheme}://{name}" if _HOST.fullmatch(name) else None


@lru_cache(maxsize=8)
def _path(url: str) -> str:
    return urlsplit(url).path
