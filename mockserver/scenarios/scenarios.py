"""The scenarios of a server: rules, packaged profiles, and the words of both."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from mockserver.scenarios.rulebook import Profiles, Rulebook

if TYPE_CHECKING:  # Most servers have no rules, and start without learning what one is.
    from mockserver.scenarios.domain.vocabulary import Vocabulary

Pause = Callable[[float], Awaitable[None]]
"""Waits for so many seconds of real time; the one place where the server does."""


class Scenarios:
    """``rules`` in force, ``profiles`` that are packaged, and the ``vocabulary`` that both are written in."""

    def __init__(self, rules: Rulebook, profiles: Profiles, vocabulary: Callable[[], Vocabulary]) -> None:
        self.rules = rules
        self.profiles = profiles
        self.pause: Pause = asyncio.sleep
        self._vocabulary = vocabulary

    @property
    def vocabulary(self) -> Vocabulary:
        """What rules can say here."""
        return self._vocabulary()
