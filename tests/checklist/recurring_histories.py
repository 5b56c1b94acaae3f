"""Histories for each verdict of the points of the Recurring checklist."""

from collections.abc import Callable
from typing import Any

from tests.apis.recurring.shop import Shop, draft_body
from tests.harness import Emulator
from tests.webhooks.receivers import receivers_of, register, settle

History = Callable[[Emulator], object]
NAME = "/agreements/agr_none"


def calls(method: str, path: str, json: Any = None) -> History:
    """A call about what is not there."""
    return lambda emulator: Shop(emulator).call(method, path, json)


def newest(emulator: Emulator) -> str:
    """The id of the latest agreement."""
    return str(emulator.control("GET", "/agreements?limit=1").json()["agreements"][0]["id"])


def draft(**fields: Any) -> History:
    """A draft with these fields."""
    return lambda emulator: Shop(emulator).draft(**fields)


def accepted(emulator: Emulator) -> None:
    Shop(emulator).active()


def looked(emulator: Emulator) -> None:
    Shop(emulator).agreement(newest(emulator))


def renamed(emulator: Emulator) -> None:
    assert Shop(emulator).patch(newest(emulator), productName="News").status_code == 204


def stopped(emulator: Emulator) -> None:
    assert Shop(emulator).patch(newest(emulator), status="STOPPED").status_code == 204


def charge(emulator: Emulator) -> None:
    Shop(emulator).charge(newest(emulator), orderId="order-0001", amount=1_000)


def reserve(emulator: Emulator) -> None:
    shop = Shop(emulator)
    shop.charge(newest(emulator), amount=1_000, orderId="order-0001", transactionType="RESERVE_CAPTURE")
    emulator.control("POST", "/charges/123456/order-0001/succeed")


def paid(emulator: Emulator) -> None:
    charge(emulator)
    assert emulator.control("POST", "/charges/123456/order-0001/succeed").status_code == 200


def about(action: str, *values: int) -> History:
    """A call of the shop about the one charge."""
    return lambda emulator: getattr(Shop(emulator), action)(newest(emulator), "order-0001", *values)


def listed(emulator: Emulator) -> None:
    Shop(emulator).got(f"/agreements/{newest(emulator)}/charges")


def without_key(emulator: Emulator) -> None:
    headers = emulator.headers()
    assert emulator.request("POST", "/recurring/v3/agreements", headers=headers, json=draft_body()).status_code == 201


def told(status: int) -> History:
    """A webhook for activated agreements, answered so."""

    def listen(emulator: Emulator) -> None:
        receivers_of(emulator).answer = lambda received: status
        register(emulator, events=["recurring.agreement-activated.v1"])

    return listen


def refused_webhook(emulator: Emulator) -> None:
    content = {"url": "https://shop.example.com/hook", "events": ["recurring.agreement-eaten.v1"]}
    emulator.request("POST", "/webhooks/v1/webhooks", headers=emulator.headers(), json=content)


SENT = (told(200), accepted, lambda emulator: settle(emulator))
LONG = {"productDescription": "Every morning"}
REFUND = {"amount": 1, "description": "Sorry"}

RECURRING: tuple[tuple[str, str, tuple[History, ...]], ...] = (
    ("recurring-draft", "shown", (draft(),)),
    ("recurring-draft", "wrong", (draft(productName=""),)),
    ("recurring-agreement", "shown", (accepted, looked)),
    ("recurring-agreement", "wrong", (calls("GET", NAME),)),
    ("recurring-update", "shown", (accepted, renamed)),
    ("recurring-update", "wrong", (draft(), lambda emulator: Shop(emulator).patch(newest(emulator), productName="x"))),
    ("recurring-charges", "shown", (accepted, listed)),
    ("recurring-charges", "wrong", (calls("GET", f"{NAME}/charges"),)),
    ("recurring-charge", "shown", (accepted, charge)),
    ("recurring-charge", "wrong", (draft(), charge)),
    ("recurring-charge-get", "shown", (accepted, charge, about("fetch"))),
    ("recurring-charge-get", "wrong", (calls("GET", "/charges/chr-none"),)),
    ("recurring-cancel", "shown", (accepted, charge, about("cancel"))),
    ("recurring-cancel", "wrong", (calls("DELETE", f"{NAME}/charges/chr-none"),)),
    ("recurring-refund", "shown", (accepted, paid, about("refund", 500))),
    ("recurring-refund", "wrong", (calls("POST", f"{NAME}/charges/chr-none/refund", REFUND),)),
    ("recurring-capture", "shown", (accepted, reserve, about("capture", 500))),
    ("recurring-capture", "wrong", (calls("POST", f"{NAME}/charges/chr-none/capture", {"amount": 1}),)),
    ("recurring-active", "shown", (accepted,)),
    ("recurring-active", "not seen", (draft(),)),
    ("recurring-stopped", "shown", (accepted, stopped)),
    ("recurring-stopped", "not seen", (accepted,)),
    ("recurring-charged", "shown", (accepted, paid)),
    ("recurring-charged", "not seen", (accepted, charge)),
    ("recurring-refunded", "shown", (accepted, paid, about("refund", 1_000))),
    ("recurring-refunded", "not seen", (accepted, paid, about("refund", 999))),
    ("recurring-followed", "shown", (accepted, looked)),
    ("recurring-followed", "shown", SENT),
    ("recurring-followed", "not seen", (draft(), looked)),
    ("recurring-followed", "not seen", (told(500), accepted, lambda emulator: settle(emulator))),
    ("recurring-webhooks-registered", "shown for 123456", (told(200),)),
    ("recurring-webhooks-registered", "not seen for 223456", (told(200),)),
    ("recurring-webhooks-registered", "wrong", (refused_webhook,)),
    ("recurring-stop-heeded", "shown", (accepted, stopped)),
    ("recurring-stop-heeded", "wrong", (accepted, stopped, charge)),
    ("recurring-stop-heeded", "wrong", (
        accepted, lambda emulator: emulator.control("POST", f"/agreements/{newest(emulator)}/stop"), looked, charge)),
    ("recurring-stop-heeded", "not seen", (draft(), charge)),
    ("recurring-complete", "shown", (draft(**LONG),)),
    ("recurring-complete", "wrong", (draft(**LONG), draft())),
    ("recurring-complete", "wrong", (draft(**LONG, interval=None),)),
    ("recurring-manageable", "cannot tell", (draft(),)),
    ("recurring-keys-sent", "shown", (draft(),)),
    ("recurring-keys-sent", "wrong", (draft(), without_key)),
)  # fmt: skip
"""Point, verdict (of one sales unit where that is asked for), and what happened."""
