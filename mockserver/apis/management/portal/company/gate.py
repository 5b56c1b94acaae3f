"""The page for who has not said who they are yet: whom one can be."""

from itertools import islice
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from mockserver.apis.management.portal.company.session import Identity
from mockserver.core import codec
from mockserver.core.engine import Tx
from mockserver.core.money import Market
from mockserver.web import pages
from mockserver.web.notes import NOTHING, Note
from mockserver.web.runtime import Runtime
from mockserver.web.texts import text
from mockserver.world.services import partners, users, world

PACKAGE = "mockserver.apis.management.portal.company"
ALSO = ("mockserver.apis.management.portal",)
MOST: Final = 100
"""Merchants, or partners' employees, that can be chosen from at a time; others are found by name or number."""
MOST_PEOPLE: Final = 200
"""People of these merchants."""
LONGEST_SEARCH: Final = 50
LONGEST_ADDRESS: Final = 500
LABELS: Final = {
    "merchantUser": "Company and person",
    "employee": "Partner and person",
    "find": "Find a company",
    "findEmployee": "Find an employee",
    "organisation_number": "Organisation number",
    "name": "Company name",
    "market": "Country",
    "email": "Email address (may be left out)",
}
_COUNTRIES: Final = {Market.NO: "Norway", Market.DK: "Denmark", Market.FI: "Finland", Market.SE: "Sweden"}


def entrance(runtime: Runtime, request: Request, note: Note = NOTHING, to: str = "") -> Response:
    """The page for who has not signed in; ``to`` is where to go on then."""
    tx = runtime.engine.reading()
    find, find_employee = _asked(request, "find"), _asked(request, "findEmployee")
    merchant_users, more = _merchant_users(tx, find)
    employees, more_employees = _employees(tx, find_employee)
    values = {
        "find": find,
        "to": to or request.query_params.get("to", "")[:LONGEST_ADDRESS],
        "merchant_users": merchant_users,
        "more": more,
        "find_employee": find_employee,
        "employees": employees,
        "more_employees": more_employees,
        "markets": [(str(market), text(name)) for market, name in _COUNTRIES.items()],
        "labels": LABELS,
        "undone": text("Nothing was saved.") if note.step == "register" else "",
    }
    return pages.render(request, PACKAGE, "entrance.html", also=ALSO, **{**note.shown, **values})


def _asked(request: Request, name: str) -> str:
    return " ".join(request.query_params.get(name, "").split())[:LONGEST_SEARCH]


def _merchant_users(tx: Tx, find: str) -> tuple[list[tuple[str, str]], bool]:
    """A choice of merchants' own people, and whether there are more merchants."""
    found = world.merchants_with(tx, find, MOST + 1)
    people = (user for merchant in found[:MOST] for user in users.of_merchant(tx, merchant) if user.partner_id is None)
    own = [*islice(people, MOST_PEOPLE + 1)]
    names = {each.id: f"{each.name} ({each.organisation_number})" for each in found}
    offered = [
        (codec.dump(Identity, Identity(each.email, each.merchant_id)), f"{names[each.merchant_id or '']} · {each.name}")
        for each in own[:MOST_PEOPLE]
    ]
    return offered, len(found) > MOST or len(own) > MOST_PEOPLE


def _employees(tx: Tx, find: str) -> tuple[list[tuple[str, str]], bool]:
    """The same of partners' employees."""
    found = users.employees_with(tx, find, MOST + 1)
    names = {id_: partners.find(tx, id_).name for id_ in {each.partner_id or "" for each in found}}
    offered = [
        (
            codec.dump(Identity, Identity(each.email, partner_id=each.partner_id)),
            f"{names[each.partner_id or '']} · {each.name}, {each.email}",
        )
        for each in found[:MOST]
    ]
    return offered, len(found) > MOST
