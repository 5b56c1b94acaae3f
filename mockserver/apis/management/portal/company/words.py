"""Where orders and sales units stand, in words for lists."""

from typing import Any, Final

from mockserver.apis.management.domain import links
from mockserver.apis.management.domain.product_order import OrderState, OrderType, ProductOrder
from mockserver.web.pages import moment
from mockserver.web.texts import text
from mockserver.world.domain.merchant import CaptureType, Configuration
from mockserver.world.domain.partner import ProductType

PRODUCTS: Final = {
    ProductType.PAYMENT_INTEGRATION: "Payment integration: online and in apps",
    ProductType.CASHIER: "Cashier: in a shop's checkout",
    ProductType.CHECKOUT: "Checkout: payment, address and shipping in one",
    ProductType.LOGIN: "Login",
    ProductType.DONATIONS: "Donations",
}
_CAPTURES: Final = {
    CaptureType.RESERVE: "Reserve capture: money is reserved, and captured later",
    CaptureType.DIRECT: "Direct capture: money is taken at once",
    CaptureType.NOT_APPLICABLE: "No payments",
}
_SETTINGS: Final = {
    "skip_landing_page_allowed": "Skip landing page",
    "payment_allowed": "Payments",
    "recurring_allowed": "Recurring payments",
    "express_allowed": "Express",
    "partial_capture_allowed": "Partial capture",
    "late_capture_allowed": "Late capture",
    "long_living_payment_allowed": "Long-living payments",
    "credit_card_payment_allowed": "Card payments",
    "landing_page_phone_number_locked": "Phone number locked on the landing page",
}


def configuration(of: Configuration) -> list[tuple[str, str, str]]:
    """What a sales unit may do: each setting's name here and for people, and its value."""
    flags = [(name, text(label), text("Yes") if getattr(of, name) else text("No")) for name, label in _SETTINGS.items()]
    return [("capture_type", text("Capture"), text(_CAPTURES[of.capture_type])), *flags]


def order_page(order: ProductOrder, *, opens_link: bool) -> str | None:
    """The order's own page; None for one behind a link that somebody is not to have."""
    if order.type is OrderType.PREFILL:
        return f"{links.PREFILLED}/{order.id}" if opens_link else None
    return links.by_hand(order.id)


def standing(order: ProductOrder) -> tuple[str, str]:
    """How an order stands, and what there is to do or to know."""
    if order.waits_for_merchant:
        return text("Not submitted"), text("Open it, check it, and submit it before {at}.", at=moment(order.expires_at))
    match order.state:
        case OrderState.COMPLETED:
            return text("Approved"), text("The sales unit is ready.")
        case OrderState.REJECTED:
            return text("Declined"), text("{why}.", why=text(order.rejection or "").rstrip("."))
        case OrderState.EXPIRED:
            return text("Expired"), text("The partner has to create a new one.")
    if order.hold is not None:
        return text("On hold"), text("{why}.", why=text(order.hold.sentence))
    return text("Being processed"), text("Processing takes until {at}.", at=moment(order.ready_at or 0))


def row(order: ProductOrder, partner: str, unit_name: str, *, opens_link: bool) -> dict[str, Any]:
    """One line of a list of orders."""
    state, hint = standing(order)
    return {
        "product": text(order.form.product.replace("_", " ").capitalize()),
        "unit": order.form.unit_name or unit_name,
        "partner": partner,
        "state": state,
        "hint": hint,
        "address": order_page(order, opens_link=opens_link),
        "msn": order.msn,
        "unit_page": links.unit_page(order.msn) if order.msn else None,
    }
