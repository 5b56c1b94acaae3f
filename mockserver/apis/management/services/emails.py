"""The outbox of emails: written with the change that causes them, sent where a mail server is set."""

from dataclasses import replace

from mockserver.apis.management.domain import email as rules
from mockserver.apis.management.domain.email import Email, EmailKind, EmailState, StoredEmail
from mockserver.apis.management.domain.product_order import ProductOrder
from mockserver.apis.management.store import emails as store
from mockserver.core.engine import Tx
from mockserver.world.domain.merchant import Merchant
from mockserver.world.domain.partner import Partner

MOST = 10_000
"""Emails that are kept to be looked at."""


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
    text = "\n".join([*facts, "", "This was written by an emulator."])
    email = Email(kind, order.id, address, subject, text, tx.at)
    if tx.policy.mail:
        store.add(tx.connection, replace(email, state=EmailState.WAITING), tx.at)
        tx.emitted = True
    else:
        store.add(tx.connection, email)
    store.forget_old(tx.connection, MOST)


def newest(tx: Tx, *, address: str | None, order_id: str | None, limit: int) -> list[StoredEmail]:
    """Emails, the latest first."""
    return list(store.newest(tx.connection, address=address, order_id=order_id, limit=limit))


def next_due(tx: Tx) -> tuple[int, StoredEmail] | None:
    """The email to be sent next, and when (milliseconds since 1970, UTC)."""
    return store.next_due(tx.connection)


def last(tx: Tx) -> int:
    """The number of the latest email; 0 when there is none."""
    return store.last(tx.connection)


def finish(tx: Tx, stored: StoredEmail, failure: str | None) -> None:
    """Write down what came of a try: sent, to be tried again, or failed for good."""
    tried = replace(stored.email, tries=stored.email.tries + 1, failure=failure)
    if failure is None:
        store.save(tx.connection, StoredEmail(stored.id, replace(tried, state=EmailState.SENT)))
    elif tried.tries < rules.MOST_TRIES:
        store.save(tx.connection, StoredEmail(stored.id, tried), tx.at + rules.retry_delay(tried.tries))
    else:
        store.save(tx.connection, StoredEmail(stored.id, replace(tried, state=EmailState.FAILED)))
