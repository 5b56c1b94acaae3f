"""The road to being a partner as a state machine over the partner's stage (partner guide: how to become a partner).

Times are milliseconds since 1970 (UTC).
"""

from collections.abc import Mapping
from dataclasses import field, replace
from enum import StrEnum
from typing import Final

from mockserver.apis.partners.domain.application import Application
from mockserver.apis.partners.domain.evidence import Evidence
from mockserver.core.errors import IllegalAction
from mockserver.core.values import frozen
from mockserver.world.domain.partner import PartnerStage

MOST_STEPS: Final = 100
"""Steps of one history that are kept: the latest."""


class RoadAction(StrEnum):
    """What company and platform do: the first, the fourth and the fifth are the company's."""

    APPLY = "apply"
    APPROVE = "approve"
    DECLINE = "decline"
    START_PILOT = "start-pilot"
    SEND_IN = "send-in"
    VERIFY = "verify"
    SEND_BACK = "send-back"


_S, _A = PartnerStage, RoadAction
ROAD: Final[Mapping[tuple[PartnerStage | None, RoadAction], PartnerStage]] = {
    (None, _A.APPLY): _S.APPLIED,
    (_S.DECLINED, _A.APPLY): _S.APPLIED,
    (_S.APPLIED, _A.APPROVE): _S.APPROVED,
    (_S.APPLIED, _A.DECLINE): _S.DECLINED,
    (_S.APPROVED, _A.START_PILOT): _S.PILOTING,
    (_S.PILOTING, _A.START_PILOT): _S.PILOTING,
    (_S.PILOTING, _A.SEND_IN): _S.SENT_IN,
    (_S.SENT_IN, _A.VERIFY): _S.LIVE,
    (_S.SENT_IN, _A.SEND_BACK): _S.PILOTING,
}
"""Every allowed pair of stage and action; None: nobody has heard of the company. Another pilot may be chosen."""
FILLED_IN: Final = (_S.APPROVED, _S.PILOTING)
"""Stages in which evidence is gathered."""


@frozen
class Step:
    """Something that was done, and what was said with it."""

    action: RoadAction
    at: int
    note: str | None = None


@frozen
class Road:
    """A partner's papers. ``page`` is the part of its page's address that cannot be guessed.

    ``application`` is None for partners that the world has brought. ``test_msn`` is the sales unit that came with the
    access to the test environment. ``approves_at``: when the application is approved by itself.
    """

    partner_id: str
    page: str
    application: Application | None = None
    evidence: Evidence = field(default_factory=Evidence)
    test_msn: str | None = None
    approves_at: int | None = None
    history: tuple[Step, ...] = ()

    @property
    def reason(self) -> str | None:
        """Why the platform said no the last time, as long as nothing was done since."""
        last = self.history[-1] if self.history else None
        return last.note if last and last.action in (RoadAction.DECLINE, RoadAction.SEND_BACK) else None


def is_allowed(stage: PartnerStage | None, action: RoadAction) -> bool:
    """Whether the stage allows the action."""
    return (stage, action) in ROAD


def next_stage(stage: PartnerStage | None, action: RoadAction) -> PartnerStage:
    """Where the action leads; raises IllegalAction."""
    if not is_allowed(stage, action):
        raise IllegalAction(f"A partner whose stage is {stage} cannot do this: {action}")
    return ROAD[stage, action]


def step(road: Road, action: RoadAction, at: int, note: str | None = None) -> Road:
    """The road with one step more in its history."""
    return replace(road, history=(*road.history, Step(action, at, note))[-MOST_STEPS:])


def check_open(stage: PartnerStage) -> None:
    """Raise IllegalAction where evidence is not gathered."""
    if stage not in FILLED_IN:
        raise IllegalAction(f"A partner whose stage is {stage} cannot change what it shows")
