"""Holds of product orders: the merchant is asked, asked again, answers, and the platform goes on by rule."""

from mockserver.apis.management.domain import product_order as rules
from mockserver.apis.management.domain.product_order import ProductOrder
from mockserver.apis.management.services import emails, orders
from mockserver.core.engine import Tx
from mockserver.core.schedule import Due
from mockserver.world.domain.order_policy import HoldReason
from mockserver.world.services import world

REMIND = "order.remind"


def hold(tx: Tx, order: ProductOrder, reason: HoldReason) -> ProductOrder:
    """Processing stops, and the merchant is told why and what to do; raises IllegalAction."""
    held = orders.save(tx, rules.hold(order, tx.at, reason))
    emails.order_held(tx, held, world.merchant(tx, order.merchant_id))
    _remind_later(tx, held)
    return held


def remind(tx: Tx, number: int) -> None:
    """What time does while a hold waits for its answer."""
    order = orders.of_number(tx, number)
    if order is None or order.remind_at is None or order.remind_at > tx.at:
        return
    reminded = orders.save(tx, rules.remind(order, tx.at))
    emails.order_reminder(tx, reminded, world.merchant(tx, order.merchant_id))
    _remind_later(tx, reminded)


def _remind_later(tx: Tx, order: ProductOrder) -> None:
    if order.remind_at is not None:
        tx.add_due(Due(order.remind_at, REMIND, orders.number_of(tx, order)))
