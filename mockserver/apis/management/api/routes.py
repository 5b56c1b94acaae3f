"""The operations of the Management API (official specification 2.0.9)."""

from typing import Any
from urllib.parse import parse_qs

from mockserver.apis.management.api import schemas
from mockserver.apis.management.api.problems import refuse
from mockserver.apis.management.domain.choice import OrderChoice
from mockserver.apis.management.domain.product_order import ProductOrder
from mockserver.apis.management.services import management, orders
from mockserver.core.engine import Tx
from mockserver.core.errors import Code, Malformed, Violation
from mockserver.web.http import Answer, query_string
from mockserver.web.idempotency import reused
from mockserver.web.operations import Api, Call, Handler, Operation
from mockserver.world.domain.business import BusinessIdentifier
from mockserver.world.domain.merchant import SalesUnit
from mockserver.world.services import partners
from mockserver.world.services.access import Audience
from mockserver.world.services.directory import directory

_MOST_PARAMETERS = 100


def get_price_packages(tx: Tx, call: Call) -> Answer:
    """getPartnerPricePackages: the partner's own; 403 for merchants."""
    return Answer(200, schemas.packages_response(partners.acting(tx, call.known_caller)))


def order_product(tx: Tx, call: Call) -> Answer:
    """orderProduct: 201 with the address of the form for the merchant."""
    partner = partners.prefilling(tx, call.known_caller)
    form = schemas.read_order(call.body, call.lenience)
    chosen = call.choice(OrderChoice)
    order = orders.prefill(tx, partner, form, call.lenience, chosen, origin=call.told_origin)
    return Answer(201, schemas.prefilled_response(order, call.origin))


def delete_product_order(tx: Tx, call: Call) -> Answer:
    """deleteProductOrder: 200 without a body, as long as the merchant has not submitted the order."""
    partner = partners.acting(tx, call.known_caller)
    orders.delete(tx, partner, _order_id(call))
    return Answer(200, b"")


def get_product_order(tx: Tx, call: Call) -> Answer:
    """getProductOrderDetailsV1 and getProductOrderDetails: where the order stands, with the unit once there is one."""
    partner = partners.acting(tx, call.known_caller)
    order = orders.of_partner(tx, partner, _order_id(call))
    return Answer(200, schemas.details_response(order, call.origin, _unit_of(tx, order)))


def get_product_orders(tx: Tx, call: Call) -> Answer:
    """getProductOrders: all that name the partner, the latest first; the expired ones on request."""
    query = _query(call)
    with_expired = schemas.read_flag(query.get("includeExpired", []), "includeExpired")
    partner = partners.acting(tx, call.known_caller)
    found = orders.all_of_partner(tx, partner, with_expired=with_expired)
    return Answer(200, schemas.orders_response([(order, _unit_of(tx, order)) for order in found], call.origin))


def _query(call: Call) -> dict[str, list[str]]:
    try:
        return parse_qs(query_string(call.scope), keep_blank_values=True, max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        raise Malformed([Violation("query", f"Must have at most {_MOST_PARAMETERS} parameters")]) from None


def get_merchant(tx: Tx, call: Call) -> Answer:
    """getMerchantByBusinessIdentifier: 404 unless one of its units is connected to the caller."""
    identifier = _identifier(call)
    return Answer(200, schemas.merchant_response(management.merchant(tx, call.known_caller, identifier)))


def get_units_of_merchant(tx: Tx, call: Call) -> Answer:
    """getSalesUnitsByBusinessIdentifier: a partner sees only those connected to it."""
    identifier = _identifier(call)
    return Answer(200, schemas.units_response(management.units_of_merchant(tx, call.known_caller, identifier)))


def get_units(tx: Tx, call: Call) -> Answer:
    """getAllSalesUnits: MSN and name of each."""
    return Answer(200, schemas.units_response(management.units(tx, call.known_caller)))


def get_unit(tx: Tx, call: Call) -> Answer:
    """getMsn: configuration and account; 404 also for what exists and may not be seen."""
    msn = schemas.read_msn(call.scope["path_params"]["msn"])
    return Answer(200, schemas.unit_response(*management.unit(tx, call.known_caller, msn)))


def _order_id(call: Call) -> str:
    return schemas.read_uuid(call.scope["path_params"]["productOrderId"], "productOrderId")


def _identifier(call: Call) -> BusinessIdentifier:
    path = call.scope["path_params"]
    return schemas.read_identifier(path["scheme"], path["id"])


def _unit_of(tx: Tx, order: ProductOrder) -> SalesUnit | None:
    return directory(tx).unit(tx.connection, order.msn) if order.msn else None


_MERCHANT = "/v1/merchants/{scheme}/{id}"
_ORDER = "/product-orders/{productOrderId}"


def _operation(id_: str, method: str, path: str, handler: Handler, **more: Any) -> Operation:
    return Operation(id_, method, path, handler, audience=Audience.MANAGEMENT, **more)


API = Api(
    name="management",
    prefix="/management",
    refuse=refuse,
    rights=frozenset({"management"}),
    operations=(
        _operation("getPartnerPricePackages", "GET", "/v1/partners/price-packages", get_price_packages),
        _operation(
            "orderProduct",
            "POST",
            "/v1/product-orders",
            order_product,
            conflict=reused(Code.IDEMPOTENCY),
            rights=frozenset({"prefill"}),
            key_required=True,
            key_pattern=schemas.KEY,
        ),
        _operation("deleteProductOrder", "DELETE", f"/v1{_ORDER}", delete_product_order),
        _operation("getProductOrderDetailsV1", "GET", f"/v1{_ORDER}/details", get_product_order),
        _operation("getProductOrders", "GET", "/v2/product-orders", get_product_orders),
        _operation("getProductOrderDetails", "GET", f"/v2{_ORDER}/details", get_product_order),
        _operation("getMerchantByBusinessIdentifier", "GET", _MERCHANT, get_merchant),
        _operation("getSalesUnitsByBusinessIdentifier", "GET", f"{_MERCHANT}/sales-units", get_units_of_merchant),
        _operation("getAllSalesUnits", "GET", "/v1/sales-units", get_units),
        _operation("getMsn", "GET", "/v1/sales-units/{msn}", get_unit),
    ),
)
