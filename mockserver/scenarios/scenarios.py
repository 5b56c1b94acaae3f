"""The scenarios of a server: rules, packaged profiles, and the words of both."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from mockserver.core.background import in_background
from mockserver.scenarios.rulebook import Profiles, Rulebook

if TYPE_CHECKING:  # Most servers have no rules, and start without learning what one is.
    from mockserver.scenarios.domain.vocabulary import Vocabulary

Pause = Callable[[float], Awaitable[None]]
"""Waits for so many seconds of real time; raises Stopping when the server is being stopped."""


class Scenarios:
    """``rules`` in force, packaged ``profiles``, the ``vocabulary`` of both, and how to wait."""

    def __init__(self, rules: Rulebook, profiles: Profiles, vocabulary: Callable[[], Vocabulary], pause: Pause) -> None:
        self.rules = rules
        self.profiles = profiles
        self.pause = pause
        self._vocabulary = vocabulary

    @property
    def vocabulary(self) -> Vocabulary:
        """What rules can say here."""
        return self._vocabulary()

    async def learnt(self) -> Vocabulary:
        """The same, put together in a thread, for requests that may be the first to ask: it names every operation."""
        return await in_background(self._vocabulary)
