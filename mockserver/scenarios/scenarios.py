"""The scenarios of a server: rules, packaged profiles, and what they do to requests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from starlette.types import Receive, Send

from mockserver.scenarios.rulebook import Profiles, Rulebook
from mockserver.web.http import Answer

if TYPE_CHECKING:  # Most servers have no rules, and start without learning what one is.
    from mockserver.scenarios.domain.vocabulary import Vocabulary
    from mockserver.web.operations import Api, Call, Operation
    from mockserver.web.runtime import Runtime
    from mockserver.web.staged import Staged

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

    @property
    def engaged(self) -> bool:
        """Whether there is any rule to look at."""
        return self.rules.engaged

    async def stage(self, runtime: Runtime, api: Api, operation: Operation, call: Call) -> Staged | None:
        """What is decided about this request; None when nothing is. Waits, where it is to be held back."""
        from mockserver.scenarios.staging import faulty, staging

        staged = staging.stage(self, runtime, api, operation, call)
        if staged is not None:
            await faulty.hold_back(staged, self.pause)
        return staged

    def afterwards(self, runtime: Runtime, api: Api, call: Call, answer: Answer) -> Answer:
        """What becomes of an operation's own answer."""
        from mockserver.scenarios.staging import staging

        return staging.afterwards(runtime, api, call, answer)

    async def send(self, staged: Staged, answer: Answer, receive: Receive, send: Send) -> None:
        """Send the answer of a request that something was decided about."""
        from mockserver.scenarios.staging import faulty

        await faulty.send_broken(staged, answer, receive, send, self.pause)
