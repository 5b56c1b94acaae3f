"""Lets the scenarios of a server decide about requests before they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.types import Receive, Send

from mockserver.scenarios.scenarios import Scenarios
from mockserver.web.http import Answer

if TYPE_CHECKING:
    from mockserver.web.operations import Api, Call, Operation
    from mockserver.web.runtime import Runtime
    from mockserver.web.staged import Staged


class ScenarioStager:
    """Stages what rules and the fault header say. Most servers have no rules, and never learn what one is."""

    def __init__(self, scenarios: Scenarios) -> None:
        self._scenarios = scenarios

    @property
    def engaged(self) -> bool:
        """Whether there is any rule to look at."""
        return self._scenarios.rules.engaged

    async def stage(self, runtime: Runtime, api: Api, operation: Operation, call: Call) -> Staged | None:
        """What is decided about this request; None when nothing is. Waits, where it is to be held back."""
        from mockserver.scenarios.staging import faulty, staging

        staged = staging.stage(self._scenarios, runtime, api, operation, call)
        if staged is not None and await faulty.hold_back(staged, self._scenarios.pause):
            call.view = None
        return staged

    def afterwards(self, runtime: Runtime, api: Api, call: Call, answer: Answer) -> Answer:
        """What becomes of an operation's own answer."""
        from mockserver.scenarios.staging import staging

        return staging.afterwards(runtime, api, call, answer)

    async def send(self, staged: Staged, answer: Answer, receive: Receive, send: Send) -> None:
        """Send the answer of a request that something was decided about."""
        from mockserver.scenarios.staging import faulty

        await faulty.send_broken(staged, answer, receive, send, self._scenarios.pause)
