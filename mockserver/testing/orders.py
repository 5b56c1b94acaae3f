"""Calls about product orders and merchant agreements: play the merchant, and the platform."""

from collections.abc import Mapping
from typing import Any

from mockserver.testing.calls import Steps, call, get, post
from mockserver.testing.people import Merchant
from mockserver.testing.values import Email, Order, build, build_all


class OrderCalls:
    """An ``order`` is known by its id, a ``merchant`` too."""

    @call
    def orders(
        self,
        *,
        partner: str | None = None,
        merchant: str | None = None,
        status: str | None = None,
        type: str | None = None,
        limit: int | None = None,
    ) -> Steps[tuple[Order, ...]]:
        """Product orders, the latest first."""
        found = yield get("product-orders", partner=partner, merchant=merchant, status=status, type=type, limit=limit)
        return build_all(Order, found["productOrders"])

    @call
    def make_order(self, type: str, partner: str | None, form: Mapping[str, Any]) -> Steps[Order]:
        """A TEMPLATE or MANUAL order, with a partner or without; ``form`` as other orders show it."""
        return build(Order, (yield post("product-orders", type=type, partner=partner, form=form)))

    @call
    def order(self, order: str) -> Steps[Order]:
        """One order."""
        return build(Order, (yield get("product-orders", order)))

    @call
    def view_order(self, order: str) -> Steps[Order]:
        """Let the merchant open the form."""
        return build(Order, (yield post("product-orders", order, "view")))

    @call
    def submit_order(self, /, order: str, **form: Any) -> Steps[Order]:
        """Let the merchant send the form, with these changes to its fields."""
        return build(Order, (yield post("product-orders", order, "submit", form=form)))

    @call
    def hold_order(self, order: str, *, reason: str | None = None) -> Steps[Order]:
        """Stop processing, for example because of website-without-terms."""
        return build(Order, (yield post("product-orders", order, "hold", reason=reason)))

    @call
    def answer_order(self, /, order: str, **given: Any) -> Steps[Order]:
        """Answer a hold for the merchant, for example with terms="https://shop.example.com/terms"."""
        return build(Order, (yield post("product-orders", order, "answer", **given)))

    @call
    def release_order(self, order: str) -> Steps[Order]:
        """Let processing go on."""
        return build(Order, (yield post("product-orders", order, "release")))

    @call
    def approve_order(self, order: str) -> Steps[Order]:
        """Complete an order now, whatever holds it up."""
        return build(Order, (yield post("product-orders", order, "approve")))

    @call
    def reject_order(self, order: str, *, reason: str | None = None) -> Steps[Order]:
        """Decline an order now; only the merchant sees the reason."""
        return build(Order, (yield post("product-orders", order, "reject", reason=reason)))

    @call
    def expire_order(self, order: str) -> Steps[Order]:
        """Let an order that was not submitted expire now."""
        return build(Order, (yield post("product-orders", order, "expire")))

    @call
    def sign_agreement(self, merchant: str, *, with_rights: bool = True, name: str | None = None) -> Steps[Merchant]:
        """Sign a merchant's agreement: ``with_rights`` False for somebody who may not sign."""
        merchant_now: Merchant = yield post(
            "merchants", merchant, "agreement", "sign", withRights=with_rights, name=name
        )
        return merchant_now

    @call
    def activate_agreement(self, merchant: str) -> Steps[Merchant]:
        """Put a signed agreement in place now."""
        merchant_now: Merchant = yield post("merchants", merchant, "agreement", "activate")
        return merchant_now

    @call
    def decline_agreement(self, merchant: str) -> Steps[Merchant]:
        """Decline a signed agreement, and the merchant's orders in process with it."""
        merchant_now: Merchant = yield post("merchants", merchant, "agreement", "decline")
        return merchant_now

    @call
    def emails(
        self, *, address: str | None = None, order: str | None = None, limit: int | None = None
    ) -> Steps[tuple[Email, ...]]:
        """Emails of product orders, the latest first."""
        found = yield get("emails", address=address, order=order, limit=limit)
        return build_all(Email, found["emails"])
