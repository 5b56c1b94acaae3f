"""The product order state machine: what merchant, platform and time make of an order (Management API guide).

Times are milliseconds since 1970 (UTC).
"""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Final

from mockserver.apis.management.domain.order_form import Dropped, OrderForm
from mockserver.core.errors import IllegalAction
from mockserver.core.instants import DAY
from mockserver.core.values import frozen
from mockserver.world.domain.order_policy import HoldReason

LIFETIME: Final = 14 * DAY
"""From prefill to expiry, unless the merchant has submitted."""


class OrderType(StrEnum):
    """How an order came about: by API, from a template of ours, or typed into the portal."""

    PREFILL = "PREFILL"
    TEMPLATE = "TEMPLATE"
    MANUAL = "MANUAL"


class OrderState(StrEnum):
    """The last three are final."""

    RECEIVED = "RECEIVED"
    MERCHANT_VIEWED = "MERCHANT_VIEWED"
    ORDER_SUBMITTED = "ORDER_SUBMITTED"
    COMPLETED = "COMPLETED"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"

    @property
    def final(self) -> bool:
        """Whether nothing can happen any more."""
        return self in (OrderState.COMPLETED, OrderState.REJECTED, OrderState.EXPIRED)


class OrderAction(StrEnum):
    """What merchant, platform, partner and time do to an order."""

    VIEW = "view"
    EDIT = "edit"
    SUBMIT = "submit"
    HOLD = "hold"
    RELEASE = "release"
    COMPLETE = "complete"
    REJECT = "reject"
    EXPIRE = "expire"
    DELETE = "delete"


_S, _A = OrderState, OrderAction
PREFILLED: Final[Mapping[tuple[OrderState, OrderAction], OrderState | None]] = {
    (_S.RECEIVED, _A.VIEW): _S.MERCHANT_VIEWED,
    (_S.RECEIVED, _A.EXPIRE): _S.EXPIRED,
    (_S.RECEIVED, _A.DELETE): None,
    (_S.MERCHANT_VIEWED, _A.VIEW): _S.MERCHANT_VIEWED,
    (_S.MERCHANT_VIEWED, _A.EDIT): _S.MERCHANT_VIEWED,
    (_S.MERCHANT_VIEWED, _A.SUBMIT): _S.ORDER_SUBMITTED,
    (_S.MERCHANT_VIEWED, _A.EXPIRE): _S.EXPIRED,
    (_S.MERCHANT_VIEWED, _A.DELETE): None,
    (_S.ORDER_SUBMITTED, _A.HOLD): _S.ORDER_SUBMITTED,
    (_S.ORDER_SUBMITTED, _A.RELEASE): _S.ORDER_SUBMITTED,
    (_S.ORDER_SUBMITTED, _A.COMPLETE): _S.COMPLETED,
    (_S.ORDER_SUBMITTED, _A.REJECT): _S.REJECTED,
}
"""Every allowed pair of state and action of a prefilled order; None: the order is gone."""
BY_HAND: Final[Mapping[tuple[OrderState, OrderAction], OrderState | None]] = {
    (_S.RECEIVED, _A.HOLD): _S.RECEIVED,
    (_S.RECEIVED, _A.RELEASE): _S.RECEIVED,
    (_S.RECEIVED, _A.COMPLETE): _S.COMPLETED,
    (_S.RECEIVED, _A.REJECT): _S.REJECTED,
}
"""The same for TEMPLATE and MANUAL orders, which are submitted when they arrive."""


@frozen
class ProductOrder:
    """An order for one product, on its way to a sales unit.

    ``form`` is what the merchant sees and may edit, ``dropped`` what the form left out of the prefill.
    ``price_locked``: the partner has given the price package. ``ready_at`` is when processing is over. ``released``:
    somebody let it go on after a hold. ``rejection`` and ``hold`` are for merchant and operator only.
    """

    id: str
    type: OrderType
    partner_id: str
    merchant_id: str
    form: OrderForm
    created_at: int
    state: OrderState = OrderState.RECEIVED
    price_locked: bool = False
    dropped: tuple[Dropped, ...] = ()
    submitted_at: int | None = None
    ready_at: int | None = None
    decided_at: int | None = None
    hold: HoldReason | None = None
    released: bool = False
    rejection: str | None = None
    msn: str | None = None

    @property
    def expires_at(self) -> int:
        """When it expires if the merchant does not submit it."""
        return self.created_at + LIFETIME

    @property
    def waits_for_merchant(self) -> bool:
        """Whether the merchant has yet to submit it."""
        return self.type is OrderType.PREFILL and self.state in (OrderState.RECEIVED, OrderState.MERCHANT_VIEWED)

    @property
    def in_process(self) -> bool:
        """Whether the platform has to decide on it."""
        return not self.state.final and not self.waits_for_merchant


def allowed(order: ProductOrder, action: OrderAction) -> bool:
    """Whether the order's state allows the action."""
    return (order.state, action) in _table(order)


def next_state(order: ProductOrder, action: OrderAction) -> OrderState | None:
    """What the action makes of the state, None when the order is gone; raises IllegalAction."""
    if not allowed(order, action):
        kind = "A prefilled" if order.type is OrderType.PREFILL else f"A {order.type}"
        raise IllegalAction(f"{kind} order in state {order.state} cannot do this: {action}")
    return _table(order)[order.state, action]


def _table(order: ProductOrder) -> Mapping[tuple[OrderState, OrderAction], OrderState | None]:
    return PREFILLED if order.type is OrderType.PREFILL else BY_HAND


def _moved(order: ProductOrder, action: OrderAction) -> ProductOrder:
    return replace(order, state=next_state(order, action) or order.state)


def view(order: ProductOrder) -> ProductOrder:
    """The merchant has opened the form."""
    return _moved(order, OrderAction.VIEW)


def edit(order: ProductOrder, form: OrderForm) -> ProductOrder:
    """The merchant has changed the form; raises IllegalAction for what may not be edited."""
    edited = _moved(order, OrderAction.EDIT)
    if form.business != order.form.business or form.product is not order.form.product:
        raise IllegalAction("Neither the business nor the product of a prefilled order can be changed")
    if order.price_locked and form.price_package_id != order.form.price_package_id:
        raise IllegalAction("The partner has chosen the price package; it cannot be changed")
    return replace(edited, form=form)


def submit(order: ProductOrder, at: int, ready_at: int) -> ProductOrder:
    """The merchant has sent the form, and processing takes until ``ready_at``."""
    return replace(_moved(order, OrderAction.SUBMIT), submitted_at=at, ready_at=ready_at)


def hold(order: ProductOrder, reason: HoldReason) -> ProductOrder:
    """Processing stops until it is released."""
    return replace(_moved(order, OrderAction.HOLD), hold=reason)


def release(order: ProductOrder) -> ProductOrder:
    """Processing goes on; raises IllegalAction for an order that is not held."""
    released = _moved(order, OrderAction.RELEASE)
    if order.hold is None:
        raise IllegalAction("The order is not held")
    return replace(released, hold=None, released=True)


def complete(order: ProductOrder, at: int, msn: str) -> ProductOrder:
    """Approved: the sales unit ``msn`` exists. Raises IllegalAction for a held order."""
    completed = _moved(order, OrderAction.COMPLETE)
    if order.hold is not None:
        raise IllegalAction("The order is held; release it first")
    return replace(completed, decided_at=at, msn=msn)


def reject(order: ProductOrder, at: int, reason: str) -> ProductOrder:
    """Declined; the partner never sees the reason."""
    return replace(_moved(order, OrderAction.REJECT), decided_at=at, hold=None, rejection=reason)


def expire(order: ProductOrder, at: int) -> ProductOrder:
    """Nobody has submitted it in time."""
    return replace(_moved(order, OrderAction.EXPIRE), decided_at=at)
