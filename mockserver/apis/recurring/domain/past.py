"""Agreements that have run for a while: when their periods began, and the charges that were paid in them."""

import datetime
from dataclasses import replace
from typing import Final

from mockserver.apis.recurring.domain import dates, periods
from mockserver.apis.recurring.domain.agreement import LIFETIME, Agreement, Consent, accepted_by, activate
from mockserver.apis.recurring.domain.charge import Charge, ChargeEventName, Event, State, TransactionType, Type
from mockserver.apis.recurring.domain.periods import Period
from mockserver.apis.recurring.domain.pricing import Pricing
from mockserver.apis.recurring.domain.refusals import invalid
from mockserver.core.instants import DAY
from mockserver.core.money import Market
from mockserver.core.values import frozen

MOST: Final = 366
"""Periods that are paid."""
EARLIEST: Final = 1990
"""The year before which no agreement has begun."""
_ANNOUNCED: Final = 2 * DAY
"""How long before their day charges of the past were created, in milliseconds."""


@frozen
class Paid:
    """A charge as it was paid once, and when each thing happened to it (milliseconds since 1970, UTC)."""

    charge: Charge
    history: tuple[tuple[Event, int], ...]


def days(interval: Period, count: int, today: datetime.date) -> list[datetime.date]:
    """When each of the last ``count`` periods began, the first first; the next one begins ``today``.

    Periods from the end of a month begin on the last day of shorter ones. Raises NamedRefusal for periods that go too
    far back.
    """
    try:
        begun = [periods.after(Period(interval.unit, -interval.count * each), today) for each in range(count, 0, -1)]
    except (ValueError, OverflowError):
        begun = [datetime.date.min]
    if begun[0].year < EARLIEST:
        raise invalid("periods", f"The agreement would have begun before {EARLIEST}")
    return begun


def begun(draft: Agreement, consent: Consent, pricing: Pricing, at: int) -> Agreement:
    """The draft as one that was made and accepted at a time."""
    accepted = activate(accepted_by(draft, consent, pricing), at)
    return replace(accepted, created_at=at, expires_at=at + LIFETIME)


def paid(charge: Charge, begun_at: int, market: Market) -> Paid:
    """A new charge of an agreement that began then, as one that went through at the first try on its day."""
    at = dates.moment(charge.due, dates.HOURS[market][0], market)
    created = max(begun_at, at - _ANNOUNCED)
    done = max(created, at)
    taken = replace(charge, state=State.CHARGED, created_at=created, captured=charge.amount, captured_at=done)
    return Paid(
        taken,
        (
            (Event(ChargeEventName.CREATE, charge.amount), created),
            (Event(ChargeEventName.CAPTURE, charge.amount), done),
        ),
    )


def of_period(agreement: Agreement, number: int, amount: int, day: datetime.date, id_: str) -> Charge:
    """The charge of one period, before anything has happened to it; ``number`` is the agreement's in the store."""
    return Charge(
        id=id_,
        msn=agreement.msn,
        agreement=number,
        agreement_id=agreement.id,
        amount=amount,
        currency=agreement.pricing.currency,
        description=agreement.product_name,
        type=Type.RECURRING,
        transaction_type=TransactionType.DIRECT,
        due=day,
        retry_days=0,
        state=State.PENDING,
        created_at=agreement.created_at,
    )
