"""What a bank makes of an attempt to pay: the magic amounts, the customer's cards and limit."""

from enum import StrEnum
from typing import Final

from mockserver.core.money import Market
from mockserver.core.policy import Policy
from mockserver.world.domain.conduct import DeclineReason
from mockserver.world.domain.customer import Card, Customer

MAGIC_DECLINES: Final = {
    151: DeclineReason.INSUFFICIENT_FUNDS,
    182: DeclineReason.REFUSED_BY_ISSUER,
    183: DeclineReason.SUSPECTED_FRAUD,
    184: DeclineReason.WITHDRAWAL_LIMIT,
    186: DeclineReason.EXPIRED_CARD,
    187: DeclineReason.INVALID_CARD,
    197: DeclineReason.THREE_D_SECURE,
}
"""Amounts in minor units that fail where magic amounts work (test environment guide)."""
NORWEGIAN_MAGIC: Final = frozenset({197, 202})
UNKNOWN_RESULT: Final = 201
EXTRA_CONFIRMATION: Final = 202


class Magic(StrEnum):
    """What a magic amount asks for besides a decline."""

    NONE = "none"
    UNKNOWN_RESULT = "unknown-result"
    EXTRA_CONFIRMATION = "extra-confirmation"


def magic(value: int, market: Market, policy: Policy) -> Magic | DeclineReason:
    """What an amount brings about by itself; nothing in production."""
    if not policy.test_tools or (value in NORWEGIAN_MAGIC and market is not Market.NO):
        return Magic.NONE
    if value == UNKNOWN_RESULT:
        return Magic.UNKNOWN_RESULT
    if value == EXTRA_CONFIRMATION:
        return Magic.EXTRA_CONFIRMATION
    return MAGIC_DECLINES.get(value, Magic.NONE)


def choose_card(customer: Customer, number: str | None = None, *, no_commercial: bool = False) -> Card | DeclineReason:
    """The card that pays: the named one, else the first that works; or why none does.

    ``no_commercial``: the merchant does not take commercial cards.
    """
    cards = [card for card in customer.cards if number in (None, card.number)]
    if not cards:
        return DeclineReason.NO_CARDS
    accepted = [card for card in cards if not (no_commercial and card.commercial)]
    if not accepted:
        return DeclineReason.BLOCKED_SOURCE
    valid = [card for card in accepted if not card.expired]
    return valid[0] if valid else DeclineReason.EXPIRED_CARD


def over_limit(customer: Customer, value: int) -> bool:
    """Whether a sum (minor units) is above what the customer may pay at once."""
    return customer.payment_limit is not None and value > customer.payment_limit
