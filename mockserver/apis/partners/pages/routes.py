"""The pages of the road: apply, see how far one has come, show what is needed, send it in."""

from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mockserver.apis.partners.domain import links
from mockserver.apis.partners.domain.road import RoadAction
from mockserver.apis.partners.pages import form, operator, status
from mockserver.apis.partners.services import roads
from mockserver.apis.partners.services.roads import Traveller
from mockserver.core.engine import Tx
from mockserver.core.errors import IllegalAction, Malformed
from mockserver.core.policy import Lenience
from mockserver.web import pages
from mockserver.web.doors import is_operator
from mockserver.web.links import OPERATOR
from mockserver.web.notes import NOTHING, Note, Notes
from mockserver.web.pages import BadForm, PageRoute, Who
from mockserver.web.runtime import Runtime
from mockserver.web.texts import text
from mockserver.web.typed import Typed
from mockserver.world.services import partners

PACKAGE = "mockserver.apis.partners.pages"
MOST_LISTED = 500
"""Partners on the page of the operator."""
SAVE = "save"
LABELS = {**form.LABELS, **operator.LABELS}
_NOTHING = "There is no partner behind this address."


class PartnerPages:
    """The company's side, on one server."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._notes = Notes()

    def routes(self) -> list[PageRoute]:
        """All pages of the room."""
        return [
            PageRoute(links.APPLY, pages.guarded(self.form, _NOTHING), "GET", Who.OPERATOR),
            PageRoute(links.APPLY, pages.guarded(self.apply, _NOTHING), "POST", Who.OPERATOR),
            PageRoute(links.OF, pages.guarded(self.of, _NOTHING), "GET", Who.OPERATOR),
            PageRoute(links.ROAD, pages.guarded(self.show, _NOTHING), "GET", Who.LINK),
            PageRoute(links.ROAD, pages.guarded(self.act, _NOTHING), "POST", Who.LINK),
        ]

    async def form(self, request: Request) -> Response:
        """Apply, and all partners there are."""
        note = self._notes.read(request, links.APPLY)
        found = [
            (each, text(status.LISTED[each.stage]), links.page_of(each.id))
            for each in partners.every(self._runtime.engine.reading())[:MOST_LISTED]
        ]
        typed = note.typed if note is not NOTHING else None
        values = form.application_values(None, typed) | {"partners": found, "path": links.APPLY, "labels": LABELS}
        return pages.render(request, PACKAGE, "apply.html", **values | note.shown)

    async def apply(self, request: Request) -> Response:
        """A company applies; its own page comes next."""
        given = await pages.read_form(request)
        try:
            with self._runtime.engine.transaction() as tx:
                lenience = Lenience(self._runtime.rules(request.scope))
                known = roads.apply(tx, form.application(given), lenience)
        except Malformed as error:
            return self._notes.redirect(request, links.APPLY, Note(wrong=_by_field(error), typed=given))
        return self._done(request, known, lenience)

    async def of(self, request: Request) -> Response:
        """On to the page of a partner, which gets one if it has none."""
        id_ = request.path_params["id"]
        known = roads.find(self._runtime.engine.reading(), id_)
        if not known.road.page:
            with self._runtime.engine.transaction() as tx:
                known = roads.begin(tx, id_)
        return RedirectResponse(links.road_page(known.road.page), 303)

    async def show(self, request: Request) -> Response:
        """How far the partner has come, and what it does next."""
        tx = self._runtime.engine.reading()
        known = roads.behind(tx, request.path_params["page"])
        address = links.road_page(known.road.page)
        note = self._notes.read(request, address)
        values = {
            "path": address,
            "labels": LABELS,
            "saved": request.query_params.get("saved") == "yes",
            "buttons": is_operator(self._runtime, request),
            "operator_page": f"{OPERATOR}?{urlencode({'to': address})}",
            **status.values(tx, known),
            **operator.values(known),
            **_forms(known, note),
            **note.shown,
        }
        return pages.render(request, PACKAGE, "road.html", **values)

    async def act(self, request: Request) -> Response:
        """Press a button: all of what it does happens, or nothing. The page that comes then says which."""
        given = await pages.read_form(request)
        page, action = request.path_params["page"], given.get("action", "")
        if action in operator.ACTIONS and not is_operator(self._runtime, request):
            raise BadForm("Show the admin token first: only its holders may act for the platform here")
        address = links.road_page(page)
        lenience = Lenience(self._runtime.rules(request.scope))
        try:
            with self._runtime.engine.transaction() as tx:
                known = roads.behind(tx, page)
                self._do(tx, known, action, given, lenience)
        except Malformed as error:
            return self._notes.redirect(request, address, Note(wrong=_by_field(error), typed=given, step=action))
        except IllegalAction as error:
            message = text("This could not be done: {why}. The page shows how things stand now.", why=text(str(error)))
            return self._notes.redirect(request, address, Note(message))
        return self._done(request, known, lenience, saved=action == SAVE)

    def _do(self, tx: Tx, known: Traveller, action: str, given: dict[str, str], lenience: Lenience) -> None:
        if action in operator.ACTIONS:
            operator.act(tx, known, RoadAction(action), given)
        elif action == RoadAction.APPLY:
            roads.apply_again(tx, known, form.application(given), lenience)
        elif action == RoadAction.START_PILOT:
            typed = Typed(given)
            msn = typed.line("msn", missing="Pick a sales unit")
            typed.check()
            roads.start_pilot(tx, known, msn or "")
        elif action in (SAVE, RoadAction.SEND_IN):
            filled = roads.fill_in(tx, known, form.evidence(given, known.road.evidence))
            if action == RoadAction.SEND_IN:
                roads.send_in(tx, filled)
        else:
            raise IllegalAction("The page does not know this button")

    def _done(self, request: Request, known: Traveller, lenience: Lenience, *, saved: bool = False) -> Response:
        address = links.road_page(known.road.page)
        if lenience.warnings:
            told = text("Taken, although a strict server would refuse it: {why}.", why=lenience.warnings[0].message)
            return self._notes.redirect(request, address, Note(told=told))
        return RedirectResponse(address + ("?saved=yes" if saved else ""), 303)


def _forms(known: Traveller, note: Note) -> dict[str, Any]:
    again = note.typed if note.step == RoadAction.APPLY else None
    shown = note.typed if note.step in (SAVE, RoadAction.SEND_IN) else None
    return form.application_values(known.road.application, again) | form.evidence_values(known.road.evidence, shown)


def _by_field(error: Malformed) -> dict[str, str]:
    """What is wrong, by field and in the order of the page."""
    names = {"pilot": "msn"}
    reasons = {names.get(each.field, each.field): each.reason for each in error.violations}
    places = list(LABELS)
    return dict(sorted(reasons.items(), key=lambda item: places.index(item[0]) if item[0] in places else len(places)))
