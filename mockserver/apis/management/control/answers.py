"""What the control API answers about product orders, as types for its document."""

from typing_extensions import TypedDict

from mockserver.apis.management.domain.answers import Given
from mockserver.apis.management.domain.order_form import Dropped, OrderForm
from mockserver.apis.management.domain.product_order import OrderState, OrderType
from mockserver.world.domain.order_policy import HoldReason
from mockserver.world.domain.user import User


class AnswerView(TypedDict):
    """What the merchant answered to a hold for ``reason``."""

    reason: HoldReason
    at: str
    given: Given


class OrderView(TypedDict):
    """All of a product order; ``page`` is its form. ``answered`` and ``reviewAt`` (when processing goes on by itself)
    are about the hold that it is in, ``answers`` about all.
    """

    id: str
    type: OrderType
    status: OrderState
    partner: str | None
    merchant: str
    createdAt: str
    expiresAt: str | None
    submittedAt: str | None
    readyAt: str | None
    decidedAt: str | None
    hold: HoldReason | None
    answered: bool
    reviewAt: str | None
    answers: list[AnswerView]
    rejection: str | None
    msn: str | None
    form: OrderForm
    dropped: list[Dropped]
    page: str | None


class Users(TypedDict):
    """Who may use the portal."""

    users: list[User]


class Orders(TypedDict):
    """The latest first."""

    productOrders: list[OrderView]
