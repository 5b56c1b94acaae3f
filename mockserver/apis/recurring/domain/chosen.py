"""What scenario rules choose for single agreements and charges."""

from enum import StrEnum

from mockserver.apis.recurring.domain.charge import FailureReason
from mockserver.core.exact import EXACT
from mockserver.core.values import frozen


class Answer(StrEnum):
    """What a customer does when asked to accept an agreement."""

    BY_HAND = "by-hand"
    ACCEPTS = "accepts"
    REJECTS = "rejects"
    IGNORES = "ignores"

    @property
    def acts(self) -> bool:
        """Whether something comes of it by itself."""
        return self in (Answer.ACCEPTS, Answer.REJECTS)


@frozen
class AgreementConduct:
    """How an agreement goes: the ``answer`` (None: as the customer always does) after ``delay`` seconds.

    ``stops_after``: the customer stops it when so many charges have gone through; ``leaves_after``: then the customer
    deletes its profile. ``maximum`` is what the customer chooses for VARIABLE pricing, in minor units. ``phone`` is
    whose app was asked.
    """

    __pydantic_config__ = EXACT

    answer: Answer | None
    delay: float = 0
    stops_after: int | None = None
    maximum: int | None = None
    phone: str | None = None
    leaves_after: int | None = None

    def __str__(self) -> str:
        return f"agreement {self.answer}"


class ChargeBehaviour(StrEnum):
    """What the bank does with the attempts of a charge."""

    SUCCEEDS = "succeeds"
    FAILS = "fails"
    """Every attempt."""
    RECOVERS = "recovers"
    """The first attempts fail, then one succeeds."""
    PENDING = "pending"
    """It is processed for a time, and then succeeds."""


@frozen
class ChargeConduct:
    """A behaviour with the ``reason`` of failed attempts, how many of them fail (``attempts``), and ``pending``, in
    seconds."""

    __pydantic_config__ = EXACT

    behaviour: ChargeBehaviour
    reason: FailureReason = FailureReason.USER_ACTION_REQUIRED
    attempts: int = 1
    pending: float = 3600

    def __str__(self) -> str:
        return f"charge {self.behaviour}"

    def refusal(self, failed: int) -> FailureReason | None:
        """Why the next attempt fails, if it does, after so many that failed."""
        if self.behaviour is ChargeBehaviour.FAILS:
            return self.reason
        recovering = self.behaviour is ChargeBehaviour.RECOVERS and failed < self.attempts
        return self.reason if recovering else None
