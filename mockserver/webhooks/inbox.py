"""Inboxes: what a built-in webhook receiver keeps, in memory and within bounds, since anybody may send to it."""

from collections import deque
from dataclasses import dataclass, field

from mockserver.core.errors import Malformed, NotFound, Violation
from mockserver.core.values import frozen
from mockserver.webhooks.signature import Finding

MOST_INBOXES = 100
MOST_MESSAGES = 500
"""Of one inbox; the oldest go first."""
LONGEST_BODY = 64 * 1024
"""Bytes of a message that are kept."""
LONGEST_HEADERS = 16 * 1024
"""Bytes of its headers that are kept."""
LARGEST = 16 * 1024 * 1024
"""Bytes of all messages of all inboxes; the oldest of the fullest inbox go first."""
_OVERHEAD = 1024
"""Bytes that a message is counted for besides what came."""


@frozen
class Behaviour:
    """How an inbox answers: with which status, after how many seconds of real time, or not at all."""

    status: int = 204
    delay: float = 0
    hang: bool = False


@frozen
class Message:
    """What arrived ``at`` (milliseconds since 1970, UTC), as bytes; ``headers`` as the journal packs them.

    ``cut`` names the parts that are not whole.
    """

    at: int
    headers: bytes
    body: bytes
    findings: tuple[Finding, ...]
    cut: tuple[str, ...] = ()

    @staticmethod
    def of(at: int, headers: bytes, body: bytes, findings: list[Finding]) -> "Message":
        """What is kept of a message."""
        too_long = (("headers", len(headers) > LONGEST_HEADERS), ("body", len(body) > LONGEST_BODY))
        cut = tuple(part for part, is_long in too_long if is_long)
        return Message(at, headers[:LONGEST_HEADERS], body[:LONGEST_BODY], tuple(findings), cut)

    @property
    def size(self) -> int:
        """Bytes that it is counted for."""
        return _OVERHEAD + len(self.headers) + len(self.body)


@dataclass(slots=True)
class Inbox:
    """One address: how it answers, what arrived, and of how many bytes that is.

    ``owned``: whoever may use the control API has asked for it.
    """

    behaviour: Behaviour = field(default_factory=Behaviour)
    messages: deque[Message] = field(default_factory=deque)
    size: int = 0
    owned: bool = False

    def add(self, message: Message) -> None:
        """Keep a message."""
        self.messages.append(message)
        self.size += message.size
        if len(self.messages) > MOST_MESSAGES:
            self.drop()

    def drop(self) -> None:
        """Let the oldest message go."""
        self.size -= self.messages.popleft().size


class Inboxes:
    """All inboxes of a server, made when they are first used."""

    def __init__(self) -> None:
        self._inboxes: dict[str, Inbox] = {}

    def clear(self) -> None:
        """Forget all of them."""
        self._inboxes.clear()

    def of_owner(self, name: str) -> Inbox:
        """The inbox of this name, for who may use the control API; raises Malformed for a bad name or one too many."""
        inbox = self._find(name) or self._make(name, wanted=True)
        inbox.owned = True
        return inbox

    def of_sender(self, name: str, *, wanted: bool, open_to_all: bool) -> Inbox:
        """The inbox for a message; raises Malformed for a bad name or one too many, NotFound where strangers make none.

        ``wanted``: a webhook is registered for it. ``open_to_all``: anybody may make an inbox by sending to it.
        """
        inbox = self._find(name)
        if inbox is not None:
            return inbox
        if not wanted and not open_to_all:
            raise NotFound(
                f"There is no inbox {name}: GET it with the admin token, or register a webhook for it, first"
            )
        return self._make(name, wanted=wanted)

    def keep(self, inbox: Inbox, message: Message) -> None:
        """Keep a message, and let others go where there are too many bytes."""
        inbox.add(message)
        while sum(each.size for each in self._inboxes.values()) > LARGEST:
            max(self._inboxes.values(), key=lambda each: each.size).drop()

    def _find(self, name: str) -> Inbox | None:
        if not (0 < len(name) <= 64 and name.replace("-", "").replace("_", "").isalnum() and name.isascii()):
            raise Malformed([Violation("name", "1 to 64 letters, digits, hyphens and underscores")])
        return self._inboxes.get(name)

    def _make(self, name: str, *, wanted: bool) -> Inbox:
        if len(self._inboxes) >= MOST_INBOXES:
            oldest = next((each for each, inbox in self._inboxes.items() if not inbox.owned), None)
            if oldest is None or not wanted:
                raise Malformed([Violation("name", f"There are {MOST_INBOXES} inboxes already: delete one")])
            del self._inboxes[oldest]
        made = self._inboxes[name] = Inbox()
        return made

    def remove(self, name: str) -> None:
        """Forget one; raises NotFound."""
        if self._inboxes.pop(name, None) is None:
            raise NotFound(f"There is no inbox {name[:64]}")
