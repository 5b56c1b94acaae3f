"""How one product order goes."""

from mockserver.core.values import frozen
from mockserver.world.domain.order_policy import AnswerRule, Decision, HoldReason, OrderPolicy


@frozen
class OrderChoice:
    """How one product order goes; None leaves it to the merchant's policy. In seconds of the clock."""

    decision: Decision
    hold: HoldReason | None = None
    processing: float | None = None
    acts_after: float | None = None
    answer: AnswerRule | None = None
    review: float | None = None

    def over(self, policy: OrderPolicy) -> OrderPolicy:
        """The policy with this choice on top."""
        return OrderPolicy(
            self.decision,
            policy.processing if self.processing is None else self.processing,
            self.hold or policy.hold,
            policy.acts_after if self.acts_after is None else self.acts_after,
            policy.signs_with_rights,
            self.answer or policy.answer,
            policy.review if self.review is None else self.review,
        )

    def __str__(self) -> str:
        return f"order {self.decision}"
