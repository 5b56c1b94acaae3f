"""The page of an order that did not come by API: for who may see it at its merchant, by no link."""

from starlette.requests import Request

from mockserver.apis.management.domain import links, rights
from mockserver.apis.management.domain.rights import Deed
from mockserver.apis.management.portal import operator, visits
from mockserver.apis.management.portal.company.room import Desk, Room, inside
from mockserver.apis.management.portal.routes import Portal
from mockserver.apis.management.portal.visits import Visit
from mockserver.core.engine import Tx
from mockserver.core.errors import NotFound
from mockserver.web.notes import Notes
from mockserver.web.pages import Page, PageRoute, Who
from mockserver.web.runtime import Runtime

NO_ORDER = "There is no such product order, or nobody has let you see it"


class OrdersByHand(Portal):
    """The same pages as those behind links, for orders that only people of the merchant have the address of."""

    def __init__(self, runtime: Runtime, notes: Notes) -> None:
        super().__init__(runtime, notes)
        self._room = Room(runtime, notes)

    def routes(self) -> list[PageRoute]:
        """The page, its form, and the logo."""
        return self._at(links.by_hand("{id}"), Who.OPERATOR)

    def _guarded(self, page: Page) -> Page:
        return inside(self._room, page, NO_ORDER)

    def _desk(self, tx: Tx, request: Request, visit: Visit) -> Desk:
        return self._room.desk(tx, request, visit.merchant.id)

    def _find(self, tx: Tx, request: Request) -> Visit:
        self._room.sign_in.person(tx, request)
        try:
            visit = visits.by_hand(tx, request.path_params["id"])
            desk = self._desk(tx, request, visit)
        except NotFound:
            raise NotFound(NO_ORDER) from None
        if not rights.sees_order(desk.user, visit.order.msn):
            raise NotFound(NO_ORDER)
        return visit

    def _address(self, visit: Visit) -> str:
        return links.by_hand(visit.order.id)

    def _company(self, tx: Tx, request: Request, visit: Visit) -> str | None:
        return links.company(visit.merchant.id)

    def _reads(self, tx: Tx, request: Request, visit: Visit) -> bool:
        return True

    def _check_merchant_s(self, tx: Tx, request: Request, visit: Visit, deed: Deed) -> None:
        self._desk(tx, request, visit).check(deed)

    def _check(self, tx: Tx, request: Request, visit: Visit, action: str) -> None:
        super()._check(tx, request, visit, action)
        if action not in operator.ACTIONS:
            self._desk(tx, request, visit).check(Deed.SIGN if action == "sign" else Deed.ANSWER)
