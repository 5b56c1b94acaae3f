"""What a listening socket needs to speak TLS, with a certificate that never gets old.

Clients look at the real time, so this does too, wherever the emulator's clock stands.
"""

import logging
import ssl
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from mockserver.core.clock import wall_clock
from mockserver.tls.authority import Authority, BadAuthority, Leaf

logger = logging.getLogger(__name__)

_TRY_AGAIN = 60_000
"""Milliseconds."""


class Certificates:
    """Gives every connection a certificate for ``names`` that is valid for days yet; ``now`` in ms since 1970 (UTC)."""

    def __init__(self, authority: Authority, names: tuple[str, ...], now: Callable[[], int] = wall_clock) -> None:
        self._authority = authority
        self._names = names
        self._now = now
        self._current, self._renew_at = self._issue()

    def context(self) -> ssl.SSLContext:
        """For a listening socket, as long as it is there."""
        context = self._current
        context.sni_callback = self._choose
        return context

    def _choose(self, connection: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
        if self._now() >= self._renew_at:
            self._renew()
        connection.context = self._current

    def _renew(self) -> None:
        try:
            self._current, self._renew_at = self._issue()
        except (BadAuthority, OSError) as error:
            # The old one is good for days.
            logger.error("the certificate cannot be renewed: %s", error)
            self._renew_at = self._now() + _TRY_AGAIN

    def _issue(self) -> tuple[ssl.SSLContext, int]:
        leaf = self._authority.issue(self._names, self._now())
        return _context(leaf), leaf.renew_at


def _context(leaf: Leaf) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    # The library takes files only; this one is there for a moment, in a directory that only we can enter.
    with TemporaryDirectory(prefix="vipps-mockserver-") as folder:
        file = Path(folder) / "leaf.pem"
        file.write_bytes(leaf.pem)
        context.load_cert_chain(file)
    return context
