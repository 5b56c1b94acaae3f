"""Parcels in a browser, in the control API, in scenarios and on the checklist."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from mockserver.checklist.points.finding import used
from mockserver.checklist.points.points import Checks, point
from mockserver.checklist.points.seen import Calls
from mockserver.core.engine import Tx
from mockserver.core.errors import NotFound
from mockserver.dashboard.views import Button, Column, View
from mockserver.phone.waiting import Having, Waiting
from mockserver.scenarios.domain.reading import Place, seconds
from mockserver.scenarios.domain.vocabulary import Condition, Look, OutcomeKind, only, text
from mockserver.web import control as requests
from mockserver.web import links, pages
from mockserver.web.controlled import LIMIT, shows
from mockserver.web.pages import PageRoute, Who
from mockserver.web.runtime import Runtime
from mockserver.world.domain.customer import Customer
from tests.tiny import services
from tests.tiny.services import Delay


@requests.takes("limit")
async def get_parcels(runtime: Runtime, request: Request) -> Any:
    """Lists parcels."""
    limit = requests.number(dict(request.query_params), "limit", 100)
    return {"parcels": services.every(runtime.engine.reading())[:limit]}


async def get_parcel(runtime: Runtime, request: Request) -> Any:
    """Shows one parcel."""
    number = request.path_params["id"]
    for each in services.every(runtime.engine.reading()):
        if str(each["id"]) == number:
            return each
    raise NotFound("There is no such parcel")


async def refuse_parcel(runtime: Runtime, request: Request) -> Any:
    """Sends one back."""
    with runtime.engine.transaction() as tx:
        services.move(tx, int(request.path_params["id"]), "refused")
    return await get_parcel(runtime, request)


ROWS = (
    ("GET", "/parcels", get_parcels),
    ("GET", "/parcels/{id}", get_parcel),
    ("POST", "/parcels/{id}/refuse", refuse_parcel),
)
_PARCEL = dict[str, str | int]
DESCRIBED = {
    "GET /parcels": shows(dict[str, list[_PARCEL]], LIMIT),
    "GET /parcels/{id}": shows(_PARCEL),
    "POST /parcels/{id}/refuse": shows(_PARCEL),
}
VIEWS = (
    View(
        "parcels",
        "Parcels",
        "Parcel",
        "/parcels",
        "parcels",
        "/parcels/{id}",
        ("id",),
        columns=(Column("Parcel", lambda parcel: str(parcel["id"])), Column("State", lambda parcel: parcel["state"])),
        buttons=(Button("Send back", "/parcels/{id}/refuse", states=frozenset({"travels"})),),
    ),
)


class ParcelPages:
    """How many there are."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def routes(self) -> list[PageRoute]:
        """One page."""
        return [PageRoute("/parcels-page", self.show, "GET", Who.OPERATOR)]

    async def show(self, request: Request) -> Response:
        """The page."""
        parcels = services.every(self._runtime.engine.reading())
        return pages.render(request, "tests.tiny", "parcels.html", parcels=parcels)


def _travelling(tx: Tx) -> list[dict[str, Any]]:
    return [each for each in services.every(tx) if each["state"] == "travels"]


def _answer(tx: Tx, customer: Customer, form: dict[str, str]) -> str:
    services.move(tx, int(form["parcel"]), "refused")
    return links.phone_page(customer.phone, "sent-back")


WAITING = Waiting(
    "parcel",
    "tests.tiny",
    "_phone_parcel.html",
    lambda tx: Counter(each["phone"] for each in _travelling(tx)),
    lambda tx, customer: [each for each in _travelling(tx) if each["phone"] == customer.phone],
    _answer,
    told={"sent-back": "It goes back."},
    links=(("/parcels/of/{phone}", "all parcels"),),
)


def _put_back(tx: Tx, customer: Customer, form: dict[str, str]) -> str:
    services.send_off(tx, int(form["arrived"]))
    return links.phone_page(customer.phone, "sent-off")


HAVING = Having(
    "arrived",
    "Your parcels",
    "tests.tiny",
    "_phone_arrived.html",
    lambda tx, customer: [
        each for each in services.every(tx) if (each["phone"], each["state"]) == (customer.phone, "arrived")
    ],
    _put_back,
    told={"sent-off": "It travels once more."},
)


def _size(look: Look) -> str | None:
    return text(look.content.get("size"))


def _read(given: Mapping[str, Any], place: Place) -> Delay:
    return Delay(round(seconds(given["parcel_delay"], (*place, "parcel_delay"), 86_400) * 1000))


CONDITIONS = (Condition("size", "how large a parcel is", _size),)
OUTCOMES = (OutcomeKind("parcel_delay", "makes a parcel late, in seconds", _read, only("orderParcel")),)
CHECKS = Checks(
    "parcels",
    (point("parcels-order", "parcels are ordered", "this test", used("orderParcel")),),
    Calls(deeds=frozenset({"orderParcel"}), say_system=frozenset({"parcels"})),
)
