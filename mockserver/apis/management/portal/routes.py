"""The pages behind ``prefillUrl``: sign, fill in, submit, see what becomes of it."""

from base64 import b64decode
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mockserver.apis.management.domain import links
from mockserver.apis.management.domain.product_order import OrderState
from mockserver.apis.management.portal import answering, operator, signing, status, visits
from mockserver.apis.management.portal import form as order_form
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

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._notes = Notes()

    def routes(self) -> list[PageRoute]:
        """All pages of the room."""
        keys = PageRoute(links.KEYS, pages.guarded(self.keys, "There is no such sales unit."), "GET", Who.OPERATOR)
        return [keys, *(route for path in _PATHS for route in self._at(path))]

    def _at(self, path: str) -> list[PageRoute]:
        return [
            PageRoute(path, self._guarded(self.show), "GET", Who.LINK),
            PageRoute(path, self._guarded(self.act), "POST", Who.LINK),
            PageRoute(f"{path}/logo.png", self._guarded(self.logo), "GET", Who.LINK),
        ]

    def _guarded(self, page: Page) -> Page:
        return pages.guarded(page, "There is no prefilled product order behind this address.")

    async def show(self, request: Request) -> Response:
        """What the merchant has to do, or how the order stands. The first time makes MERCHANT_VIEWED of RECEIVED."""
        id_ = request.path_params["id"]
        visit = visits.find(self._runtime.engine.reading(), id_)
        if visit.order.state is OrderState.RECEIVED and request.method == "GET":
            with self._runtime.engine.transaction() as tx:
                orders.view(tx, visits.find(tx, id_).order)
                visit = visits.find(tx, id_)
        return self._page(request, visit)

    async def act(self, request: Request) -> Response:
        """Press a button: all of what it does happens, or nothing. The page that comes then says which."""
        given = await pages.read_form(request, LARGEST_FORM)
        id_, action = request.path_params["id"], given.get("action", "")
        if action in operator.ACTIONS and not is_operator(self._runtime, request):
            raise BadForm("Show the admin token first: only its holders may act for the platform here")
        try:
            with self._runtime.engine.transaction() as tx:
                visit = visits.find(tx, id_)
                address = _address(visit)
                self._do(tx, visit, action, given)
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
        order, note = visit.order, self._notes.read(request, _address(visit))
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
        values = {
            "labels": LABELS,
            "saved": request.query_params.get("saved") == "yes",
            "path": _address(visit),
            "buttons": is_operator(self._runtime, request),
            "keys": links.keys_page(visit.unit.msn) if visit.unit else None,
            "operator_page": f"{OPERATOR}?{urlencode({'to': _address(visit)})}",
            "mail": emails_of_order(visit.order.id),
            "timestamp": timestamp,
            **status.values(visit),
            **signing.values(visit, note.typed if note.step == "sign" else None),
            **answering.values(visit, note.typed if note.step == "answer" else None),
            **operator.values(visit),
            **note.shown,
        }
        return pages.render(request, PACKAGE, template, code, **values | more)

    async def keys(self, request: Request) -> Response:
        """The keys of a sales unit: apart from the order, whose address its partner knows."""
        unit = visits.unit(self._runtime.engine.reading(), request.path_params["msn"])
        return pages.render(request, PACKAGE, "keys.html", unit=unit)

    async def logo(self, request: Request) -> Response:
        """The picture that the form shows."""
        logo = visits.find(self._runtime.engine.reading(), request.path_params["id"]).order.form.logo
        if logo is None:
            raise NotFound("The order has no logo")
        return Response(b64decode(logo), media_type="image/png", headers=_PICTURE)


def _address(visit: Visit) -> str:
    return f"{links.PREFILLED}/{visit.order.id}"


def _by_field(error: Malformed) -> dict[str, str]:
    """What is wrong, by field and in the order of the page; what belongs to no field of it comes last."""
    reasons = {violation.field.split(".")[0]: violation.reason for violation in error.violations}
    places = list(LABELS)
    return dict(sorted(reasons.items(), key=lambda item: places.index(item[0]) if item[0] in places else len(places)))
