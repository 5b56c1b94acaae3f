"""The story of every recipe: a payment to its refund, one that expires, and its webhook."""

from tools.collections.steps import Folder, Step
from tools.collections.stories import parts
from tools.collections.stories.parts import OURS

_KEYS = parts.keys()
_HOOK = {"url": parts.INBOX, "events": ["epayments.payment.expired.v1"]}

FOLDER = Folder(
    "Payment",
    "A payment from token to refund, one that nobody approves, and its webhook.",
    (
        parts.token(),
        parts.create("Create a payment", _KEYS, parts.order()),
        parts.approve(_KEYS),
        parts.capture(_KEYS),
        Step(
            "Refund it",
            f"POST {OURS}/refund",
            parts.once(_KEYS),
            parts.ALL_OF_IT,
            shows={"aggregate.refundedAmount.value": 49900},
        ),
        Step(
            "See its events",
            f"GET {OURS}/events",
            _KEYS,
            shows={"map(each => each.name)": ["CREATED", "AUTHORIZED", "CAPTURED", "REFUNDED"]},
        ),
        Step(
            "Register a webhook",
            "POST /webhooks/v1/webhooks",
            _KEYS,
            _HOOK,
            status=201,
            shows={"secret.length > 20": True},
            keeps={"webhook": "id"},
            fresh=parts.NEW_INBOX,
        ),
        parts.create("Create one that nobody approves", _KEYS, parts.order(9900)),
        Step("Move the clock", "POST /_mock/clock/advance", body={"duration": "PT11M"}, shows={"frozen": False}),
        parts.state("It has expired", _KEYS, state="EXPIRED"),
        Step(
            "Its webhook is signed",
            "GET /_mock/inbox/{{inbox}}",
            shows={
                "messages.length": 1,
                "messages[0].genuine": True,
                "messages[0].body.name": "EXPIRED",
                "messages[0].body.reference": "{{reference}}",
            },
        ),
        Step("Delete the webhook", "DELETE /webhooks/v1/webhooks/{{webhook}}", _KEYS, status=204),
    ),
)
