"""The agreement state machine: who may bring an agreement from where to where, and what it is.

Times are milliseconds since 1970 (UTC). STOPPED and EXPIRED are final, and there is no pause.
"""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Final, NamedTuple

from mockserver.apis.recurring.domain.campaigns import Campaign
from mockserver.apis.recurring.domain.periods import Period
from mockserver.apis.recurring.domain.pricing import Pricing, PricingType
from mockserver.core.errors import IllegalAction
from mockserver.core.instants import MINUTE
from mockserver.core.values import frozen

LIFETIME: Final = 10 * MINUTE
"""How long a draft waits for its customer, in milliseconds."""


class Status(StrEnum):
    """Where an agreement stands."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    STOPPED = "STOPPED"
    EXPIRED = "EXPIRED"


class Act(StrEnum):
    """What merchant, customer, platform and time do to an agreement."""

    ACCEPT = "accept"
    REJECT = "reject"
    EXPIRE = "expire"
    STOP = "stop"


class Actor(StrEnum):
    """Who did it, as webhooks say it."""

    MERCHANT = "MERCHANT"
    USER = "USER"
    ADMIN = "ADMIN"


TRANSITIONS: Final[Mapping[tuple[Status, Act], Status | None]] = {
    (Status.PENDING, Act.ACCEPT): Status.ACTIVE,
    (Status.PENDING, Act.REJECT): Status.STOPPED,
    (Status.PENDING, Act.EXPIRE): Status.EXPIRED,
    (Status.PENDING, Act.STOP): None,
    (Status.ACTIVE, Act.ACCEPT): None,
    (Status.ACTIVE, Act.REJECT): None,
    (Status.ACTIVE, Act.EXPIRE): None,
    (Status.ACTIVE, Act.STOP): Status.STOPPED,
    (Status.STOPPED, Act.ACCEPT): None,
    (Status.STOPPED, Act.REJECT): None,
    (Status.STOPPED, Act.EXPIRE): None,
    (Status.STOPPED, Act.STOP): None,
    (Status.EXPIRED, Act.ACCEPT): None,
    (Status.EXPIRED, Act.REJECT): None,
    (Status.EXPIRED, Act.EXPIRE): None,
    (Status.EXPIRED, Act.STOP): None,
}
"""Every pair of status and act: the next status, or None where it is not allowed."""
TOLD_BY: Final = {
    Act.ACCEPT: "activated",
    Act.REJECT: "rejected",
    Act.EXPIRE: "expired",
    Act.STOP: "stopped",
}
"""What merchants are told, by what was done."""


@frozen
class Agreement:
    """An agreement as it stands.

    ``secret`` is the part of the landing page's token that cannot be guessed. ``asked`` is the number that the merchant
    named, ``customer`` that of who has accepted, ``card`` the number of the card that pays, None for whichever works;
    ``subject`` is the wire's sub. ``initial_charge`` is the number of its initial charge in the store. With
    ``no_commercial`` commercial cards are not taken.
    """

    id: str
    uuid: str
    msn: str
    secret: str
    status: Status
    pricing: Pricing
    product_name: str
    redirect_url: str
    created_at: int
    expires_at: int
    product_description: str | None = None
    agreement_url: str | None = None
    interval: Period | None = None
    campaign: Campaign | None = None
    external_id: str | None = None
    scopes: tuple[str, ...] = ()
    is_app: bool = False
    skip_landing_page: bool = False
    no_commercial: bool = False
    asked: str | None = None
    customer: str | None = None
    card: str | None = None
    subject: str | None = None
    initial_charge: int | None = None
    start: int | None = None
    stop: int | None = None

    @property
    def can_wait(self) -> bool:
        """Whether its customer can still answer."""
        return self.status is Status.PENDING


class StoredAgreement(NamedTuple):
    """An agreement with the number it is stored under."""

    id: int
    agreement: Agreement


def next_status(agreement: Agreement, act: Act) -> Status:
    """The status that the table gives; raises IllegalAction where it gives none."""
    status = TRANSITIONS[agreement.status, act]
    if status is None:
        raise IllegalAction(f"An agreement that is {agreement.status} cannot be {_DONE[act]}")
    return status


_DONE = {Act.ACCEPT: "accepted", Act.REJECT: "rejected", Act.EXPIRE: "expired", Act.STOP: "stopped"}


@frozen
class Consent:
    """Who accepts, and how: ``card`` is the number of the one chosen, ``maximum`` that of VARIABLE in minor units."""

    phone: str
    card: str | None = None
    maximum: int | None = None
    subject: str | None = None


def accepted_by(agreement: Agreement, consent: Consent, pricing: Pricing) -> Agreement:
    """The agreement with its customer's choices, before it is known whether the initial charge goes through."""
    return replace(agreement, customer=consent.phone, card=consent.card, subject=consent.subject, pricing=pricing)


def activate(agreement: Agreement, at: int) -> Agreement:
    """The customer has accepted, and the initial charge, if any, went through."""
    return replace(agreement, status=next_status(agreement, Act.ACCEPT), start=at)


def reject(agreement: Agreement, at: int) -> Agreement:
    """The customer rejects the draft: nobody's agreement, which never started."""
    status = next_status(agreement, Act.REJECT)
    return replace(_without_customer(agreement), status=status, stop=at)


def expire(agreement: Agreement) -> Agreement:
    """Nobody accepted in time, or the initial charge could not be processed."""
    return replace(_without_customer(agreement), status=next_status(agreement, Act.EXPIRE))


def _without_customer(agreement: Agreement) -> Agreement:
    pricing = replace(agreement.pricing, max_amount=None)
    return replace(agreement, customer=None, card=None, subject=None, pricing=pricing)


def stop(agreement: Agreement, at: int) -> Agreement:
    """Whoever does it: nothing starts it again."""
    return replace(agreement, status=next_status(agreement, Act.STOP), stop=at)


def flaw(agreement: Agreement) -> str | None:
    """Which fields of an agreement contradict each other; None when all is well."""
    started, stopped = agreement.start is not None, agreement.stop is not None
    if started and agreement.customer is None:
        return "customer: is missing, though it has started"
    if agreement.status is Status.ACTIVE and (not started or stopped):
        return "status: ACTIVE needs start, and has no stop"
    if agreement.status is Status.STOPPED and not stopped:
        return "status: STOPPED needs stop"
    if agreement.status in (Status.PENDING, Status.EXPIRED) and (started or stopped):
        return f"status: {agreement.status} has neither start nor stop"
    if (agreement.pricing.amount is None) is (agreement.pricing.type is PricingType.LEGACY):
        return "pricing: amount goes with LEGACY, and with nothing else"
    if (agreement.pricing.suggested_max is None) is (agreement.pricing.type is PricingType.VARIABLE):
        return "pricing: suggested_max goes with VARIABLE, and with nothing else"
    if agreement.campaign is not None and agreement.pricing.type is not PricingType.LEGACY:
        return "campaign: goes with LEGACY only"
    return None
