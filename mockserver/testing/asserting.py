"""Assertions about what the server saw. Each raises AssertionError, which lists what came instead."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from mockserver.testing import near
from mockserver.testing.basics import JOURNAL
from mockserver.testing.calls import ControlError, Steps, call, get, post
from mockserver.testing.near import Misses
from mockserver.testing.payments import payment as one_payment
from mockserver.testing.values import Delivery, Payment, Request, build_all
from mockserver.testing.webhooks import ALL, deliveries, event_name

T = TypeVar("T")


class Assertions:
    """What is left out of an assertion is not asked for; a ``body`` need only have the fields that are given."""

    @call
    def assert_requested(
        self,
        operation: str,
        *,
        reference: str | None = None,
        msn: str | None = None,
        status: int | None = None,
        body: Mapping[str, Any] | None = None,
        times: int | None = None,
    ) -> Steps[tuple[Request, ...]]:
        """That this operation was called, exactly so many ``times`` or at least once; gives the calls, oldest first."""
        __tracebackhide__ = True
        found = yield get("requests", limit=JOURNAL)
        entries = [each for each in build_all(Request, found["requests"]) if each.direction == "incoming"]
        wanted = {"operation": operation, "reference": reference, "msn": msn, "status": status, "body": body}
        judged = [(near.misses(_said(each), wanted), each) for each in entries]
        lines = [(missed, near.request_line(each)) for missed, each in judged]
        return _enough(judged, times, f"request {near.wishes(wanted)}", "requests", lines)

    @call
    def assert_webhook(
        self,
        event: str,
        *,
        reference: str | None = None,
        msn: str | None = None,
        webhook: str | None = None,
        body: Mapping[str, Any] | None = None,
        times: int | None = None,
    ) -> Steps[tuple[Delivery, ...]]:
        """That this event was delivered, once all that is due was sent; gives the deliveries, oldest first."""
        __tracebackhide__ = True
        yield post("webhooks", "settle")
        sent = yield from deliveries(None, None, limit=ALL)
        wanted = {
            "event": event_name(event), "reference": reference, "msn": msn,
            "webhook": webhook, "body": body, "state": "delivered",
        }  # fmt: skip
        judged = [(near.misses(near.seen(each), wanted), each) for each in sent]
        lines = [(missed, near.delivery_line(each)) for missed, each in judged]
        return _enough(judged, times, f"webhook {near.wishes(wanted)}", "deliveries", lines)

    @call
    def assert_payment(
        self,
        reference: str,
        *,
        msn: str | None = None,
        state: str | None = None,
        amount: int | None = None,
        currency: str | None = None,
        authorized: int | None = None,
        captured: int | None = None,
        refunded: int | None = None,
        cancelled: int | None = None,
        customer: str | None = None,
        events: Sequence[str] | None = None,
    ) -> Steps[Payment]:
        """That a payment stands so; amounts in minor units, ``events`` the names of those that succeeded, in order."""
        __tracebackhide__ = True
        wanted = {
            "state": state, "amount": amount, "currency": currency, "authorized": authorized, "captured": captured,
            "refunded": refunded, "cancelled": cancelled, "customer": customer,
            "events": None if events is None else list(events),
        }  # fmt: skip
        try:
            payment = yield from one_payment(reference, msn)
        except ControlError as error:
            if error.status != 404:
                raise
            raise AssertionError((yield from _not_there(reference, msn))) from None
        actual: dict[str, Any] = {name: getattr(payment, name) for name in wanted}
        actual["events"] = [each.name for each in payment.events if each.success]
        missed = near.misses(actual, wanted)
        if missed:
            raise AssertionError(_stands_otherwise(payment, missed))
        return payment


def _said(entry: Request) -> dict[str, Any]:
    try:
        body = json.loads(entry.request.body) if entry.request.body else None
    except ValueError:
        body = entry.request.body
    said = {name: getattr(entry, name) for name in ("operation", "reference", "msn", "status")}
    return said | {"body": body}


def _enough(
    judged: list[tuple[Misses, T]], times: int | None, what: str, kind: str, lines: list[tuple[Misses, str]]
) -> tuple[T, ...]:
    __tracebackhide__ = True
    fitting = tuple(each for missed, each in reversed(judged) if not missed)
    if len(fitting) == times or (times is None and fitting):
        return fitting
    wanted = "at least one" if times is None else str(times)
    raise AssertionError(near.message(f"Wanted {wanted}, got {len(fitting)}: {what}.", kind, lines))


def _stands_otherwise(payment: Payment, missed: Misses) -> str:
    wanted = near.wishes({name: want for name, want, _ in missed})
    lines = [f"Payment {payment.reference} of {payment.msn}: wanted {wanted}, but {near.words(missed)}.", "Its events:"]
    for each in payment.events:
        lines.append(f"  {each.name} {each.amount}{'' if each.success else ', without success'}")
    return "\n".join(lines)


def _not_there(reference: str, msn: str | None) -> Steps[str]:
    found = yield get("payments", limit=ALL)
    wanted = {"reference": reference, "msn": msn}
    payments = build_all(Payment, found["payments"])
    lines = [
        (near.misses({"reference": each.reference, "msn": each.msn}, wanted), near.payment_line(each))
        for each in payments
    ]
    return near.message(f"There is no payment {near.wishes(wanted)}.", "payments", lines)
