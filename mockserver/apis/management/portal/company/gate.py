"""The page for who has not said who they are yet: whom one can be."""

from collections.abc import Iterator
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
"""Merchants that can be chosen from at a time; others are found by name or number."""
LONGEST_SEARCH: Final = 50
LONGEST_ADDRESS: Final = 500
LABELS: Final = {
    "merchantUser": "Company and person",
    "employee": "Partner and person",
    "find": "Find a company",
    "organisation_number": "Organisation number",
    "name": "Company name",
    "market": "Country",
    "email": "Email address (may be left out)",
}
_COUNTRIES: Final = {Market.NO: "Norway", Market.DK: "Denmark", Market.FI: "Finland", Market.SE: "Sweden"}


def entrance(runtime: Runtime, request: Request, note: Note = NOTHING, to: str = "") -> Response:
    """The page for who has not signed in; ``to`` is where to go on then."""
    tx = runtime.engine.reading()
    find = " ".join(request.query_params.get("find", "").split())[:LONGEST_SEARCH]
    merchant_users, more = _merchant_users(tx, find)
    values = {
        "find": find,
        "to": to or request.query_params.get("to", "")[:LONGEST_ADDRESS],
        "merchant_users": merchant_users,
        "more": more,
        "employees": [*_employees(tx)],
        "markets": [(str(market), text(name)) for market, name in _COUNTRIES.items()],
        "labels": LABELS,
        "undone": text("Nothing was saved.") if note.step == "register" else "",
    }
    return pages.render(request, PACKAGE, "entrance.html", also=ALSO, **{**note.shown, **values})


def _merchant_users(tx: Tx, find: str) -> tuple[list[tuple[str, str]], bool]:
    """A choice of merchants' own people, and whether there are more merchants."""
    found = world.merchants_with(tx, find, MOST + 1)
    own = (user for merchant in found[:MOST] for user in users.of_merchant(tx, merchant) if user.partner_id is None)
    names = {each.id: f"{each.name} ({each.organisation_number})" for each in found}
    offered = [
        (codec.dump(Identity, Identity(each.email, each.merchant_id)), f"{names[each.merchant_id or '']} · {each.name}")
        for each in own
    ]
    return offered, len(found) > MOST


def _employees(tx: Tx) -> Iterator[tuple[str, str]]:
    for partner in partners.every(tx)[:MOST]:
        for each in users.employees(tx, partner):
            identity = Identity(each.email, partner_id=partner.id)
            yield codec.dump(Identity, identity), f"{partner.name} · {each.name}, {each.email}"
