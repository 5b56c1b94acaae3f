"""What control requests about agreements and charges bring."""

from typing import Literal

from pydantic import Field, StrictBool, StrictInt, StrictStr

from mockserver.apis.recurring.domain.agreement import Actor
from mockserver.apis.recurring.domain.charge import FailureReason
from mockserver.apis.recurring.domain.past import MOST
from mockserver.apis.recurring.domain.periods import MOST as LONGEST
from mockserver.apis.recurring.domain.periods import Period, Unit
from mockserver.apis.recurring.domain.pricing import PricingType, price
from mockserver.apis.recurring.domain.terms import Draft
from mockserver.apis.recurring.services.past import Past
from mockserver.core.money import Market
from mockserver.web.control import ControlBody


class IntervalBody(ControlBody):
    """How often it is paid."""

    unit: Unit = Unit.MONTH
    count: StrictInt = Field(1, ge=1, le=LONGEST)


class MakeBody(ControlBody):
    """An ACTIVE agreement of the unit ``msn`` with ``periods`` paid intervals behind it; the rest may be left out.

    ``amount`` is the price (LEGACY, 100.00 if left out) or the suggested maximum (VARIABLE, 500.00), ``maximum`` what
    the customer chose, ``chargeAmount`` what each period cost: the price if left out. Minor units. ``customer`` is a
    phone number, that of the market's first customer if left out.
    """

    msn: StrictStr
    periods: StrictInt = Field(0, ge=0, le=MOST)
    customer: StrictStr | None = None
    pricing: PricingType = PricingType.LEGACY
    amount: StrictInt | None = Field(None, gt=0)
    maximum: StrictInt | None = Field(None, gt=0)
    chargeAmount: StrictInt | None = Field(None, gt=0)  # noqa: N815 - control bodies are written as the wire's
    interval: IntervalBody | None = Field(default_factory=lambda: IntervalBody(count=1))
    productName: StrictStr = Field("Subscription", min_length=1, max_length=45)  # noqa: N815
    externalId: StrictStr | None = Field(None, min_length=1, max_length=64)  # noqa: N815

    def draft(self, market: Market) -> Draft:
        """The draft that it began as, in a market that has the API; raises NamedRefusal."""
        usual = {PricingType.LEGACY: 10_000, PricingType.VARIABLE: 50_000, PricingType.FLEXIBLE: None}
        named = usual[self.pricing] if self.amount is None else self.amount
        sums = (None, named) if self.pricing is PricingType.VARIABLE else (named, None)
        pricing = price(self.pricing, market.currency, market, *sums)
        return Draft(
            pricing,
            self.productName,
            "https://example.com/agreed",
            agreement_url="https://example.com/agreement",
            interval=None if self.interval is None else Period(self.interval.unit, self.interval.count),
            external_id=self.externalId,
        )

    def past(self) -> Past:
        """What lies behind it."""
        return Past(self.periods, self.chargeAmount, self.maximum)


class AcceptBody(ControlBody):
    """How to accept: everything may be left out.

    ``customer`` is a phone number, by default that of the draft, else that of the market's first customer; ``card`` a
    card number of the customer; ``maximum`` what is chosen for VARIABLE pricing, in minor units.
    """

    customer: StrictStr | None = None
    card: StrictStr | None = None
    maximum: StrictInt | None = Field(None, gt=0)
    consent: StrictBool = True


class StopBody(ControlBody):
    """Who stops it: its customer, or the platform."""

    by: Literal[Actor.USER, Actor.ADMIN] = Actor.USER


class MaximumBody(ControlBody):
    """The new maximum, in minor units."""

    maximum: StrictInt = Field(gt=0)


class FailBody(ControlBody):
    """Why it fails, and whether for good or this time only, so that it is tried again where it may be."""

    reason: FailureReason = FailureReason.USER_ACTION_REQUIRED
    forGood: StrictBool = True  # noqa: N815


class RunBody(ControlBody):
    """Whose charges are tried; those of all units if left out."""

    msn: StrictStr | None = None
