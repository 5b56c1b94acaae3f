"""Calls about agreements and their charges: look at them, play their customers, and be the bank."""

from collections.abc import Mapping
from typing import Any

from mockserver.testing.agreements import Agreement, Charge, Run
from mockserver.testing.calls import Steps, call, get, post
from mockserver.testing.values import build, build_all


def _unit(msn: str | None) -> Steps[str]:
    """The unit that was given, else the default one."""
    if msn is not None:
        return msn
    found = yield get("keys")
    return str(found["variables"]["VIPPS_MSN"])


class RecurringCalls:
    """An ``agreement`` and a ``charge`` are known by their ids; the ``msn`` is the default unit's if left out."""

    @call
    def agreements(
        self,
        *,
        msn: str | None = None,
        status: str | None = None,
        customer: str | None = None,
        limit: int | None = None,
    ) -> Steps[tuple[Agreement, ...]]:
        """The latest agreements first, 100 unless ``limit`` says otherwise."""
        found = yield get("agreements", msn=msn, status=status, customer=customer, limit=limit)
        return build_all(Agreement, found["agreements"])

    @call
    def make_agreement(
        self,
        msn: str | None = None,
        *,
        periods: int | None = None,
        customer: str | None = None,
        pricing: str | None = None,
        amount: int | None = None,
        maximum: int | None = None,
        charge_amount: int | None = None,
        interval: Mapping[str, Any] | None = None,
        product_name: str | None = None,
        external_id: str | None = None,
    ) -> Steps[Agreement]:
        """An ACTIVE agreement of 100.00 a month with so many paid ``periods`` behind it; no webhook tells of them.

        ``interval`` as {"unit": "WEEK", "count": 2}; ``charge_amount`` is what each period cost, the price if left out.
        """
        unit = yield from _unit(msn)
        asked = post(
            "agreements", msn=unit, periods=periods, customer=customer, pricing=pricing, amount=amount,
            maximum=maximum, chargeAmount=charge_amount, interval=interval, productName=product_name,
            externalId=external_id,
        )  # fmt: skip
        return build(Agreement, (yield asked))

    @call
    def agreement(self, agreement: str) -> Steps[Agreement]:
        """One agreement with its page and its latest charges."""
        return build(Agreement, (yield get("agreements", agreement)))

    @call
    def accept_agreement(
        self,
        agreement: str,
        *,
        customer: str | None = None,
        card: str | None = None,
        maximum: int | None = None,
        consent: bool | None = None,
    ) -> Steps[Agreement]:
        """Accept for a customer (phone number); a declined initial charge is told as ``declined``.

        ``maximum`` is what the customer chooses for VARIABLE pricing; ``consent`` False shares nothing, and rejects.
        """
        asked = post(
            "agreements", agreement, "accept", customer=customer, card=card, maximum=maximum, consent=consent
        )  # fmt: skip
        return build(Agreement, (yield asked))

    @call
    def reject_agreement(self, agreement: str) -> Steps[Agreement]:
        """Let the customer reject."""
        return build(Agreement, (yield post("agreements", agreement, "reject")))

    @call
    def expire_agreement(self, agreement: str) -> Steps[Agreement]:
        """Let the draft expire now."""
        return build(Agreement, (yield post("agreements", agreement, "expire")))

    @call
    def stop_agreement(self, agreement: str, *, by: str | None = None) -> Steps[Agreement]:
        """Stop it as its customer, or with ``by`` ADMIN as the platform."""
        return build(Agreement, (yield post("agreements", agreement, "stop", by=by)))

    @call
    def change_maximum(self, agreement: str, maximum: int) -> Steps[Agreement]:
        """Let the customer change the maximum of VARIABLE pricing."""
        return build(Agreement, (yield post("agreements", agreement, "maximum", maximum=maximum)))

    @call
    def charges(
        self,
        *,
        msn: str | None = None,
        state: str | None = None,
        agreement: str | None = None,
        limit: int | None = None,
    ) -> Steps[tuple[Charge, ...]]:
        """The latest charges first, 100 unless ``limit`` says otherwise."""
        found = yield get("charges", msn=msn, state=state, agreement=agreement, limit=limit)
        return build_all(Charge, found["charges"])

    @call
    def attempt_due(self, *, msn: str | None = None) -> Steps[Run]:
        """Try every charge whose day has come, once, without waiting for the hour; of one unit, or of all."""
        return build(Run, (yield post("charges", "attempt-due", msn=msn)))

    @call
    def charge(self, charge: str, *, msn: str | None = None) -> Steps[Charge]:
        """One charge with its history."""
        unit = yield from _unit(msn)
        return build(Charge, (yield get("charges", unit, charge)))

    @call
    def succeed_charge(self, charge: str, *, msn: str | None = None) -> Steps[Charge]:
        """Charge the customer now, whatever day it is and whatever cards and amounts say."""
        unit = yield from _unit(msn)
        return build(Charge, (yield post("charges", unit, charge, "succeed")))

    @call
    def fail_charge(
        self, charge: str, *, reason: str | None = None, for_good: bool | None = None, msn: str | None = None
    ) -> Steps[Charge]:
        """Let it fail now, for example for ``reason`` technical_error; with ``for_good`` False this time only."""
        unit = yield from _unit(msn)
        return build(Charge, (yield post("charges", unit, charge, "fail", reason=reason, forGood=for_good)))
