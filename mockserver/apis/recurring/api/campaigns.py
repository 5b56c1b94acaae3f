"""Campaigns as merchants ask for them."""

import re
from typing import Annotated, Final

from pydantic import Field

from mockserver.apis.recurring.domain.campaigns import FULL_FLEX, LONGEST_EVENT, Campaign, CampaignType, unsupported
from mockserver.apis.recurring.domain.periods import MOST, Period, Unit
from mockserver.apis.recurring.domain.refusals import invalid
from mockserver.core.instants import parse_timestamp
from mockserver.core.policy import Kindness, Lenience
from mockserver.web.parsing import MANDATORY
from mockserver.web.wire import Body

_NEEDS: Final = {
    CampaignType.PRICE: ("end",),
    CampaignType.PERIOD: ("period",),
    CampaignType.EVENT: ("eventDate", "eventText"),
}


class CampaignPeriodBody(Body):
    """The wire's TimePeriod, in a campaign."""

    unit: Unit
    count: int = Field(ge=1, le=MOST)


class CampaignBody(Body):
    """The wire's campaignV3: which fields are needed depends on its type."""

    type: str = Field(json_schema_extra={"enum": [*CampaignType]})
    price: Annotated[int, Field(ge=0, lt=2**31)]
    end: str | None = None
    period: CampaignPeriodBody | None = None
    eventDate: str | None = None
    eventText: str | None = Field(None, min_length=1, max_length=LONGEST_EVENT)

    def to_domain(self, lenience: Lenience) -> Campaign:
        """The campaign; raises NamedRefusal for fields that its type lacks or has not, and for kinds there are not."""
        kind = self._kind()
        for name in ("end", "period", "eventDate", "eventText"):
            given, wanted = getattr(self, name) is not None, name in _NEEDS[kind]
            if wanted and not given:
                raise invalid(f"campaign.{name}", MANDATORY)
            if given and not wanted:
                raise invalid(f"campaign.{name}", f"Does not go with {kind}")
        end = None
        for name, text in (("end", self.end), ("eventDate", self.eventDate)):
            if text is not None:
                end = _instant(text, f"campaign.{name}", lenience)
        period = Period(self.period.unit, self.period.count) if self.period else None
        return Campaign(kind, self.price, end, period, self.eventText)

    def _kind(self) -> CampaignType:
        if self.type == FULL_FLEX:
            raise unsupported(self.type)
        try:
            return CampaignType(self.type)
        except ValueError:
            raise invalid("campaign.type", f"Must be one of {', '.join(CampaignType)}") from None


def _instant(text: str, field: str, lenience: Lenience) -> int:
    given = text
    if "/" in text and lenience.allow(Kindness.SLASHED_DATES, f"{field} {text[:40]} has slashes"):
        given = text.replace("/", "-")
    written = _RFC_3339.fullmatch(given)
    if written is None:
        raise invalid(field, _RULE)
    in_utc = written[1] in ("Z", "z", "+00:00", "-00:00")
    if not in_utc and not lenience.allow(Kindness.ZONED_DATES, f"{field} {text[:40]} is not in UTC"):
        raise invalid(field, "Must be in UTC")
    try:
        return parse_timestamp(given)
    except (ValueError, OverflowError):
        raise invalid(field, _RULE) from None


_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_RULE = "Must be an RFC 3339 time in UTC, such as 2030-12-25T00:00:00Z"
