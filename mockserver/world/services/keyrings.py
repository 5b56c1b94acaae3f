"""The keys that tokens are signed with: packaged ones, and those that this server made.

Everybody has the packaged ones, which is fine where everybody may read all keys anyway. A server that keeps its data or
has an admin token signs with its own alone, and takes nothing that the packaged ones have signed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from mockserver.core import meta
from mockserver.core.engine import Tx
from mockserver.core.named import Named
from mockserver.core.values import frozen
from mockserver.world.services.spares import Spares

if TYPE_CHECKING:  # what JWTs need takes long to import, and few servers read a state file
    from mockserver.core.stored import Flaws
    from mockserver.world.jwt import Key

PACKAGED: Final[Named[Callable[[], Key]]] = Named("mockserver.world.jwt:packaged")
MOST: Final = 20
"""Keys of one ring; what older ones have signed is not accepted any more. The platform says nothing of how many."""
GENERATE: Final[Named[Callable[[str], Key]]] = Named("mockserver.world.jwt:generate")


@frozen
class Trust:
    """``packaged``: whether this server takes the packaged keys."""

    packaged: bool = True


@frozen
class Keyring:
    """Keys for one kind of token, stored under ``name``, which has to end as ``meta.KEYS`` says.

    ``generate`` makes a key of an id, which begins with ``prefix``.
    """

    name: str
    packaged: Named[Callable[[], Key]]
    generate: Named[Callable[[str], Key]]
    prefix: str = ""

    def all(self, tx: Tx) -> list[Key]:
        """Every private key that is accepted, the one in use last; none where the first one is still to be made."""
        made = self._made(tx)
        return [self.packaged.get()(), *made] if tx.parts.of(Trust).packaged else made

    def current(self, tx: Tx) -> Key:
        """The key to sign with, made now if there is none; needs a transaction."""
        keys = self.all(tx)
        return keys[-1] if keys else self.rotate(tx)

    def none_yet(self, tx: Tx) -> bool:
        """Whether the next token needs a new key."""
        return not tx.parts.of(Trust).packaged and not self._made(tx)

    def rotate(self, tx: Tx) -> Key:
        """Make a new key, and sign with it from now on; what the last ``MOST`` have signed stays good."""
        kid = f"{self.prefix}{tx.ids.guid()}"
        spare = tx.parts.of(Spares).take(kid) if self.generate is GENERATE else None
        made = spare or self.generate.get()(kid)
        meta.put(tx.connection, self.name, json.dumps([*self._made(tx), made][-MOST:]))
        return made

    def _made(self, tx: Tx) -> list[Key]:
        found: list[Key] = json.loads(meta.get(tx.connection, self.name) or "[]")
        return found


def flaws(name: str, keys: tuple[Key, ...]) -> Flaws:
    """What is no key among those that a state file has under this name."""
    if not keys:
        return
    from mockserver.world import jwt

    for index, key in enumerate(keys):
        if not jwt.is_private(key):
            yield (name, index), "is no private RSA or P-256 key"
