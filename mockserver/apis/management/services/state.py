"""Product orders in state files."""

from typing import Any, Final, Literal

from mockserver.apis.management.domain.answers import MOST_ANSWERS, flaws
from mockserver.apis.management.domain.choice import OrderChoice
from mockserver.apis.management.domain.order_form import logo_flaw
from mockserver.apis.management.domain.product_order import OrderState, ProductOrder
from mockserver.apis.management.services.orders import ORDER
from mockserver.core.stored import (
    Flaws,
    Kind,
    Part,
    Place,
    missing,
    plain,
    taken,
    value,
)
from mockserver.core.values import frozen
from mockserver.world.domain.business import account_violations, identifier_violations
from mockserver.world.domain.order_policy import LONGEST_WAIT
from mockserver.world.stored import People


@frozen
class OrderEntry:
    """A product order under its number."""

    number: int
    order: ProductOrder


@frozen
class CounterEntry:
    """The highest number that was given to a kind of thing, deleted ones included."""

    name: Literal["product_orders"]
    seq: int


def _flaws(state: Any, known: People) -> Flaws:
    for index, each in enumerate(state.product_orders):
        yield from _order(("product_orders", index, "order"), each, known)
    highest = max((each.number for each in state.product_orders), default=0)
    for index, counter in enumerate(state.counters):
        if counter.seq < highest:
            yield ("counters", index, "seq"), f"must be {highest} or more"
    orders = {each.number for each in state.product_orders}
    for index, conduct in enumerate(state.conducts):
        chosen = conduct.chosen
        if not isinstance(chosen, OrderChoice):
            continue
        yield from missing(("conducts", index, "key"), "product order", conduct.key, orders)
        times = (chosen.processing, chosen.acts_after, chosen.review)
        if not all(0 <= (seconds or 0) <= LONGEST_WAIT for seconds in times):
            yield ("conducts", index, "chosen"), f"must have times of 0 to {LONGEST_WAIT} seconds"


def _order(place: Place, entry: OrderEntry, known: People) -> Flaws:
    order = entry.order
    yield from missing((*place, "merchant_id"), "merchant", order.merchant_id, known.merchants)
    yield from missing((*place, "partner_id"), "partner", order.partner_id or None, known.partners)
    yield from missing((*place, "msn"), "sales unit", order.msn, known.units)
    if order.state is OrderState.COMPLETED and order.msn is None:
        yield (*place, "msn"), "is needed for a completed order"
    if order.in_process and order.ready_at is None:
        yield (*place, "ready_at"), "is needed for an order in process"
    yield from _answers(place, order)
    found = identifier_violations(order.form.business, "business")
    if order.form.account is not None:
        found += account_violations(order.form.account, order.form.business.market, "account")
    if order.form.logo is not None and (wrong := logo_flaw(order.form.logo)):
        yield (*place, "form", "logo"), wrong
    for violation in found:
        yield (*place, "form", *violation.field.split(".")), violation.reason


def _answers(place: Place, order: ProductOrder) -> Flaws:
    if len(order.answers) > MOST_ANSWERS:
        yield (*place, "answers"), f"must be at most {MOST_ANSWERS}"
    for index, answer in enumerate(order.answers):
        for violation in flaws(answer.given, order.form):
            yield (*place, "answers", index, "given", *violation.field.split(".")), violation.reason


PART: Final = Part(
    kinds=(
        Kind(
            "product_orders",
            "product_orders",
            "number",
            (*plain("number"), value("order", ProductOrder)),
            taken("order", "id", "partner_id", "merchant_id", "type", "state"),
            entry=OrderEntry,
        ),
        # Behind the orders: SQLite counts by itself while they are written.
        Kind("counters", "sqlite_sequence", "name", plain("name", "seq"), entry=CounterEntry),
    ),
    flaws=_flaws,
    chosen={ORDER: OrderChoice},
)
