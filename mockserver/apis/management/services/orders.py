"""Product orders: prefilled by partners, filled in and submitted by merchants, and until when."""

from collections.abc import Iterator
from typing import Final

from mockserver.apis.management.domain import product_order as rules
from mockserver.apis.management.domain.choice import OrderChoice
from mockserver.apis.management.domain.order_form import OrderForm, shown
from mockserver.apis.management.domain.product_order import OrderAction, OrderState, OrderType, ProductOrder
from mockserver.apis.management.services import companies
from mockserver.apis.management.store import orders as store
from mockserver.core.engine import Tx
from mockserver.core.errors import Malformed, NotFound, Violation
from mockserver.core.money import Market
from mockserver.core.policy import Kindness, Lenience
from mockserver.core.schedule import Due
from mockserver.scenarios.store import conducts
from mockserver.world.domain.business import (
    BankAccount,
    account_violations,
    identifier_violations,
    is_payable,
    is_registrable,
    unit_name_flaw,
)
from mockserver.world.domain.merchant import Merchant
from mockserver.world.domain.order_policy import OrderPolicy
from mockserver.world.domain.partner import Partner, PartnerLevel
from mockserver.world.services import partners, world

EXPIRE = "order.expire"
ACT = "order.act"
PROCESS = "order.process"
"""Kinds of what is due."""

ORDER = "order"
"""What is chosen for orders is stored as this."""
NO_PARTNER: Final = Partner("", "no partner", PartnerLevel.PARTNER, Market.NO)
"""In the place of the partner of an order that names none."""
NO_ORDER = "There is no such product order, or it names another partner"


def prefill(
    tx: Tx,
    partner: Partner,
    form: OrderForm,
    lenience: Lenience,
    chosen: OrderChoice | None = None,
    *,
    origin: str = "",
) -> ProductOrder:
    """A new order that its merchant finds filled in; ``chosen``: what a scenario rule says of it.

    ``origin`` is what addresses in emails begin with, as its own does.
    Raises Malformed with one violation for each wrong field.
    """
    check_form(form, partner, lenience)
    merchant = companies.of_business(tx, form.business)
    visible, dropped = shown(form)
    order = ProductOrder(
        id=tx.ids.secret_guid(),
        type=OrderType.PREFILL,
        partner_id=partner.id,
        merchant_id=merchant.id,
        form=visible,
        created_at=tx.at,
        price_locked=form.price_package_id is not None,
        dropped=dropped,
        origin=origin,
    )
    number = store.add(tx.connection, order)
    tx.add_due(Due(order.expires_at, EXPIRE, number))
    if chosen is not None:
        conducts.keep(tx.connection, ORDER, number, chosen)
    acts_after = policy_of(tx, order, merchant).acts_after
    if acts_after is not None:
        tx.add_due(Due(tx.at + round(acts_after * 1000), ACT, number))
    return order


def make_by_hand(
    tx: Tx, partner: Partner, form: OrderForm, type_: OrderType, lenience: Lenience, origin: str = ""
) -> ProductOrder:
    """An order that came from a template or was typed into the portal: submitted when it arrives.

    ``partner`` may be ``NO_PARTNER``. Raises Malformed with one violation for each wrong field.
    """
    check_form(form, partner, lenience)
    merchant = companies.of_business(tx, form.business)
    ready_at = tx.at + processing_time(tx, merchant)
    visible, dropped = shown(form)
    order = ProductOrder(
        id=tx.ids.secret_guid(),
        type=type_,
        partner_id=partner.id,
        merchant_id=merchant.id,
        form=visible,
        created_at=tx.at,
        dropped=dropped,
        submitted_at=tx.at,
        ready_at=ready_at,
        origin=origin,
    )
    tx.add_due(Due(ready_at, PROCESS, store.add(tx.connection, order)))
    return order


def check_form(form: OrderForm, partner: Partner, lenience: Lenience) -> None:
    """Refuse what cannot be ordered; raises Malformed."""
    violations = [*_violations(form, partner)]
    if not violations:
        violations = [*_doubts(form, lenience)]
    if violations:
        raise Malformed(violations)


def _violations(form: OrderForm, partner: Partner) -> Iterator[Violation]:
    yield from identifier_violations(form.business, "businessIdentifier")
    if form.unit_name is not None and (flaw := unit_name_flaw(form.unit_name)):
        yield Violation("salesUnitName", flaw)
    if form.account is not None:
        yield from account_violations(form.account, form.business.market, "settlementBankAccount")
    if form.price_package_id is None:
        return
    offered = partner.packages_for(form.product, form.business.market)
    if all(package.id != form.price_package_id.lower() for package in offered):
        yield Violation("pricePackageId", "The partner has no such price package for this product and market")


def _doubts(form: OrderForm, lenience: Lenience) -> Iterator[Violation]:
    if not is_registrable(form.business):
        reason = f"No number of {form.business.scheme}"
        if not lenience.allow(Kindness.CHECK_DIGITS, f"businessIdentifier.id: {reason}"):
            yield Violation("businessIdentifier.id", reason)
    if form.account is not None:
        yield from doubts(form.account, lenience)


def doubts(account: BankAccount, lenience: Lenience) -> Iterator[Violation]:
    """What no bank would have issued, unless that is forgiven."""
    if not is_payable(account):
        reason = f"No account number of {account.scheme}"
        if not lenience.allow(Kindness.CHECK_DIGITS, f"settlementBankAccount.id: {reason}"):
            yield Violation("settlementBankAccount.id", reason)


def policy_for(tx: Tx, merchant: Merchant) -> OrderPolicy:
    """What becomes of a merchant's orders: its own policy, else the server's."""
    return merchant.orders or tx.policy.of(OrderPolicy)


def policy_of(tx: Tx, order: ProductOrder, merchant: Merchant) -> OrderPolicy:
    """What becomes of this order: what a scenario rule chose for it, over its merchant's policy."""
    policy = policy_for(tx, merchant)
    number = store.number_of(tx.connection, order.id)
    chosen = conducts.get(tx.connection, ORDER, number, OrderChoice)
    return policy if chosen is None else chosen.over(policy)


def processing_time(tx: Tx, merchant: Merchant) -> int:
    """How long the platform takes for one of its papers, in milliseconds of the clock."""
    return round(policy_for(tx, merchant).processing * 1000)


def find(tx: Tx, id_: str) -> ProductOrder:
    """The order of this id; raises NotFound."""
    found = store.get(tx.connection, id_.lower())
    if found is None:
        raise NotFound(f"There is no product order {id_[:50]}")
    return found


def of_partner(tx: Tx, partner: Partner, id_: str) -> ProductOrder:
    """The order of this id that names the partner; raises NotFound for any other."""
    found = store.get(tx.connection, id_.lower())
    if found is None or found.partner_id != partner.id:
        raise NotFound(NO_ORDER)
    return found


def partner_of(tx: Tx, order: ProductOrder) -> Partner:
    """The partner that an order names, or ``NO_PARTNER``."""
    return partners.find(tx, order.partner_id) if order.partner_id else NO_PARTNER


def all_of_partner(tx: Tx, partner: Partner, *, with_expired: bool) -> list[ProductOrder]:
    """All orders that name the partner, the latest first."""
    found = store.newest(tx.connection, partner_id=partner.id)
    return [order for order in found if with_expired or order.state is not OrderState.EXPIRED]


def newest(
    tx: Tx, *, partner_id: str | None, merchant_id: str | None, state: str | None, type_: str | None, limit: int
) -> list[ProductOrder]:
    """Orders, the latest first."""
    found = store.newest(
        tx.connection, partner_id=partner_id, merchant_id=merchant_id, state=state, type_=type_, limit=limit
    )
    return list(found)


def delete(tx: Tx, partner: Partner, id_: str) -> None:
    """Delete an order that the merchant has not submitted; raises NotFound, IllegalAction."""
    order = of_partner(tx, partner, id_)
    rules.next_state(order, OrderAction.DELETE)
    tx.remove_due(Due(order.expires_at, EXPIRE, store.number_of(tx.connection, order.id)))
    store.remove(tx.connection, order.id)


def view(tx: Tx, order: ProductOrder) -> ProductOrder:
    """The merchant has opened the form."""
    return _saved(tx, rules.view(order))


def edit(tx: Tx, order: ProductOrder, form: OrderForm, partner: Partner, lenience: Lenience) -> ProductOrder:
    """The merchant has changed the form; raises Malformed, IllegalAction."""
    edited = rules.edit(order, form)
    check_form(form, partner, lenience)
    return _saved(tx, edited)


def submit(tx: Tx, order: ProductOrder) -> ProductOrder:
    """The merchant has sent the form: processing begins. One that was not opened yet counts as opened."""
    if order.state is OrderState.RECEIVED and order.type is OrderType.PREFILL:
        order = rules.view(order)
    merchant = world.merchant(tx, order.merchant_id)
    ready_at = tx.at + round(policy_of(tx, order, merchant).processing * 1000)
    submitted = _saved(tx, rules.submit(order, tx.at, ready_at))
    number = store.number_of(tx.connection, order.id)
    tx.remove_due(Due(order.expires_at, EXPIRE, number))
    tx.add_due(Due(submitted.ready_at or tx.at, PROCESS, number))
    return submitted


def expire(tx: Tx, order: ProductOrder) -> ProductOrder:
    """Nobody has submitted the order in time."""
    expired = _saved(tx, rules.expire(order, tx.at))
    tx.remove_due(Due(order.expires_at, EXPIRE, store.number_of(tx.connection, order.id)))
    return expired


def expire_if_due(tx: Tx, number: int) -> None:
    """What time does at the end of an order's life."""
    order = store.of_number(tx.connection, number)
    if order is not None and order.waits_for_merchant:
        expire(tx, order)


def of_number(tx: Tx, number: int) -> ProductOrder | None:
    """The order that something was written down as due for."""
    return store.of_number(tx.connection, number)


def number_of(tx: Tx, order: ProductOrder) -> int:
    """The number that things are written down as due under; raises LookupError when there is no such order."""
    return store.number_of(tx.connection, order.id)


def in_process(tx: Tx, merchant: Merchant) -> list[ProductOrder]:
    """A merchant's orders that the platform has to decide on, oldest first."""
    return [order for order in store.of_merchant(tx.connection, merchant.id) if order.in_process]


def save(tx: Tx, order: ProductOrder) -> ProductOrder:
    """Store a changed order."""
    return _saved(tx, order)


def _saved(tx: Tx, order: ProductOrder) -> ProductOrder:
    store.save(tx.connection, order)
    return order
