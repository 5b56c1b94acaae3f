"""Customers that act by themselves: on the clock for payments that reach their app, and when picked on the page."""

from dataclasses import replace

from mockserver.apis.epayment.domain.approval import DeclineReason, Delivery
from mockserver.apis.epayment.domain.chosen import Chosen
from mockserver.apis.epayment.domain.payment import Payment, State, StoredPayment
from mockserver.apis.epayment.domain.shipping import DynamicShipping, Express, ShippingGroup
from mockserver.apis.epayment.domain.terms import Terms, UserFlow
from mockserver.apis.epayment.services import approvals, conducts, payments, shipping
from mockserver.apis.epayment.services.approvals import Attempt, Outcome
from mockserver.core.engine import Tx
from mockserver.core.errors import Code, DomainError, IllegalAction, Malformed, Refusal
from mockserver.core.policy import Lenience
from mockserver.core.schedule import Due
from mockserver.core.values import frozen
from mockserver.scenarios.store import conducts as store
from mockserver.world.domain.conduct import Conduct, PaymentBehaviour
from mockserver.world.domain.customer import Address, Customer, CustomerReference
from mockserver.world.services import world

ACT = "payment.act"
SHIPPING = "shipping"
"""Who waits for the merchant to say how it ships is stored as this."""


def check(terms: Terms, conduct: Conduct | None) -> None:
    """Raise DomainError 7010 for a payment that is sent to an app which a rule takes away."""
    asks_app = terms.user_flow is UserFlow.PUSH_MESSAGE
    if asks_app and conduct is not None and conduct.behaviour is PaymentBehaviour.UNKNOWN:
        raise DomainError(Code.CUSTOMER_NOT_FOUND, "The customer is no user of the app", "customer")


def begin(tx: Tx, stored: StoredPayment, named: CustomerReference | None, conduct: Conduct | None = None) -> None:
    """A payment reaches the app of the customer that it names, who may act; ``conduct``: what a rule chose for it."""
    if conduct is not None:
        conducts.choose(tx, stored, conduct)
    elif named is not None:
        customer = _known(tx, named)
        conduct = customer.conduct if customer is not None else None
    if conduct is not None and conduct.behaviour.acts:
        _schedule(tx, stored, conduct)


def _known(tx: Tx, named: CustomerReference) -> Customer | None:
    try:
        phone = named.phone
        return world.customer_here(tx, phone) if phone is not None else world.customer_of_token(tx, named)
    except Refusal:
        return None


def _schedule(tx: Tx, stored: StoredPayment, conduct: Conduct) -> None:
    tx.add_due(Due(tx.at + round(conduct.delay * 1000), ACT, stored.id))


def approve_on_page(tx: Tx, stored: StoredPayment, by_hand: Attempt) -> Outcome | DeclineReason:
    """A customer was picked on the landing page and asked: what comes of it, LATER when it takes its time.

    Raises IllegalAction for one who ignores the payment, and whatever an approval raises.
    """
    conduct = conducts.of(tx, stored, by_hand.customer)
    match conduct.behaviour:
        case PaymentBehaviour.BY_HAND:
            return approvals.approve_by_hand(tx, stored, by_hand)
        case PaymentBehaviour.IGNORES:
            raise IllegalAction("This customer ignores payments. Pick another one, or wait until the payment expires")
    if conduct.delay and by_hand.delivery is None:
        conducts.ask(tx, stored, by_hand.customer.phone, by_hand.card_number, consent=by_hand.consent)
        _schedule(tx, stored, conduct)
        return Outcome.LATER
    return _perform(tx, stored, by_hand, conduct)


def _perform(tx: Tx, stored: StoredPayment, attempt: Attempt, conduct: Conduct) -> Outcome | DeclineReason:
    refuses = conduct.behaviour is PaymentBehaviour.NO_CONSENT and payments.terms_of(tx, stored).scopes
    if conduct.behaviour is PaymentBehaviour.CANCELS or refuses:
        approvals.abort(tx, stored)
        return Outcome.ABORTED
    return approvals.approve_by_hand(tx, stored, replace(attempt, confirmed=True))


def act(tx: Tx, id_: int) -> None:
    """What a customer who acts by itself does when its time has come."""
    stored = _waiting(tx, id_)
    if stored is None:
        return
    terms, asked = payments.terms_of(tx, stored), conducts.chosen(tx, stored)
    try:
        customer = _customer(tx, stored, terms, asked.phone)
        conduct = conducts.of(tx, stored, customer)
        if not conduct.behaviour.acts:
            return
        cancels = conduct.behaviour is PaymentBehaviour.CANCELS
        if terms.express is not None and terms.express.dynamic is not None and not cancels:
            _inquire(tx, stored, customer)
            return
        delivery = None if cancels else _delivery(tx, stored, terms, customer)
    except Refusal:
        # Nobody hears why: the payment goes on waiting, as it does for a person whose app shows an error.
        return
    _answer(tx, stored, Attempt(customer, asked.card, asked.consent, delivery), conduct)


def _waiting(tx: Tx, id_: int) -> StoredPayment | None:
    stored = payments.by_id(tx, id_)
    if stored is None or stored.payment.state is not State.CREATED or stored.payment.processing_until is not None:
        return None
    return stored


def _answer(tx: Tx, stored: StoredPayment, attempt: Attempt, conduct: Conduct) -> None:
    try:
        outcome = _perform(tx, stored, attempt, conduct)
    except Refusal:
        return  # Nobody hears why here either.
    if isinstance(outcome, DeclineReason) and conduct.behaviour is PaymentBehaviour.SECOND_TRY:
        _schedule(tx, stored, replace(conduct, delay=max(conduct.delay, 1)))


@frozen
class Inquiry:
    """A merchant is to be asked how it ships to the customer with this ``phone``, who wants to approve ``payment``.

    ``secret`` is that of the payment: after a reset another one may have its number.
    """

    payment: int
    secret: str
    phone: str


def _inquire(tx: Tx, stored: StoredPayment, customer: Customer) -> None:
    store.keep(tx.connection, SHIPPING, stored.id, Chosen(phone=customer.phone))
    tx.emitted = True


def inquiries(tx: Tx, most: int) -> list[Inquiry]:
    """What merchants are to be asked, of the oldest payments first, at most so many."""
    found = store.oldest(tx.connection, SHIPPING, Chosen, most)
    asked = [(payments.by_id(tx, number), chosen.phone or "") for number, chosen in found]
    return [Inquiry(stored.id, stored.payment.secret, phone) for stored, phone in asked if stored is not None]


def newest_inquiry(tx: Tx) -> int:
    """The highest number of a payment whose merchant is to be asked; 0 for none."""
    return store.newest(tx.connection, SHIPPING)


def question(tx: Tx, inquiry: Inquiry) -> tuple[Payment, DynamicShipping, Address] | None:
    """What a merchant is to be asked about; None when there is nothing to ship any more, or nowhere."""
    stored, customer = _waiting(tx, inquiry.payment), world.customer(tx, inquiry.phone)
    express = payments.terms_of(tx, stored).express if stored is not None else None
    if stored is None or express is None or express.dynamic is None or customer is None:
        return None
    try:
        return stored.payment, express.dynamic, _destination(tx, stored, express, customer)
    except Malformed:
        return None


def _is_open(tx: Tx, inquiry: Inquiry) -> bool:
    stored = payments.by_id(tx, inquiry.payment)
    chosen = store.get(tx.connection, SHIPPING, inquiry.payment, Chosen)
    return stored is not None and stored.payment.secret == inquiry.secret and chosen == Chosen(phone=inquiry.phone)


def go_on(tx: Tx, inquiry: Inquiry, groups: tuple[ShippingGroup, ...] | None) -> None:
    """The merchant has answered, and the customer acts; without ``groups`` the payment goes on waiting."""
    if not _is_open(tx, inquiry):
        return
    store.forget(tx.connection, SHIPPING, inquiry.payment)
    stored, customer = _waiting(tx, inquiry.payment), world.customer(tx, inquiry.phone)
    express = payments.terms_of(tx, stored).express if stored is not None else None
    if groups is None or stored is None or express is None or customer is None:
        return
    try:
        address = _destination(tx, stored, express, customer)
    except Malformed:
        return
    shipping.keep_offer(tx, stored, groups)
    asked = conducts.chosen(tx, stored)
    delivery = shipping.choose(groups, None, address)
    attempt = Attempt(customer, asked.card, asked.consent, delivery)
    _answer(tx, stored, attempt, conducts.of(tx, stored, customer))


def _customer(tx: Tx, stored: StoredPayment, terms: Terms, phone: str | None) -> Customer:
    picked = world.customer(tx, phone) if phone is not None else None
    return picked or approvals.payer(tx, stored, terms.customer, Lenience(tx.policy))


def _delivery(tx: Tx, stored: StoredPayment, terms: Terms, customer: Customer) -> Delivery | None:
    if terms.express is None:
        return None
    return shipping.choose(terms.express.groups or (), None, _destination(tx, stored, terms.express, customer))


def _destination(tx: Tx, stored: StoredPayment, express: Express, customer: Customer) -> Address:
    return shipping.destination(express, world.market_of_unit(tx, stored.payment.msn), customer)


"""What time lets customers do."""
