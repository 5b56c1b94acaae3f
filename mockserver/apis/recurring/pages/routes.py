"""The page that a draft leads to: its customer accepts or rejects there."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mockserver.apis.recurring.domain import links
from mockserver.apis.recurring.domain.charge import FailureReason
from mockserver.apis.recurring.pages import landing, rules
from mockserver.apis.recurring.pages.landing import Visit
from mockserver.apis.recurring.services import agreements, personas
from mockserver.apis.recurring.services.acceptance import Acceptance, Outcome
from mockserver.core.errors import IllegalAction
from mockserver.core.policy import Lenience
from mockserver.phone import picking
from mockserver.phone.refusals import REFUSALS, sorry
from mockserver.scenarios.scenarios import Scenarios
from mockserver.web import pages
from mockserver.web.notes import NOTHING, Note, Notes
from mockserver.web.pages import Page, PageRoute, Who
from mockserver.web.runtime import Runtime
from mockserver.web.texts import text

PACKAGE = "mockserver.apis.recurring.pages"


class AgreementPages:
    """The customer's side of drafts, on one server."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._notes = Notes()

    def routes(self) -> list[PageRoute]:
        """All pages of the room."""
        return [
            PageRoute(links.LANDING, _guarded(self.show), "GET", Who.LINK),
            PageRoute(links.LANDING, _guarded(self.act), "POST", Who.LINK),
        ]

    async def show(self, request: Request) -> Response:
        """The landing page: who charges what, how often; or how the agreement stands."""
        tx = self._runtime.engine.reading(self._runtime.rules(request.scope))
        visit = landing.visit(tx, request.query_params.get("token", ""))
        note, values = self._notes.read(request, visit.address), landing.values(visit)
        if visit.waits:
            values |= note.shown | landing.offer(tx, visit, note)
            return pages.render(request, PACKAGE, "agree.html", also=(picking.PACKAGE,), **values)
        values |= (note if note.step == "over" else NOTHING).shown
        returning = request.query_params.get("returning") == "yes"
        return pages.render(
            request, PACKAGE, "answered.html", **values, ended=landing.ended(visit), returning=returning
        )

    async def act(self, request: Request) -> Response:
        """Accept or reject. The page that comes then says what else there is to say."""
        form = await pages.read_form(request)
        visit = landing.visit(self._runtime.engine.reading(), form.get("token", ""))
        try:
            note = self._decide(request, visit, form)
        except REFUSALS as error:
            now = landing.visit(self._runtime.engine.reading(), form.get("token", ""))
            note = sorry(error, form, landing.FIELDS) if now.waits else Note(landing.TOO_LATE, step="over")
        if note is not None:
            return self._notes.redirect(request, visit.address, note)
        # Not straight to the shop: browsers hold redirects of a form to the page's form-action policy.
        return RedirectResponse(f"{visit.address}&returning=yes", 303)

    def _decide(self, request: Request, visit: Visit, form: dict[str, str]) -> Note | None:
        """What is left to be said; None where the browser goes back to the shop."""
        match form.get("action"):
            case "reject":
                with self._runtime.engine.transaction() as tx:
                    agreements.reject(tx, landing.visit(tx, form["token"]).stored)
                return None
            case "accept":
                return self._accept(request, visit, form)
            case _:
                raise IllegalAction("The page does not know this button")

    def _accept(self, request: Request, visit: Visit, form: dict[str, str]) -> Note | None:
        self._apply_rules(visit, form)
        with self._runtime.engine.transaction(self._runtime.rules(request.scope)) as tx:
            lenience, now = Lenience(tx.policy), landing.visit(tx, form["token"])
            customer = picking.chosen(tx, landing.whom(tx, now), form, lenience)
            by = Acceptance(
                customer, form.get("card") or None, landing.chosen_maximum(form), form.get("consent") == "yes"
            )
            outcome = personas.answer_on_page(tx, now.stored, by)
        self._runtime.tell(lenience, "POST", links.LANDING, visit.agreement.msn, visit.agreement.id)
        if isinstance(outcome, FailureReason):
            return Note(landing.declined(outcome), typed=form)
        if outcome is Outcome.TOO_YOUNG:
            return Note(landing.TOO_YOUNG, step="over")
        if outcome is None:
            return Note(told=text("{name} was asked, and takes time to answer.", name=customer.name), typed=form)
        return None

    def _apply_rules(self, visit: Visit, form: dict[str, str]) -> None:
        """Let rules choose what the customer does; kept whatever comes of it."""
        if not self._runtime.parts.of(Scenarios).rules.engaged or not visit.waits:
            return
        with self._runtime.engine.transaction() as tx:
            customer = picking.chosen(tx, landing.whom(tx, visit), form, keep=False)
            landing.chosen_maximum(form)
            rules.apply(self._runtime, tx, visit, customer.phone)


def _guarded(page: Page) -> Page:
    return pages.guarded(page, "There is no agreement behind this address.")
