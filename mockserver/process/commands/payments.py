"""Payments of a running server: look at them, and play their customers."""

from typing import Any

import click

from mockserver.process.asking import JSON, Asking, found, show
from mockserver.process.printing import amount, fields, table, time
from mockserver.process.remote import Server

_PAYMENT = click.argument("payment", metavar="[MSN/]REFERENCE")


@click.group()
def payments() -> None:
    """Look at payments of a running server, and play their customers.

    A payment is named by MSN/REFERENCE, or by its reference where only one sales unit has it.
    """


@payments.command(cls=Asking, name="list")
@click.option("--msn", metavar="MSN", help="Of this sales unit.")
@click.option("--state", metavar="STATE", help="In this state, such as CREATED.")
@click.option("--reference", metavar="REFERENCE", help="With this reference.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(0, 10_000), help="At most this many.")
@JSON
def list_payments(
    server: Server, msn: str | None, state: str | None, reference: str | None, limit: int, *, as_json: bool
) -> None:
    """List payments, the latest first."""
    answer = server.get("payments", msn=msn, state=state, reference=reference, limit=limit)
    head = ("payment", "state", "amount", "captured", "refunded", "customer", "created (UTC)")
    rows = (
        (
            _name(each),
            each["state"],
            amount(each["amount"], each["currency"]),
            amount(each["captured"], each["currency"]),
            amount(each["refunded"], each["currency"]),
            each["customer"] or "-",
            time(each["createdAt"]),
        )
        for each in answer["payments"]
    )
    show(answer, table(head, rows, "no payments"), as_json=as_json)


@payments.command(cls=Asking, name="show")
@_PAYMENT
@JSON
def show_payment(server: Server, payment: str, *, as_json: bool) -> None:
    """Show a payment with its events and the page where its customer approves."""
    answer = server.get("payments", *found(server, payment))
    show(answer, f"{_described(answer)}\n\n{_events(answer)}", as_json=as_json)


@payments.command(cls=Asking)
@_PAYMENT
@click.option("--customer", metavar="PHONE", help="Who approves.")
@click.option("--card", metavar="NUMBER", help="With which card of the customer.")
@click.option("--shipping-option", metavar="ID", help="For Express: the chosen option.")
@click.option("--address", metavar="INDEX", type=click.IntRange(0), help="For Express: which of the customer's.")
@click.option("--no-consent", is_flag=True, help="Share nothing, which fails where something is asked for.")
@JSON
def approve(
    server: Server,
    payment: str,
    customer: str | None,
    card: str | None,
    shipping_option: str | None,
    address: int | None,
    *,
    no_consent: bool,
    as_json: bool,
) -> None:
    """Approve a payment for its customer."""
    chosen = {"customer": customer, "card": card, "shippingOptionId": shipping_option, "address": address}
    answer = _act(server, payment, "approve", **chosen, consent=False if no_consent else None)
    show(answer, _in_short(answer), as_json=as_json)


@payments.command(cls=Asking)
@_PAYMENT
@click.option("--reason", metavar="REASON", help="Why, such as insufficient-funds.")
@JSON
def decline(server: Server, payment: str, reason: str | None, *, as_json: bool) -> None:
    """Make an attempt to pay fail; the payment keeps waiting."""
    answer = _act(server, payment, "decline", reason=reason)
    show(answer, f"{_in_short(answer)}, declined: {answer['detail']}", as_json=as_json)


@payments.command(cls=Asking)
@_PAYMENT
@JSON
def abort(server: Server, payment: str, *, as_json: bool) -> None:
    """Cancel a payment for its customer."""
    answer = _act(server, payment, "abort")
    show(answer, _in_short(answer), as_json=as_json)


@payments.command(cls=Asking)
@_PAYMENT
@JSON
def expire(server: Server, payment: str, *, as_json: bool) -> None:
    """Make a payment time out now."""
    answer = _act(server, payment, "expire")
    show(answer, _in_short(answer), as_json=as_json)


def _act(server: Server, payment: str, action: str, **body: Any) -> Any:
    return server.post("payments", *found(server, payment), action, **body)


def _name(payment: dict[str, Any]) -> str:
    return f"{payment['msn']}/{payment['reference']}"


def _in_short(payment: dict[str, Any]) -> str:
    by = f", approved by {payment['customer']}" if payment["customer"] else ""
    return f"{_name(payment)}: {payment['state']}, {amount(payment['amount'], payment['currency'])}{by}"


def _described(payment: dict[str, Any]) -> str:
    currency = payment["currency"]
    sums = {name: amount(payment[name], currency) for name in ("authorized", "captured", "refunded", "cancelled")}
    return fields(
        {
            "payment": _name(payment),
            "state": payment["state"],
            "amount": amount(payment["amount"], currency),
            **sums,
            "customer": payment["customer"],
            "created": time(payment["createdAt"]),
            "expires": time(payment["expiresAt"]),
            "capture until": payment["captureDeadline"] and time(payment["captureDeadline"]),
            "page": payment["landingPage"],
        }
    )


def _events(payment: dict[str, Any]) -> str:
    rows = (
        (
            time(each["at"]),
            each["name"],
            amount(each["amount"], payment["currency"]),
            "ok" if each["success"] else (each["declined"] or {}).get("detail", "failed"),
        )
        for each in payment["events"]
    )
    return table(("at (UTC)", "event", "amount", "result"), rows, "no events")
