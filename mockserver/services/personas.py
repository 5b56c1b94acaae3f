"""Customers that act by themselves: on the clock for payments that reach their app, and when picked on the page."""

from dataclasses import replace

from mockserver.domain.approval import DeclineReason, Delivery
from mockserver.domain.conduct import Conduct, PaymentBehaviour
from mockserver.domain.customer import Customer, CustomerReference
from mockserver.domain.errors import Code, DomainError, IllegalAction, Refusal
from mockserver.domain.payment import State, StoredPayment
from mockserver.domain.policy import Lenience
from mockserver.domain.terms import Terms, UserFlow
from mockserver.services import approvals, conducts, payments, shipping, world
from mockserver.services.approvals import Attempt, Outcome
from mockserver.services.engine import DueHandler, Tx
from mockserver.store.schedule import Due

ACT = "payment.act"


def check(terms: Terms, conduct: Conduct | None) -> None:
    """Raise DomainError 7010 for a payment that is sent to an app which a rule takes away."""
    asks_app = terms.user_flow is UserFlow.PUSH_MESSAGE or terms.minimum_age
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
        return world.customer(tx, phone) if phone is not None else world.customer_of_token(tx, named.value)
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
    if conduct.behaviour is PaymentBehaviour.CANCELS:
        approvals.abort(tx, stored)
        return Outcome.ABORTED
    if conduct.behaviour is PaymentBehaviour.NO_CONSENT:
        attempt = replace(attempt, consent=False)
    return approvals.approve_by_hand(tx, stored, replace(attempt, confirmed=True))


def _act(tx: Tx, id_: int) -> None:
    stored = payments.by_id(tx, id_)
    if stored is None or stored.payment.state is not State.CREATED or stored.payment.processing_until is not None:
        return
    terms, asked = payments.terms_of(tx, stored), conducts.chosen(tx, stored)
    try:
        customer = _customer(tx, stored, terms, asked.phone)
        conduct = conducts.of(tx, stored, customer)
        if not conduct.behaviour.acts:
            return
        delivery = _delivery(tx, stored, terms, customer)
        attempt = Attempt(customer, asked.card, asked.consent, delivery)
        outcome = _perform(tx, stored, attempt, conduct)
    except Refusal:
        # Nobody hears why: the payment goes on waiting, as it does for a person whose app shows an error.
        return
    if isinstance(outcome, DeclineReason) and conduct.behaviour is PaymentBehaviour.SECOND_TRY:
        _schedule(tx, stored, replace(conduct, delay=max(conduct.delay, 1)))


def _customer(tx: Tx, stored: StoredPayment, terms: Terms, phone: str | None) -> Customer:
    picked = world.customer(tx, phone) if phone is not None else None
    return picked or approvals.payer(tx, stored, terms.customer, Lenience(tx.policy))


def _delivery(tx: Tx, stored: StoredPayment, terms: Terms, customer: Customer) -> Delivery | None:
    if terms.express is None:
        return None
    address = customer.addresses[0] if customer.addresses else None
    return shipping.choose(shipping.offered(tx, stored, terms.express), None, address)


HANDLERS: dict[str, DueHandler] = {ACT: _act}
"""What time lets customers do."""
