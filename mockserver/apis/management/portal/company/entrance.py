"""The way in: be one of a merchant's people, a partner's employee, or a company that nobody knows yet."""

import re
from collections.abc import Iterator
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mockserver.apis.management.domain import links
from mockserver.apis.management.portal.company import session
from mockserver.apis.management.portal.company.gate import MOST, entrance
from mockserver.apis.management.portal.company.room import REFUSED, Room, inside
from mockserver.apis.management.portal.company.session import Identity, NotSignedIn, Person
from mockserver.apis.management.portal.typed import Typed
from mockserver.apis.management.services import companies
from mockserver.core import codec
from mockserver.core.engine import Tx
from mockserver.core.errors import IllegalAction, Malformed, NotFound, Violation
from mockserver.core.money import Market
from mockserver.core.policy import Lenience
from mockserver.web import pages
from mockserver.web.pages import PageRoute, Who
from mockserver.world.domain.user import LONGEST_EMAIL
from mockserver.world.services import users, world

_HERE: Final = re.compile(rf"/portal(?:/[!-.0-~]+)*|{links.PREFILLED}/[0-9A-Fa-f-]+")
"""Where one may go on to: pages of the portal and orders, without their queries."""
_FORMS: Final = ("merchant", "partner", "register")
"""What the buttons send as ``action``, one for each form."""


class Entrance(Room):
    """``/portal`` itself."""

    def routes(self) -> list[PageRoute]:
        """The page and its forms."""
        return [
            PageRoute(links.PORTAL, inside(self, self.show), "GET", Who.OPERATOR),
            PageRoute(links.PORTAL, inside(self, self.act), "POST", Who.OPERATOR),
        ]

    async def show(self, request: Request) -> Response:
        """The merchant of who has signed in, the merchants that let a partner's employee in, or the way in."""
        tx = self.runtime.engine.reading()
        note = self.notes.read(request, links.PORTAL)
        try:
            person = self.sign_in.person(tx, request)
        except NotSignedIn:
            return entrance(self.runtime, request, note)
        if person.identity.merchant_id is not None:
            return RedirectResponse(links.company(person.identity.merchant_id), 303)
        values = {"merchants": [*_merchants(tx, person)], "most": MOST}
        return self.render(request, "merchants.html", person, note, **values)

    async def act(self, request: Request) -> Response:
        """Sign in as somebody, as the administrator of a new company, or out."""
        form = await pages.read_form(request)
        action = form.get("action", "")
        if action == "sign-out":
            response: Response = RedirectResponse(links.PORTAL, 303)
            self.sign_in.sign_out(request, response)
            return response
        try:
            with self.runtime.engine.transaction(self.runtime.rules(request.scope)) as tx:
                identity = _identity(tx, action, form)
        except REFUSED as error:
            return self.sorry(request, links.PORTAL, error, form, action)
        to = form.get("to", "")
        response = RedirectResponse(to if _HERE.fullmatch(to) else links.PORTAL, 303)
        self.sign_in.sign_in(request, response, identity)
        return response


def _identity(tx: Tx, action: str, form: dict[str, str]) -> Identity:
    if action == "register":
        return _registered(tx, form)
    if action not in _FORMS:
        raise IllegalAction("The page does not know this button")
    field = "merchantUser" if action == "merchant" else "employee"
    try:
        identity = codec.load(Identity, form.get(field, ""))
        return session.find(tx, identity).identity
    except (NotFound, ValueError):
        raise Malformed([Violation(field, "Pick one of the list")]) from None


def _registered(tx: Tx, form: dict[str, str]) -> Identity:
    typed = Typed(form)
    number = typed.line("organisation_number", 50, missing="Must have 4 to 50 digits or hyphens")
    name = typed.line("name", companies.LONGEST_NAME, missing="Say what the company is called")
    market = typed.choice("market", list(Market), missing="Pick a country")
    email = typed.line("email", LONGEST_EMAIL)
    typed.check()
    email = email.lower() if email else None
    made = companies.register(tx, Market(market or ""), number or "", name or "", email, Lenience(tx.policy))
    return Identity(made.address, made.id)


def _merchants(tx: Tx, person: Person) -> Iterator[dict[str, Any]]:
    """The merchants that let an employee in, with what the employee may do there."""
    for user in users.let_in_by(tx, person.identity.partner_id or "", person.user.email, MOST):
        merchant = world.merchant(tx, user.merchant_id or "")
        yield {"name": merchant.name, "address": links.company(merchant.id), "user": user}
