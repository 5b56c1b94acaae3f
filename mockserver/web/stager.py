"""Who decides about requests before they run."""

from typing import Protocol

from starlette.types import Receive, Send

from mockserver.web.http import Answer
from mockserver.web.operations import Api, Call, Operation
from mockserver.web.runtime import Runtime
from mockserver.web.staged import Staged


class Stager(Protocol):
    """Decides about requests before they run."""

    @property
    def engaged(self) -> bool:
        """Whether there is anything to decide by."""
        ...

    async def stage(self, runtime: Runtime, api: Api, operation: Operation, call: Call) -> Staged | None:
        """What is decided about this request; None when nothing is. Waits, where it is to be held back."""
        ...

    def afterwards(self, runtime: Runtime, api: Api, call: Call, answer: Answer) -> Answer:
        """What becomes of an operation's own answer."""
        ...

    async def send(self, staged: Staged, answer: Answer, receive: Receive, send: Send) -> None:
        """Send the answer of a request that something was decided about."""
        ...
