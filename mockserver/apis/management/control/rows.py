"""Product orders and merchant agreements through the control API: play the merchant, and the platform."""

from collections.abc import Callable
from typing import Any

from pydantic import Field, StrictBool, StrictStr
from starlette.requests import Request

from mockserver.apis.management.control import views
from mockserver.apis.management.domain import links
from mockserver.apis.management.domain.answers import Given
from mockserver.apis.management.domain.order_form import OrderForm
from mockserver.apis.management.domain.product_order import OrderState, OrderType, ProductOrder
from mockserver.apis.management.services import answers, holds, onboarding, orders
from mockserver.core.engine import Tx
from mockserver.core.errors import Malformed, Violation
from mockserver.core.policy import Lenience, Policy
from mockserver.web import control as requests
from mockserver.web.control import ControlBody, EmptyBody
from mockserver.web.runtime import Runtime
from mockserver.world.domain.business import BankAccount
from mockserver.world.domain.order_policy import HoldReason
from mockserver.world.domain.partner import ProductType
from mockserver.world.services import partners, world

_FILTERS = frozenset({"partner", "merchant", "status", "type", "limit"})


class MakeBody(ControlBody):
    """An order that did not come by API: ``form`` has the fields that the control API shows of any order.

    Without ``partner`` the merchant orders for itself.
    """

    type: OrderType
    partner: StrictStr | None = None
    form: dict[str, Any]


class SubmitBody(ControlBody):
    """Changes that the merchant makes to the form before sending it."""

    form: dict[str, Any] = Field(default_factory=dict)


class HoldBody(ControlBody):
    """Why processing stops."""

    reason: HoldReason = HoldReason.INFORMATION_MISSING


class AnswerBody(ControlBody):
    """What the merchant answers: what the reason of the hold asks for. ``documents`` are names of files; ``website``
    and ``terms`` are https addresses; ``signatory`` is who has signing rights; ``product`` is ordered with the answer.
    """

    text: StrictStr | None = None
    documents: list[StrictStr] | None = None
    website: StrictStr | None = None
    terms: StrictStr | None = None
    app: StrictStr | None = None
    purpose: StrictStr | None = None
    signatory: StrictStr | None = None
    product: ProductType | None = None
    account: BankAccount | None = None
    category: StrictStr | None = None


class RejectBody(ControlBody):
    """Why the order is declined; only the merchant sees it."""

    reason: StrictStr = Field(onboarding.REJECTED_BY_POLICY, min_length=1, max_length=500)


class SignBody(ControlBody):
    """Who signs: somebody with signing rights, or not. ``name`` is the company's."""

    withRights: StrictBool = True  # noqa: N815 - control bodies are written as the wire's
    name: StrictStr | None = Field(None, min_length=1, max_length=50)


@requests.takes(*_FILTERS)
async def get_orders(runtime: Runtime, request: Request) -> Any:
    """Lists product orders, the latest first; filters: partner, merchant, status, type, limit."""
    filters = dict(request.query_params)
    state = requests.to_value(OrderState, filters["status"], "status") if "status" in filters else None
    type_ = requests.to_value(OrderType, filters["type"], "type") if "type" in filters else None
    found = orders.newest(
        runtime.engine.reading(),
        partner_id=filters.get("partner"),
        merchant_id=filters.get("merchant"),
        state=state,
        type_=type_,
        limit=requests.number(filters, "limit", 100) or 0,
    )
    return {"productOrders": [_view(runtime, request, order) for order in found]}


async def make_order(runtime: Runtime, request: Request) -> Any:
    """Creates a TEMPLATE or MANUAL order, as if it had not come by API; partner may be left out."""
    body = await requests.read(request, MakeBody, runtime.largest_body)
    if body.type is OrderType.PREFILL:
        raise Malformed([Violation("type", "Must be TEMPLATE or MANUAL: prefilled orders are created by orderProduct")])
    form = requests.to_value(OrderForm, body.form, "form")
    with runtime.engine.transaction() as tx:
        partner = orders.NO_PARTNER if body.partner is None else partners.find(tx, body.partner)
        order = orders.make_by_hand(tx, partner, form, body.type, Lenience(Policy()), _origin(runtime, request))
    return _view(runtime, request, order)


async def get_order(runtime: Runtime, request: Request) -> Any:
    """Shows a whole order, with its form, dropped fields, hold and reason for rejection."""
    return _view(runtime, request, _find(runtime.engine.reading(), request))


async def view_order(runtime: Runtime, request: Request) -> Any:
    """Opens the form for the merchant."""
    await requests.read(request, EmptyBody, runtime.largest_body)
    return _changed(runtime, request, orders.view)


async def submit_order(runtime: Runtime, request: Request) -> Any:
    """Opens and submits the form for the merchant, with changes to its fields if any."""
    body = await requests.read(request, SubmitBody, runtime.largest_body)

    def submit(tx: Tx, order: ProductOrder) -> ProductOrder:
        if body.form:
            order = order if order.state is OrderState.MERCHANT_VIEWED else orders.view(tx, order)
            form = requests.to_value(OrderForm, requests.merged(order.form, body.form), "form")
            order = orders.edit(tx, order, form, orders.partner_of(tx, order), Lenience(Policy()))
        return orders.submit(tx, order)

    return _changed(runtime, request, submit)


async def hold_order(runtime: Runtime, request: Request) -> Any:
    """Holds an order for a reason that the merchant sees and the partner does not."""
    body = await requests.read(request, HoldBody, runtime.largest_body)
    return _changed(runtime, request, lambda tx, order: holds.hold(tx, order, body.reason))


async def answer_order(runtime: Runtime, request: Request) -> Any:
    """Answers a hold for the merchant, with what its reason asks for; what follows is the merchant's policy."""
    body = await requests.read(request, AnswerBody, runtime.largest_body)
    given = requests.to_value(Given, body.model_dump(exclude_none=True))
    return _changed(runtime, request, lambda tx, order: answers.answer(tx, order, given, Lenience(Policy())))


async def release_order(runtime: Runtime, request: Request) -> Any:
    """Resumes processing, which ends at once when its time is over."""
    await requests.read(request, EmptyBody, runtime.largest_body)
    return _changed(runtime, request, onboarding.release)


async def approve_order(runtime: Runtime, request: Request) -> Any:
    """Completes an order now, whatever holds it up; activates a signed merchant agreement too."""
    await requests.read(request, EmptyBody, runtime.largest_body)
    return _changed(runtime, request, onboarding.approve)


async def reject_order(runtime: Runtime, request: Request) -> Any:
    """Declines an order now, with a reason that the partner never sees."""
    body = await requests.read(request, RejectBody, runtime.largest_body)
    return _changed(runtime, request, lambda tx, order: onboarding.reject(tx, order, body.reason))


async def expire_order(runtime: Runtime, request: Request) -> Any:
    """Makes an order that was not submitted expire now."""
    await requests.read(request, EmptyBody, runtime.largest_body)
    return _changed(runtime, request, orders.expire)


async def sign_agreement(runtime: Runtime, request: Request) -> Any:
    """Signs a merchant's agreement; withRights false: as somebody without signing rights."""
    body = await requests.read(request, SignBody, runtime.largest_body)
    with runtime.engine.transaction() as tx:
        merchant = world.merchant(tx, request.path_params["id"])
        return requests.plain(onboarding.sign(tx, merchant, with_rights=body.withRights, name=body.name))


async def activate_agreement(runtime: Runtime, request: Request) -> Any:
    """Activates a signed agreement now; orders that waited for it continue."""
    await requests.read(request, EmptyBody, runtime.largest_body)
    with runtime.engine.transaction() as tx:
        return requests.plain(onboarding.activate(tx, world.merchant(tx, request.path_params["id"])))


async def decline_agreement(runtime: Runtime, request: Request) -> Any:
    """Declines a signed agreement and every order of the merchant in process."""
    await requests.read(request, EmptyBody, runtime.largest_body)
    with runtime.engine.transaction() as tx:
        return requests.plain(onboarding.decline(tx, world.merchant(tx, request.path_params["id"])))


def _find(tx: Tx, request: Request) -> ProductOrder:
    return orders.find(tx, request.path_params["id"])


def _changed(runtime: Runtime, request: Request, change: Callable[[Tx, ProductOrder], ProductOrder]) -> Any:
    with runtime.engine.transaction() as tx:
        order = change(tx, _find(tx, request))
    return _view(runtime, request, order)


def _view(runtime: Runtime, request: Request, order: ProductOrder) -> Any:
    page = links.prefilled_order(_origin(runtime, request), order.id) if order.type is OrderType.PREFILL else None
    return views.order(order) | {"page": page}


def _origin(runtime: Runtime, request: Request) -> str:
    return runtime.origins.of(request.scope, dict(request.scope["headers"]))


ROWS = (
    ("GET", "/product-orders", get_orders),
    ("POST", "/product-orders", make_order),
    ("GET", "/product-orders/{id}", get_order),
    ("POST", "/product-orders/{id}/view", view_order),
    ("POST", "/product-orders/{id}/submit", submit_order),
    ("POST", "/product-orders/{id}/hold", hold_order),
    ("POST", "/product-orders/{id}/answer", answer_order),
    ("POST", "/product-orders/{id}/release", release_order),
    ("POST", "/product-orders/{id}/approve", approve_order),
    ("POST", "/product-orders/{id}/reject", reject_order),
    ("POST", "/product-orders/{id}/expire", expire_order),
    ("POST", "/merchants/{id}/agreement/sign", sign_agreement),
    ("POST", "/merchants/{id}/agreement/activate", activate_agreement),
    ("POST", "/merchants/{id}/agreement/decline", decline_agreement),
)
"""Method, path under /_mock, handler."""
