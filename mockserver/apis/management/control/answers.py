"""What the control API answers about product orders, as types for its document."""

from typing_extensions import TypedDict

from mockserver.apis.management.domain.order_form import Dropped, OrderForm
from mockserver.apis.management.domain.product_order import OrderState, OrderType
from mockserver.world.domain.order_policy import HoldReason


class OrderView(TypedDict):
    """All of a product order; ``page`` is its form."""

    id: str
    type: OrderType
    status: OrderState
    partner: str
    merchant: str
    createdAt: str
    expiresAt: str | None
    submittedAt: str | None
    readyAt: str | None
    decidedAt: str | None
    hold: HoldReason | None
    rejection: str | None
    msn: str | None
    form: OrderForm
    dropped: list[Dropped]
    page: str | None


class Orders(TypedDict):
    """The latest first."""

    productOrders: list[OrderView]
