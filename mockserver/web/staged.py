"""What is decided about a request before it runs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from mockserver.web.http import Answer
from mockserver.world.services.access import Caller

T = TypeVar("T")


@dataclass(slots=True)
class Staged:
    """One request's fate; ``rule`` is None for what the request asked for itself.

    ``early``: the answer without looking at the request; ``instead``: the answer in place of the operation's own,
    kept for the idempotency key like any other. ``chosen`` is what was chosen, for whoever knows its class. ``draw``
    is what chance it needs, ``limited`` gives the caller without what was taken away.
    """

    rule: str | None
    outcome: str
    draw: Callable[[], float]
    chosen: object = None
    early: Answer | None = None
    instead: Answer | None = None
    limited: Callable[[Caller], Caller] = field(default=lambda caller: caller)

    @property
    def trace(self) -> tuple[str | None, str]:
        """What the journal says of it."""
        return self.rule, self.outcome

    def choice(self, kind: type[T]) -> T | None:
        """What was chosen, if it is of this class."""
        return self.chosen if isinstance(self.chosen, kind) else None
