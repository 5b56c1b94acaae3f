"""A subscription from draft to stop: an agreement that is accepted, a charge that is paid and one that is not."""

from typing import Any

from tools.collections.steps import NEW_ID, Folder, Step
from tools.collections.stories import parts

_KEYS = parts.keys()
_ALL = "/recurring/v3/agreements"
_ITS = f"{_ALL}/{{{{agreement}}}}"
_CHARGE = f"{_ITS}/charges/{{{{charge}}}}"
_DRAFT = {
    "pricing": {"type": "LEGACY", "amount": 9900, "currency": "NOK"},
    "interval": {"unit": "MONTH", "count": 1},
    "productName": "News",
    "phoneNumber": "{{VIPPS_PHONE}}",
    "merchantRedirectUrl": "https://news.example.com/welcome",
    "merchantAgreementUrl": "https://news.example.com/subscription",
}
# The emulator's clock says when, since other folders move it.
_IN_TWO_DAYS = "new Date(Date.parse(answer.now) + 2 * 86400000).toISOString().slice(0, 10)"


def _agreement(name: str, status: str, **shows: Any) -> Step:
    return Step(name, f"GET {_ITS}", _KEYS, shows={"id": "{{agreement}}", "status": status, **shows})


def _create(name: str) -> Step:
    body = {
        "amount": 9900,
        "description": "One month",
        "due": "{{due}}",
        "retryDays": 5,
        "transactionType": "DIRECT_CAPTURE",
        "orderId": "{{charge}}",
    }
    fresh = {"charge": f'"charge-" + {NEW_ID}'}
    shows = {"chargeId": "{{charge}}"}
    return Step(name, f"POST {_ITS}/charges", parts.once(_KEYS), body, status=201, shows=shows, fresh=fresh)


def _charge(name: str, status: str, **shows: Any) -> Step:
    return Step(name, f"GET {_CHARGE}", _KEYS, shows={"status": status, **shows})


FOLDER = Folder(
    "Recurring",
    "An agreement from draft to stop, with a charge that is paid and refunded, and one that is cancelled.",
    (
        parts.token(),
        Step(
            "Draft an agreement",
            f"POST {_ALL}",
            parts.once(_KEYS),
            _DRAFT,
            status=201,
            shows={"chargeId": None, 'answer.vippsConfirmationUrl.includes("/agreement?token=")': True},
            keeps={"agreement": "agreementId"},
        ),
        _agreement("It waits for the customer", "PENDING"),
        Step(
            "Force accept it",
            f"PATCH {_ITS}/accept",
            parts.once(_KEYS),
            {"phoneNumber": "{{VIPPS_PHONE}}"},
            status=204,
        ),
        _agreement("It is active", "ACTIVE", **{"interval.text": "every month"}),
        Step("What day is it?", "GET /_mock/clock", keeps={"due": _IN_TWO_DAYS}),
        _create("Create a charge"),
        _charge("It is due", "DUE", **{"summary.captured": 0}),
        Step(
            "It is paid, before its day",
            "POST /_mock/charges/{{VIPPS_MSN}}/{{charge}}/succeed",
            shows={"state": "CHARGED"},
        ),
        _charge("It is charged", "CHARGED", **{"summary.captured": 9900}),
        Step(
            "Refund a part",
            f"POST {_CHARGE}/refund",
            parts.once(_KEYS),
            {"amount": 2500, "description": "Two papers did not come"},
            status=204,
        ),
        _charge("A part is back", "PARTIALLY_REFUNDED", **{"summary.refunded": 2500}),
        _create("Create another charge"),
        Step("Cancel it", f"DELETE {_CHARGE}", parts.once(_KEYS), status=204),
        _charge("It is cancelled", "CANCELLED"),
        Step(
            "All its charges",
            f"GET {_ITS}/charges",
            _KEYS,
            shows={"length": 2, "[0].status": "PARTIALLY_REFUNDED", "[1].id": "{{charge}}"},
        ),
        Step("Stop the agreement", f"PATCH {_ITS}", parts.once(_KEYS), {"status": "STOPPED"}, status=204),
        _agreement("It is stopped", "STOPPED"),
    ),
)
