"""Webhooks for partners: one registration for all the partner's units, from the first delivery to its end."""

from tools.collections.steps import Folder, Step
from tools.collections.stories import parts

_ALL_UNITS = parts.partner_keys()
_UNIT = parts.partner_keys("{{VIPPS_PARTNER_MSN}}")
_HOOKS = "/webhooks/v1/webhooks"
_EVENTS = ["epayments.payment.authorized.v1", "epayments.payment.captured.v1"]
_OURS = 'webhooks.find(each => each.id === get("webhook"))'
_CAPTURED = 'messages.find(each => each.body.name === "CAPTURED")'
_SETTLE = "POST /_mock/webhooks/settle"

FOLDER = Folder(
    "Webhooks for partners",
    "Without a Merchant-Serial-Number, a registration with partner keys is told of all the partner's units.",
    (
        parts.partner_token(),
        Step(
            "Register a webhook for all units",
            f"POST {_HOOKS}",
            _ALL_UNITS,
            {"url": parts.INBOX, "events": _EVENTS},
            status=201,
            shows={"secret.length > 20": True},
            keeps={"webhook": "id"},
            fresh=parts.NEW_INBOX,
        ),
        Step(
            "It is listed",
            f"GET {_HOOKS}",
            _ALL_UNITS,
            shows={f"{_OURS}?.events": _EVENTS, f"Object.keys(answer.{_OURS})": ["id", "url", "events"]},
        ),
        parts.create("Create a payment for a unit", _UNIT, parts.order()),
        parts.approve(_UNIT),
        parts.capture(_UNIT),
        Step("Deliver what is due", _SETTLE, shows={"status": "ok"}),
        Step(
            "Two deliveries arrived, signed",
            "GET /_mock/inbox/{{inbox}}",
            shows={
                "messages.length": 2,
                "messages.every(each => each.genuine)": True,
                f"{_CAPTURED}?.body.msn": "{{VIPPS_PARTNER_MSN}}",
                f"{_CAPTURED}?.body.reference": "{{reference}}",
                f"{_CAPTURED}?.body.amount.value": 49900,
            },
        ),
        Step("Delete the webhook", f"DELETE {_HOOKS}/{{{{webhook}}}}", _ALL_UNITS, status=204),
        Step("It is listed no more", f"GET {_HOOKS}", _ALL_UNITS, shows={f"{_OURS} ?? null": None}),
        parts.create("Create another payment", _UNIT, parts.order()),
        parts.approve(_UNIT, "Force approve that too"),
        Step("Deliver what is due again", _SETTLE, shows={"status": "ok"}),
        Step("Nothing new arrived", "GET /_mock/inbox/{{inbox}}", shows={"messages.length": 2}),
    ),
)
