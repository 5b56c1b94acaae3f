"""Partner keys: a payment for one of the partner's units, and what they may not do."""

from tools.collections.steps import Folder, Step
from tools.collections.stories import parts

_KEYS = parts.partner_keys("{{VIPPS_PARTNER_MSN}}")


def _refused(name: str, msn: str | None, detail: str) -> Step:
    shows = {"title": "Forbidden", f"detail.includes({detail!r})": True}
    headers = parts.once(parts.partner_keys(msn))
    call = f"POST {parts.PAYMENTS}"
    return Step(name, call, headers, parts.order(), status=403, shows=shows, fresh=parts.NEW_REFERENCE)


FOLDER = Folder(
    "Partner keys",
    "A payment for a unit that is connected to the partner: the Merchant-Serial-Number says which one.",
    (
        parts.partner_token(),
        parts.create("Create a payment for the unit", _KEYS, parts.order()),
        parts.approve(_KEYS),
        parts.capture(_KEYS),
        parts.state("It is captured", _KEYS, **{"state": "AUTHORIZED", "aggregate.capturedAmount.value": 49900}),
        _refused("Without a unit it is refused", None, "Merchant-Serial-Number"),
        _refused("So it is for another partner's unit", "{{OTHER_PARTNERS_MSN}}", "not connected"),
    ),
)
