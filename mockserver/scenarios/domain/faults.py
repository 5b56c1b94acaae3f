"""What can go wrong between client and platform on purpose, and whether the platform has done its work by then."""

import math
from collections.abc import Callable
from enum import StrEnum
from typing import Final

from mockserver.core.values import frozen

LONGEST: Final = 300.0
"""Seconds of real time that a fault may take."""


class FaultKind(StrEnum):
    """The faults by name."""

    STATUS = "status"
    LATENCY = "latency"
    ANSWER_LOST = "answer-lost"
    CONNECTION_CLOSED = "connection-closed"
    TRUNCATED_BODY = "truncated-body"
    MALFORMED_BODY = "malformed-body"
    SLOW_BODY = "slow-body"
    WRONG_CONTENT_TYPE = "wrong-content-type"
    TOKEN_EXPIRED = "token-expired"  # noqa: S105 - the name of a fault
    LOCKED = "locked"
    RATE_LIMITED = "rate-limited"
    GATEWAY_ERROR = "gateway-error"

    @property
    def meaning(self) -> str:
        """What the client sees."""
        return FAULTS[self]

    @property
    def moment(self) -> "Moment":
        """When it fires unless somebody says otherwise."""
        return Moment.AFTER if self in _AFTER else Moment.BEFORE


FAULTS: Final = {
    FaultKind.STATUS: "an error of this `status`, 500 by default, in the API's own shape",
    FaultKind.LATENCY: "the answer takes `seconds` longer, in real time",
    FaultKind.ANSWER_LOST: "the connection closes without an answer, after the effect",
    FaultKind.CONNECTION_CLOSED: "the connection closes without an answer",
    FaultKind.TRUNCATED_BODY: "the connection closes in the middle of the body",
    FaultKind.MALFORMED_BODY: "a body that is not JSON",
    FaultKind.SLOW_BODY: "the body comes in pieces, within `seconds` of real time",
    FaultKind.WRONG_CONTENT_TYPE: "the body as `text/html`",
    FaultKind.TOKEN_EXPIRED: "401: the access token has expired early",
    FaultKind.LOCKED: "423: another operation on the payment is in progress",
    FaultKind.RATE_LIMITED: "429 with `Retry-After` of `retry_after` seconds, 30 by default",
    FaultKind.GATEWAY_ERROR: "an error of this `status`, 503 by default, in the gateway's shape",
}
_AFTER = frozenset(
    {
        FaultKind.ANSWER_LOST,
        FaultKind.TRUNCATED_BODY,
        FaultKind.MALFORMED_BODY,
        FaultKind.SLOW_BODY,
        FaultKind.WRONG_CONTENT_TYPE,
    }
)


class Moment(StrEnum):
    """Whether a fault fires before the operation has had any effect, or after it."""

    BEFORE = "before"
    AFTER = "after"


@frozen
class Span:
    """How long something takes, in seconds: ``low`` to ``high`` evenly, or spread around ``median``.

    With a median m and a spread s, two in three times are between m / s and m * s (log-normal).
    """

    low: float = 1.0
    high: float = 1.0
    median: float | None = None
    spread: float = 2.0

    def sample(self, draw: Callable[[], float]) -> float:
        """One length; ``draw`` gives numbers from 0 to 1, evenly."""
        if self.median is None:
            return self.low if self.low == self.high else self.low + draw() * (self.high - self.low)
        normal = math.sqrt(-2 * math.log(1 - draw())) * math.cos(2 * math.pi * draw())
        return min(LONGEST, self.median * math.pow(self.spread, normal))


@frozen
class Fault:
    """One fault: ``status`` of those that have one, ``retry_after`` in seconds."""

    kind: FaultKind
    moment: Moment
    status: int = 500
    span: Span = Span()
    retry_after: int = 30

    def __str__(self) -> str:
        return f"fault {self.kind}, {self.moment} the effect"
