"""What the control API shows of the road to being a partner."""

from typing import Any

from mockserver.apis.partners.domain.application import Application
from mockserver.apis.partners.domain.evidence import missing
from mockserver.apis.partners.services.roads import Traveller
from mockserver.core.instants import timestamp


def traveller(known: Traveller) -> dict[str, Any]:
    """A partner and its papers; its page is for the caller to add."""
    partner, road = known.partner, known.road
    return {
        "partner": partner.id,
        "name": partner.name,
        "stage": partner.stage,
        "level": partner.level,
        "kinds": list(partner.kinds),
        "application": _application(road.application) if road.application else None,
        "approvesAt": None if road.approves_at is None else timestamp(road.approves_at),
        "testMsn": road.test_msn,
        "evidence": {
            "termsAccepted": road.evidence.terms_accepted,
            "documentation": road.evidence.documentation,
            "pilot": road.evidence.pilot,
            "demo": road.evidence.demo,
            "examples": list(road.evidence.examples),
        },
        "missing": [each.field for each in missing(road.evidence)],
        "history": [{"action": each.action, "at": timestamp(each.at), "note": each.note} for each in road.history],
    }


def _application(application: Application) -> dict[str, Any]:
    return {
        "name": application.name,
        "market": application.market,
        "organisationNumber": application.organisation_number,
        "contact": application.contact,
        "email": application.email,
        "website": application.website,
        "kinds": list(application.kinds),
        "solution": application.solution,
    }
