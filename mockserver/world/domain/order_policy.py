"""What becomes of product orders when nobody decides by hand: for the whole server, or for one merchant."""

from enum import StrEnum
from typing import Final

from mockserver.core.exact import EXACT
from mockserver.core.instants import DAY
from mockserver.core.values import frozen


class HoldReason(StrEnum):
    """Why processing stops (partner signup guide: typical reasons for delays). The partner never sees it."""

    INFORMATION_MISSING = "information-missing"
    NO_PRODUCT_ORDERED = "no-product-ordered"
    SIGNATORY_WITHOUT_RIGHTS = "signatory-without-rights"
    WEBSITE_WITHOUT_TERMS = "website-without-terms"
    WEBSITE_WITHOUT_ORGANISATION_NUMBER = "website-without-organisation-number"
    PURPOSE_UNCLEAR = "purpose-unclear"
    NOT_SOLD_ON_WEBSITE = "not-sold-on-website"
    RISK_AND_COMPLIANCE = "risk-and-compliance"

    @property
    def sentence(self) -> str:
        """What the merchant is told."""
        return _SENTENCES[self]


_SENTENCES: Final = {
    HoldReason.INFORMATION_MISSING: "We asked for more information and wait for the answer",
    HoldReason.NO_PRODUCT_ORDERED: "The merchant agreement is signed, but no product has been ordered with it",
    HoldReason.SIGNATORY_WITHOUT_RIGHTS: "The merchant agreement was signed by somebody without signing rights",
    HoldReason.WEBSITE_WITHOUT_TERMS: "The website does not show the terms of sale",
    HoldReason.WEBSITE_WITHOUT_ORGANISATION_NUMBER: "The website does not show the organisation number",
    HoldReason.PURPOSE_UNCLEAR: "We need to know more about what will be sold, and how",
    HoldReason.NOT_SOLD_ON_WEBSITE: "The sales do not take place on the website that was given",
    HoldReason.RISK_AND_COMPLIANCE: "Risk and compliance have to look at the company more closely",
}


class Decision(StrEnum):
    """What the platform makes of an order once its processing is over."""

    COMPLETE = "complete"
    HOLD = "hold"
    REJECT = "reject"
    WAIT = "wait"
    """Nothing, for ever."""


class AnswerRule(StrEnum):
    """What the platform makes of a merchant's answer to a hold."""

    RELEASE = "release"
    """Any answer is enough: processing goes on at once."""
    REVIEW = "review"
    """Somebody looks at it for a while, and then processing goes on."""
    WAIT = "wait"
    """Processing goes on when the operator says so."""


DEFAULT_PROCESSING: Final = DAY // 1000
"""Seconds. Reality takes days, and nobody says how many: our choice."""
LONGEST_WAIT: Final = 366 * DAY // 1000
"""Seconds."""


@frozen
class OrderPolicy:
    """How orders go. ``processing`` is how long the platform takes, for the merchant agreement as for an order.

    ``acts_after``: the merchant opens, signs and submits by itself so long after the prefill; None: somebody does it
    in the portal. ``signs_with_rights``: whether who signs then may sign. ``answer``: what an answer to a hold leads
    to, and ``review`` how long somebody looks at it. All in seconds of the clock.
    """

    __pydantic_config__ = EXACT

    decision: Decision = Decision.COMPLETE
    processing: float = DEFAULT_PROCESSING
    hold: HoldReason = HoldReason.INFORMATION_MISSING
    acts_after: float | None = None
    signs_with_rights: bool = True
    answer: AnswerRule = AnswerRule.REVIEW
    review: float = DEFAULT_PROCESSING


def policy_flaw(policy: OrderPolicy) -> str | None:
    """Which field of a policy is out of bounds, and how."""
    given = (("processing", policy.processing), ("acts_after", policy.acts_after), ("review", policy.review))
    for name, seconds in given:
        if seconds is not None and not 0 <= seconds <= LONGEST_WAIT:
            return f"{name}: must be 0 to {LONGEST_WAIT} seconds"
    return None
