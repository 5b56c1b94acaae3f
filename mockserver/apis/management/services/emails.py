"""What merchants and partners are told of product orders by email."""

from enum import StrEnum

from mockserver.apis.management.domain.product_order import ProductOrder
from mockserver.core.engine import Tx
from mockserver.mail import services as mail
from mockserver.world.domain.merchant import Merchant
from mockserver.world.domain.partner import Partner


class EmailKind(StrEnum):
    """Why it was written."""

    ORDER_COMPLETED = "order-completed"
    ORDER_REJECTED = "order-rejected"
    ORDER_HELD = "order-held"


def order_completed(tx: Tx, order: ProductOrder, merchant: Merchant, partner: Partner, unit_name: str) -> None:
    """Tell both parties that there is a sales unit."""
    facts = [*_facts(order, merchant), f"Merchant serial number (MSN): {order.msn}", f"Sales unit: {unit_name}"]
    for address in (merchant.address, partner.address):
        _write(tx, EmailKind.ORDER_COMPLETED, order, address, "The product order is approved", facts)


def order_rejected(tx: Tx, order: ProductOrder, merchant: Merchant, partner: Partner) -> None:
    """Tell both parties, and the merchant alone why."""
    facts = [*_facts(order, merchant), f"Sales unit: {order.form.unit_name or merchant.name}"]
    subject = "The product order is declined"
    reason = [f"Reason: {order.rejection}"]
    _write(tx, EmailKind.ORDER_REJECTED, order, merchant.address, subject, facts + reason)
    _write(tx, EmailKind.ORDER_REJECTED, order, partner.address, subject, facts)


def order_held(tx: Tx, order: ProductOrder, merchant: Merchant) -> None:
    """Tell the merchant alone what the platform waits for."""
    reason = [f"Reason: {order.hold.sentence}"] if order.hold else []
    subject = "We cannot go on with your product order"
    _write(tx, EmailKind.ORDER_HELD, order, merchant.address, subject, _facts(order, merchant) + reason)


def _facts(order: ProductOrder, merchant: Merchant) -> list[str]:
    identifier = order.form.business
    return [
        f"Business: {identifier.scheme} {identifier.id}",
        f"Merchant: {merchant.name}",
        f"Product order: {order.id}",
    ]


def _write(tx: Tx, kind: EmailKind, order: ProductOrder, address: str, subject: str, facts: list[str]) -> None:
    mail.write(tx, kind, address, subject, facts, order_id=order.id)
