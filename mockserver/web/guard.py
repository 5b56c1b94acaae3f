"""By which names control API and pages are found, and whose pages may send them something.

A page of a stranger reaches a server on this machine in two ways: it sends requests whose answers it cannot read, or it
lets its own name lead here, after which a browser takes both for one site. The first gives itself away by its Origin,
which browsers send along, the second by its Host. Emulated APIs ask for keys, and are there under whatever name.
"""

import ipaddress
import re
from hmac import compare_digest
from typing import Final

from starlette.types import Scope

from mockserver.core.values import frozen
from mockserver.web.origin import Origins

NOBODYS: Final = ("localhost", "local", "internal", "test")
"""Top-level names that no stranger can own (RFC 6761, 6762, and ICANN's for private use)."""
_AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::[0-9]{1,5})?", re.ASCII)
_LONGEST = 100
"""Characters of what somebody sent that an answer repeats."""


@frozen
class Stranger:
    """Why a request is not let in: a status, and a sentence or two for people."""

    status: int
    title: str
    reason: str


@frozen
class Guard:
    """``names`` (lower case): the server's own, besides those that no stranger can have.

    ``trusted``: other origins whose pages may send requests.
    """

    origins: Origins
    names: frozenset[str] = frozenset()
    trusted: frozenset[str] = frozenset()

    def stranger(self, scope: Scope, *, visited: bool = False) -> Stranger | None:
        """What is wrong with a request's Host, Origin or Sec-Fetch-Site; None when nothing is.

        ``visited``: other sites may link to what it asks for, and show it as a picture.
        """
        wrong = self._wrong_name(scope) or self._wrong_origin(scope)
        return wrong if wrong or (visited and scope["method"] in ("GET", "HEAD")) else self._wrong_site(scope)

    def origin(self, scope: Scope) -> str:
        """What addresses begin with that others are told of; empty for who asks under a name that is not our own.

        A caller of an API may send any Host, and somebody else would follow it.
        """
        headers = dict(scope["headers"])
        _, sent = self.origins.asked_for(scope, headers)
        known = self.origins.public_url or self._is_own(sent.decode("latin-1").lower())
        return self.origins.of(scope, headers) if known else ""

    def _wrong_name(self, scope: Scope) -> Stranger | None:
        if sum(name == b"host" for name, _ in scope["headers"]) > 1:
            return Stranger(400, "Bad Request", "The header Host stands more than once")
        _, sent = self.origins.asked_for(scope, dict(scope["headers"]))
        # Without a name there is none to be led astray by: HTTP/1.0, which no browser speaks.
        if not sent or self._is_own(sent.decode("latin-1").lower()):
            return None
        name = re.sub(r":[0-9]+$", "", _shown(sent))
        reason = f"This is not a server for {name}. If the name is its own, list it in the setting own_names"
        return Stranger(421, "Misdirected Request", reason)

    def _is_own(self, authority: str) -> bool:
        found = _AUTHORITY.fullmatch(authority)
        if found is None:
            return False
        name = found[1].strip("[]").removesuffix(".")
        return name in self.names or "." not in name or name.rpartition(".")[2] in NOBODYS or _is_address(name)

    def _wrong_origin(self, scope: Scope) -> Stranger | None:
        for name, value in scope["headers"]:
            if name == b"origin" and not self._trusts(scope, value.decode("latin-1").lower()):
                reason = f"Pages of {_shown(value)} may not use this. If you trust them, list it in the setting "
                return Stranger(403, "Forbidden", reason + "trusted_origins")
        return None

    def _trusts(self, scope: Scope, origin: str) -> bool:
        if origin in self.trusted:
            return True
        headers = dict(scope["headers"])
        scheme, host = self.origins.asked_for(scope, headers)
        own = host.decode("latin-1").lower()
        # Behind a proxy that ends TLS and is not on the list of trusted ones, only the browser knows of https.
        address = self.origins.of(scope, headers).removesuffix(self.origins.prefix(scope, headers)).lower()
        return origin in {f"{scheme}://{own}", f"https://{own}", address}

    def _wrong_site(self, scope: Scope) -> Stranger | None:
        headers = dict(scope["headers"])
        trusted = headers.get(b"origin", b"").decode("latin-1").lower() in self.trusted
        if trusted or headers.get(b"sec-fetch-site", b"none") in (b"none", b"same-origin"):
            return None
        return Stranger(403, "Forbidden", "Pages of other sites may not use this")


def is_bearer(authorization: str, token: str) -> bool:
    """Whether an Authorization header bears this token."""
    scheme, _, given = authorization.partition(" ")
    return scheme.lower() == "bearer" and compare_digest(given.strip().encode(), token.encode())


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _shown(sent: bytes) -> str:
    return "".join(each if "!" <= each <= "~" else "?" for each in sent.decode("latin-1"))[:_LONGEST]
