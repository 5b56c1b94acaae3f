"""The emulator's own buttons: what the platform does to companies that want to be partners."""

from typing import Any, Final

from mockserver.apis.partners.domain.road import RoadAction, is_allowed
from mockserver.apis.partners.services import roads
from mockserver.apis.partners.services.roads import Traveller
from mockserver.core.engine import Tx
from mockserver.web.typed import Typed
from mockserver.world.domain.partner import PartnerLevel

_REASONS: Final = {RoadAction.DECLINE: "declineReason", RoadAction.SEND_BACK: "sendBackReason"}
ACTIONS: Final = frozenset({RoadAction.APPROVE, RoadAction.VERIFY, *_REASONS})
"""What the buttons send as ``action``."""
LABELS: Final = {
    "level": "Level",
    "declineReason": "Why it is declined",
    "sendBackReason": "What is missing",
}
LONGEST_REASON: Final = 500
"""Characters."""


def act(tx: Tx, known: Traveller, action: RoadAction, given: dict[str, str]) -> None:
    """Do what a button says; raises IllegalAction, and Malformed for a missing reason or level."""
    typed = Typed(given)
    match action:
        case RoadAction.APPROVE:
            level = typed.choice("level", list(PartnerLevel), missing="Pick a level")
            typed.check()
            roads.approve(tx, known, PartnerLevel(level or ""))
        case RoadAction.DECLINE:
            roads.decline(tx, known, _reason(typed, action))
        case RoadAction.SEND_BACK:
            roads.send_back(tx, known, _reason(typed, action))
        case _:
            roads.verify(tx, known)


def _reason(typed: Typed, action: RoadAction) -> str:
    reason = typed.line(_REASONS[action], LONGEST_REASON, missing="Say why: the company will read it")
    typed.check()
    return reason or ""


def values(known: Traveller) -> dict[str, Any]:
    """Which buttons there are, and what they offer."""
    return {
        "possible": {str(action) for action in ACTIONS if is_allowed(known.stage, action)},
        "levels": [(str(level), str(level)) for level in PartnerLevel],
        "reasons": {"declineReason": roads.NOT_ENOUGH, "sendBackReason": roads.INCOMPLETE},
        "longest_reason": LONGEST_REASON,
    }
