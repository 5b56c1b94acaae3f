"""Under which name a client reached the server: addresses in answers follow it."""

import ipaddress
import re
from dataclasses import field
from functools import lru_cache

from starlette.types import Scope

from mockserver.core.values import frozen

_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")


@frozen
class Origins:
    """Finds the origin of a request.

    ``public_url`` wins over everything. X-Forwarded-Proto and X-Forwarded-Host count from ``trusted_proxies``
    (networks) only. ``fallback`` serves a request whose Host header is no host.
    """

    fallback: str
    public_url: str | None = None
    trusted_proxies: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = field(default=())

    def of(self, scope: Scope, headers: dict[bytes, bytes]) -> str:
        """Scheme, host and port, without a slash at the end."""
        if self.public_url:
            return self.public_url
        scheme, host = self.asked_for(scope, headers)
        return _origin(scheme, host) or self.fallback

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
