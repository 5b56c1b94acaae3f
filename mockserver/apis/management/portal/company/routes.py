"""All pages of the portal around product orders."""

from mockserver.apis.management.portal.company.by_hand import OrdersByHand
from mockserver.apis.management.portal.company.entrance import Entrance
from mockserver.apis.management.portal.company.ordering import Ordering
from mockserver.apis.management.portal.company.overview import Overview
from mockserver.apis.management.portal.company.people import People
from mockserver.apis.management.portal.company.units import Units
from mockserver.web.notes import Notes
from mockserver.web.pages import PageRoute
from mockserver.web.runtime import Runtime


class Companies:
    """The portal of merchants and of whom they let in, on one server."""

    def __init__(self, runtime: Runtime) -> None:
        notes = Notes()
        rooms = (Entrance, Overview, People, Ordering, OrdersByHand, Units)
        self._rooms = [room(runtime, notes) for room in rooms]

    def routes(self) -> list[PageRoute]:
        """All of them; sales units last, since their addresses have no word of their own."""
        return [route for room in self._rooms for route in room.routes()]
