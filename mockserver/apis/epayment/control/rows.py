"""Payments through the control API: look at any of them, and play its customer."""

from typing import Any

from pydantic import Field, StrictBool, StrictInt, StrictStr
from starlette.requests import Request

from mockserver.apis.epayment.control import views
from mockserver.apis.epayment.control.report import report
from mockserver.apis.epayment.domain import links
from mockserver.apis.epayment.domain.approval import DeclineReason, Delivery
from mockserver.apis.epayment.domain.payment import State, StoredPayment
from mockserver.apis.epayment.domain.terms import Terms
from mockserver.apis.epayment.services import approvals, payments, shipping
from mockserver.apis.epayment.services.approvals import Attempt
from mockserver.core.engine import Tx
from mockserver.core.errors import Malformed, Violation
from mockserver.core.fetching import MerchantUnreachable
from mockserver.core.policy import Lenience
from mockserver.web import control as requests
from mockserver.web.control import ControlBody, EmptyBody
from mockserver.web.runtime import Runtime
from mockserver.world.domain.customer import Customer, CustomerKey, CustomerReference
from mockserver.world.services import world


class ApproveBody(ControlBody):
    """How to approve: everything may be left out.

    ``customer`` is a phone number; ``shippingOptionId`` and ``address`` (an index into the customer's addresses; the
    first that the merchant ships to by default) are for Express; ``card`` is a card number of the customer.
    """

    customer: StrictStr | None = None
    consent: StrictBool = True
    shippingOptionId: StrictStr | None = None  # noqa: N815 - control bodies are written as the wire's
    address: StrictInt | None = Field(None, ge=0)
    card: StrictStr | None = None


class DeclineBody(ControlBody):
    """Why the attempt fails. It shows here only: the event log of the API has no reasons."""

    reason: DeclineReason = DeclineReason.REFUSED_BY_ISSUER


_FILTERS = frozenset({"msn", "state", "reference", "limit"})


@requests.takes(*_FILTERS)
async def get_payments(runtime: Runtime, request: Request) -> Any:
    """Lists payments, the latest first; filters: msn, state, reference, limit."""
    filters = dict(request.query_params)
    state = requests.to_value(State, filters["state"], "state") if "state" in filters else None
    limit = requests.number(filters, "limit", 100)
    narrowed = {name: filters.get(name) for name in ("msn", "reference")}
    tx = runtime.engine.reading()
    found = payments.newest(tx, state=state, limit=limit or 0, **narrowed)
    return {"payments": [_shown(tx, stored) for stored in found]}


async def get_payment(runtime: Runtime, request: Request) -> Any:
    """Shows one payment with its events and the page where its customer approves."""
    tx = runtime.engine.reading()
    return _whole(runtime, request, tx, _find(tx, request))


def _whole(runtime: Runtime, request: Request, tx: Tx, stored: StoredPayment) -> dict[str, Any]:
    origin = runtime.origins.of(request.scope, dict(request.scope["headers"]))
    page = links.landing_page(origin, payments.token_of(stored))
    events = [views.event(logged) for logged in payments.events_of(tx, stored)]
    legal = views.legal_links(payments.terms_of(tx, stored))
    return _shown(tx, stored) | {"landingPage": page, "merchantLegalLinks": legal, "events": events}


async def report_payment(runtime: Runtime, request: Request) -> Any:
    """Shows one payment with its requests, events and deliveries, without any secret: for bug reports."""
    tx = runtime.engine.reading()
    stored = _find(tx, request)
    return await report(runtime, tx, stored.payment, _whole(runtime, request, tx, stored))


async def approve_payment(runtime: Runtime, request: Request) -> Any:
    """Approves for a customer, whatever the amount and cards; Express too. Without consent the payment fails."""
    body = await requests.read(request, ApproveBody, runtime.largest_body)
    tx = runtime.engine.reading()
    stored = _find(tx, request)
    terms = payments.terms_of(tx, stored)
    await _ask_merchant(runtime, stored, terms, body)
    with runtime.engine.transaction() as tx:
        stored = _find(tx, request)
        lenience = Lenience(tx.policy)
        customer = _customer(tx, stored, terms, body, lenience)
        delivery = _delivery(tx, stored, terms, customer, body)
        _check_card(customer, body.card)
        attempt = Attempt(customer, body.card, body.consent, delivery, confirmed=True, decided=True)
        approvals.approve_by_hand(tx, stored, attempt)
        shown = _shown(tx, _find(tx, request))
    payment = stored.payment
    runtime.tell(lenience, "POST", request.url.path, payment.msn, payment.reference)
    return requests.warned(shown, lenience)


async def _ask_merchant(runtime: Runtime, stored: StoredPayment, terms: Terms, body: ApproveBody) -> None:
    if terms.express is None or terms.express.dynamic is None or stored.payment.state is not State.CREATED:
        return
    tx = runtime.engine.reading()
    customer = _customer(tx, stored, terms, body, Lenience(tx.policy), keep=False)
    market = world.market_of_unit(tx, stored.payment.msn)
    address = shipping.destination(terms.express, market, customer, body.address)
    era = runtime.engine.era
    try:
        groups = await shipping.ask(runtime.fetch, stored.payment, terms.express.dynamic, address)
    except shipping.CannotShip:
        raise Malformed([Violation("address", "The merchant does not ship there")]) from None
    except MerchantUnreachable as error:
        raise Malformed([Violation("shipping.dynamicOptions.callbackUrl", str(error))]) from None
    runtime.engine.check(era)
    with runtime.engine.transaction() as tx:
        shipping.keep_offer(tx, stored, groups)


def _customer(
    tx: Tx, stored: StoredPayment, terms: Terms, body: ApproveBody, lenience: Lenience, *, keep: bool = True
) -> Customer:
    named = CustomerReference(CustomerKey.PHONE_NUMBER, body.customer) if body.customer else terms.customer
    return approvals.payer(tx, stored, named, lenience, keep=keep)


def _delivery(tx: Tx, stored: StoredPayment, terms: Terms, customer: Customer, body: ApproveBody) -> Delivery | None:
    if terms.express is None:
        if body.shippingOptionId is not None:
            raise Malformed([Violation("shippingOptionId", "This is not an Express payment")])
        return None
    market = world.market_of_unit(tx, stored.payment.msn)
    address = shipping.destination(terms.express, market, customer, body.address)
    groups = shipping.offered(tx, stored, terms.express)
    return shipping.choose(groups, body.shippingOptionId, address)


def _check_card(customer: Customer, number: str | None) -> None:
    if number is not None and all(card.number != number for card in customer.cards):
        raise Malformed([Violation("card", "The customer has no such card")])


async def decline_payment(runtime: Runtime, request: Request) -> Any:
    """Makes an attempt fail: the event has success false, and the payment keeps waiting."""
    body = await requests.read(request, DeclineBody, runtime.largest_body)
    with runtime.engine.transaction() as tx:
        approvals.decline(tx, _find(tx, request), body.reason)
        return _shown(tx, _find(tx, request)) | {"declined": body.reason, "detail": body.reason.sentence}


async def abort_payment(runtime: Runtime, request: Request) -> Any:
    """Cancels for the customer."""
    await requests.read(request, EmptyBody, runtime.largest_body)
    with runtime.engine.transaction() as tx:
        approvals.abort(tx, _find(tx, request))
        return _shown(tx, _find(tx, request))


async def expire_payment(runtime: Runtime, request: Request) -> Any:
    """Makes the payment time out now."""
    await requests.read(request, EmptyBody, runtime.largest_body)
    with runtime.engine.transaction() as tx:
        approvals.expire(tx, _find(tx, request))
        return _shown(tx, _find(tx, request))


def _find(tx: Tx, request: Request) -> StoredPayment:
    msn, reference = request.path_params["msn"], request.path_params["reference"]
    world.sales_unit(tx, msn)
    return payments.find(tx, msn, reference)


def _shown(tx: Tx, stored: StoredPayment) -> dict[str, Any]:
    return views.payment(stored.payment, payments.declines_of(tx, stored))


ROWS = (
    ("GET", "/payments", get_payments),
    ("GET", "/payments/{msn}/{reference}", get_payment),
    ("GET", "/payments/{msn}/{reference}/report", report_payment),
    ("POST", "/payments/{msn}/{reference}/approve", approve_payment),
    ("POST", "/payments/{msn}/{reference}/decline", decline_payment),
    ("POST", "/payments/{msn}/{reference}/abort", abort_payment),
    ("POST", "/payments/{msn}/{reference}/expire", expire_payment),
)
"""Method, path under /_mock, handler."""
