"""Changes of agreements as merchants send them: what can change is taken, the rest ignored where that is forgiven."""

from typing import Any, Final, Literal

from mockserver.apis.recurring.api.schemas import (
    COUNT_AS_TEXT,
    AgreementUrl,
    ExternalId,
    Int32,
    PeriodBody,
    ProductDescription,
)
from mockserver.apis.recurring.api.schemas import ProductName as Name
from mockserver.apis.recurring.domain.agreement import Agreement
from mockserver.apis.recurring.domain.refusals import invalid
from mockserver.apis.recurring.domain.terms import Update
from mockserver.core.errors import Malformed, Violation
from mockserver.core.policy import Kindness, Lenience
from mockserver.web.http import to_json
from mockserver.web.operations import Call
from mockserver.web.parsing import UNKNOWN_FIELD, parse, plain
from mockserver.web.wire import Body

STOPPED: Final = "STOPPED"
_KEPT: Final = "Cannot be changed"


class PricingUpdateBody(Body):
    """The wire's PricingUpdateRequest."""

    amount: Int32 | None = None
    suggestedMaxAmount: Int32 | None = None


class IntervalUpdateBody(Body):
    """An interval with its type: RECURRING with a period, or FLEXIBLE without one."""

    type: Literal["RECURRING", "FLEXIBLE"] = "RECURRING"
    period: PeriodBody | None = None


class PatchRequest(Body):
    """The wire's PatchAgreementV3."""

    productName: Name | None = None
    productDescription: ProductDescription | None = None
    merchantAgreementUrl: AgreementUrl | None = None
    externalId: ExternalId | None = None
    status: Literal["STOPPED"] | None = None
    pricing: PricingUpdateBody | None = None
    interval: IntervalUpdateBody | None = None

    def to_domain(self) -> Update:
        """The change; raises NamedRefusal for an interval that says too little or too much."""
        pricing = self.pricing or PricingUpdateBody()
        return Update(
            product_name=self.productName,
            product_description=self.productDescription,
            agreement_url=self.merchantAgreementUrl,
            external_id=self.externalId,
            amount=pricing.amount,
            suggested_max=pricing.suggestedMaxAmount,
            interval=self._period(),
            pay_per_use=self.interval is not None and self.interval.type == "FLEXIBLE",
        )

    def _period(self) -> Any:
        if self.interval is None:
            return None
        if (self.interval.period is None) is (self.interval.type == "RECURRING"):
            rule = "Is required for RECURRING" if self.interval.type == "RECURRING" else "Does not go with FLEXIBLE"
            raise invalid("interval.period", rule)
        return self.interval.period.to_domain() if self.interval.period else None


def read(call: Call, agreement: Agreement) -> PatchRequest:
    """The change that a request asks for of this agreement; raises Malformed, and NamedRefusal for what never changes.

    A whole agreement sent back changes what can change, where that is forgiven.
    """
    content = plain(call.body)
    if not isinstance(content, dict):
        raise Malformed([Violation("body", "Must be an object")])
    if content.get("campaign") is not None:
        raise invalid("campaign", "Can only be given when the agreement is made")
    mended = _without_kept(content, agreement, call.lenience)
    body = call.body if mended == content else to_json(mended)
    return parse(PatchRequest, body, call.lenience, (UNKNOWN_FIELD, COUNT_AS_TEXT))


def _without_kept(content: dict[str, Any], agreement: Agreement, lenience: Lenience) -> dict[str, Any]:
    """What is left when that which no change can have is gone."""
    mended = dict(content)
    if mended.get("status") == agreement.status != STOPPED:
        _drop(mended, "status", "status", lenience)
    if "campaign" in mended:
        _drop(mended, "campaign", "campaign", lenience)
    if isinstance(interval := mended.get("interval"), dict) and "unit" in interval and "period" not in interval:
        _check_same(interval, agreement)
        _drop(mended, "interval", "interval", lenience)
    if isinstance(mended.get("pricing"), dict):
        mended["pricing"] = _priced(dict(mended["pricing"]), agreement, lenience)
    return mended


def _check_same(interval: dict[str, Any], agreement: Agreement) -> None:
    """Who sends back what an answer says changes nothing; another interval in that form is not what it seems."""
    known = agreement.interval
    if known is None or (interval["unit"], interval.get("count")) != (known.unit, known.count):
        raise invalid("interval", "Must have a type, and a period of unit and count: {type: RECURRING, period: {...}}")


def _priced(pricing: dict[str, Any], agreement: Agreement, lenience: Lenience) -> dict[str, Any]:
    for name, known in (("type", agreement.pricing.type), ("currency", agreement.pricing.currency)):
        if name in pricing:
            if pricing[name] != known:
                raise invalid(f"pricing.{name}", f"{_KEPT}: it is {known}")
            _drop(pricing, name, f"pricing.{name}", lenience)
    return pricing


def _drop(container: dict[str, Any], name: str, place: str, lenience: Lenience) -> None:
    if not lenience.allow(Kindness.UNCHANGEABLE_FIELDS, f"{place}: {_KEPT.lower()} here"):
        raise invalid(place, _KEPT)
    del container[name]


def asks_to_stop(request: PatchRequest) -> bool:
    """Whether a change stops the agreement; raises NamedRefusal when it asks for something else beside that."""
    if request.status is None:
        return False
    if not request.model_copy(update={"status": None}).to_domain().empty:
        raise invalid("status", "STOPPED must come alone: nothing else can change with it")
    return True
