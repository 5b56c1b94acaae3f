"""The pages behind ``prefillUrl``: sign, fill in, submit, see what becomes of it."""

from base64 import b64decode
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mockserver.apis.management.domain import links
from mockserver.apis.management.domain.product_order import OrderState
from mockserver.apis.management.domain.rights import Deed
from mockserver.apis.management.portal import answering, operator, signing, status, visits
from mockserver.apis.management.portal import form as order_form
from mockserver.apis.management.portal.insiders import Insiders, way_in
from mockserver.apis.management.portal.visits import Visit
from mockserver.apis.management.services import orders
from mockserver.core.engine import Tx
from mockserver.core.errors import IllegalAction, Malformed, NotFound
from mockserver.core.instants import timestamp
from mockserver.core.policy import Lenience
from mockserver.web import pages
from mockserver.web.doors import is_operator
from mockserver.web.links import OPERATOR, emails_of_order
from mockserver.web.notes import Note, Notes
from mockserver.web.pages import BadForm, Page, PageRoute, Who
from mockserver.web.runtime import Runtime
from mockserver.web.texts import text

PACKAGE = "mockserver.apis.management.portal"
LARGEST_FORM = 512 * 1024
"""Bytes: every text of a form at its longest, written in percent signs, fits in."""
_PICTURE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}
LABELS = {**signing.LABELS, **order_form.LABELS, **answering.LABELS, **operator.LABELS}
_PATHS = tuple(f"{path}/{{id}}" for path in (links.PREFILLED, links.PREFILLED_BEFORE))


class Portal:
    """The merchant's side, on one server."""

    def __init__(self, runtime: Runtime, notes: Notes | None = None) -> None:
        self._runtime = runtime
        self._notes = notes or Notes()
        self._insiders = Insiders(runtime.sessions)

    def routes(self) -> list[PageRoute]:
        """All pages of the room."""
        return [route for path in _PATHS for route in self._at(path, Who.LINK)]

    def _at(self, path: str, who: Who) -> list[PageRoute]:
        return [
            PageRoute(path, self._guarded(self.show), "GET", who),
            PageRoute(path, self._guarded(self.act), "POST", who),
            PageRoute(f"{path}/logo.png", self._guarded(self.logo), "GET", who),
        ]

    def _find(self, tx: Tx, request: Request) -> Visit:
        """The order that is asked for; raises NotFound."""
        return visits.find(tx, request.path_params["id"])

    def _address(self, visit: Visit) -> str:
        return f"{links.PREFILLED}/{visit.order.id}"

    def _company(self, tx: Tx, request: Request, visit: Visit) -> str | None:
        """The merchant's page, for those who are there already; not for whoever has the link."""
        return links.company(visit.merchant.id) if self._insiders.signed_in(tx, request, visit) else None

    def _reads(self, tx: Tx, request: Request, visit: Visit) -> bool:
        """Whether the visitor may read reasons and answers: not whoever has the link."""
        return self._insiders.read(tx, request, visit)

    def _check(self, tx: Tx, request: Request, visit: Visit, action: str) -> None:
        """Refuse who may not press a button; whoever has the link may fill in the order, and sign first."""
        if action in operator.ACTIONS and not is_operator(self._runtime, request):
            raise BadForm("Show the admin token first: only its holders may act for the platform here")
        if action == "answer" or (action == "sign" and not (visit.signs_first and visit.order.waits_for_merchant)):
            self._check_merchant_s(tx, request, visit, Deed.SIGN if action == "sign" else Deed.ANSWER)

    def _check_merchant_s(self, tx: Tx, request: Request, visit: Visit, deed: Deed) -> None:
        if not self._insiders.may(tx, request, visit, deed):
            raise BadForm("Sign in at the portal first, as somebody of the company who may do this")

    def _guarded(self, page: Page) -> Page:
        return pages.guarded(page, "There is no prefilled product order behind this address.")

    async def show(self, request: Request) -> Response:
        """What the merchant has to do, or how the order stands. The first time makes MERCHANT_VIEWED of RECEIVED."""
        visit = self._find(self._runtime.engine.reading(), request)
        if visit.order.state is OrderState.RECEIVED and visit.order.waits_for_merchant and request.method == "GET":
            with self._runtime.engine.transaction() as tx:
                orders.view(tx, self._find(tx, request).order)
                visit = self._find(tx, request)
        return self._page(request, visit)

    async def act(self, request: Request) -> Response:
        """Press a button: all of what it does happens, or nothing. The page that comes then says which."""
        given = await pages.read_form(request, LARGEST_FORM)
        action = given.get("action", "")
        try:
            with self._runtime.engine.transaction() as tx:
                visit = self._find(tx, request)
                address = self._address(visit)
                self._check(tx, request, visit, action)
                self._do(tx, visit, action, given)
            if visit.order.waits_for_merchant and action in ("sign", "submit"):
                self._insiders.remember(request, visit, submitted=action == "submit")
        except Malformed as error:
            return self._notes.redirect(request, address, Note(wrong=_by_field(error), typed=given, step=action))
        except IllegalAction as error:
            message = text("This could not be done: {why}. The page shows how things stand now.", why=text(str(error)))
            return self._notes.redirect(request, address, Note(message))
        return RedirectResponse(address + ("?saved=yes" if action == "save" else ""), 303)

    def _do(self, tx: Tx, visit: Visit, action: str, given: dict[str, str]) -> None:
        if action in operator.ACTIONS:
            operator.act(tx, visit, action, given)
        elif action == "answer":
            answering.answer(tx, visit, given)
        elif action == "sign":
            signing.sign(tx, visit, given)
        elif action in ("save", "submit"):
            self._fill_in(tx, visit, given, submit=action == "submit")
        else:
            raise IllegalAction("The page does not know this button")

    def _fill_in(self, tx: Tx, visit: Visit, given: dict[str, str], *, submit: bool) -> None:
        if not visit.order.waits_for_merchant:
            raise IllegalAction("The product order has been submitted already, or has expired")
        if visit.signs_first:
            raise IllegalAction("The merchant agreement has to be signed first")
        lenience = Lenience(tx.policy)
        form = order_form.read(visit, given, lenience, complete=submit)
        edited = orders.edit(tx, visit.order, form, visit.partner, lenience)
        if submit:
            orders.submit(tx, edited)

    def _page(self, request: Request, visit: Visit) -> Response:
        order, note = visit.order, self._notes.read(request, self._address(visit))
        if order.state is OrderState.EXPIRED:
            return self._render(request, "expired.html", visit, note, 410)
        if not order.waits_for_merchant:
            return self._render(request, "status.html", visit, note)
        if visit.signs_first:
            return self._render(request, "agreement.html", visit, note)
        typed = note.typed if note.step in ("submit", "save") else None
        return self._render(request, "form.html", visit, note, **order_form.values(visit, typed))

    def _render(
        self, request: Request, template: str, visit: Visit, note: Note, code: int = 200, **more: Any
    ) -> Response:
        tx = self._runtime.engine.reading()
        reads = self._reads(tx, request, visit)
        values = {
            "labels": LABELS,
            "reads": reads,
            "way_in": way_in(visit, self._address(visit)),
            "saved": request.query_params.get("saved") == "yes",
            "path": self._address(visit),
            "buttons": is_operator(self._runtime, request),
            "company": self._company(tx, request, visit),
            "keys": links.keys_page(visit.unit.msn) if visit.unit else None,
            "operator_page": f"{OPERATOR}?{urlencode({'to': self._address(visit)})}",
            "mail": emails_of_order(visit.order.id),
            "timestamp": timestamp,
            **status.values(visit, reads=reads),
            **signing.values(visit, note.typed if note.step == "sign" else None),
            **answering.values(visit, note.typed if note.step == "answer" else None),
            **operator.values(visit),
            **note.shown,
        }
        return pages.render(request, PACKAGE, template, code, **values | more)

    async def logo(self, request: Request) -> Response:
        """The picture that the form shows."""
        logo = self._find(self._runtime.engine.reading(), request).order.form.logo
        if logo is None:
            raise NotFound("The order has no logo")
        return Response(b64decode(logo), media_type="image/png", headers=_PICTURE)


def _by_field(error: Malformed) -> dict[str, str]:
    """What is wrong, by field and in the order of the page; what belongs to no field of it comes last."""
    reasons = {violation.field.split(".")[0]: violation.reason for violation in error.violations}
    places = list(LABELS)
    return dict(sorted(reasons.items(), key=lambda item: places.index(item[0]) if item[0] in places else len(places)))
