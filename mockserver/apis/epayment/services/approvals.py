"""The customer's answer: approve, fail to, or cancel. Every way to approve a payment ends here."""

from dataclasses import replace
from enum import Enum, auto

from mockserver.apis.epayment.domain import approval as rules
from mockserver.apis.epayment.domain import payment as machine
from mockserver.apis.epayment.domain.approval import DeclineReason, Delivery, Magic
from mockserver.apis.epayment.domain.payment import Decline, Payment, StoredPayment
from mockserver.apis.epayment.domain.terms import Terms
from mockserver.apis.epayment.services import conducts, payers, payments
from mockserver.core.engine import Tx
from mockserver.core.errors import Code, DomainError
from mockserver.core.money import Market
from mockserver.core.policy import Environment, Lenience
from mockserver.core.values import frozen
from mockserver.world.domain.conduct import Conduct, PaymentBehaviour
from mockserver.world.domain.customer import Card, Customer, CustomerReference
from mockserver.world.services import customers, profiles, world
from mockserver.world.services.directory import directory


class Outcome(Enum):
    """What an attempt to approve came to, when it was not declined."""

    APPROVED = auto()
    ABORTED = auto()
    """The customer did not agree to share what the merchant asked for."""
    UNKNOWN = auto()
    """The result shows in an hour."""
    NEEDS_CONFIRMATION = auto()
    LATER = auto()
    """The customer takes time to answer."""


@frozen
class Attempt:
    """How a customer approves. ``confirmed``: the extra confirmation was given too.

    ``decided``: somebody chose this outcome for this very payment, so nothing else may decline it.
    """

    customer: Customer
    card_number: str | None = None
    consent: bool = True
    delivery: Delivery | None = None
    confirmed: bool = False
    decided: bool = False


def attempt(tx: Tx, stored: StoredPayment, attempt: Attempt) -> Outcome | DeclineReason:
    """Let a customer approve, with all that may come of it; a decline is stored as a failed event.

    Raises DomainError: 6230, 10020 by the state, 6160 while a result is unknown, 7010 when too young or unknown.
    """
    payment = stored.payment
    terms = payments.terms_of(tx, stored)
    machine.next_state(payment, machine.Action.APPROVE)
    machine.check_not_processing(payment, Code.ORDER_PROCESSING)
    if not attempt.customer.active:
        raise world.no_user(attempt.customer)
    rules.check_age(terms, attempt.customer, tx.at)
    if not attempt.consent and profiles.asked(tx, payment.msn, attempt.customer, terms.scopes):
        payments.apply(tx, stored, machine.abort(payment))
        return Outcome.ABORTED
    unit = world.sales_unit(tx, payment.msn)
    market = directory(tx).merchant_of(tx.connection, unit).market
    card = rules.choose_card(terms, attempt.customer, attempt.card_number)
    conduct = Conduct() if attempt.decided else conducts.of(tx, stored, attempt.customer)
    if conduct.behaviour is PaymentBehaviour.UNKNOWN:
        raise world.no_user(attempt.customer)
    result = Magic.NONE if attempt.decided else _judge(tx, stored, terms, market, attempt, card, conduct)
    if isinstance(result, DeclineReason):
        payments.apply(tx, stored, machine.decline(payment, Decline(result, attempt.customer.phone)))
        return result
    if result is Magic.EXTRA_CONFIRMATION and not attempt.confirmed:
        return Outcome.NEEDS_CONFIRMATION
    used = card if isinstance(card, Card) else None
    approval = rules.record(terms, attempt.customer, used, payment.msn, attempt.delivery)
    if result is Magic.UNKNOWN_RESULT:
        payments.apply(tx, stored, machine.approve_later(payment, approval, tx.at, round(conduct.pending * 1000)))
        return Outcome.UNKNOWN
    payments.apply(tx, stored, machine.approve(payment, approval, market, unit.configuration, tx.at))
    if approval.subject is not None:
        profiles.share(tx, payment.msn, approval.phone, approval.subject, terms.scopes)
    return Outcome.APPROVED


def _judge(
    tx: Tx,
    stored: StoredPayment,
    terms: Terms,
    market: Market,
    attempt: Attempt,
    card: Card | DeclineReason,
    conduct: Conduct,
) -> Magic | DeclineReason:
    """What the bank makes of it: by a rule, the customer's behaviour, a magic amount, cards and limit, in this order.

    A rule decides alone, while a customer who behaves well needs a card all the same.
    """
    by_habit = conduct.behaviour is not PaymentBehaviour.BY_HAND
    refusal = conduct.refusal(by_habit and conducts.failed_before(tx, stored))
    if refusal is not None:
        return refusal
    magic = Magic.NONE if by_habit else rules.magic(terms.amount.value, market, tx.policy)
    if conduct.behaviour is PaymentBehaviour.PENDING:
        magic = Magic.UNKNOWN_RESULT
    if isinstance(magic, DeclineReason) or conduct.rule is not None:
        return magic
    if isinstance(card, DeclineReason):
        return card
    if rules.over_limit(attempt.customer, rules.payable(terms, attempt.delivery).value):
        return DeclineReason.PAYMENT_LIMIT
    return magic


def approve_by_hand(tx: Tx, stored: StoredPayment, by_hand: Attempt) -> Outcome | DeclineReason:
    """Approve as a person does, who may from then on be used in force approve."""
    outcome = attempt(tx, stored, by_hand)
    if outcome is Outcome.APPROVED and not by_hand.customer.has_approved:
        world.save_customer(tx, replace(by_hand.customer, has_approved=True))
    return outcome


def force_approve(tx: Tx, stored: StoredPayment, named: CustomerReference | None, lenience: Lenience) -> None:
    """The official test endpoint: approve at once, or raise the DomainError that says why not.

    Without a named customer it is the payment's own, else the first of the unit's market.
    A declined attempt is stored before its error is raised.
    """
    terms = payments.terms_of(tx, stored)
    if terms.express is not None:
        raise DomainError(Code.OPERATION_NOT_SUPPORTED, "Express payments cannot be force approved")
    customer = payer(tx, stored, named or terms.customer, lenience)
    if not customer.has_approved:
        raise DomainError(Code.APPROVE_NOT_ALLOWED, "The user has never approved a payment by hand")
    outcome = attempt(tx, stored, Attempt(customer))
    if outcome is Outcome.NEEDS_CONFIRMATION:
        raise DomainError(Code.IDENTIFICATION_REQUIRED, "Strong customer authentication is required")
    if isinstance(outcome, DeclineReason):
        raise _decline_error(outcome, tx.policy.environment)


def _decline_error(reason: DeclineReason, environment: Environment) -> DomainError:
    if reason is DeclineReason.EXPIRED_CARD and environment is Environment.TEST:
        return DomainError(Code.INTERNAL, reason.sentence)
    return DomainError(rules.FORCE_APPROVE_CODES.get(reason, Code.APPROVE_FAILED), reason.sentence)


def payer(
    tx: Tx, stored: StoredPayment, named: CustomerReference | None, lenience: Lenience, *, keep: bool = True
) -> Customer:
    """The named customer, or the first of the unit's market; raises DomainError 7010 when there is none.

    Without ``keep`` nobody new is stored.
    """
    market = world.market_of_unit(tx, stored.payment.msn)
    if named is not None:
        return customers.resolve(tx, named, market, lenience, keep=keep)
    for customer in world.customers(tx, market, limit=1):
        return customer
    raise DomainError(Code.CUSTOMER_NOT_FOUND, f"The world has no customer in {market}")


def decline(tx: Tx, stored: StoredPayment, reason: DeclineReason) -> Payment:
    """A failed attempt of the payment's customer; raises IllegalAction when the payment does not wait for one."""
    machine.check_not_processing(stored.payment, Code.ORDER_PROCESSING)
    phone = payers.phone(tx, stored.payment.msn, stored.payment.reference)
    return payments.apply(tx, stored, machine.decline(stored.payment, Decline(reason, phone)))


def abort(tx: Tx, stored: StoredPayment) -> Payment:
    """The customer cancels."""
    machine.check_not_processing(stored.payment, Code.ORDER_PROCESSING)
    return payments.apply(tx, stored, machine.abort(stored.payment))


def expire(tx: Tx, stored: StoredPayment) -> Payment:
    """Time out now, before its time."""
    machine.check_not_processing(stored.payment, Code.ORDER_PROCESSING)
    return payments.apply(tx, stored, machine.expire(stored.payment))
