"""Answers of merchants to holds, and what the platform makes of them."""

from dataclasses import replace

from mockserver.apis.management.domain import needed
from mockserver.apis.management.domain import product_order as rules
from mockserver.apis.management.domain.answers import Given
from mockserver.apis.management.domain.product_order import OrderType, ProductOrder
from mockserver.apis.management.services import holds, onboarding, orders
from mockserver.core.engine import Tx
from mockserver.core.errors import Malformed
from mockserver.core.policy import Lenience
from mockserver.core.schedule import Due
from mockserver.world.domain.order_policy import AnswerRule, HoldReason
from mockserver.world.domain.partner import ProductType
from mockserver.world.services import world

REVIEW = "order.review"


def answer(tx: Tx, order: ProductOrder, given: Given, lenience: Lenience) -> ProductOrder:
    """The merchant answers a hold. What it says of the order is in the order from now on.

    Raises IllegalAction for an order that is not held, and Malformed with one violation for each wrong field.
    """
    answered = rules.answer(order, tx.at, given)
    if given.account is not None and (wrong := [*orders.doubts(given.account, lenience)]):
        raise Malformed(wrong)
    orders.save(tx, answered)
    if given.product is not None:
        _order_product(tx, answered, given.product, lenience)
    if order.hold is HoldReason.SIGNATORY_WITHOUT_RIGHTS:
        merchant = world.merchant(tx, order.merchant_id)
        if merchant.agreement.can_be_signed:
            onboarding.sign(tx, merchant, with_rights=True)
            return orders.find(tx, order.id)
    _go_on(tx, answered)
    return orders.find(tx, order.id)


def _order_product(tx: Tx, order: ProductOrder, product: ProductType, lenience: Lenience) -> None:
    """Another product than the order's is ordered beside it."""
    if product is not order.form.product:
        form = replace(order.form, product=product, price_package_id=None)
        orders.make_by_hand(tx, orders.partner_of(tx, order), form, OrderType.MANUAL, lenience, order.origin)


def _go_on(tx: Tx, order: ProductOrder) -> None:
    policy = orders.policy_of(tx, order, world.merchant(tx, order.merchant_id))
    if policy.answer is AnswerRule.RELEASE:
        _accept(tx, order)
    elif policy.answer is AnswerRule.REVIEW:
        review_at = tx.at + round(policy.review * 1000)
        orders.save(tx, replace(order, review_at=review_at))
        tx.add_due(Due(review_at, REVIEW, orders.number_of(tx, order)))


def review(tx: Tx, number: int) -> None:
    """What the platform does when it has looked at an answer."""
    order = orders.of_number(tx, number)
    if order is not None and order.review_at is not None and order.review_at <= tx.at:
        _accept(tx, order)


def _accept(tx: Tx, order: ProductOrder) -> None:
    lacks = needed.reason(order.form)
    if lacks is not None:
        holds.hold(tx, order, lacks)
    else:
        onboarding.release(tx, order)
