"""What signatures need, before the first request that may need it."""

from functools import partial
from importlib import import_module

from mockserver.core.background import Making, in_background
from mockserver.core.engine import Engine
from mockserver.world.services.spares import Spares
from mockserver.world.services.tokens import KEYS

_KINDS = 2
"""Access tokens and id tokens."""


class Signing:
    """Whether it is there: a library that takes as long to load as hundreds of requests, and maybe a new key."""

    def __init__(self) -> None:
        self.ready = False
        self._library = Making(import_module)

    async def prepare(self, engine: Engine) -> None:
        """Get it, in threads."""
        jwt = await self._library.get("mockserver.world.jwt")
        for key in KEYS.all(engine.reading())[-1:]:
            await in_background(partial(jwt.load, key))
        if KEYS.none_yet(engine.reading()):
            await engine.parts.of(Spares).fill(_KINDS)
        self.ready = True
