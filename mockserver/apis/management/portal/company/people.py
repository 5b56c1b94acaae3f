"""Who may use the portal for a merchant: a list, an invitation, and a page for each of them."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from mockserver.apis.management.domain import links
from mockserver.apis.management.domain.rights import Deed
from mockserver.apis.management.portal.company.room import REFUSED, Desk, Room, inside
from mockserver.apis.management.portal.typed import Typed
from mockserver.apis.management.services import people
from mockserver.core.engine import Tx
from mockserver.core.errors import IllegalAction
from mockserver.web import pages
from mockserver.web.notes import Note
from mockserver.web.pages import PageRoute, Who
from mockserver.web.texts import text
from mockserver.world.domain.user import LONGEST_EMAIL, LONGEST_NAME, Right, User
from mockserver.world.services import partners, users

RIGHTS: Final = {
    Right.SEE: "See sales units, product orders and the agreement",
    Right.MANAGE: "Order products and close sales units",
    Right.KEYS: "See API keys; with the right above, make them anew",
    Right.ADMINISTER: "All of it, and sign, read emails, and say who else may do what (own people only)",
}
LABELS: Final = {
    "email": "Email address",
    "name": "Name",
    "partner_id": "Works for",
    "rights": "What this person may do",
    "units": "For these sales units only (MSNs with commas between them)",
}
_LONGEST_UNITS: Final = 1200
NOBODY: Final = "There is no such company or user, or it has not let you in"


class People(Room):
    """Users of each merchant."""

    def routes(self) -> list[PageRoute]:
        """The list with its form, and the page of each of them."""
        return [
            PageRoute(links.USERS, inside(self, self.all), "GET", Who.OPERATOR),
            PageRoute(links.USERS, inside(self, self.invite), "POST", Who.OPERATOR),
            PageRoute(links.USER, inside(self, self.show, NOBODY), "GET", Who.OPERATOR),
            PageRoute(links.USER, inside(self, self.change, NOBODY), "POST", Who.OPERATOR),
        ]

    def _desk(self, tx: Tx, request: Request) -> Desk:
        desk = self.desk(tx, request, request.path_params["id"])
        desk.check(Deed.ADMINISTER)
        return desk

    async def all(self, request: Request) -> Response:
        """Everybody who may use the portal for a merchant, and the form to let somebody in."""
        tx = self.runtime.engine.reading()
        desk = self._desk(tx, request)
        path = links.users(desk.merchant.id)
        note = self.notes.read(request, path)
        known = partners.every(tx)
        names = {each.id: each.name for each in known}
        listed = [
            (each, names.get(each.partner_id or ""), links.users(desk.merchant.id, each.email))
            for each in users.of_merchant(tx, desk.merchant)
        ]
        values = {
            **_values(desk, note, _empty()),
            "users": listed,
            "partners": [("", desk.merchant.name), *names.items()],
            "path": path,
            "undone": text("Nobody was let in."),
        }
        return self.render(request, "users.html", desk.person, note, **values)

    async def invite(self, request: Request) -> Response:
        """Let somebody in."""
        form = await pages.read_form(request)
        path = links.users(request.path_params["id"])
        try:
            with self.runtime.engine.transaction(self.runtime.rules(request.scope)) as tx:
                desk = self._desk(tx, request)
                if form.get("action") != "invite":
                    raise IllegalAction("The page does not know this button")
                user = people.invite(tx, desk.merchant, _invited(tx, desk, form))
        except REFUSED as error:
            return self.sorry(request, path, error, form, "invite")
        return self.done(request, path, text("{name} may use the portal now.", name=user.name))

    async def show(self, request: Request) -> Response:
        """What one of them may do, and the forms to change it and to take it away."""
        tx = self.runtime.engine.reading()
        desk = self._desk(tx, request)
        user = users.of_email(tx, desk.merchant, request.path_params["email"])
        path = links.users(desk.merchant.id, user.email)
        note = self.notes.read(request, path)
        values = {
            **_values(desk, note, _fields(user)),
            "user": user,
            "works_for": partners.find(tx, user.partner_id).name if user.partner_id else desk.merchant.name,
            "stays": user.email == desk.merchant.address,
            "path": path,
            "user_list": links.users(desk.merchant.id),
            "undone": text("Nothing was changed."),
        }
        return self.render(request, "user.html", desk.person, note, **values)

    async def change(self, request: Request) -> Response:
        """Give somebody other rights, or show somebody out."""
        form = await pages.read_form(request)
        id_, action = request.path_params["id"], form.get("action", "")
        path = links.users(id_, request.path_params["email"])
        try:
            with self.runtime.engine.transaction(self.runtime.rules(request.scope)) as tx:
                desk = self._desk(tx, request)
                user = users.of_email(tx, desk.merchant, request.path_params["email"])
                _act(tx, desk, user, action, form)
        except REFUSED as error:
            return self.sorry(request, path, error, form, action)
        if action == "remove":
            return self.done(request, links.users(id_), text("{name} may not use the portal any more.", name=user.name))
        return self.done(request, path, text("Saved."))


def _act(tx: Tx, desk: Desk, user: User, action: str, form: Mapping[str, str]) -> None:
    if action == "remove":
        people.show_out(tx, desk.merchant, user)
    elif action == "change":
        people.change(tx, desk.merchant, user, *_granted(form))
    else:
        raise IllegalAction("The page does not know this button")


def _invited(tx: Tx, desk: Desk, form: Mapping[str, str]) -> User:
    typed = Typed(form)
    email = typed.line("email", LONGEST_EMAIL, missing="Say who: an email address")
    name = typed.line("name", LONGEST_NAME, missing="Say what the person is called")
    partner = typed.choice("partner_id", [each.id for each in partners.every(tx)])
    typed.check()
    rights, units = _granted(form)
    return User((email or "").lower(), name or "", desk.merchant.id, partner, rights, units)


def _granted(form: Mapping[str, str]) -> tuple[tuple[Right, ...], tuple[str, ...] | None]:
    """The rights and sales units of a form; raises Malformed."""
    typed = Typed(form)
    rights = tuple(right for right in Right if typed.ticked(f"right-{right}"))
    line = typed.line("units", _LONGEST_UNITS)
    if not rights:
        typed.wrong("rights", "Tick at least one")
    typed.check()
    units = tuple(dict.fromkeys((line or "").replace(",", " ").split()))
    return rights, units or None


def _empty() -> dict[str, Any]:
    return {"email": "", "name": "", "partner_id": "", "rights": [Right.SEE], "units": ""}


def _fields(user: User) -> dict[str, Any]:
    return {"rights": user.rights, "units": ", ".join(user.units or ())}


def _values(desk: Desk, note: Note, fields: dict[str, Any]) -> dict[str, Any]:
    if note.step in ("invite", "change") and note.typed:
        typed = {name: note.typed.get(name, "") for name in fields}
        fields = {**typed, "rights": [each for each in Right if f"right-{each}" in note.typed]}
    return {
        "merchant": desk.merchant,
        "company": links.company(desk.merchant.id),
        "fields": fields,
        "rights": [(str(right), text(name)) for right, name in RIGHTS.items()],
        "labels": LABELS,
        "longest_email": LONGEST_EMAIL,
        "longest_name": LONGEST_NAME,
        "longest_units": _LONGEST_UNITS,
    }
