"""How far a partner has come, and what it does next, in words for the company."""

from typing import Any, Final
from urllib.parse import urlencode

from mockserver.apis.partners.domain.evidence import missing
from mockserver.apis.partners.domain.road import FILLED_IN, RoadAction, is_allowed
from mockserver.apis.partners.services import roads
from mockserver.apis.partners.services.roads import Traveller
from mockserver.core.engine import Tx
from mockserver.core.instants import timestamp
from mockserver.web import links
from mockserver.web.pages import moment
from mockserver.web.texts import text
from mockserver.world.domain.partner import PartnerStage
from mockserver.world.services import world

_STAGE: Final = PartnerStage
HEADINGS: Final = {
    _STAGE.APPLIED: "Your application is being looked at",
    _STAGE.DECLINED: "Your application is declined",
    _STAGE.APPROVED: "You have access to the test environment",
    _STAGE.PILOTING: "Your pilot customer has begun",
    _STAGE.SENT_IN: "Your integration is being verified",
    _STAGE.LIVE: "You are a partner",
}
LISTED: Final = {
    _STAGE.APPLIED: "has applied",
    _STAGE.DECLINED: "declined",
    _STAGE.APPROVED: "approved, and builds",
    _STAGE.PILOTING: "has a pilot customer",
    _STAGE.SENT_IN: "waits to be verified",
    _STAGE.LIVE: "is a partner",
}
"""The same on the operator's list."""
NEXT: Final = {
    _STAGE.APPLIED: "There is nothing to do now: we will answer by email.",
    _STAGE.DECLINED: "You can apply again, and say more about what you do.",
    _STAGE.APPROVED: "Build your integration and test it. Accept the partner terms, then choose a pilot customer.",
    _STAGE.PILOTING: "Let your pilot customer use it, complete what you show us, and send it in.",
    _STAGE.SENT_IN: "There is nothing to do now: we look at what you have sent in, and will answer by email.",
    _STAGE.LIVE: "Merchants can choose you when they order a product, and keys of your own work in production.",
}
_STEPS: Final = (
    "Apply",
    "Get access to the test environment",
    "Build, with one pilot customer",
    "Send your checklist in",
    "Verified, and on the list that merchants choose from",
)
_DONE: Final = {
    _STAGE.APPLIED: 1,
    _STAGE.DECLINED: 0,
    _STAGE.APPROVED: 2,
    _STAGE.PILOTING: 3,
    _STAGE.SENT_IN: 4,
    _STAGE.LIVE: 5,
}
_SAID: Final = {
    RoadAction.APPLY: "Applied",
    RoadAction.APPROVE: "Approved",
    RoadAction.DECLINE: "Declined",
    RoadAction.START_PILOT: "Pilot customer chosen",
    RoadAction.SEND_IN: "Sent in",
    RoadAction.VERIFY: "Verified",
    RoadAction.SEND_BACK: "Sent back",
}


def checklist(known: Traveller) -> str:
    """The page with what the journal shows of the integration, beside what the partner says of it."""
    evidence = known.road.evidence
    said = {
        "msn": evidence.pilot,
        "pilot": evidence.pilot,
        "description": known.road.application.solution if known.road.application else None,
        "documentation": evidence.documentation,
        "demo": evidence.demo,
    }
    return f"{links.CHECKLIST}?{urlencode({name: text for name, text in said.items() if text})}"


def values(tx: Tx, known: Traveller) -> dict[str, Any]:
    """What the page shows, whatever is typed into it."""
    partner, road, stage = known.partner, known.road, known.stage
    done = _DONE[stage]
    units = roads.pilots(tx, known) if stage in FILLED_IN else []
    return {
        "partner": partner,
        "road": road,
        "stage": stage,
        "heading": text(HEADINGS[stage]),
        "next": text(NEXT[stage]),
        "steps": [(text(said), number < done, number == done) for number, said in enumerate(_STEPS)],
        "history": [
            (text(_SAID[each.action]), each.note, timestamp(each.at), moment(each.at)) for each in road.history
        ],
        "unit": world.sales_unit(tx, road.test_msn) if road.test_msn else None,
        "pilot": world.sales_unit(tx, road.evidence.pilot) if road.evidence.pilot else None,
        "checklist": checklist(known),
        "pilots": [(each.msn, f"{each.msn} · {each.name}") for each in units],
        "missing": {each.field for each in missing(road.evidence)},
        "open": stage in FILLED_IN,
        "applies": is_allowed(stage, RoadAction.APPLY),
        "sends_in": is_allowed(stage, RoadAction.SEND_IN),
        "approves_at": moment(road.approves_at) if road.approves_at is not None else None,
        "at": timestamp(tx.at),
        "at_said": moment(tx.at),
    }
