"""What merchants are told of each hold: what it is about, and what to do now."""

from typing import Final

from mockserver.core.instants import DAY
from mockserver.world.domain.order_policy import HoldReason

REMIND_EVERY: Final = 7 * DAY
"""From the first email about a hold to the next one: our choice, since nobody says how often the platform asks."""
MOST_REMINDERS: Final = 12
"""Reminders of one hold. Nothing happens after the last one: the order stays on hold."""

_R = HoldReason
HEADLINES: Final = {
    _R.INFORMATION_MISSING: "We need more information from you",
    _R.NO_PRODUCT_ORDERED: "No product has been ordered yet",
    _R.SIGNATORY_WITHOUT_RIGHTS: "Somebody with signing rights has to sign",
    _R.WEBSITE_WITHOUT_TERMS: "Your website has to show the terms of sale",
    _R.WEBSITE_WITHOUT_ORGANISATION_NUMBER: "Your website has to show the organisation number",
    _R.PURPOSE_UNCLEAR: "Tell us more about what you sell",
    _R.NOT_SOLD_ON_WEBSITE: "Tell us where you sell",
    _R.RISK_AND_COMPLIANCE: "We have to look at your company more closely",
}
TO_DO: Final = {
    _R.INFORMATION_MISSING: "Answer what we have asked, in words or with documents.",
    _R.NO_PRODUCT_ORDERED: "Order the product that you need: the agreement alone gives you no sales unit.",
    _R.SIGNATORY_WITHOUT_RIGHTS: (
        "Have the merchant agreement signed by somebody who may sign for the company, or show that the signer may."
    ),
    _R.WEBSITE_WITHOUT_TERMS: "Publish the terms of sale on your website, and tell us their address.",
    _R.WEBSITE_WITHOUT_ORGANISATION_NUMBER: (
        "Publish the organisation number on your website, and tell us the address of the page that shows it."
    ),
    _R.PURPOSE_UNCLEAR: "Describe what you sell, to whom, how it is paid, and when it is delivered.",
    _R.NOT_SOLD_ON_WEBSITE: "Give us the address of the website, or the name of the app, where customers pay.",
    _R.RISK_AND_COMPLIANCE: "Tell us who owns and runs the company and where its money comes from, with documents.",
}
LACKING: Final = "Fill in what your order lacks: it was submitted without it."
"""What to do where the order itself is not complete."""


def to_do(reason: HoldReason, *, lacking: bool) -> str:
    """What the merchant has to do now; ``lacking``: the order is not complete."""
    return LACKING if lacking and reason is HoldReason.INFORMATION_MISSING else TO_DO[reason]
