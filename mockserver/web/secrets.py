"""Secrets that the world has, which are taken out of what people read wherever they stand."""

from mockserver.core.engine import Tx
from mockserver.web.redaction import pieces
from mockserver.world.services import world

_MOST = 10_000
"""Clients whose secrets are looked for."""


class _Known:
    """What of the world's secrets can be told in a text, until somebody changes."""

    def __init__(self) -> None:
        self.pieces: frozenset[str] | None = None

    def clear(self) -> None:
        """Forget them."""
        self.pieces = None


def known(tx: Tx) -> frozenset[str]:
    """All that can be told in a text as a secret of the world, or a part of one."""
    remembered = tx.memory.of(_Known)
    if remembered.pieces is None:
        remembered.pieces = frozenset(piece for secret in world.secrets(tx, _MOST) for piece in pieces(secret))
    return remembered.pieces
