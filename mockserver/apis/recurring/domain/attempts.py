"""What comes of an attempt to charge a customer: rule, profile, maximum, habit, magic amount, card and limit."""

from mockserver.apis.recurring.domain.agreement import Agreement
from mockserver.apis.recurring.domain.charge import Charge, FailureReason, Type
from mockserver.apis.recurring.domain.chosen import ChargeBehaviour, ChargeConduct
from mockserver.core.money import Market
from mockserver.core.policy import Policy
from mockserver.core.values import frozen
from mockserver.world.domain import bank
from mockserver.world.domain.bank import Magic
from mockserver.world.domain.conduct import DeclineReason, PaymentBehaviour
from mockserver.world.domain.customer import Customer


@frozen
class Pending:
    """The result shows after so many seconds."""

    seconds: float


Verdict = FailureReason | Pending | None
"""Why the attempt fails, that it takes its time, or None when it succeeds."""
_USER = FailureReason.USER_ACTION_REQUIRED


def judge(
    agreement: Agreement, charge: Charge, customer: Customer | None, chosen: ChargeConduct | None, market: Market,
    policy: Policy,
) -> Verdict:  # fmt: skip
    """What comes of an attempt now. What a rule chose decides alone; a customer of good habits still needs a card."""
    if chosen is not None:
        pending = chosen.behaviour is ChargeBehaviour.PENDING
        return Pending(chosen.pending) if pending else chosen.refusal(charge.attempts)
    if customer is None or not customer.is_user:
        return FailureReason.NON_TECHNICAL_ERROR
    highest = agreement.pricing.max_amount
    if charge.type is not Type.INITIAL and highest is not None and charge.amount > highest:
        return FailureReason.CHARGE_AMOUNT_TOO_HIGH
    if customer.conduct.refusal(failed_before=charge.attempts > 0) is not None:
        return _USER
    return _by_amount(charge, customer, market, policy) or _by_source(agreement, charge, customer)


def _by_amount(charge: Charge, customer: Customer, market: Market, policy: Policy) -> Verdict:
    if customer.payment is PaymentBehaviour.PENDING:
        return Pending(customer.conduct.pending)
    if customer.payment is not PaymentBehaviour.BY_HAND:
        return None
    magic = bank.magic(charge.amount, market, policy)
    if magic is Magic.UNKNOWN_RESULT:
        return Pending(customer.conduct.pending)
    return None if magic is Magic.NONE else _USER


def _by_source(agreement: Agreement, charge: Charge, customer: Customer) -> Verdict:
    card = bank.choose_card(customer, agreement.card, no_commercial=agreement.no_commercial)
    if isinstance(card, DeclineReason) or bank.over_limit(customer, charge.amount):
        return _USER
    return None
