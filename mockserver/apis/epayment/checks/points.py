"""The table of points: what is judged, how, and where it comes from."""

from typing import Final

from mockserver.apis.epayment.checks import judges
from mockserver.apis.epayment.checks.evidence import evidence
from mockserver.apis.epayment.checks.states import learnt
from mockserver.apis.epayment.domain.payment import EventName
from mockserver.checklist.points.finding import used
from mockserver.checklist.points.points import Checks, point
from mockserver.checklist.points.seen import Calls, Detail

_PAY: Final = "ePayment checklist"
_PACE: Final = "polling guidelines"
_KEYS: Final = "HTTP headers guide"
_HOOKS: Final = "Webhooks guide"
_API: Final = "epayment"
_SENT_IN: Final = "How to become a partner"
_TOOL: Final = "forceApprove"

CHECKS: Final = Checks(
    "epayment",
    (
        point("epayment-create", "createPayment is used", _PAY, used("createPayment")),
        point("epayment-description", "payments have a paymentDescription", _SENT_IN, judges.described),
        point("epayment-get", "getPayment is used", _PAY, used("getPayment")),
        point("epayment-event-log", "getPaymentEventLog is used", _PAY, used("getPaymentEventLog")),
        point("epayment-cancel", "cancelPayment is used", _PAY, used("cancelPayment")),
        point(
            "epayment-capture-full",
            "payments are captured in full",
            _PAY,
            judges.moved("capturePayment", "authorizedAmount", full=True),
        ),
        point(
            "epayment-capture-partial",
            "payments are captured in part",
            _PAY,
            judges.moved("capturePayment", "authorizedAmount", full=False),
        ),
        point(
            "epayment-refund-full",
            "captures are refunded in full",
            _PAY,
            judges.moved("refundPayment", "capturedAmount", full=True),
        ),
        point(
            "epayment-refund-partial",
            "captures are refunded in part",
            _PAY,
            judges.moved("refundPayment", "capturedAmount", full=False),
        ),
        *(
            point(f"epayment-{name.lower()}", f"{name} reaches the integration", _PAY, learnt(name))
            for name in EventName
        ),
        point(
            "epayment-webhooks-registered",
            "webhooks for payment events are registered",
            _PAY,
            judges.webhooks_registered,
        ),
        point("epayment-webhooks-answered", "webhooks get a 2xx within 10 seconds", _HOOKS, judges.webhooks_answered),
        point(
            "epayment-webhooks-verified",
            "webhooks with a wrong signature are refused",
            _HOOKS,
            judges.webhooks_verified,
        ),
        point("epayment-polling", "payments are polled after 5 seconds, every 2 at most", _PACE, judges.polling),
        point("epayment-keys-sent", "all changes have an Idempotency-Key", _KEYS, judges.keys_sent),
        point("epayment-keys-reused", "a retry has the same key and body", _KEYS, judges.keys_reused),
        point(
            "epayment-unused-cancelled", "reservations that are not needed are cancelled", _PAY, judges.unused_cancelled
        ),
        point("epayment-shipped", "money is captured when goods are sent", _PAY, judges.captured_after_shipping),
        point("epayment-return", "returnUrl works in any browser", _PAY, judges.return_handled),
    ),
    Calls(
        deeds=frozenset({"createPayment"}),
        tools=frozenset({_TOOL}),
        say_system=frozenset({_API}),
        name_unit=(lambda request: request.api == _API and request.operation != _TOOL,),
        details=(Detail("paymentDescription", sent=("paymentDescription",)),),
    ),
    evidence,
    name="ePayment",
)
