"""The world through the control API: customers, merchants, sales units."""

from dataclasses import replace
from typing import Any

from starlette.requests import Request

from mockserver.control import views
from mockserver.core.errors import Malformed, NotFound, Violation
from mockserver.core.instants import timestamp
from mockserver.core.money import Market
from mockserver.core.variables import VARIABLE_FORMS, as_lines
from mockserver.web import control as requests
from mockserver.web.control import EmptyBody
from mockserver.web.http import Answer
from mockserver.web.runtime import Runtime
from mockserver.webhooks.domain import OwnerKind
from mockserver.webhooks.services import first, webhooks
from mockserver.world.domain.customer import Customer, check_customer, check_phone, market_of
from mockserver.world.domain.merchant import Merchant, SalesUnit, check_unit
from mockserver.world.domain.world import merchant_clients, merchant_flaw
from mockserver.world.services import world
from mockserver.world.services.spares import Spares
from mockserver.world.services.tokens import KEYS

PLAIN = "text/plain"


@requests.takes("format")
async def get_keys(runtime: Runtime, request: Request) -> Any:
    """Shows the variables that clients need: address and keys; format: json, env, export or dotenv."""
    form = request.query_params.get("format", "json")
    if form not in ("json", *VARIABLE_FORMS):
        raise Malformed([Violation("format", f"Must be one of json, {', '.join(VARIABLE_FORMS)}")])
    origin = runtime.origins.of(request.scope, dict(request.scope["headers"]))
    variables = {**runtime.variables(), "VIPPS_BASE_URL": origin}
    if form == "json":
        return {"variables": variables}
    return Answer(200, as_lines(variables, form).encode(), f"{PLAIN}; charset=utf-8".encode())


async def get_world(runtime: Runtime, request: Request) -> Any:
    """Shows everybody as a world file, with their keys and the webhooks of units and partners."""
    tx = runtime.engine.reading()
    registered = tuple(first.as_file(each) for each in webhooks.every(tx) if each.owner.kind is not OwnerKind.MERCHANT)
    return requests.plain(replace(world.everybody(tx), webhooks=registered))


@requests.takes("market", "limit")
async def get_customers(runtime: Runtime, request: Request) -> Any:
    """Lists customers in the order of the world; filters: market, limit."""
    filters = dict(request.query_params)
    market = requests.to_value(Market, filters["market"], "market") if "market" in filters else None
    limit = requests.number(filters, "limit", 100)
    found = world.customers(runtime.engine.reading(), market, limit or 0)
    return {"customers": [views.customer(customer) for customer in found]}


async def get_customer(runtime: Runtime, request: Request) -> Any:
    """Shows one customer."""
    phone = request.path_params["phone"]
    found = world.customer(runtime.engine.reading(), phone)
    if found is None:
        raise NotFound(f"There is no customer {phone}")
    return views.customer(found)


async def save_customer(runtime: Runtime, request: Request) -> Any:
    """Adds a customer, or changes the one with this phone; only phone is required."""
    given = await requests.read_raw(request, runtime.largest_body)
    given.pop("personal_qr", None)  # what was shown may come back, and this follows from the token
    phone = given.get("phone")
    if not isinstance(phone, str):
        raise Malformed([Violation("phone", "The field is required, as text")])
    check_phone(phone, "phone")
    with runtime.engine.transaction() as tx:
        known = world.customer(tx, phone) or _default_customer(phone, given)
        customer = check_customer(requests.to_value(Customer, requests.merged(known, given)))
        try:
            world.save_customer(tx, customer)
        except ValueError as error:
            field, _, reason = str(error).partition(": ")
            raise Malformed([Violation(field, reason)]) from None
    return views.customer(customer)


def _default_customer(phone: str, given: dict[str, Any]) -> Customer:
    market = market_of(phone)
    if "market" in given:
        market = requests.to_value(Market, given["market"], "market")
    if market is None:
        raise Malformed([Violation("market", "Is required, since the phone number does not show the market")])
    return world.new_customer(phone, market)


async def get_merchants(runtime: Runtime, request: Request) -> Any:
    """Lists merchants."""
    return {"merchants": [requests.plain(each) for each in world.merchants(runtime.engine.reading())]}


async def get_merchant(runtime: Runtime, request: Request) -> Any:
    """Shows one merchant."""
    return requests.plain(world.merchant(runtime.engine.reading(), request.path_params["id"]))


async def change_merchant(runtime: Runtime, request: Request) -> Any:
    """Changes a merchant: any field except id and agreement; orders decides on its product orders."""
    changes = await requests.read_raw(request, runtime.largest_body)
    with runtime.engine.transaction() as tx:
        known = world.merchant(tx, request.path_params["id"])
        changes.setdefault("updated_at", timestamp(tx.at))
        changed = requests.to_value(Merchant, requests.merged(known, changes, ("id", "agreement")))
        flaw = merchant_flaw(changed)
        if flaw is None and world.is_business_taken(tx, changed):
            flaw = "organisation_number: is already taken by another merchant"
        if flaw is not None:
            field, _, reason = flaw.partition(": ")
            raise Malformed([Violation(field, reason)])
        try:
            world.replace_clients(tx, merchant_clients(known), merchant_clients(changed))
        except ValueError as error:
            _, _, reason = str(error).partition(": ")
            raise Malformed([Violation("donation_keys", reason)]) from None
        world.save_merchant(tx, changed)
    return requests.plain(changed)


async def get_sales_units(runtime: Runtime, request: Request) -> Any:
    """Lists sales units with their configuration and keys."""
    return {"salesUnits": [requests.plain(unit) for unit in world.sales_units(runtime.engine.reading())]}


async def get_sales_unit(runtime: Runtime, request: Request) -> Any:
    """Shows one sales unit with its configuration and keys."""
    return requests.plain(world.sales_unit(runtime.engine.reading(), request.path_params["msn"]))


async def change_sales_unit(runtime: Runtime, request: Request) -> Any:
    """Changes a sales unit: any field except msn, merchant_id and keys; configuration and login are merged."""
    changes = await requests.read_raw(request, runtime.largest_body)
    with runtime.engine.transaction() as tx:
        known = world.sales_unit(tx, request.path_params["msn"])
        fixed = ("msn", "merchant_id", "keys")
        changed = requests.to_value(SalesUnit, requests.merged(known, changes, fixed))
        if changed.partner_id is not None and not world.is_partner(tx, changed.partner_id):
            raise Malformed([Violation("partner_id", "There is no such partner")])
        check_unit(changed)
        world.save_sales_unit(tx, changed)
    return requests.plain(changed)


async def rotate_token_key(runtime: Runtime, request: Request) -> Any:
    """Creates a new key for access tokens; those signed before stay valid."""
    await requests.read(request, EmptyBody, runtime.largest_body)
    await runtime.parts.of(Spares).fill()
    with runtime.engine.transaction() as tx:
        return {"kid": KEYS.rotate(tx)["kid"]}


ROWS = (
    ("GET", "/keys", get_keys),
    ("GET", "/world", get_world),
    ("GET", "/customers", get_customers),
    ("POST", "/customers", save_customer),
    ("GET", "/customers/{phone}", get_customer),
    ("GET", "/merchants", get_merchants),
    ("GET", "/merchants/{id}", get_merchant),
    ("PATCH", "/merchants/{id}", change_merchant),
    ("GET", "/sales-units", get_sales_units),
    ("GET", "/sales-units/{msn}", get_sales_unit),
    ("PATCH", "/sales-units/{msn}", change_sales_unit),
    ("POST", "/token-keys/rotate", rotate_token_key),
)
"""Method, path under /_mock, handler."""
