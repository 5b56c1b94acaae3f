"""What a payment's customer is going to do: what a rule chose for the payment comes before the customer's habit."""

from dataclasses import replace

from mockserver.apis.epayment.domain.chosen import Chosen
from mockserver.apis.epayment.domain.payment import EventName, StoredPayment
from mockserver.apis.epayment.services import payers, payments
from mockserver.core.engine import Tx
from mockserver.scenarios.store import conducts as store
from mockserver.world.domain.conduct import Conduct
from mockserver.world.domain.customer import Customer

PAYMENT = "payment"
"""What is chosen for payments is stored as this."""


def chosen(tx: Tx, stored: StoredPayment) -> Chosen:
    """What was chosen for this payment."""
    return store.get(tx.connection, PAYMENT, stored.id, Chosen) or Chosen()


def choose(tx: Tx, stored: StoredPayment, conduct: Conduct) -> None:
    """Let this payment go as a rule says."""
    store.keep(tx.connection, PAYMENT, stored.id, replace(chosen(tx, stored), conduct=conduct))


def ask(tx: Tx, stored: StoredPayment, phone: str, card: str | None, *, consent: bool) -> None:
    """Remember whose app was asked for the payment, and what the page has settled already."""
    payers.forget(tx, stored.payment.msn, stored.payment.reference)
    asked = replace(chosen(tx, stored), phone=phone, card=card, consent=consent)
    store.keep(tx.connection, PAYMENT, stored.id, asked)


def of(tx: Tx, stored: StoredPayment, customer: Customer) -> Conduct:
    """How this customer answers to this payment."""
    return chosen(tx, stored).conduct or customer.conduct


def failed_before(tx: Tx, stored: StoredPayment) -> bool:
    """Whether an attempt to approve the payment has failed."""
    events = payments.events_of(tx, stored)
    return any(each.event.name is EventName.AUTHORIZED and not each.event.success for each in events)
