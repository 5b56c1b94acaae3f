"""A sales unit: its configuration, its keys, and how it is closed."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from mockserver.apis.management.domain import links
from mockserver.apis.management.domain.rights import Deed
from mockserver.apis.management.portal.company import words
from mockserver.apis.management.portal.company.room import NO_UNIT, REFUSED, Room, inside
from mockserver.apis.management.portal.typed import Typed
from mockserver.apis.management.services import units
from mockserver.apis.management.services.units import KeyName
from mockserver.core.errors import IllegalAction
from mockserver.web import pages
from mockserver.web.pages import PageRoute, Who
from mockserver.web.texts import text
from mockserver.world.domain.merchant import SalesUnit
from mockserver.world.domain.partner import ProductType
from mockserver.world.services import partners

LABELS = {"understood": "I know that nothing new can be paid here then"}


class Units(Room):
    """The pages of each sales unit."""

    def routes(self) -> list[PageRoute]:
        """The unit and its keys, and what can be done with both."""
        return [
            PageRoute(links.UNIT, inside(self, self.show, NO_UNIT), "GET", Who.OPERATOR),
            PageRoute(links.UNIT, inside(self, self.close, NO_UNIT), "POST", Who.OPERATOR),
            PageRoute(links.KEYS, inside(self, self.keys, NO_UNIT), "GET", Who.OPERATOR),
            PageRoute(links.KEYS, inside(self, self.renew, NO_UNIT), "POST", Who.OPERATOR),
        ]

    async def show(self, request: Request) -> Response:
        """What the unit may do, and who serves it."""
        tx = self.runtime.engine.reading()
        desk, unit = self.at_unit(tx, request)
        path = links.unit_page(unit.msn)
        values = {
            "merchant": desk.merchant,
            "company": links.company(desk.merchant.id),
            "unit": unit,
            "path": path,
            "partner": partners.find(tx, unit.partner_id).name if unit.partner_id else None,
            "configuration": words.configuration(unit.configuration),
            "keys": links.keys_page(unit.msn) if desk.may(Deed.SEE_KEYS) else None,
            "closes": desk.may(Deed.CLOSE_UNIT) and unit.active,
            "change": _change_of_partner(unit) if desk.may(Deed.ORDER) and unit.active else None,
            "labels": LABELS,
        }
        return self.render(request, "unit.html", desk.person, self.notes.read(request, path), **values)

    async def close(self, request: Request) -> Response:
        """Close the unit, for whoever has said that nothing new can be paid then."""
        form = await pages.read_form(request)
        path = links.unit_page(request.path_params["msn"])
        try:
            with self.runtime.engine.transaction(self.runtime.rules(request.scope)) as tx:
                desk, unit = self.at_unit(tx, request)
                desk.check(Deed.CLOSE_UNIT)
                _check_close(form)
                units.close(tx, unit)
        except REFUSED as error:
            return self.sorry(request, path, error, form, "close")
        return self.done(request, path, text("The sales unit is closed."))

    async def keys(self, request: Request) -> Response:
        """The keys of a sales unit: apart from it and from its order, whose address its partner knows."""
        desk, unit = self.at_unit(self.runtime.engine.reading(), request)
        desk.check(Deed.SEE_KEYS)
        path = links.keys_page(unit.msn)
        values = {
            "unit": unit,
            "path": path,
            "unit_page": links.unit_page(unit.msn),
            "renews": desk.may(Deed.RENEW_KEYS),
        }
        return self.render(request, "keys.html", desk.person, self.notes.read(request, path), **values)

    async def renew(self, request: Request) -> Response:
        """Make one key anew; the old one ends at once."""
        form = await pages.read_form(request)
        path = links.keys_page(request.path_params["msn"])
        try:
            with self.runtime.engine.transaction(self.runtime.rules(request.scope)) as tx:
                desk, unit = self.at_unit(tx, request)
                desk.check(Deed.RENEW_KEYS)
                if form.get("action") not in list(KeyName):
                    raise IllegalAction("The page does not know this button")
                units.renew_keys(tx, unit, [KeyName(form["action"])])
        except REFUSED as error:
            return self.sorry(request, path, error, form, "renew")
        return self.done(request, path, text("There is a new key. The old one does not work any more."))


def _check_close(form: dict[str, str]) -> None:
    if form.get("action") != "close":
        raise IllegalAction("The page does not know this button")
    typed = Typed(form)
    if not typed.ticked("understood"):
        typed.wrong("understood", "Tick the box if that is what you want")
    typed.check()


def _change_of_partner(unit: SalesUnit) -> str:
    """Where the same product is ordered with another partner."""
    of = unit.configuration
    product = ProductType.PAYMENT_INTEGRATION if of.payment_allowed else ProductType.LOGIN
    query = urlencode({"product": ProductType.CHECKOUT if of.express_allowed else product, "instead": unit.msn})
    return f"{links.ordering(unit.merchant_id)}?{query}"
