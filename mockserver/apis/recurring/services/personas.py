"""Customers that answer to drafts by themselves: on the clock, and when they are picked on the page."""

from mockserver.apis.recurring.domain.agreement import Agreement, StoredAgreement
from mockserver.apis.recurring.domain.charge import FailureReason
from mockserver.apis.recurring.domain.chosen import AgreementConduct, Answer
from mockserver.apis.recurring.services import acceptance, agreements, conducts
from mockserver.apis.recurring.services.acceptance import Acceptance, Outcome
from mockserver.core.engine import Tx
from mockserver.core.errors import IllegalAction, Refusal
from mockserver.core.schedule import Due
from mockserver.world.domain.conduct import PaymentBehaviour
from mockserver.world.domain.customer import Customer
from mockserver.world.services import world

ACT = "recurring.act"
_HABITS = {
    PaymentBehaviour.APPROVES: Answer.ACCEPTS,
    PaymentBehaviour.DECLINES: Answer.ACCEPTS,
    PaymentBehaviour.SECOND_TRY: Answer.ACCEPTS,
    PaymentBehaviour.PENDING: Answer.ACCEPTS,
    PaymentBehaviour.CANCELS: Answer.REJECTS,
    PaymentBehaviour.IGNORES: Answer.IGNORES,
}
"""How a customer's habit with payments answers to drafts: who has no money accepts all the same."""


def begin(tx: Tx, stored: StoredAgreement, conduct: AgreementConduct | None = None) -> None:
    """A draft may reach the app of the customer that it names, who may act; ``conduct``: what a rule chose for it."""
    if conduct is not None:
        conducts.choose_for_agreement(tx, stored.id, conduct)
    if stored.agreement.asked is None and (conduct is None or conduct.answer is None):
        return
    customer = _customer(tx, stored.agreement, conduct)
    if customer is not None and answer_of(tx, stored, customer).acts:
        _schedule(tx, stored, customer)


def _customer(tx: Tx, agreement: Agreement, conduct: AgreementConduct | None) -> Customer | None:
    phone = (conduct.phone if conduct is not None else None) or agreement.asked
    if phone is not None:
        return world.customer_here(tx, phone)
    market = world.market_of_unit(tx, agreement.msn)
    return next(iter(world.customers(tx, market, limit=1)), None)


def _delay(tx: Tx, stored: StoredAgreement, customer: Customer) -> float:
    chosen = conducts.of_agreement(tx, stored.id)
    return chosen.delay if chosen.answer is not None else customer.conduct.delay


def _schedule(tx: Tx, stored: StoredAgreement, customer: Customer) -> None:
    tx.add_due(Due(tx.at + round(_delay(tx, stored, customer) * 1000), ACT, stored.id))


def answer_of(tx: Tx, stored: StoredAgreement, customer: Customer) -> Answer:
    """How this customer answers to this draft: as a rule chose, else by habit."""
    chosen = conducts.of_agreement(tx, stored.id).answer
    if chosen is not None:
        return chosen
    if customer.payment is PaymentBehaviour.NO_CONSENT:
        return Answer.REJECTS if stored.agreement.scopes else Answer.ACCEPTS
    return _HABITS.get(customer.payment, Answer.BY_HAND)


def answer_on_page(tx: Tx, stored: StoredAgreement, by: Acceptance) -> Outcome | FailureReason | None:
    """A customer was picked on the landing page and asked: what comes of it, None when it takes its time.

    Raises IllegalAction for one who ignores the draft, and whatever an acceptance raises.
    """
    answer = answer_of(tx, stored, by.customer)
    if answer is Answer.IGNORES:
        raise IllegalAction("This customer ignores agreements. Pick another one, or wait until the draft expires")
    if answer.acts and _delay(tx, stored, by.customer):
        conducts.ask(tx, stored.id, by.customer.phone)
        _schedule(tx, stored, by.customer)
        return None
    return _perform(tx, stored, by, answer)


def _perform(tx: Tx, stored: StoredAgreement, by: Acceptance, answer: Answer) -> Outcome | FailureReason:
    if answer is Answer.REJECTS:
        agreements.reject(tx, stored)
        return Outcome.REJECTED
    return acceptance.accept(tx, stored, by)


def act(tx: Tx, id_: int) -> None:
    """What a customer who acts by itself does when its time has come."""
    stored = agreements.by_id(tx, id_)
    if stored is None or not stored.agreement.can_wait or agreements.is_processing(tx, stored):
        return
    chosen = conducts.of_agreement(tx, id_)
    customer = _customer(tx, stored.agreement, chosen)
    if customer is None:
        return
    try:
        answer = answer_of(tx, stored, customer)
        if answer.acts:
            outcome = _perform(tx, stored, Acceptance(customer, maximum=chosen.maximum), answer)
            if isinstance(outcome, FailureReason) and customer.payment is PaymentBehaviour.SECOND_TRY:
                tx.add_due(Due(tx.at + 1000, ACT, id_))
    except Refusal:
        return  # Nobody hears why: the draft goes on waiting, as it does for a person whose app shows an error.
