"""What the pages of the portal have in common: who asks, what they are told when they may not, how a page looks."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mockserver.apis.management.domain import links, rights
from mockserver.apis.management.domain.rights import Deed
from mockserver.apis.management.portal.company.gate import ALSO, PACKAGE, entrance
from mockserver.apis.management.portal.company.session import NO_COMPANY, NotSignedIn, Person, SignIn, user_at
from mockserver.core.engine import Tx
from mockserver.core.errors import Forbidden, IllegalAction, Malformed, NotFound
from mockserver.core.values import frozen
from mockserver.web import pages
from mockserver.web.notes import Note, Notes
from mockserver.web.pages import Page
from mockserver.web.runtime import Runtime
from mockserver.web.texts import text
from mockserver.world.domain.merchant import Merchant, SalesUnit
from mockserver.world.domain.user import User
from mockserver.world.services import world

NO_UNIT = "There is no such sales unit, or nobody has let you see it"


@frozen
class Desk:
    """Somebody at work for a merchant: ``user`` is what that person may do there."""

    person: Person
    merchant: Merchant
    user: User

    def may(self, deed: Deed) -> bool:
        """Whether the person may do this."""
        return rights.may(self.user, deed)

    def check(self, deed: Deed) -> None:
        """Refuse what the person may not do; raises Forbidden."""
        rights.check(self.user, deed)


class Room:
    """Some pages of the portal on one server."""

    def __init__(self, runtime: Runtime, notes: Notes) -> None:
        self.runtime = runtime
        self.notes = notes
        self.sign_in = SignIn(runtime.sessions)

    def desk(self, tx: Tx, request: Request, merchant_id: str) -> Desk:
        """Who asks, at work for a merchant; raises NotSignedIn, NotFound, and Forbidden."""
        person = self.sign_in.person(tx, request)
        merchant, user = user_at(tx, person, merchant_id)
        desk = Desk(person, merchant, user)
        desk.check(Deed.ENTER)
        return desk

    def at_unit(self, tx: Tx, request: Request) -> tuple[Desk, SalesUnit]:
        """The same for the sales unit that is asked for; it is not told from one that there is not."""
        person = self.sign_in.person(tx, request)
        try:
            unit = world.sales_unit(tx, request.path_params["msn"])
            desk = self.desk(tx, request, unit.merchant_id)
        except NotFound:
            raise NotFound(NO_UNIT) from None
        if not rights.sees_unit(desk.user, unit.msn):
            raise NotFound(NO_UNIT)
        return Desk(person, desk.merchant, desk.user), unit

    def render(self, request: Request, template: str, person: Person, note: Note, **values: Any) -> Response:
        """A page for who has signed in."""
        shown = {"person": person, "portal": links.PORTAL, "moment": pages.moment, **note.shown, **values}
        return pages.render(request, PACKAGE, template, also=ALSO, **shown)

    def done(self, request: Request, address: str, told: str) -> Response:
        """Back to a page, which says what was done."""
        return self.notes.redirect(request, address, Note(told=told))

    def sorry(self, request: Request, address: str, error: Exception, given: dict[str, str], step: str) -> Response:
        """Back to a page, which says what is wrong; nothing was done."""
        if isinstance(error, Malformed):
            wrong = {each.field: text(each.reason) for each in error.violations}
            return self.notes.redirect(request, address, Note(wrong=wrong, typed=given, step=step))
        message = text("This could not be done: {why}.", why=text(str(error)).rstrip("."))
        return self.notes.redirect(request, address, Note(message, step=step))


REFUSED = (Malformed, IllegalAction)
"""What a form may be refused for so that it is shown again."""


def inside(room: Room, page: Page, nothing: str = NO_COMPANY) -> Page:
    """The page for who may see it, and for all others what they have to do."""

    async def answer(request: Request) -> Response:
        try:
            return await page(request)
        except NotSignedIn:
            if request.method == "GET":
                return entrance(room.runtime, request, to=request.url.path)
            starts = [(links.PORTAL, "Say who you are")]
            return pages.message(request, 403, "Not signed in", "Nothing was done: say first who you are.", starts)
        except NotFound:
            return pages.message(request, 404, "Not found", f"{nothing}.", [(links.PORTAL, "Back to the portal")])
        except Forbidden as error:
            return pages.message(request, 403, "Not allowed", f"{error}.", [(links.PORTAL, "Back to the portal")])

    return pages.guarded(answer, f"{nothing}.")


def back(address: str) -> Response:
    """On to another page of the portal."""
    return RedirectResponse(address, 303)
