"""The parcels API on the wire."""

from mockserver.core.engine import Tx
from mockserver.core.errors import Code
from mockserver.web.http import Answer, json_answer
from mockserver.web.idempotency import reused
from mockserver.web.operations import Api, Call, Operation
from mockserver.web.parsing import parse
from mockserver.web.wire import Body
from tests.tiny import services
from tests.tiny.services import Delay


class OrderRequest(Body):
    """The body of orderParcel."""

    size: str
    phone: str


def order_parcel(tx: Tx, call: Call) -> Answer:
    """orderParcel: a parcel on its way."""
    request = parse(OrderRequest, call.body, call.lenience)
    number = services.order(tx, call.unit.msn, request.phone, request.size, call.choice(Delay))
    return json_answer(201, {"parcel": number})


def get_parcels(tx: Tx, call: Call) -> Answer:
    """getParcels: those of the unit."""
    return json_answer(200, [each for each in services.every(tx) if each["msn"] == call.unit.msn])


API = Api(
    name="parcels",
    prefix="/parcels/v1",
    operations=(
        Operation("orderParcel", "POST", "/parcels", order_parcel, conflict=reused(Code.IDEMPOTENCY)),
        Operation("getParcels", "GET", "/parcels", get_parcels),
    ),
)
