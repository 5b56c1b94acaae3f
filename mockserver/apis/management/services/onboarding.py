"""How a merchant comes aboard: agreements signed and processed, orders decided on, sales units opened."""

from dataclasses import replace

from mockserver.apis.management.domain import needed
from mockserver.apis.management.domain import product_order as rules
from mockserver.apis.management.domain.product_order import ProductOrder
from mockserver.apis.management.services import emails, holds, orders
from mockserver.core.engine import Tx
from mockserver.core.errors import IllegalAction
from mockserver.core.instants import timestamp
from mockserver.core.schedule import Due
from mockserver.world.domain import agreement as agreements
from mockserver.world.domain.agreement import Agreement, AgreementState
from mockserver.world.domain.merchant import (
    CaptureType,
    Client,
    ClientKind,
    Configuration,
    KeySet,
    Merchant,
    SalesUnit,
)
from mockserver.world.domain.order_policy import Decision, HoldReason
from mockserver.world.domain.partner import ProductType
from mockserver.world.services import world
from mockserver.world.services.directory import directory
from mockserver.world.store import world as store

AGREEMENT = "agreement.process"

REJECTED_BY_POLICY = "The company does not meet the requirements"
AGREEMENT_DECLINED = "The merchant agreement was declined"
MERCHANT_INACTIVE = "The merchant is deactivated"


def sign(tx: Tx, merchant: Merchant, *, with_rights: bool, name: str | None = None) -> Merchant:
    """Somebody signs the merchant agreement; ``name`` is the company's. Raises IllegalAction."""
    ready_at = tx.at + orders.processing_time(tx, merchant)
    signed = agreements.sign(merchant.agreement, ready_at, with_rights=with_rights)
    changed = _keep(tx, replace(merchant, name=name or merchant.name), signed)
    tx.add_due(Due(ready_at, AGREEMENT, store.merchant_number(tx.connection, merchant.id)))
    if with_rights:
        for order in orders.in_process(tx, changed):
            if order.hold is HoldReason.SIGNATORY_WITHOUT_RIGHTS:
                orders.save(tx, rules.signed(order, tx.at))
    return changed


def activate(tx: Tx, merchant: Merchant) -> Merchant:
    """The agreement is in place, and what waited for it goes on; raises IllegalAction."""
    changed = _keep(tx, merchant, agreements.activate(merchant.agreement))
    _take_up(tx, changed)
    return changed


def decline(tx: Tx, merchant: Merchant) -> Merchant:
    """The agreement is declined, and with it every order in process; raises IllegalAction."""
    changed = _keep(tx, merchant, agreements.decline(merchant.agreement))
    for order in orders.in_process(tx, changed):
        reject(tx, order, AGREEMENT_DECLINED)
    return changed


def _keep(tx: Tx, merchant: Merchant, agreement: Agreement) -> Merchant:
    changed = replace(merchant, agreement=agreement, updated_at=timestamp(tx.at))
    world.save_merchant(tx, changed)
    return changed


def release(tx: Tx, order: ProductOrder) -> ProductOrder:
    """Processing goes on, and ends at once when its time is over; raises IllegalAction."""
    released = orders.save(tx, rules.release(order))
    if _ready(tx, released):
        _decide(tx, released)
    return orders.find(tx, order.id)


def approve(tx: Tx, order: ProductOrder) -> ProductOrder:
    """The operator approves, whatever holds the order up.

    Raises IllegalAction when there is no agreement with somebody who may sign, and for a deactivated merchant.
    """
    rules.next_state(order, rules.OrderAction.COMPLETE)
    merchant = world.merchant(tx, order.merchant_id)
    if not merchant.active:
        raise IllegalAction(MERCHANT_INACTIVE)
    if not merchant.agreement.in_place:
        if not merchant.agreement.can_be_activated:
            raise IllegalAction("The merchant agreement is not in place: somebody with signing rights has to sign it")
        merchant = _keep(tx, merchant, agreements.activate(merchant.agreement))
    if order.hold is not None:
        order = rules.release(order)
    completed = _complete(tx, order, merchant)
    _take_up(tx, merchant)
    return completed


def reject(tx: Tx, order: ProductOrder, reason: str) -> ProductOrder:
    """The order is declined; the partner is not told why. Raises IllegalAction."""
    rejected = orders.save(tx, rules.reject(order, tx.at, reason))
    emails.order_rejected(tx, rejected, world.merchant(tx, order.merchant_id))
    return rejected


def _take_up(tx: Tx, merchant: Merchant) -> None:
    """Go on with the orders whose processing is over."""
    for order in orders.in_process(tx, merchant):
        if _ready(tx, order):
            _decide(tx, order)


def _ready(tx: Tx, order: ProductOrder) -> bool:
    return order.ready_at is not None and order.ready_at <= tx.at and order.hold is None


def _decide(tx: Tx, order: ProductOrder) -> None:
    policy = orders.policy_of(tx, order, world.merchant(tx, order.merchant_id))
    match policy.decision:
        case Decision.WAIT:
            return
        case Decision.HOLD if not order.released:
            holds.hold(tx, order, policy.hold)
        case Decision.REJECT:
            reject(tx, order, REJECTED_BY_POLICY)
        case _:
            _settle(tx, order)


def _settle(tx: Tx, order: ProductOrder) -> None:
    merchant = world.merchant(tx, order.merchant_id)
    agreement, lacks = merchant.agreement, needed.reason(order.form)
    if not merchant.active:
        reject(tx, order, MERCHANT_INACTIVE)
    elif agreement.state is AgreementState.DECLINED:
        reject(tx, order, AGREEMENT_DECLINED)
    elif lacks is not None and not order.released:
        holds.hold(tx, order, lacks)
    elif agreement.in_place:
        _complete(tx, order, merchant)
    elif agreement.state is AgreementState.SIGNED and not agreement.with_rights:
        holds.hold(tx, order, HoldReason.SIGNATORY_WITHOUT_RIGHTS)


def _complete(tx: Tx, order: ProductOrder, merchant: Merchant) -> ProductOrder:
    completed = rules.complete(order, tx.at, _free_msn(tx))
    unit = _open_unit(tx, completed, merchant)
    orders.save(tx, completed)
    emails.order_completed(tx, completed, merchant, orders.partner_of(tx, order), unit.name)
    return completed


def _open_unit(tx: Tx, order: ProductOrder, merchant: Merchant) -> SalesUnit:
    form, msn = order.form, order.msn or ""
    payments = form.product is not ProductType.LOGIN
    keys = KeySet(tx.ids.guid(), tx.ids.client_secret(), tx.ids.secret(), tx.ids.secret())
    unit = SalesUnit(
        msn=msn,
        merchant_id=merchant.id,
        name=form.unit_name or merchant.name,
        keys=keys,
        configuration=Configuration(
            payment_allowed=payments,
            capture_type=CaptureType.RESERVE if payments else CaptureType.NOT_APPLICABLE,
            skip_landing_page_allowed=False,
            recurring_allowed=payments and form.recurring,
            express_allowed=form.product is ProductType.CHECKOUT,
        ),
        partner_id=order.partner_id or None,
        account=form.account,
    )
    store.save_client(tx.connection, Client(ClientKind.SALES_UNIT, msn, keys))
    world.save_sales_unit(tx, unit)
    return unit


def _free_msn(tx: Tx) -> str:
    while True:
        msn = tx.ids.number(7)
        if directory(tx).unit(tx.connection, msn) is None:
            return msn


def act(tx: Tx, number: int) -> None:
    """What a merchant that acts by itself does when its time has come."""
    order = orders.of_number(tx, number)
    if order is None or not order.waits_for_merchant:
        return
    merchant = world.merchant(tx, order.merchant_id)
    if merchant.agreement.can_be_signed:
        sign(tx, merchant, with_rights=orders.policy_for(tx, merchant).signs_with_rights)
    opened = orders.view(tx, order)
    orders.submit(tx, replace(opened, form=needed.filled(opened.form)))


def process(tx: Tx, number: int) -> None:
    """What the platform does when an order's processing is over."""
    order = orders.of_number(tx, number)
    if order is not None and order.in_process and _ready(tx, order):
        _decide(tx, order)


def process_agreement(tx: Tx, number: int) -> None:
    """What the platform does when an agreement's processing is over."""
    merchant = store.merchant_of_number(tx.connection, number)
    if merchant is None or (merchant.agreement.ready_at or 0) > tx.at:
        return
    if orders.policy_for(tx, merchant).decision is Decision.WAIT:
        return
    if merchant.agreement.can_be_activated:
        activate(tx, merchant)
    elif merchant.agreement.state is AgreementState.SIGNED:
        _take_up(tx, merchant)
