"""Agreements and charges in words for customers."""

import datetime
from typing import Final

from mockserver.apis.recurring.domain import campaigns
from mockserver.apis.recurring.domain.agreement import Agreement
from mockserver.apis.recurring.domain.campaigns import CampaignType
from mockserver.apis.recurring.domain.charge import Charge, FailureReason, TransactionType
from mockserver.apis.recurring.domain.pricing import Pricing, PricingType
from mockserver.core.money import Currency
from mockserver.web.pages import moment
from mockserver.web.texts import text

WHY: Final = {
    FailureReason.USER_ACTION_REQUIRED: "Your card or account could not be charged",
    FailureReason.CHARGE_AMOUNT_TOO_HIGH: "The amount is above your maximum: raise it to let it be charged",
    FailureReason.NON_TECHNICAL_ERROR: "You could not be charged",
    FailureReason.TECHNICAL_ERROR: "Something went wrong when you were charged",
}
"""Why an attempt failed, as the app tells its customer."""


def money(value: int, currency: Currency) -> str:
    """An amount in minor units for people: 1 250.00 NOK."""
    return f"{value // 100:,}".replace(",", " ") + f".{value % 100:02d} {currency}"


def day(date: datetime.date) -> str:
    """A day for people."""
    return text("{day} {month} {year}", day=date.day, month=text(f"{date:%B}"), year=date.year)


def price(pricing: Pricing) -> str:
    """What one interval costs, or may cost: up to what the customer chose, before that up to what is suggested."""
    if pricing.type is PricingType.LEGACY:
        return money(pricing.amount or 0, pricing.currency)
    if pricing.type is PricingType.VARIABLE:
        most = pricing.suggested_max if pricing.max_amount is None else pricing.max_amount
        return text("Up to {amount}", amount=money(most or 0, pricing.currency))
    return text("Varying amounts")


def often(agreement: Agreement) -> str:
    """How often the customer pays."""
    return text("when you use it") if agreement.interval is None else text(agreement.interval.text)


def campaign(agreement: Agreement, at: int) -> str | None:
    """What a campaign of the agreement offers, and what comes after it; times in milliseconds since 1970 (UTC)."""
    offer = agreement.campaign
    if offer is None:
        return None
    start = at if agreement.start is None else agreement.start
    after = campaigns.explanation(offer, agreement.pricing, start)
    return f"{_offered(agreement, offer.end_for(start))} {after}."


def _offered(agreement: Agreement, end: int) -> str:
    offer, pricing = agreement.campaign, agreement.pricing
    if offer is None:
        return ""
    amount = money(offer.price, pricing.currency)
    if offer.type is CampaignType.PERIOD and offer.period is not None:
        count, unit = offer.period.count, offer.period.unit.lower()
        return text(
            "{amount} for {count} {units}.", amount=amount, count=count, units=unit if count == 1 else f"{unit}s"
        )
    if offer.type is CampaignType.EVENT:
        return text("{amount} {event}.", amount=amount, event=offer.event)
    return text("{amount} {often} until {end}.", amount=amount, often=often(agreement), end=moment(end))


def initial(charge: Charge) -> str:
    """What the customer pays when accepting."""
    amount = money(charge.amount, charge.currency)
    if charge.transaction_type is TransactionType.RESERVE:
        return text("{amount} is reserved now: {what}", amount=amount, what=charge.description)
    return text("You pay {amount} now: {what}", amount=amount, what=charge.description)
