"""What the control API shows of product orders."""

from typing import Any

from mockserver.apis.management.domain.answers import HoldAnswer
from mockserver.apis.management.domain.product_order import ProductOrder
from mockserver.core.instants import timestamp
from mockserver.web.control import plain


def order(order: ProductOrder) -> dict[str, Any]:
    """All of a product order, what the partner never sees included."""
    return {
        "id": order.id,
        "type": order.type,
        "status": order.state,
        "partner": order.partner_id or None,
        "merchant": order.merchant_id,
        "createdAt": timestamp(order.created_at),
        "expiresAt": timestamp(order.expires_at) if order.waits_for_merchant else None,
        "submittedAt": _optional(order.submitted_at),
        "readyAt": _optional(order.ready_at),
        "decidedAt": _optional(order.decided_at),
        "hold": order.hold,
        "answered": order.answered,
        "reviewAt": _optional(order.review_at),
        "answers": [_answer(each) for each in order.answers],
        "rejection": order.rejection,
        "msn": order.msn,
        "form": plain(order.form),
        "dropped": plain(order)["dropped"],
    }


def _answer(answer: HoldAnswer) -> dict[str, Any]:
    return {"reason": answer.reason, "at": timestamp(answer.at), "given": plain(answer.given)}


def _optional(at: int | None) -> str | None:
    return None if at is None else timestamp(at)
