"""Payments on the dashboard."""

from typing import Final

from mockserver.apis.epayment.domain.payment import EventName, State
from mockserver.dashboard.views import Bar, Button, Column, Field, Moment, Thing, View, money
from mockserver.world.domain.conduct import DeclineReason

_WAITING: Final = frozenset({State.CREATED})
_ONE: Final = "/payments/{msn}/{reference}"
_BY: Final = {
    EventName.CREATED: "createPayment",
    EventName.AUTHORIZED: "forceApprove",
    EventName.CAPTURED: "capturePayment",
    EventName.REFUNDED: "refundPayment",
    EventName.CANCELLED: "cancelPayment",
    EventName.TERMINATED: "cancelPayment",
}


def _moments(payment: Thing) -> list[Moment]:
    found = []
    for event in payment["events"]:
        why = event["declined"]["detail"] if event["declined"] else ""
        detail = " · ".join(filter(None, (money(event["amount"], payment["currency"]), why)))
        found.append(Moment(event["at"], event["name"], detail, not event["success"], _BY.get(event["name"], "")))
    return found


def _bars(payment: Thing) -> list[Bar]:
    whole = max(payment["amount"], payment["authorized"])
    return [
        Bar(label, payment[name], whole, money(payment[name], payment["currency"]))
        for label, name in (
            ("Amount", "amount"),
            ("Authorized", "authorized"),
            ("Captured", "captured"),
            ("Refunded", "refunded"),
            ("Cancelled", "cancelled"),
        )
    ]


def _links(payment: Thing) -> list[tuple[str, str]]:
    return [("Landing page", payment["landingPage"])]


VIEWS: Final = (
    View(
        "payments",
        "Payments",
        "Payment",
        "/payments",
        "payments",
        _ONE,
        ("msn", "reference"),
        columns=(
            Column("Reference", lambda payment: payment["reference"]),
            Column("State", lambda payment: payment["state"]),
            Column("Amount", lambda payment: money(payment["amount"], payment["currency"]), "number"),
            Column("Captured", lambda payment: money(payment["captured"], payment["currency"]), "number"),
            Column("Sales unit", lambda payment: payment["msn"]),
            Column("Customer", lambda payment: payment["customer"]),
            Column("Created", lambda payment: payment["createdAt"], "time"),
        ),
        filters=(Field("reference", "Reference"), Field("msn", "MSN"), Field("state", "State", tuple(State))),
        buttons=(
            Button("Approve", f"{_ONE}/approve", fields=(Field("customer", "Phone, if any"),), states=_WAITING),
            Button(
                "Decline",
                f"{_ONE}/decline",
                fields=(Field("reason", "Reason", tuple(DeclineReason), DeclineReason.REFUSED_BY_ISSUER),),
                states=_WAITING,
            ),
            Button("Abort", f"{_ONE}/abort", states=_WAITING),
            Button("Expire", f"{_ONE}/expire", states=_WAITING),
        ),
        moments=_moments,
        bars=_bars,
        links=_links,
        requests="/requests?msn={msn}&reference={reference}",
        deliveries="/webhooks/deliveries?msn={msn}&reference={reference}",
        about=frozenset({"epayment", "epayments"}),
    ),
)
