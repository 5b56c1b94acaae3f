"""Inboxes: what a built-in webhook receiver keeps, in memory."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from mockserver.core.errors import Malformed, NotFound, Violation
from mockserver.core.values import frozen

MOST_INBOXES = 100
MOST_MESSAGES = 500
"""Of one inbox; the oldest go first."""


@frozen
class Behaviour:
    """How an inbox answers: with which status, after how many seconds of real time, or not at all."""

    status: int = 204
    delay: float = 0
    hang: bool = False


@dataclass(slots=True)
class Inbox:
    """One address: how it answers, and what arrived."""

    behaviour: Behaviour = field(default_factory=Behaviour)
    messages: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=MOST_MESSAGES))


class Inboxes:
    """All inboxes of a server, made when they are first used."""

    def __init__(self) -> None:
        self._inboxes: dict[str, Inbox] = {}

    def clear(self) -> None:
        """Forget all of them."""
        self._inboxes.clear()

    def of(self, name: str) -> Inbox:
        """The inbox of this name; raises Malformed for a bad name or one too many."""
        if not (0 < len(name) <= 64 and name.replace("-", "").replace("_", "").isalnum() and name.isascii()):
            raise Malformed([Violation("name", "1 to 64 letters, digits, hyphens and underscores")])
        known = self._inboxes.get(name)
        if known is None:
            if len(self._inboxes) >= MOST_INBOXES:
                raise Malformed([Violation("name", f"There are {MOST_INBOXES} inboxes already: delete one")])
            known = self._inboxes[name] = Inbox()
        return known

    def remove(self, name: str) -> None:
        """Forget one; raises NotFound."""
        if self._inboxes.pop(name, None) is None:
            raise NotFound(f"There is no inbox {name[:64]}")
