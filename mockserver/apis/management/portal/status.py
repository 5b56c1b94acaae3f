"""Where an order and its agreement stand, in words for the merchant."""

from typing import Any

from mockserver.apis.management.domain.product_order import OrderState, ProductOrder
from mockserver.apis.management.portal.visits import Visit
from mockserver.web.pages import moment
from mockserver.web.texts import text
from mockserver.world.domain.agreement import Agreement, AgreementState

HEADINGS = {
    OrderState.RECEIVED: "Your product order",
    OrderState.MERCHANT_VIEWED: "Your product order",
    OrderState.ORDER_SUBMITTED: "Your product order is being processed",
    OrderState.COMPLETED: "Your product order is approved",
    OrderState.REJECTED: "Your product order is declined",
    OrderState.EXPIRED: "This link has expired",
}


def product_name(order: ProductOrder) -> str:
    """The product as people say it."""
    return text(order.form.product.replace("_", " ").capitalize())


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
        return text("Declined: {why}.", why=(order.rejection or "").rstrip("."))
    if order.hold is not None:
        return text("On hold: {why}.", why=text(order.hold.sentence))
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


def values(visit: Visit) -> dict[str, Any]:
    """What every page about an order shows."""
    order = visit.order
    return {
        "order": order,
        "merchant": visit.merchant,
        "partner": visit.partner,
        "unit": visit.unit,
        "price": visit.package,
        "product": product_name(order),
        "heading": text(HEADINGS[order.state]),
        "progress": progress(visit) if not order.waits_for_merchant else "",
        "agreement": visit.merchant.agreement,
        "agreement_sentence": text(agreement_sentence(visit.merchant.agreement)),
        "at": visit.at,
        "moment": moment,
    }
