"""From the headers of a call to its caller, remembered for as long as nothing changes."""

from mockserver.core.engine import Tx
from mockserver.core.policy import Environment
from mockserver.web.http import text
from mockserver.world.services.access import Access, Audience, Caller, Credentials
from mockserver.world.services.directory import directory

_MOST = 10_000
_Key = tuple[bytes | None, bytes | None, bytes | None, Audience, Environment]


class Callers:
    """Remembers callers by their headers: a token's signature and the keys need not be checked every time."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._known: dict[_Key, Caller] = {}
        self._version = -1

    def of(self, tx: Tx, headers: dict[bytes, bytes], audience: Audience = Audience.UNIT) -> Caller:
        """The caller of an operation for this audience; raises AccessDenied or Forbidden."""
        if directory(tx).version != self._version:
            self.clear()
            self._version = directory(tx).version
        key = (
            headers.get(b"authorization"),
            headers.get(b"ocp-apim-subscription-key"),
            headers.get(b"merchant-serial-number"),
            audience,
            tx.policy.environment,
        )
        caller = self._known.get(key)
        if caller is not None and caller.expires_at * 1000 > tx.token_at:
            return caller
        caller = self._access.authenticate(tx, credentials(headers), audience)
        if len(self._known) >= _MOST:
            self._known.clear()
        if directory(tx).version == self._version:
            self._known[key] = caller
        return caller

    def clear(self) -> None:
        """Forget everybody."""
        self._known.clear()


def credentials(headers: dict[bytes, bytes]) -> Credentials:
    """The three headers that say who calls."""
    return Credentials(
        text(headers, b"authorization"),
        text(headers, b"ocp-apim-subscription-key"),
        text(headers, b"merchant-serial-number"),
    )
