"""The product order state machine: what merchant, platform and time make of an order (Management API guide).

Times are milliseconds since 1970 (UTC).
"""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Final

from mockserver.apis.management.domain import answers
from mockserver.apis.management.domain.answers import Given, HoldAnswer
from mockserver.apis.management.domain.holds import MOST_REMINDERS, REMIND_EVERY
from mockserver.apis.management.domain.order_form import Dropped, OrderForm
from mockserver.core.errors import IllegalAction, Malformed
from mockserver.core.instants import DAY
from mockserver.core.values import frozen
from mockserver.world.domain.order_policy import HoldReason

LIFETIME: Final = 14 * DAY
"""From prefill to expiry, unless the merchant has submitted."""
NOT_HELD: Final = "The order is not held"
SIGNED: Final = "The merchant agreement is signed by somebody with signing rights"
"""The answer to a hold that a signature gives."""


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
    ANSWER = "answer"
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
    (_S.ORDER_SUBMITTED, _A.ANSWER): _S.ORDER_SUBMITTED,
    (_S.ORDER_SUBMITTED, _A.RELEASE): _S.ORDER_SUBMITTED,
    (_S.ORDER_SUBMITTED, _A.COMPLETE): _S.COMPLETED,
    (_S.ORDER_SUBMITTED, _A.REJECT): _S.REJECTED,
}
"""Every allowed pair of state and action of a prefilled order; None: the order is gone."""
BY_HAND: Final[Mapping[tuple[OrderState, OrderAction], OrderState | None]] = {
    (_S.RECEIVED, _A.HOLD): _S.RECEIVED,
    (_S.RECEIVED, _A.ANSWER): _S.RECEIVED,
    (_S.RECEIVED, _A.RELEASE): _S.RECEIVED,
    (_S.RECEIVED, _A.COMPLETE): _S.COMPLETED,
    (_S.RECEIVED, _A.REJECT): _S.REJECTED,
}
"""The same for TEMPLATE and MANUAL orders, which are submitted when they arrive."""


@frozen
class ProductOrder:
    """An order for one product, on its way to a sales unit.

    ``form`` is what the merchant sees and may edit, ``dropped`` what the form left out of the prefill.
    ``partner_id`` is empty when the merchant orders without a partner. ``price_locked``: the partner has given the
    price package. ``ready_at`` is when processing is over. ``released``: it was let go on after a hold.
    ``rejection``, and all about holds, are for merchant and operator only: of the latest hold, ``remind_at`` is
    when the merchant is asked again, after so many ``reminders``, ``answered`` whether it has answered, and
    ``review_at`` when processing goes on by itself. ``answers`` are those to all holds. ``origin`` is what
    addresses in emails about it begin with.
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
    origin: str = ""
    remind_at: int | None = None
    reminders: int = 0
    answered: bool = False
    review_at: int | None = None
    answers: tuple[HoldAnswer, ...] = ()

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


def hold(order: ProductOrder, at: int, reason: HoldReason) -> ProductOrder:
    """Processing stops until it is released, and the merchant has to answer."""
    held = _moved(order, OrderAction.HOLD)
    return replace(_without_hold(held), hold=reason, remind_at=at + REMIND_EVERY)


def _without_hold(order: ProductOrder) -> ProductOrder:
    return replace(order, hold=None, remind_at=None, reminders=0, answered=False, review_at=None)


def remind(order: ProductOrder, at: int) -> ProductOrder:
    """The merchant is asked once more; raises IllegalAction when there is nothing to ask."""
    if order.hold is None or order.answered:
        raise IllegalAction("The order waits for no answer")
    reminders = order.reminders + 1
    return replace(order, reminders=reminders, remind_at=at + REMIND_EVERY if reminders < MOST_REMINDERS else None)


def answer(order: ProductOrder, at: int, given: Given) -> ProductOrder:
    """The merchant answers a hold, which is not over by that; raises IllegalAction, Malformed."""
    answered = _moved(order, OrderAction.ANSWER)
    if order.hold is None:
        raise IllegalAction(NOT_HELD)
    if len(order.answers) >= answers.MOST_ANSWERS:
        raise IllegalAction(f"An order keeps {answers.MOST_ANSWERS} answers: wait for the platform")
    wrong = [*answers.violations(given, answers.asked(order.hold, order.form), order.form)]
    if wrong:
        raise Malformed(wrong)
    return replace(
        answered,
        form=answers.applied(order.form, order.hold, given),
        answers=(*order.answers, HoldAnswer(order.hold, at, given)),
        answered=True,
        remind_at=None,
        review_at=None,
    )


def release(order: ProductOrder) -> ProductOrder:
    """Processing goes on; raises IllegalAction for an order that is not held."""
    released = _moved(order, OrderAction.RELEASE)
    if order.hold is None:
        raise IllegalAction(NOT_HELD)
    return replace(_without_hold(released), released=True)


def signed(order: ProductOrder, at: int) -> ProductOrder:
    """Somebody with signing rights has signed, which is what the order was held for.

    Not a release by the operator: a policy that holds orders has its turn yet.
    """
    known = order.answered or order.hold is None or len(order.answers) >= answers.MOST_ANSWERS
    if order.hold is not None and not known:
        order = replace(order, answers=(*order.answers, HoldAnswer(order.hold, at, Given(text=SIGNED))))
    return replace(release(order), released=order.released)


def complete(order: ProductOrder, at: int, msn: str) -> ProductOrder:
    """Approved: the sales unit ``msn`` exists. Raises IllegalAction for a held order."""
    completed = _moved(order, OrderAction.COMPLETE)
    if order.hold is not None:
        raise IllegalAction("The order is held; release it first")
    return replace(completed, decided_at=at, msn=msn)


def reject(order: ProductOrder, at: int, reason: str) -> ProductOrder:
    """Declined; the partner never sees the reason."""
    return replace(_without_hold(_moved(order, OrderAction.REJECT)), decided_at=at, rejection=reason)


def expire(order: ProductOrder, at: int) -> ProductOrder:
    """Nobody has submitted it in time."""
    return replace(_moved(order, OrderAction.EXPIRE), decided_at=at)
