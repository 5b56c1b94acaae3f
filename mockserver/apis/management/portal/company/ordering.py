"""Manual signup: a merchant chooses a product and its partner, and fills in the order form without a prefill."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from mockserver.apis.management.domain import links, rights
from mockserver.apis.management.domain.order_form import OrderForm
from mockserver.apis.management.domain.product_order import OrderType, ProductOrder
from mockserver.apis.management.domain.rights import Deed
from mockserver.apis.management.portal import form as order_form
from mockserver.apis.management.portal.company import words
from mockserver.apis.management.portal.company.room import Desk, Room, inside
from mockserver.apis.management.portal.routes import LARGEST_FORM
from mockserver.apis.management.portal.status import agreement_sentence
from mockserver.apis.management.portal.visits import Visit
from mockserver.apis.management.services import orders, units
from mockserver.core.engine import Tx
from mockserver.core.errors import IllegalAction, Malformed, Violation
from mockserver.core.policy import Lenience
from mockserver.web import pages
from mockserver.web.pages import PageRoute, Who
from mockserver.web.texts import text
from mockserver.world.domain.agreement import AgreementState
from mockserver.world.domain.merchant import SalesUnit
from mockserver.world.domain.partner import Partner, ProductType
from mockserver.world.services import partners

ALONE: Final = "-"
"""What the list of partners has for none."""
LABELS: Final = {"product": "Product", "partner": "Partner", **order_form.LABELS}
SIGN_FIRST: Final = "The merchant agreement has to be signed first"


class Ordering(Room):
    """The order form of each merchant."""

    def routes(self) -> list[PageRoute]:
        """The choice of product and partner, then the form."""
        return [
            PageRoute(links.ORDERING, inside(self, self.show), "GET", Who.OPERATOR),
            PageRoute(links.ORDERING, inside(self, self.order), "POST", Who.OPERATOR),
        ]

    def _desk(self, tx: Tx, request: Request) -> Desk:
        desk = self.desk(tx, request, request.path_params["id"])
        desk.check(Deed.ORDER)
        return desk

    async def show(self, request: Request) -> Response:
        """What to order and with whom; when both are known, the form."""
        tx = self.runtime.engine.reading()
        desk = self._desk(tx, request)
        asked = dict(request.query_params)
        instead = _instead(tx, desk, asked)
        try:
            visit = _visit(tx, desk, asked, instead)
        except Malformed as error:
            return self._choice(request, tx, desk, instead, error)
        path = _path(desk, asked)
        note = self.notes.read(request, path)
        values = {
            **order_form.values(visit, note.typed if note.step == "submit" else None),
            "path": path,
            "company": links.company(desk.merchant.id),
            "merchant": desk.merchant,
            "order": visit.order,
            "partner": visit.partner,
            "price": visit.package,
            "product": words.PRODUCTS[visit.order.form.product],
            "agreement": desk.merchant.agreement,
            "agreement_sentence": text(agreement_sentence(desk.merchant.agreement)),
            "instead": instead,
            "labels": LABELS,
            "saved": False,
            "reads": True,
            "undone": text("Nothing was ordered."),
        }
        return self.render(request, "order.html", desk.person, note, **values)

    def _choice(self, request: Request, tx: Tx, desk: Desk, instead: SalesUnit | None, error: Malformed) -> Response:
        asked = request.query_params
        answered = "partner" in asked
        values: dict[str, Any] = {
            "company": links.company(desk.merchant.id),
            "merchant": desk.merchant,
            "path": links.ordering(desk.merchant.id),
            "instead": instead,
            "fields": {"product": asked.get("product", ""), "partner": asked.get("partner", "")},
            "products": [(str(product), text(name)) for product, name in words.PRODUCTS.items()],
            "partners": [(ALONE, text("None: we integrate by ourselves")), *_offered(tx, instead)],
            "unsigned": desk.merchant.agreement.state is AgreementState.NONE,
            "labels": LABELS,
            "wrong": {each.field: text(each.reason) for each in error.violations} if answered else {},
        }
        note = self.notes.read(request, "")
        return self.render(request, "choice.html", desk.person, note, **values)

    async def order(self, request: Request) -> Response:
        """Send the order: it is received, and the platform decides on it."""
        form = await pages.read_form(request, LARGEST_FORM)
        asked = dict(request.query_params)
        path = links.ordering(request.path_params["id"])
        try:
            with self.runtime.engine.transaction(self.runtime.rules(request.scope)) as tx:
                desk = self._desk(tx, request)
                path = _path(desk, asked)
                if form.get("action") != "submit":
                    raise IllegalAction("The page does not know this button")
                origin = self.runtime.origins.of(request.scope, dict(request.scope["headers"]))
                made = _make(tx, desk, asked, form, origin)
        except (Malformed, IllegalAction) as error:
            return self.sorry(request, path, error, form, "submit")
        return self.done(request, links.by_hand(made.id), text("The product order is sent."))


def _make(tx: Tx, desk: Desk, asked: Mapping[str, str], form: dict[str, str], origin: str) -> ProductOrder:
    if desk.merchant.agreement.state is AgreementState.NONE:
        raise IllegalAction(SIGN_FIRST)
    visit = _visit(tx, desk, asked, _instead(tx, desk, asked))
    lenience = Lenience(tx.policy)
    filled_in = order_form.read(visit, form, lenience, complete=True)
    return orders.make_by_hand(tx, visit.partner, filled_in, OrderType.MANUAL, lenience, origin)


def _path(desk: Desk, asked: Mapping[str, str]) -> str:
    known = {name: asked[name] for name in ("product", "partner", "instead") if asked.get(name)}
    return f"{links.ordering(desk.merchant.id)}?{urlencode(known)}"


def _offered(tx: Tx, instead: SalesUnit | None) -> list[tuple[str, str]]:
    """The partners that merchants may choose; for a change, all but the one that serves the unit now."""
    present = instead.partner_id if instead is not None else None
    return [(each.id, each.name) for each in partners.every(tx) if each.published and each.id != present]


def _instead(tx: Tx, desk: Desk, asked: Mapping[str, str]) -> SalesUnit | None:
    """The unit whose partner is to be changed: the order begins with what is known of it."""
    msn = asked.get("instead")
    own = (each for each in units.of_merchant(tx, desk.merchant.id) if rights.sees_unit(desk.user, each.msn))
    return next((each for each in own if msn and each.msn == msn), None)


def _visit(tx: Tx, desk: Desk, asked: Mapping[str, str], instead: SalesUnit | None) -> Visit:
    """An order that is not there yet, as the form needs one; raises Malformed without a product and a partner."""
    product, partner = asked.get("product", ""), asked.get("partner", "")
    violations = []
    if product not in list(ProductType):
        violations.append(Violation("product", "Pick a product"))
    if partner != ALONE and partner not in {id_ for id_, _ in _offered(tx, instead)}:
        violations.append(Violation("partner", "Pick a partner of the list, or none"))
    if violations:
        raise Malformed(violations)
    chosen = orders.NO_PARTNER if partner == ALONE else partners.find(tx, partner)
    return _draft(tx, desk, ProductType(product), chosen, instead)


def _draft(tx: Tx, desk: Desk, product: ProductType, partner: Partner, instead: SalesUnit | None) -> Visit:
    merchant = desk.merchant
    form = OrderForm(
        merchant.identifier,
        product,
        unit_name=instead.name if instead else None,
        account=instead.account if instead else None,
        recurring=instead.configuration.recurring_allowed if instead else False,
    )
    order = ProductOrder("", OrderType.MANUAL, partner.id, merchant.id, form, tx.at)
    return Visit(order, merchant, partner, None, orders.policy_for(tx, merchant).signs_with_rights, tx.at)
