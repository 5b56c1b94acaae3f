"""What merchants and partners are told of product orders by email."""

from enum import StrEnum

from mockserver.apis.management.domain import holds, links, needed
from mockserver.apis.management.domain.product_order import OrderType, ProductOrder
from mockserver.core.engine import Tx
from mockserver.mail import services as mail
from mockserver.world.domain.merchant import Merchant
from mockserver.world.domain.partner import Partner


class EmailKind(StrEnum):
    """Why it was written."""

    ORDER_COMPLETED = "order-completed"
    ORDER_REJECTED = "order-rejected"
    ORDER_HELD = "order-held"
    ORDER_REMINDER = "order-reminder"


def order_completed(tx: Tx, order: ProductOrder, merchant: Merchant, partner: Partner, unit_name: str) -> None:
    """Tell both parties the same (guide to merchant signup): organisation number, merchant, MSN and unit."""
    facts = [*_facts(order, merchant), f"Merchant serial number (MSN): {order.msn}", f"Sales unit: {unit_name}"]
    for address in (merchant.address, partner.address) if order.partner_id else (merchant.address,):
        _write(tx, EmailKind.ORDER_COMPLETED, order, address, "The product order is approved", facts)


def order_rejected(tx: Tx, order: ProductOrder, merchant: Merchant) -> None:
    """Tell the merchant alone, and why: the partner learns that it is declined by API, and no more."""
    facts = [*_facts(order, merchant), _unit(order, merchant), f"Reason: {order.rejection}"]
    _write(tx, EmailKind.ORDER_REJECTED, order, merchant.address, "The product order is declined", facts)


def order_held(tx: Tx, order: ProductOrder, merchant: Merchant) -> None:
    """Ask the merchant alone for what the platform waits for."""
    _ask(tx, EmailKind.ORDER_HELD, order, merchant, "Your product order is on hold")


def order_reminder(tx: Tx, order: ProductOrder, merchant: Merchant) -> None:
    """Ask the merchant alone once more."""
    _ask(tx, EmailKind.ORDER_REMINDER, order, merchant, "Reminder: your product order is on hold")


def _ask(tx: Tx, kind: EmailKind, order: ProductOrder, merchant: Merchant, subject: str) -> None:
    if order.hold is None:
        return
    task = holds.to_do(order.hold, lacking=bool(needed.missing(order.form)))
    lines = [
        *_facts(order, merchant),
        _unit(order, merchant),
        f"Reason: {order.hold.sentence}",
        f"What to do now: {task}",
    ]
    if order.origin:
        by_api = order.type is OrderType.PREFILL
        page = links.prefilled_order(order.origin, order.id) if by_api else order.origin + links.by_hand(order.id)
        lines.append(f"Answer here: {page}")
    _write(tx, kind, order, merchant.address, f"{subject}. {holds.HEADLINES[order.hold]}", lines)


def _unit(order: ProductOrder, merchant: Merchant) -> str:
    return f"Sales unit: {order.form.unit_name or merchant.name}"


def _facts(order: ProductOrder, merchant: Merchant) -> list[str]:
    identifier = order.form.business
    return [
        f"Organisation number: {identifier.id} ({identifier.scheme})",
        f"Merchant: {merchant.name}",
        f"Product order: {order.id}",
    ]


def _write(tx: Tx, kind: EmailKind, order: ProductOrder, address: str, subject: str, facts: list[str]) -> None:
    mail.write(tx, kind, address, subject, facts, order_id=order.id)
