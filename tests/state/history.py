"""One long history with everything that a server can know, and what goes on working afterwards."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.apis.epayment.test_express import FIXED, SCOPES
from tests.apis.login.client import CUSTOMER, query_of
from tests.apis.login.till import Till
from tests.apis.management.partner import AT_ONCE, NEW, prefilled
from tests.apis.partners.company import applied, brought_to, do, road
from tests.apis.recurring.shop import Shop
from tests.harness import Emulator, amount
from tests.phone.browsing import Browser
from tests.webhooks.receivers import URL, receivers_of, register, settle

RULES = (
    {"name": "often", "when": {"operation": "cancelPayment", "probability": 0.5}, "then": {"error": 423}},
    {
        "name": "third refund",
        "when": {"operation": "refundPayment", "nth": 3, "msn": "123456"},
        "then": {"error": 6150, "detail": "no"},
        "times": 1,
    },
    {"name": "asleep", "comment": "not now", "then": {"fault": "status", "status": 500}, "enabled": False},
    {"name": "slow", "when": {"reference": "slow*"}, "then": {"payment": "approves", "after": 100}},
    {"name": "stops", "when": {"operation": "DraftAgreementV3"}, "then": {"agreement": "by-hand", "stops_after": 9}},
    {"name": "recovers", "when": {"operation": "CreateChargeV3"}, "then": {"charge": "recovers"}},
    {"name": "held", "when": {"business": "910100009"}, "then": {"order": "hold", "reason": "purpose-unclear"}},
)

LATE = "910000020"
"""A company whose application is approved by itself two hours later."""

UNKNOWN = {"colour": "red"}
"""A field that is forgiven, with a warning."""


def export(emulator: Emulator) -> bytes:
    """The state as it is now."""
    answer = emulator.control("GET", "/state")
    assert answer.status_code == 200, answer.text
    return answer.content


def put(emulator: Emulator, state: bytes) -> httpx.Response:
    """Import a state."""
    return emulator.request("PUT", "/_mock/state", content=state)


def imported(emulator: Emulator, state: bytes) -> None:
    """Import a state that is a good one."""
    answer = put(emulator, state)
    assert answer.status_code == 200, answer.text


@dataclass
class History:
    """What has happened, by the names that clients know it by."""

    refund: httpx.Response
    token: str
    page: str
    order: str
    held: str
    agreement: str
    code: str
    access_token: str
    auth_req_id: str
    waiting: str
    sub: str


def make(emulator: Emulator) -> History:
    """Let everything happen once; the receiver of webhooks is out of order meanwhile."""
    receivers_of(emulator).answer = lambda received: 503
    register(emulator, url=URL)
    for rule in RULES:
        assert emulator.control("POST", "/scenarios", rule).status_code == 200
    emulator.create("approved", profile=SCOPES)
    emulator.approve("approved")
    emulator.modify("capture", 6000, "approved")
    refund = emulator.modify("refund", 1000, "approved")
    settle(emulator)
    emulator.create("released")
    emulator.approve("released")
    emulator.modify("capture", 100, "released")
    assert emulator.api("POST", "/payments/released/cancel", key="cancel-0").status_code == 200
    emulator.create("waiting-1", metadata={"b": "1", "a": "2"})
    page = emulator.create("on-a-page").json()["redirectUrl"]
    emulator.create("slow-pay")
    assert "x-mock-warning" in emulator.create("forgiven", **UNKNOWN).headers
    emulator.create("express-1", profile=SCOPES, shipping=FIXED)
    shipped = emulator.control("POST", "/payments/123456/express-1/approve", {"shippingOptionId": "home"})
    assert shipped.status_code == 200, shipped.text
    for reference, action in (("declined", "decline"), ("aborted-1", "abort"), ("expired-1", "expire")):
        emulator.create(reference)
        assert emulator.control("POST", f"/payments/123456/{reference}/{action}").status_code == 200
    emulator.create("no-money", amount=amount(182))
    assert emulator.approve("no-money").status_code == 400
    emulator.create("terminated")
    emulator.api("POST", "/payments/terminated/cancel", msn="123456", key="cancel-1")
    emulator.create("unknown-1", amount=amount(201))
    emulator.approve("unknown-1")
    emulator.create("direct-11", msn="123458")
    emulator.approve("direct-11", msn="123458")
    assert emulator.create("too-cheap", amount=amount(1)).status_code == 400
    made = _people(emulator)
    order, held = prefilled(emulator, NEW), prefilled(emulator, AT_ONCE)
    agreement = _agreement(emulator)
    emulator.control("POST", f"/product-orders/{order}/view")
    answered = emulator.control("POST", f"/product-orders/{held}/answer", {"purpose": "Wool socks"})
    assert answered.status_code == 200
    assert emulator.control("PATCH", "/merchants/merchant-no-1", {"name": "Renamed"}).status_code == 200
    emulator.control("POST", "/customers", {"phone": "4790000000"})
    brought_to(emulator, "sent-in")
    applied(emulator, organisationNumber=LATE, approvesAfter=7200)
    emulator.control("POST", "/clock/advance", {"seconds": 90})
    emulator.control("POST", "/clock/freeze")
    emulator._tokens.clear()
    headers = emulator.headers()
    details = emulator.control("GET", "/state").json()["profiles"]
    return History(refund, headers["Authorization"], page, order, held, agreement, *made, sub=details[0]["sub"])


def _agreement(emulator: Emulator) -> str:
    shop = Shop(emulator)
    initial = {"amount": 10_000, "description": "First", "transactionType": "RESERVE_CAPTURE", "orderId": "first-order"}
    agreement = shop.active(initialCharge=initial, scope="name")
    assert shop.capture(agreement, "first-order", 100).status_code == 204
    shop.charged(agreement, "2030-03-20", orderId="order-0001")
    shop.drafted(phoneNumber=CUSTOMER)
    return agreement


def _people(emulator: Emulator) -> tuple[str, str, str, str]:
    till = Till(emulator)
    code = till.code(scope="openid name email delegatedConsents")
    access_token = till.tokens()["access_token"]
    browser = Browser(emulator)
    browser.open(till.authorize().headers["location"])
    auth_req_id = till.begin_redirecting()
    assert "code" in query_of(till.act(auth_req_id, "confirm")["redirectTo"])
    confirmed, denied, waiting = till.begin(), till.begin(), till.begin()
    till.act(confirmed, "confirm")
    till.act(denied, "deny")
    assert emulator.control("POST", "/login-keys/rotate").status_code == 200
    assert emulator.control("POST", "/token-keys/rotate").status_code == 200
    return code, access_token, confirmed, waiting


def wreck(emulator: Emulator) -> None:
    """Change as much as possible."""
    emulator.control("POST", "/clock/unfreeze")
    emulator.advance("P400D")
    emulator.control("PUT", "/scenarios", {"profiles": ["declines"]})
    emulator.create("after-the-end")
    emulator.control("POST", "/customers", {"phone": CUSTOMER, "first_name": "Nobody"})
    emulator.control("POST", f"/consents/123456/{CUSTOMER}/withdraw")
    for each in emulator.control("GET", "/webhooks").json()["webhooks"]:
        emulator.request("DELETE", f"/webhooks/v1/webhooks/{each['id']}", headers=emulator.headers())


def check_it_goes_on(emulator: Emulator, history: History) -> None:
    """Everything that was on its way goes on from where it was."""
    again = emulator.modify("refund", 1000, "approved")
    assert again.content == history.refund.content
    assert emulator.modify("refund", 2000, "approved", key="refund-1000").status_code == 409
    assert emulator.modify("capture", 1000, "approved").status_code == 200
    assert emulator.modify("refund", 500, "approved", key="second").status_code == 200
    assert emulator.modify("refund", 500, "approved", key="third").json()["detail"] == "no"
    assert emulator.modify("refund", 500, "approved", key="fourth").status_code == 200
    replayed = emulator.create("forgiven", **UNKNOWN)
    assert replayed.status_code == 201
    assert "colour" in replayed.headers["x-mock-warning"]
    assert emulator.get("waiting-1")["metadata"] == {"a": "2", "b": "1"}
    headers = emulator.headers() | {"Authorization": history.token}
    assert emulator.request("GET", "/epayment/v1/payments/approved", headers=headers).status_code == 200
    profile = emulator.request("GET", f"/vipps-userinfo-api/userinfo/{history.sub}", headers=headers)
    assert profile.status_code == 200, profile.text
    assert emulator.request("GET", history.page).status_code == 200
    assert Shop(emulator).capture(history.agreement, "first-order", 200).status_code == 204
    till = Till(emulator)
    assert till.exchange(history.code).status_code == 200
    assert till.poll(history.auth_req_id).status_code == 200
    assert till.poll(history.waiting).json()["error"] == "authorization_pending"
    _check_time(emulator, history)


def _check_time(emulator: Emulator, history: History) -> None:
    receivers = receivers_of(emulator)
    emulator.advance("PT1H")
    events = [each.step for each in receivers.received]
    assert events.count(("approved", "CREATED")) == 1
    assert events.index(("approved", "CREATED")) < events.index(("approved", "REFUNDED"))
    assert emulator.get("slow-pay")["state"] == "AUTHORIZED"
    assert emulator.get("waiting-1")["state"] == "EXPIRED"
    assert emulator.get("unknown-1")["state"] == "AUTHORIZED"
    shown: dict[str, Any] = emulator.control("GET", f"/product-orders/{history.held}").json()
    assert shown["hold"] == "purpose-unclear"
    assert [each["given"]["purpose"] for each in shown["answers"]] == ["Wool socks"]
    assert road(emulator)["stage"] == "sent-in"
    assert do(emulator, "verify").json()["evidence"]["pilot"]
    assert road(emulator, f"partner-no-{LATE}")["stage"] == "applied"
    emulator.advance("P15D")
    assert road(emulator, f"partner-no-{LATE}")["stage"] == "approved"
    assert emulator.control("GET", f"/product-orders/{history.order}").json()["status"] == "EXPIRED"
    assert Shop(emulator).status(history.agreement, "order-0001") == "CHARGED"
    assert emulator.control("GET", f"/product-orders/{history.held}").json()["status"] == "COMPLETED"
