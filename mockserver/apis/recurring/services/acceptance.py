"""The customer's answer to a draft: every way to accept an agreement ends here."""

from enum import Enum, auto

from mockserver.apis.recurring.domain import agreement as machine
from mockserver.apis.recurring.domain.agreement import Act, Actor, Consent, StoredAgreement
from mockserver.apis.recurring.domain.attempts import Pending
from mockserver.apis.recurring.domain.charge import FailureReason, State
from mockserver.apis.recurring.domain.events import AgreementEvent
from mockserver.apis.recurring.domain.pricing import choose_maximum
from mockserver.apis.recurring.domain.refusals import Problem, refused
from mockserver.apis.recurring.services import agreements, events, processing
from mockserver.core.engine import Tx
from mockserver.core.errors import DomainError, IllegalAction
from mockserver.core.policy import Lenience
from mockserver.core.values import frozen
from mockserver.world.domain import bank
from mockserver.world.domain.conduct import DeclineReason
from mockserver.world.domain.customer import Customer, check_phone
from mockserver.world.services import profiles, world

ADULT = 18
"""Years that a customer has to have."""


class Outcome(Enum):
    """What an acceptance came to, when nothing was declined."""

    ACCEPTED = auto()
    REJECTED = auto()
    """The customer did not agree to share what the merchant asked for."""
    PROCESSING = auto()
    """The result of the initial charge shows in an hour."""
    TOO_YOUNG = auto()
    """The app refuses customers below 18, and the draft has expired."""


@frozen
class Acceptance:
    """How a customer accepts: ``card`` by its number, None for the first that works; ``maximum`` in minor units."""

    customer: Customer
    card: str | None = None
    maximum: int | None = None
    consent: bool = True


def accept(tx: Tx, stored: StoredAgreement, by: Acceptance) -> Outcome | FailureReason:
    """Let a customer accept, with all that may come of it; after a decline the draft goes on waiting.

    Raises IllegalAction when it does not wait for an answer, DomainError for somebody who is no user, NamedRefusal for
    a maximum that nobody can choose.
    """
    machine.next_status(stored.agreement, Act.ACCEPT)
    agreements.check_not_processing(tx, stored)
    if not by.customer.is_user:
        raise world.no_user(by.customer)
    if by.customer.age_at(tx.at) < ADULT:
        agreements.expire(tx, stored)
        return Outcome.TOO_YOUNG
    agreement = stored.agreement
    if not by.consent and profiles.asked(tx, agreement.msn, by.customer, agreement.scopes):
        agreements.reject(tx, stored)
        return Outcome.REJECTED
    pricing = choose_maximum(agreement.pricing, by.maximum)
    if isinstance(bank.choose_card(by.customer, by.card, no_commercial=agreement.no_commercial), DeclineReason):
        return FailureReason.USER_ACTION_REQUIRED
    subject = by.customer.subject(agreement.msn) if agreement.scopes else None
    consent = Consent(by.customer.phone, by.card, by.maximum, subject)
    return _settle(tx, stored, StoredAgreement(stored.id, machine.accepted_by(agreement, consent, pricing)))


def _settle(tx: Tx, stored: StoredAgreement, chosen: StoredAgreement) -> Outcome | FailureReason:
    """Process the initial charge, if there is one, and activate the agreement when it has gone through."""
    initial = agreements.initial_of(tx, stored)
    if initial is not None and initial.charge.state is State.PENDING:
        verdict = processing.judged(tx, chosen.agreement, initial)
        processing.carry_out(tx, initial, verdict)
        if isinstance(verdict, FailureReason):
            return verdict
        if isinstance(verdict, Pending):
            agreements.save(tx, stored, chosen.agreement)
            return Outcome.PROCESSING
    activate(tx, chosen)
    return Outcome.ACCEPTED


def activate(tx: Tx, chosen: StoredAgreement) -> StoredAgreement:
    """The agreement starts: its initial charge, if any, has gone through. ``chosen``: with its customer's choices."""
    active = machine.activate(chosen.agreement, tx.at)
    after = agreements.save(tx, chosen, active)
    if active.subject is not None and active.customer is not None:
        profiles.share(tx, active.msn, active.customer, active.subject, active.scopes)
    events.tell_of_agreement(tx, active, AgreementEvent.ACTIVATED, Actor.USER)
    return after


def force_accept(tx: Tx, stored: StoredAgreement, phone: str, lenience: Lenience) -> None:
    """The official test endpoint: accept at once, or raise the NamedRefusal that says why not.

    A declined initial charge leaves the agreement EXPIRED, as does a customer below 18.
    """
    customer = _named(tx, stored, phone, lenience)
    if isinstance(bank.choose_card(customer, no_commercial=stored.agreement.no_commercial), DeclineReason):
        raise _failed("The customer has no payment source that can be used")
    try:
        outcome = accept(tx, stored, Acceptance(customer))
    except (IllegalAction, DomainError) as error:
        raise _failed(str(error) if isinstance(error, IllegalAction) else error.detail) from None
    if outcome is Outcome.TOO_YOUNG:
        raise _failed(f"The customer is below {ADULT} years")
    if isinstance(outcome, FailureReason):
        agreements.expire(tx, stored)
        raise _failed(f"The initial charge was declined: {outcome}")


def _named(tx: Tx, stored: StoredAgreement, phone: str, lenience: Lenience) -> Customer:
    try:
        check_phone(phone, "phoneNumber")
    except DomainError as error:
        raise refused(Problem.VALIDATION, "Invalid phone number", "phoneNumber", error.detail) from None
    try:
        market = world.market_of_unit(tx, stored.agreement.msn)
        return world.customer_for(tx, phone, market, lenience)
    except DomainError as error:
        raise refused(Problem.OPERATION_FAILED, error.detail, "phoneNumber") from None


def _failed(detail: str) -> Exception:
    return refused(Problem.OPERATION_FAILED, detail)
