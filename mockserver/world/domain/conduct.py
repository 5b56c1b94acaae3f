"""How the customer of a payment behaves when nobody plays it: a persona's habit, or what a scenario rule chose."""

from enum import StrEnum
from typing import Final

from mockserver.core.exact import EXACT
from mockserver.core.values import frozen


class DeclineReason(StrEnum):
    """Why an attempt to approve fails. The first seven have a magic amount."""

    INSUFFICIENT_FUNDS = "insufficient-funds"
    REFUSED_BY_ISSUER = "refused-by-issuer"
    SUSPECTED_FRAUD = "suspected-fraud"
    WITHDRAWAL_LIMIT = "withdrawal-limit-exceeded"
    EXPIRED_CARD = "expired-card"
    INVALID_CARD = "invalid-card"
    THREE_D_SECURE = "3-d-secure-denied"
    NO_CARDS = "no-cards"
    BLOCKED_SOURCE = "blocked-source"
    PAYMENT_LIMIT = "payment-limit-exceeded"

    @property
    def sentence(self) -> str:
        """The reason as the customer, and the detail of a failed force approve, read it."""
        return _SENTENCES[self]


_SENTENCES = {
    DeclineReason.INSUFFICIENT_FUNDS: "There is not enough money on the account",
    DeclineReason.REFUSED_BY_ISSUER: "The card was refused by its issuer",
    DeclineReason.SUSPECTED_FRAUD: "The payment was stopped: suspected fraud",
    DeclineReason.WITHDRAWAL_LIMIT: "The withdrawal limit of the card is exceeded",
    DeclineReason.EXPIRED_CARD: "The card has expired",
    DeclineReason.INVALID_CARD: "The card is not valid",
    DeclineReason.THREE_D_SECURE: "The 3-D Secure check was denied",
    DeclineReason.NO_CARDS: "The customer has no card",
    DeclineReason.BLOCKED_SOURCE: "The merchant does not take this kind of card",
    DeclineReason.PAYMENT_LIMIT: "The amount is above the customer's limit",
}


class PaymentBehaviour(StrEnum):
    """What a customer does when asked to pay."""

    BY_HAND = "by-hand"
    """Waits for somebody to act on the page or by a call."""
    APPROVES = "approves"
    DECLINES = "declines"
    """Every attempt fails."""
    SECOND_TRY = "second-try"
    """The first attempt fails, the second one succeeds."""
    PENDING = "pending"
    """Approves, and the result is unknown for a time."""
    CANCELS = "cancels"
    IGNORES = "ignores"
    NO_CONSENT = "no-consent"
    """Refuses to share its profile: approves only what asks for none."""
    UNKNOWN = "unknown"
    """Is no user of the app, whatever the world says."""

    @property
    def meaning(self) -> str:
        """What the README says of it."""
        return MEANINGS[self]

    @property
    def acts(self) -> bool:
        """Whether something comes of it by itself."""
        return self not in _IDLE

    @property
    def concerns_bank(self) -> bool:
        """Whether force approve, which asks the bank and no customer, can end so."""
        return self in _BANK


MEANINGS: Final = {
    PaymentBehaviour.BY_HAND: "waits until somebody acts for the customer, on the page or by a call",
    PaymentBehaviour.APPROVES: "approves, whatever a magic amount says",
    PaymentBehaviour.DECLINES: "tries, and fails for `decline_reason`; every later attempt fails too",
    PaymentBehaviour.SECOND_TRY: "fails once for `decline_reason`, and approves the next time",
    PaymentBehaviour.PENDING: "approves, but the result is unknown for an hour",
    PaymentBehaviour.CANCELS: "cancels: the payment is `ABORTED`",
    PaymentBehaviour.IGNORES: "does nothing: the payment times out",
    PaymentBehaviour.NO_CONSENT: "shares nothing: a payment with `profile.scope` is `ABORTED`, any other approved",
    PaymentBehaviour.UNKNOWN: "is not a user of the app (7010)",
}
_IDLE = frozenset({PaymentBehaviour.BY_HAND, PaymentBehaviour.IGNORES, PaymentBehaviour.UNKNOWN})
_BANK = frozenset(PaymentBehaviour) - {
    PaymentBehaviour.BY_HAND,
    PaymentBehaviour.CANCELS,
    PaymentBehaviour.IGNORES,
    PaymentBehaviour.NO_CONSENT,
}

LONGEST_DELAY: Final = 366 * 86_400
"""Seconds."""
USUAL_PENDING: Final = 3_600
"""Seconds."""


@frozen
class Conduct:
    """A behaviour with its details: ``delay`` before each step and ``pending``, in seconds of the clock.

    ``rule`` names the scenario rule that chose it: then the bank does as it is told too, whatever cards say.
    """

    __pydantic_config__ = EXACT

    behaviour: PaymentBehaviour = PaymentBehaviour.BY_HAND
    delay: float = 0
    reason: DeclineReason = DeclineReason.REFUSED_BY_ISSUER
    pending: float = USUAL_PENDING
    rule: str | None = None

    def __str__(self) -> str:
        return f"payment {self.behaviour}"

    def refusal(self, failed_before: bool) -> DeclineReason | None:
        """Why the next attempt fails, if it does; ``failed_before``: one has failed already."""
        match self.behaviour:
            case PaymentBehaviour.DECLINES:
                return self.reason
            case PaymentBehaviour.SECOND_TRY if not failed_before:
                return self.reason
        return None
