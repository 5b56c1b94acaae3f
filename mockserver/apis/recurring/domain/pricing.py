"""What an agreement costs, and how much one charge of it may be. Amounts in minor units."""

from dataclasses import replace
from enum import StrEnum
from typing import Final

from mockserver.apis.recurring.domain.refusals import Problem, invalid, refused
from mockserver.core.money import MAXIMUM, MINIMUM, Currency, Market
from mockserver.core.values import frozen

MARKETS: Final = frozenset({Market.NO, Market.DK, Market.FI})
"""Where the Recurring API is offered."""
HIGHEST: Final = {Currency.NOK: 2_000_000, Currency.DKK: 30_000_000, Currency.EUR: 200_000}
"""The highest price, and the highest suggested maximum, by currency."""
INTERVAL_FACTOR: Final = 5
"""All charges of one interval are together at most so many times the price (LEGACY)."""


class PricingType(StrEnum):
    """How an agreement is priced; it never changes."""

    LEGACY = "LEGACY"
    VARIABLE = "VARIABLE"
    FLEXIBLE = "FLEXIBLE"


@frozen
class Pricing:
    """``amount`` of LEGACY, ``suggested_max`` of VARIABLE; ``max_amount`` is what its customer chose."""

    type: PricingType
    currency: Currency
    amount: int | None = None
    suggested_max: int | None = None
    max_amount: int | None = None

    @property
    def ceiling(self) -> int | None:
        """The most that one charge may be; None where there is no such bound for one charge alone."""
        if self.type is not PricingType.VARIABLE:
            return None
        return max(self.suggested_max or 0, self.max_amount or 0)

    @property
    def interval_ceiling(self) -> int | None:
        """The most that all charges of one interval may be together."""
        return None if self.amount is None else INTERVAL_FACTOR * self.amount


FIELDS: Final = {PricingType.LEGACY: "amount", PricingType.VARIABLE: "suggestedMaxAmount", PricingType.FLEXIBLE: None}
"""The wire's field that each type needs, and the only one that it may have."""


def price(type_: PricingType, currency: Currency, market: Market, amount: int | None, highest: int | None) -> Pricing:
    """The pricing of a new agreement: ``amount`` or ``highest`` (suggestedMaxAmount) as its type needs it.

    Raises NamedRefusal for a currency that is not the market's, and for sums that the type has not, lacks, or may
    not be.
    """
    if currency is not market.currency:
        raise invalid("pricing.currency", f"Must be {market.currency} for this sales unit")
    given = {"amount": amount, "suggestedMaxAmount": highest}
    wanted = FIELDS[type_]
    for name, value in given.items():
        if value is None and name == wanted:
            raise invalid(f"pricing.{name}", f"Is required for {type_}")
        if value is not None and name != wanted:
            raise invalid(f"pricing.{name}", f"Does not go with {type_}")
        if value is not None:
            check_price(value, currency, f"pricing.{name}")
    return Pricing(type_, currency, amount, highest)


def change(pricing: Pricing, amount: int | None, highest: int | None) -> Pricing:
    """The pricing with a new price or suggested maximum; raises NamedRefusal for that of another type."""
    for name, value in (("amount", amount), ("suggestedMaxAmount", highest)):
        if value is not None and FIELDS[pricing.type] != name:
            raise invalid(f"pricing.{name}", f"The pricing type is {pricing.type}")
        if value is not None:
            check_price(value, pricing.currency, f"pricing.{name}")
    kept = pricing.suggested_max if highest is None else highest
    return replace(pricing, amount=pricing.amount if amount is None else amount, suggested_max=kept)


def check_price(value: int, currency: Currency, field: str) -> None:
    """Raise NamedRefusal for a price that is below the minimum or above the maximum of its currency."""
    if value > HIGHEST[currency]:
        reason = f"Must be at most {HIGHEST[currency]}"
        raise refused(
            Problem.INVALID_MAXIMUM, f"{field} is too high: the maximum is {HIGHEST[currency]}", field, reason
        )
    check_amount(value, currency, field)


def check_amount(value: int, currency: Currency, field: str = "amount") -> None:
    """Raise NamedRefusal for an amount that nobody can be charged."""
    if value < MINIMUM[currency]:
        raise invalid(field, f"Must be at least {MINIMUM[currency]} ({currency}, minor units)")
    if value > MAXIMUM:
        raise invalid(field, f"Must be at most {MAXIMUM}")


def check_charge(pricing: Pricing, amount: int, others: int | None) -> None:
    """Raise NamedRefusal for a charge above its agreement's ceiling.

    ``others``: what the other charges of the same interval are together; None where they do not count.
    """
    if pricing.ceiling is not None and amount > pricing.ceiling:
        raise _too_high(f"Must be at most {pricing.ceiling}, the highest amount of this agreement")
    most = pricing.interval_ceiling
    if most is not None and others is not None and others + amount > most:
        raise _too_high(
            f"The charges of one interval must be at most {most} together: {INTERVAL_FACTOR} times the price"
        )


def _too_high(reason: str) -> Exception:
    return refused(Problem.AMOUNT_TOO_HIGH, f"The amount of the charge is too high. {reason}", "amount", reason)


def choose_maximum(pricing: Pricing, chosen: int | None) -> Pricing:
    """The pricing with the maximum that its customer chose, by default the suggested one.

    Raises NamedRefusal for one that is too low or too high, or where there is none to choose.
    """
    if pricing.type is not PricingType.VARIABLE:
        if chosen is not None:
            raise invalid("maxAmount", f"There is no maximum to choose: the pricing type is {pricing.type}")
        return pricing
    amount = pricing.suggested_max if chosen is None else chosen
    check_price(amount or 0, pricing.currency, "maxAmount")
    return replace(pricing, max_amount=amount)


def alternatives(pricing: Pricing) -> tuple[int, ...]:
    """The maximums that the app offers its customer, from low to high, the suggested one among them."""
    suggested, most = pricing.suggested_max or 0, HIGHEST[pricing.currency]
    offered = {suggested, suggested // 2, suggested * 3 // 2, suggested * 2}
    return tuple(sorted(each for each in offered if MINIMUM[pricing.currency] <= each <= most))
