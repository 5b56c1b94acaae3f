"""Product orders on the dashboard."""

from typing import Final

from mockserver.apis.management.domain.product_order import OrderState, OrderType
from mockserver.dashboard.views import Button, Column, Field, Moment, Thing, View
from mockserver.world.domain.order_policy import HoldReason

_ONE: Final = "/product-orders/{id}"
_OPEN: Final = frozenset({OrderState.RECEIVED, OrderState.MERCHANT_VIEWED})
_PROCESSED: Final = frozenset({OrderState.ORDER_SUBMITTED})


def _moments(order: Thing) -> list[Moment]:
    titles = (
        ("createdAt", f"Ordered ({order['type']})", ""),
        ("submittedAt", "Submitted", ""),
        ("decidedAt", str(order["status"]), order["rejection"] or ""),
        ("expiresAt", "Its time ends", ""),
    )
    failed = order["status"] == OrderState.REJECTED
    return [
        Moment(order[name], title, detail, failed and name == "decidedAt")
        for name, title, detail in titles
        if order[name]
    ]


def _links(order: Thing) -> list[tuple[str, str]]:
    return [("Page of the order", order["page"])] if order["page"] else []


VIEWS: Final = (
    View(
        "product-orders",
        "Product orders",
        "Product order",
        "/product-orders",
        "productOrders",
        _ONE,
        ("id",),
        state="status",
        columns=(
            Column("Order", lambda order: order["id"]),
            Column("State", lambda order: order["status"]),
            Column("Hold", lambda order: order["hold"]),
            Column("Partner", lambda order: order["partner"]),
            Column("Merchant", lambda order: order["merchant"]),
            Column("Sales unit", lambda order: order["msn"]),
            Column("Created", lambda order: order["createdAt"], "time"),
        ),
        filters=(
            Field("partner", "Partner"),
            Field("merchant", "Merchant"),
            Field("status", "State", tuple(OrderState)),
            Field("type", "Type", tuple(OrderType)),
        ),
        buttons=(
            Button("Submit for the merchant", f"{_ONE}/submit", states=_OPEN),
            Button("Expire", f"{_ONE}/expire", states=_OPEN),
            Button("Approve", f"{_ONE}/approve", states=_PROCESSED),
            Button(
                "Hold",
                f"{_ONE}/hold",
                fields=(Field("reason", "Reason", tuple(HoldReason), HoldReason.INFORMATION_MISSING),),
                states=_PROCESSED,
            ),
            Button("Release", f"{_ONE}/release", states=_PROCESSED),
            Button("Reject", f"{_ONE}/reject", fields=(Field("reason", "Reason"),), states=_PROCESSED),
        ),
        moments=_moments,
        links=_links,
    ),
)
