"""Calls about payments: look at them, play their customers, and assert how they stand."""

from collections.abc import Sequence
from typing import Any

from mockserver.testing import near
from mockserver.testing.calls import ControlError, Steps, call, get, post
from mockserver.testing.near import Misses
from mockserver.testing.values import Payment, build, build_all

_ALL = 10_000


def msn_of(reference: str, msn: str | None) -> Steps[str]:
    """The unit that was given, else the only one that has a payment of this reference, else the default one."""
    if msn is not None:
        return msn
    found = yield get("payments", reference=reference)
    units = [each["msn"] for each in found["payments"]]
    if len(units) == 1:
        return str(units[0])
    default = yield get("keys")
    known = str(default["variables"]["VIPPS_MSN"])
    if units and known not in units:
        raise ControlError(f"The units {', '.join(units)} have a payment {reference}: say which one with msn=")
    return known


def payment(reference: str, msn: str | None) -> Steps[Payment]:
    """One payment with its events."""
    unit = yield from msn_of(reference, msn)
    return build(Payment, (yield get("payments", unit, reference)))


class PaymentCalls:
    """The ``msn`` may be left out where only one sales unit has the reference."""

    @call
    def payments(
        self,
        *,
        msn: str | None = None,
        state: str | None = None,
        reference: str | None = None,
        limit: int | None = None,
    ) -> Steps[tuple[Payment, ...]]:
        """The latest payments first, 100 unless ``limit`` says otherwise."""
        found = yield get("payments", msn=msn, state=state, reference=reference, limit=limit)
        return build_all(Payment, found["payments"])

    @call
    def payment(self, reference: str, *, msn: str | None = None) -> Steps[Payment]:
        """One payment with its events and landing page."""
        return (yield from payment(reference, msn))

    @call
    def report(self, reference: str, *, msn: str | None = None) -> Steps[dict[str, Any]]:
        """One payment with its requests, events and deliveries, without any secret: JSON for bug reports."""
        unit = yield from msn_of(reference, msn)
        found: dict[str, Any] = yield get("payments", unit, reference, "report")
        return found

    @call
    def approve(
        self,
        reference: str,
        *,
        customer: str | None = None,
        msn: str | None = None,
        consent: bool | None = None,
        card: str | None = None,
        shipping_option: str | None = None,
        address: int | None = None,
    ) -> Steps[Payment]:
        """Approve for a customer (phone number), whatever amount or cards say.

        ``shipping_option`` (id) and ``address`` (index) are for Express; ``consent`` False shares nothing.
        """
        unit = yield from msn_of(reference, msn)
        asked = post(
            "payments", unit, reference, "approve",
            customer=customer, consent=consent, card=card, shippingOptionId=shipping_option, address=address,
        )  # fmt: skip
        return build(Payment, (yield asked))

    @call
    def decline(self, reference: str, *, reason: str | None = None, msn: str | None = None) -> Steps[Payment]:
        """Let an attempt fail, for example with ``reason`` insufficient-funds; the payment goes on waiting."""
        unit = yield from msn_of(reference, msn)
        return build(Payment, (yield post("payments", unit, reference, "decline", reason=reason)))

    @call
    def abort(self, reference: str, *, msn: str | None = None) -> Steps[Payment]:
        """Let the customer cancel."""
        unit = yield from msn_of(reference, msn)
        return build(Payment, (yield post("payments", unit, reference, "abort")))

    @call
    def expire(self, reference: str, *, msn: str | None = None) -> Steps[Payment]:
        """Let the payment time out now."""
        unit = yield from msn_of(reference, msn)
        return build(Payment, (yield post("payments", unit, reference, "expire")))

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
            found = yield from payment(reference, msn)
        except ControlError as error:
            if error.status != 404:
                raise
            raise AssertionError((yield from _not_there(reference, msn))) from None
        actual: dict[str, Any] = {name: getattr(found, name) for name in wanted}
        actual["events"] = [each.name for each in found.events if each.success]
        missed = near.misses(actual, wanted)
        if missed:
            raise AssertionError(_stands_otherwise(found, missed))
        return found


def _stands_otherwise(payment: Payment, missed: Misses) -> str:
    wanted = near.wishes({name: want for name, want, _ in missed})
    lines = [f"Payment {payment.reference} of {payment.msn}: wanted {wanted}, but {near.words(missed)}.", "Its events:"]
    for each in payment.events:
        lines.append(f"  {each.name} {each.amount}{'' if each.success else ', without success'}")
    return "\n".join(lines)


def _not_there(reference: str, msn: str | None) -> Steps[str]:
    found = yield get("payments", limit=_ALL)
    wanted = {"reference": reference, "msn": msn}
    payments = build_all(Payment, found["payments"])
    lines = [
        (near.misses({"reference": each.reference, "msn": each.msn}, wanted), near.payment_line(each))
        for each in payments
    ]
    return near.message(f"There is no payment {near.wishes(wanted)}.", "payments", lines)
