"""The emulator's own buttons: what the platform does to orders and agreements. Not a part of the portal."""

from typing import Any, Final

from mockserver.apis.management.domain.product_order import OrderAction, allowed
from mockserver.apis.management.portal.typed import Typed
from mockserver.apis.management.portal.visits import Visit
from mockserver.apis.management.services import holds, onboarding, orders
from mockserver.core.engine import Tx
from mockserver.core.errors import IllegalAction
from mockserver.web.texts import text
from mockserver.world.domain.agreement import AgreementState
from mockserver.world.domain.order_policy import HoldReason

ACTIONS: Final = frozenset({"approve", "reject", "hold", "release", "expire", "activate", "decline"})
"""What the buttons send as ``action``."""
LABELS: Final = {"holdReason": "Why it is held", "rejection": "Why it is rejected"}
LONGEST_REASON: Final = 500
"""Characters."""


def act(tx: Tx, visit: Visit, action: str, given: dict[str, str]) -> None:
    """Do what a button says; raises IllegalAction, and Malformed for a missing reason."""
    order, typed = visit.order, Typed(given)
    match action:
        case "approve":
            onboarding.approve(tx, order)
        case "reject":
            onboarding.reject(tx, order, _rejection(typed))
        case "hold":
            holds.hold(tx, order, _hold_reason(typed))
        case "release":
            onboarding.release(tx, order)
        case "expire":
            orders.expire(tx, order)
        case "activate":
            onboarding.activate(tx, visit.merchant)
        case "decline":
            onboarding.decline(tx, visit.merchant)
        case _:
            raise IllegalAction("The page does not know this button")


def _rejection(typed: Typed) -> str:
    reason = typed.line("rejection", LONGEST_REASON, missing="Say why: the merchant will read it")
    typed.check()
    return reason or ""


def _hold_reason(typed: Typed) -> HoldReason:
    reason = typed.choice("holdReason", list(HoldReason), missing="Pick a reason")
    typed.check()
    return HoldReason(reason or "")


def values(visit: Visit) -> dict[str, Any]:
    """Which buttons there are, and what they offer."""
    order, agreement = visit.order, visit.merchant.agreement
    ready = agreement.in_place or agreement.can_be_activated
    possible = {
        "approve": allowed(order, OrderAction.COMPLETE) and ready,
        "reject": allowed(order, OrderAction.REJECT),
        "hold": allowed(order, OrderAction.HOLD),
        "release": order.hold is not None,
        "expire": allowed(order, OrderAction.EXPIRE),
        "activate": agreement.can_be_activated,
        "decline": agreement.state is AgreementState.SIGNED,
    }
    return {
        "possible": {action for action, is_possible in possible.items() if is_possible},
        "approval_waits": allowed(order, OrderAction.COMPLETE) and not ready,
        "hold_reasons": [(str(reason), text(reason.sentence)) for reason in HoldReason],
        "default_rejection": onboarding.REJECTED_BY_POLICY,
        "longest_reason": LONGEST_REASON,
    }
