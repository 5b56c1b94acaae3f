"""Agreements through the control API: look at any of them, make one, and play its customer and the platform."""

from typing import Any

from starlette.requests import Request

from mockserver.apis.recurring.control import views
from mockserver.apis.recurring.control.bodies import AcceptBody, MakeBody, MaximumBody, StopBody
from mockserver.apis.recurring.domain import links, terms
from mockserver.apis.recurring.domain.agreement import Status, StoredAgreement
from mockserver.apis.recurring.domain.charge import FailureReason
from mockserver.apis.recurring.services import acceptance, agreements, charges, past
from mockserver.apis.recurring.services.acceptance import Acceptance
from mockserver.core.engine import Tx
from mockserver.core.errors import Malformed, Violation
from mockserver.core.money import Market
from mockserver.core.policy import Lenience
from mockserver.web import control as requests
from mockserver.web.control import EmptyBody
from mockserver.web.runtime import Runtime
from mockserver.world.domain.customer import Customer
from mockserver.world.services import world
from mockserver.world.services.directory import directory

_MOST_CHARGES = 100
_FILTERS = frozenset({"msn", "status", "customer", "limit"})


@requests.takes(*_FILTERS)
async def get_agreements(runtime: Runtime, request: Request) -> Any:
    """Lists agreements of the Recurring API, the latest first; filters: msn, status, customer, limit."""
    filters = dict(request.query_params)
    status = requests.to_value(Status, filters["status"], "status") if "status" in filters else None
    limit = requests.number(filters, "limit", 100) or 0
    phone = filters.get("customer")
    found = agreements.newest(
        runtime.engine.reading(), msn=filters.get("msn"), status=status, phone=phone, limit=limit
    )  # fmt: skip
    return {"agreements": [views.agreement(each.agreement) for each in found]}


async def make_agreement(runtime: Runtime, request: Request) -> Any:
    """Makes an ACTIVE agreement with so many paid periods behind it; no webhook tells of them."""
    body = await requests.read(request, MakeBody, runtime.largest_body)
    with runtime.engine.transaction() as tx:
        unit = world.sales_unit(tx, body.msn)
        merchant = directory(tx).merchant_of(tx.connection, unit)
        terms.check_unit(unit, merchant)
        lenience = Lenience(tx.policy)
        customer = _customer(tx, merchant.market, body.customer, lenience)
        stored = past.make(tx, unit, merchant, body.draft(merchant.market), customer, body.past())
        shown = _whole(runtime, request, tx, stored)
    runtime.tell(lenience, "POST", request.url.path, body.msn, stored.agreement.id)
    return requests.warned(shown, lenience)


async def get_agreement(runtime: Runtime, request: Request) -> Any:
    """Shows one agreement with its page and its latest charges."""
    tx = runtime.engine.reading()
    return _whole(runtime, request, tx, _find(tx, request))


def _whole(runtime: Runtime, request: Request, tx: Tx, stored: StoredAgreement) -> dict[str, Any]:
    origin = runtime.origins.of(request.scope, dict(request.scope["headers"]))
    page = links.landing_page(origin, agreements.token_of(stored))
    found = charges.newest(tx, agreement=stored.id, limit=_MOST_CHARGES)
    return views.agreement(stored.agreement) | {
        "landingPage": page,
        "charges": [views.charge(each.charge) for each in found],
    }


async def accept_agreement(runtime: Runtime, request: Request) -> Any:
    """Accepts for a customer; after a decline the draft keeps waiting. Without consent it is rejected."""
    body = await requests.read(request, AcceptBody, runtime.largest_body)
    with runtime.engine.transaction() as tx:
        stored, lenience = _find(tx, request), Lenience(tx.policy)
        market = world.market_of_unit(tx, stored.agreement.msn)
        customer = _customer(tx, market, stored.agreement.asked if body.customer is None else body.customer, lenience)
        if body.card is not None and all(card.number != body.card for card in customer.cards):
            raise Malformed([Violation("card", "The customer has no such card")])
        outcome = acceptance.accept(tx, stored, Acceptance(customer, body.card, body.maximum, body.consent))
        declined = outcome if isinstance(outcome, FailureReason) else None
        shown = views.agreement(_find(tx, request).agreement) | {"declined": declined}
    runtime.tell(lenience, "POST", request.url.path, stored.agreement.msn, stored.agreement.id)
    return requests.warned(shown, lenience)


def _customer(tx: Tx, market: Market, phone: str | None, lenience: Lenience) -> Customer:
    if phone is not None:
        return world.customer_for(tx, phone, market, lenience)
    first = next(iter(world.customers(tx, market, limit=1)), None)
    if first is None:
        raise Malformed([Violation("customer", f"Nobody lives in {market}: name a phone number")])
    return first


async def reject_agreement(runtime: Runtime, request: Request) -> Any:
    """Rejects for the customer."""
    await requests.read(request, EmptyBody, runtime.largest_body)
    with runtime.engine.transaction() as tx:
        return views.agreement(agreements.reject(tx, _find(tx, request)).agreement)


async def expire_agreement(runtime: Runtime, request: Request) -> Any:
    """Makes the draft expire now."""
    await requests.read(request, EmptyBody, runtime.largest_body)
    with runtime.engine.transaction() as tx:
        return views.agreement(agreements.expire(tx, _find(tx, request)).agreement)


async def stop_agreement(runtime: Runtime, request: Request) -> Any:
    """Stops it as its customer, or as the platform (by ADMIN)."""
    body = await requests.read(request, StopBody, runtime.largest_body)
    with runtime.engine.transaction() as tx:
        return views.agreement(agreements.stop(tx, _find(tx, request), body.by).agreement)


async def change_maximum(runtime: Runtime, request: Request) -> Any:
    """Changes the customer's maximum (VARIABLE)."""
    body = await requests.read(request, MaximumBody, runtime.largest_body)
    with runtime.engine.transaction() as tx:
        return views.agreement(agreements.change_maximum(tx, _find(tx, request), body.maximum).agreement)


def _find(tx: Tx, request: Request) -> StoredAgreement:
    return agreements.by_name(tx, request.path_params["id"])


ROWS = (
    ("GET", "/agreements", get_agreements),
    ("POST", "/agreements", make_agreement),
    ("GET", "/agreements/{id}", get_agreement),
    ("POST", "/agreements/{id}/accept", accept_agreement),
    ("POST", "/agreements/{id}/reject", reject_agreement),
    ("POST", "/agreements/{id}/expire", expire_agreement),
    ("POST", "/agreements/{id}/stop", stop_agreement),
    ("POST", "/agreements/{id}/maximum", change_maximum),
)
"""Method, path under /_mock, handler."""
