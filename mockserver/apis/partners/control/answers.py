"""What the control API answers about the road to being a partner, as types for its document."""

from typing_extensions import TypedDict

from mockserver.apis.partners.domain.road import RoadAction
from mockserver.core.money import Market
from mockserver.world.domain.partner import PartnerKind, PartnerLevel, PartnerStage


class ApplicationView(TypedDict):
    """The form as it was sent."""

    name: str
    market: Market
    organisationNumber: str
    contact: str
    email: str
    website: str
    kinds: list[PartnerKind]
    solution: str


class EvidenceView(TypedDict):
    """What the partner shows; ``pilot`` is the MSN of the pilot customer."""

    termsAccepted: bool
    documentation: str | None
    pilot: str | None
    demo: str | None
    examples: list[str]


class StepView(TypedDict):
    """What was done when, and what was said with it."""

    action: RoadAction
    at: str
    note: str | None


class RoadView(TypedDict):
    """How far a partner has come.

    ``missing``: what it has to show yet before it can send it in. ``page``: its own page, None before anything has
    happened. ``testMsn``: the sales unit that came with the access to the test environment.
    """

    partner: str
    name: str
    stage: PartnerStage
    level: PartnerLevel
    kinds: list[PartnerKind]
    page: str | None
    application: ApplicationView | None
    approvesAt: str | None
    testMsn: str | None
    evidence: EvidenceView
    missing: list[str]
    history: list[StepView]
