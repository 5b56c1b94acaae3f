"""Campaigns: what the customer is shown while an agreement costs less. They change nothing else."""

import datetime
from enum import StrEnum
from typing import Final

from mockserver.apis.recurring.domain import periods
from mockserver.apis.recurring.domain.dates import utc_day
from mockserver.apis.recurring.domain.periods import Period
from mockserver.apis.recurring.domain.pricing import Pricing, PricingType
from mockserver.apis.recurring.domain.refusals import Problem, invalid, refused
from mockserver.core.instants import DAY
from mockserver.core.money import MAXIMUM, Currency
from mockserver.core.values import frozen

LONGEST_EVENT: Final = 15
"""Characters of an event's text."""
_EPOCH: Final = datetime.date(1970, 1, 1)


class CampaignType(StrEnum):
    """The kinds that merchants can start."""

    PRICE = "PRICE_CAMPAIGN"
    PERIOD = "PERIOD_CAMPAIGN"
    EVENT = "EVENT_CAMPAIGN"


FULL_FLEX: Final = "FULL_FLEX_CAMPAIGN"
"""By appointment in 2023, and refused here."""


@frozen
class Campaign:
    """``price`` in minor units; ``end`` (milliseconds since 1970, UTC) of PRICE and EVENT, ``period`` of PERIOD."""

    type: CampaignType
    price: int
    end: int | None = None
    period: Period | None = None
    event: str | None = None

    def end_for(self, start: int) -> int:
        """When it is over, for an agreement that started at a time: both in milliseconds since 1970 (UTC)."""
        if self.period is None:
            return self.end or start
        return (periods.after(self.period, utc_day(start)) - _EPOCH).days * DAY + start % DAY


def check(campaign: Campaign, pricing: Pricing, at: int) -> None:
    """Raise NamedRefusal for a campaign that does not go with the pricing, or is over."""
    if pricing.type is not PricingType.LEGACY:
        raise invalid("campaign", f"A campaign needs the pricing type LEGACY, not {pricing.type}")
    if not 0 <= campaign.price <= MAXIMUM:
        raise invalid("campaign.price", f"Must be 0 to {MAXIMUM}")
    if campaign.end is not None and campaign.end <= at:
        raise invalid("campaign.eventDate" if campaign.event else "campaign.end", "Must be in the future")


def unsupported(name: str) -> Exception:
    """The refusal of a kind of campaign that nobody can start."""
    detail = f"Cannot create an agreement with a campaign of type '{name}'"
    return refused(Problem.UNSUPPORTED, detail, "campaign.type")


def money(value: int, currency: Currency) -> str:
    """An amount as people write it: 399 kr, 3.50 EUR."""
    whole, rest = divmod(value, 100)
    number = f"{whole}.{rest:02d}" if rest else str(whole)
    return f"{number} EUR" if currency is Currency.EUR else f"{number} kr"


def explanation(campaign: Campaign, pricing: Pricing, start: int) -> str:
    """What the app says of the campaign: what it costs afterwards, and from when."""
    day = utc_day(campaign.end_for(start))
    return f"Ordinary price {money(pricing.amount or 0, pricing.currency)} starts {day.day}/{day.month}/{day.year}"
