"""A merchant's page: agreement, sales units, product orders, and what can be ordered."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from mockserver.apis.management.domain import links, rights
from mockserver.apis.management.domain.rights import Deed
from mockserver.apis.management.portal import signing
from mockserver.apis.management.portal.company import words
from mockserver.apis.management.portal.company.room import REFUSED, Desk, Room, inside
from mockserver.apis.management.portal.status import agreement_sentence
from mockserver.apis.management.services import orders, units
from mockserver.core.engine import Tx
from mockserver.core.errors import IllegalAction
from mockserver.web import pages
from mockserver.web.pages import PageRoute, Who
from mockserver.web.texts import text
from mockserver.world.services import partners

MOST_ORDERS = 200


class Overview(Room):
    """The page of each merchant."""

    def routes(self) -> list[PageRoute]:
        """The page and its form."""
        return [
            PageRoute(links.COMPANY, inside(self, self.show), "GET", Who.OPERATOR),
            PageRoute(links.COMPANY, inside(self, self.act), "POST", Who.OPERATOR),
        ]

    async def show(self, request: Request) -> Response:
        """What somebody may see of a merchant."""
        tx = self.runtime.engine.reading()
        desk = self.desk(tx, request, request.path_params["id"])
        note = self.notes.read(request, links.company(desk.merchant.id))
        return self.render(request, "company.html", desk.person, note, **_values(tx, desk, note.typed))

    async def act(self, request: Request) -> Response:
        """Sign the merchant agreement."""
        form = await pages.read_form(request)
        address = links.company(request.path_params["id"])
        try:
            with self.runtime.engine.transaction(self.runtime.rules(request.scope)) as tx:
                desk = self.desk(tx, request, request.path_params["id"])
                if form.get("action") != "sign":
                    raise IllegalAction("The page does not know this button")
                desk.check(Deed.SIGN)
                signing.sign_for(tx, desk.merchant, form)
        except REFUSED as error:
            return self.sorry(request, address, error, form, "sign")
        return self.done(request, address, text("The merchant agreement is signed, and in process."))


def _values(tx: Tx, desk: Desk, typed: Mapping[str, str]) -> dict[str, Any]:
    merchant, agreement = desk.merchant, desk.merchant.agreement
    names = {each.id: each.name for each in partners.every(tx)}
    shown = [each for each in units.of_merchant(tx, merchant.id) if rights.sees_unit(desk.user, each.msn)]
    return {
        "merchant": merchant,
        "user": desk.user,
        "path": links.company(merchant.id),
        "agreement": agreement,
        "agreement_sentence": text(agreement_sentence(agreement)),
        "signs": desk.may(Deed.SIGN) and agreement.can_be_signed,
        "signing": signing.fields_of(merchant, typed or None),
        "longest_company_name": signing.LONGEST_NAME,
        "labels": signing.LABELS,
        "units": [(each, links.unit_page(each.msn), names.get(each.partner_id or "", "")) for each in shown],
        "orders": _orders(tx, desk, names),
        "products": _products(desk),
        "users": links.users(merchant.id) if desk.may(Deed.ADMINISTER) else None,
        "emails": f"/mail?{urlencode({'address': merchant.address})}" if desk.may(Deed.READ_EMAILS) else None,
        "address": merchant.address,
    }


def _orders(tx: Tx, desk: Desk, names: Mapping[str, str]) -> list[dict[str, Any]]:
    found = orders.newest(tx, partner_id=None, merchant_id=desk.merchant.id, state=None, type_=None, limit=MOST_ORDERS)
    seen = (each for each in found if rights.sees_order(desk.user, each.msn))
    opens = rights.opens_link(desk.user, desk.merchant.agreement)
    return [words.row(each, names.get(each.partner_id, ""), desk.merchant.name, opens_link=opens) for each in seen]


def _products(desk: Desk) -> list[tuple[str, str]]:
    if not desk.may(Deed.ORDER):
        return []
    start = links.ordering(desk.merchant.id)
    return [(f"{start}?{urlencode({'product': product})}", text(name)) for product, name in words.PRODUCTS.items()]
