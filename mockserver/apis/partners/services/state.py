"""Partners' papers in state files."""

from typing import Any, Final

from mockserver.apis.partners.domain import application as applications
from mockserver.apis.partners.domain import evidence as shown
from mockserver.apis.partners.domain.road import MOST_STEPS, Road
from mockserver.core.stored import Flaws, Kind, Part, Place, missing, plain, taken, value
from mockserver.core.values import frozen
from mockserver.world.stored import People


@frozen
class RoadEntry:
    """A partner's papers under their number."""

    number: int
    road: Road


def _flaws(state: Any, known: People) -> Flaws:
    for index, each in enumerate(state.partner_roads):
        yield from _road(("partner_roads", index, "road"), each.road, known)


def _road(place: Place, road: Road, known: People) -> Flaws:
    yield from missing((*place, "partner_id"), "partner", road.partner_id, known.partners)
    yield from missing((*place, "test_msn"), "sales unit", road.test_msn, known.units)
    yield from missing((*place, "evidence", "pilot"), "sales unit", road.evidence.pilot, known.units)
    if not road.page:
        yield (*place, "page"), "must not be empty"
    if len(road.history) > MOST_STEPS:
        yield (*place, "history"), f"must have at most {MOST_STEPS} steps"
    if road.application is not None:
        for each in applications.violations(road.application):
            yield (*place, "application", each.field), each.reason
    for each in shown.violations(road.evidence):
        yield (*place, "evidence", each.field), each.reason


PART: Final = Part(
    kinds=(
        Kind(
            "partner_roads",
            "partner_roads",
            "number",
            (*plain("number"), value("road", Road)),
            taken("road", "partner_id", "page"),
            entry=RoadEntry,
            later=True,
        ),
    ),
    flaws=_flaws,
)
