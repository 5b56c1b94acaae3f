"""Where an order and its agreement stand, in words for the merchant."""

from enum import Enum
from typing import Any, Final

from mockserver.apis.management.domain.holds import HEADLINES
from mockserver.apis.management.domain.product_order import OrderState, ProductOrder
from mockserver.apis.management.portal.visits import Visit
from mockserver.web.pages import moment
from mockserver.web.texts import text
from mockserver.world.domain.agreement import Agreement, AgreementState
from mockserver.world.domain.order_policy import HoldReason
from mockserver.world.domain.partner import ProductType

HEADINGS: Final = {
    OrderState.RECEIVED: "Your product order",
    OrderState.MERCHANT_VIEWED: "Your product order",
    OrderState.ORDER_SUBMITTED: "Your product order is being processed",
    OrderState.COMPLETED: "Your product order is approved",
    OrderState.REJECTED: "Your product order is declined",
    OrderState.EXPIRED: "This link has expired",
}
ANSWERED: Final = "We are looking at your answer"
OUTSIDE: Final = {
    OrderState.ORDER_SUBMITTED: "The platform has the order.",
    OrderState.COMPLETED: "The sales unit is ready.",
    OrderState.REJECTED: "The order is declined.",
}
"""What somebody who has no more than the link is told: an order on hold is like any other."""


class Mood(Enum):
    """How a state looks: the class of its box, the sign in it, and its word. Nobody needs to see the colour."""

    APPROVED = ("good", "\u2713", "Approved")
    HELD = ("held", "!", "On hold")
    DECLINED = ("bad", "\u2715", "Declined")
    EXPIRED = ("gone", "\u2013", "Expired")
    IN_PROCESS = ("busy", "\u2026", "In process")

    @property
    def look(self) -> str:
        """The class of the box."""
        return self.value[0]

    @property
    def sign(self) -> str:
        """What stands for it."""
        return self.value[1]

    @property
    def word(self) -> str:
        """What it is called."""
        return self.value[2]


_MOODS: Final = {
    OrderState.COMPLETED: Mood.APPROVED,
    OrderState.REJECTED: Mood.DECLINED,
    OrderState.EXPIRED: Mood.EXPIRED,
}


def mood(order: ProductOrder, *, reads: bool = True) -> Mood:
    """How the order's state looks; ``reads``: to somebody who may know of holds."""
    return _MOODS.get(order.state, Mood.HELD if reads and order.hold is not None else Mood.IN_PROCESS)


def heading(order: ProductOrder, *, reads: bool = True) -> str:
    """The page's headline: of a hold, that of its reason."""
    if order.hold is None or not reads:
        return HEADINGS[order.state]
    return ANSWERED if order.answered else HEADLINES[order.hold]


def product_word(product: ProductType) -> str:
    """A product as people say it."""
    return text(product.replace("_", " ").capitalize())


def product_name(order: ProductOrder) -> str:
    """The order's product as people say it."""
    return product_word(order.form.product)


def agreement_sentence(agreement: Agreement) -> str:
    """Where the merchant agreement stands."""
    match agreement.state:
        case AgreementState.NONE:
            return "Not signed yet"
        case AgreementState.SIGNED if agreement.with_rights:
            return "Signed, and in process"
        case AgreementState.SIGNED:
            return "Signed by somebody without signing rights"
        case AgreementState.ACTIVE:
            return "In place"
        case AgreementState.DECLINED:
            return "Declined: no product order of the company can be approved"


def progress(visit: Visit) -> str:
    """What the order waits for, or how it ended."""
    order, agreement = visit.order, visit.merchant.agreement
    if order.state is OrderState.COMPLETED:
        return text("The sales unit is ready.")
    if order.state is OrderState.REJECTED:
        return text("{why}.", why=(order.rejection or "").rstrip("."))
    if order.hold is not None:
        return _hold(order, order.hold)
    ready_at = order.ready_at or 0
    if visit.at < ready_at:
        return text("Processing takes until {at}.", at=moment(ready_at))
    if agreement.in_place:
        waits = "Processing took until {at}. The order waits for the platform's decision."
    else:
        waits = (
            "Processing took until {at}. The order waits for the platform's decision, "
            "and for the merchant agreement to be in place."
        )
    return text(waits, at=moment(ready_at))


def _hold(order: ProductOrder, reason: HoldReason) -> str:
    sentence = text("{why}.", why=text(reason.sentence))
    if not order.answered:
        return sentence
    if order.review_at is None:
        return text("{why} You have answered: we go on when we have read it.", why=sentence)
    return text("{why} You have answered: we go on by {at}.", why=sentence, at=moment(order.review_at))


def values(visit: Visit, *, reads: bool) -> dict[str, Any]:
    """What every page about an order shows; ``reads``: to somebody who may know the reasons."""
    order = visit.order
    told = progress(visit) if reads or order.waits_for_merchant else text(OUTSIDE.get(order.state, ""))
    return {
        "order": order,
        "merchant": visit.merchant,
        "partner": visit.partner,
        "unit": visit.unit,
        "price": visit.package,
        "product": product_name(order),
        "heading": text(heading(order, reads=reads)),
        "mood": mood(order, reads=reads),
        "progress": "" if order.waits_for_merchant else told,
        "agreement": visit.merchant.agreement,
        "agreement_sentence": text(agreement_sentence(visit.merchant.agreement)),
        "at": visit.at,
        "moment": moment,
    }
