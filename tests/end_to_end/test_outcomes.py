"""Every outcome that a rule can choose, as a client meets it: a server process, and HTTP to all of it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields as fields_of
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from mockserver.core.errors import Code
from mockserver.scenarios.domain.outcomes import STATUSES
from mockserver.scenarios.domain.scenario import Drop
from mockserver.webhooks.delivery.outbox import AT_ONCE
from mockserver.webhooks.domain import Faults
from mockserver.world.domain.conduct import DeclineReason, PaymentBehaviour
from mockserver.world.domain.order_policy import Decision, HoldReason
from tests.end_to_end.running import Merchant, Running, serving
from tests.harness import WORLD, body, code_of, key_headers

AMOUNT = {"currency": "NOK", "value": 100}
CREATED = "epayments.payment.created.v1"


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with serving("--seed", "outcomes") as running:
        # However long a machine takes, a second before something is due stays that.
        httpx.post(f"{running.url}/_mock/clock/freeze").raise_for_status()
        yield running


class Integration:
    """A merchant and a partner, and the rules that are put in their way."""

    def __init__(self, server: Running) -> None:
        self.server = server
        self.reference = f"order-{uuid4()}"
        self.merchant = Merchant(server)
        self.client = self.merchant._client

    def control(self, method: str, path: str, content: Any = None) -> Any:
        answer = httpx.request(method, f"{self.server.url}/_mock{path}", json=content, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def rule(self, then: dict[str, Any], **when: Any) -> None:
        self.control("PUT", "/scenarios", {"profiles": []})
        self.control("POST", "/scenarios", {"name": "rule", "when": when, "then": then})

    def applied(self) -> int:
        return int(self.control("GET", "/scenarios/rule")["applied"])

    def pass_time(self, seconds: float) -> None:
        self.control("POST", "/clock/advance", {"duration": f"PT{seconds:g}S"})

    def create(self, **fields: Any) -> httpx.Response:
        headers = {"Idempotency-Key": str(uuid4())}
        return self.client.post("/epayment/v1/payments", json=body(self.reference, **fields), headers=headers)

    def modify(self, action: str) -> httpx.Response:
        headers = {"Idempotency-Key": str(uuid4())}
        path = f"/epayment/v1/payments/{self.reference}/{action}"
        return self.client.post(path, json={"modificationAmount": AMOUNT}, headers=headers)

    def approved(self) -> None:
        assert self.create().status_code == 201
        approved = self.client.post(f"/epayment/v1/test/payments/{self.reference}/approve")
        assert approved.status_code == 200, approved.text

    def seen(self) -> list[str]:
        """The events by name, with a mark behind those that failed."""
        return [name + "!" * (not success) for name, success in self.merchant.events(self.reference)]

    def inbox(self, faults: dict[str, Any]) -> str:
        """Where webhooks arrive, of a registration that a rule breaks."""
        self.rule({"webhook": faults}, operation="registerWebhook")
        inbox = f"/inbox/{uuid4()}"
        self.merchant.register(f"{self.server.url}/_mock{inbox}", CREATED)
        return inbox

    def partner(self, method: str, path: str, content: Any = None, **headers: str) -> httpx.Response:
        keys = next(partner.keys for partner in WORLD.partners if partner.id == "partner-plus")
        assert keys is not None
        token = self.client.post("/accesstoken/get", headers=key_headers(keys)).json()["access_token"]
        sent = {"Authorization": f"Bearer {token}", "Ocp-Apim-Subscription-Key": keys.subscription_key}
        sent |= {"Idempotency-Key": str(uuid4())} | {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.request(method, f"{self.server.url}{path}", json=content, headers=sent)

    def order(self) -> httpx.Response:
        business = {"scheme": "business:NO:ORG", "id": "211756004"}
        content = {
            "businessIdentifier": business,
            "productType": "PAYMENT_INTEGRATION",
            "salesUnitName": "Havnebutikken",
        }
        return self.partner("POST", "/management/v1/product-orders", content)


@pytest.fixture
def integration(server: Running) -> Iterator[Integration]:
    integration = Integration(server)
    yield integration
    integration.control("PUT", "/scenarios", {"profiles": []})
    integration.merchant.close()


PAYMENTS: dict[PaymentBehaviour, tuple[float, str, list[str]]] = {
    PaymentBehaviour.BY_HAND: (60, "CREATED", ["CREATED"]),
    PaymentBehaviour.APPROVES: (0, "AUTHORIZED", ["CREATED", "AUTHORIZED"]),
    PaymentBehaviour.DECLINES: (60, "CREATED", ["CREATED", "AUTHORIZED!"]),
    PaymentBehaviour.SECOND_TRY: (1, "AUTHORIZED", ["CREATED", "AUTHORIZED!", "AUTHORIZED"]),
    PaymentBehaviour.PENDING: (60, "AUTHORIZED", ["CREATED", "AUTHORIZED"]),
    PaymentBehaviour.CANCELS: (0, "ABORTED", ["CREATED", "ABORTED"]),
    PaymentBehaviour.IGNORES: (600, "EXPIRED", ["CREATED", "EXPIRED"]),
    PaymentBehaviour.NO_CONSENT: (0, "ABORTED", ["CREATED", "ABORTED"]),
    PaymentBehaviour.UNKNOWN: (60, "CREATED", ["CREATED"]),
}
"""How a payment has come out, so many seconds later."""


@pytest.mark.parametrize("behaviour", PaymentBehaviour)
def test_the_customer_does_what_a_rule_says(integration: Integration, behaviour: PaymentBehaviour) -> None:
    seconds, state, events = PAYMENTS[behaviour]
    lasting = {"for": 60} if behaviour is PaymentBehaviour.PENDING else {}
    integration.rule({"payment": behaviour} | lasting, reference=integration.reference)
    assert integration.create(profile={"scope": "name"}).status_code == 201
    if seconds > 1:
        integration.pass_time(seconds - 1)
        assert integration.merchant.get(integration.reference)["state"] == "CREATED"
    if seconds:
        integration.pass_time(1)
    assert integration.merchant.get(integration.reference)["state"] == state
    assert integration.seen() == events
    assert integration.applied() == 1


def test_nobody_is_found_who_is_asked(integration: Integration) -> None:
    integration.rule({"payment": "unknown"}, reference=integration.reference)
    answer = integration.create(userFlow="PUSH_MESSAGE", customer={"phoneNumber": "4712345678"}, returnUrl=None)
    assert (answer.status_code, code_of(answer)) == (400, "7010")


@pytest.mark.parametrize("reason", DeclineReason)
def test_an_attempt_fails_for_each_reason(integration: Integration, reason: DeclineReason) -> None:
    integration.rule(
        {"payment": "declines", "reason": reason}, operation="forceApprove", reference=integration.reference
    )
    assert integration.create().status_code == 201
    answer = integration.client.post(f"/epayment/v1/test/payments/{integration.reference}/approve")
    assert (answer.status_code, answer.json()["detail"]) == (400, reason.sentence)
    assert integration.merchant.get(integration.reference)["state"] == "CREATED"


@pytest.mark.parametrize("code", Code)
def test_every_documented_code_reaches_the_client(integration: Integration, code: Code) -> None:
    action = "refund" if code is Code.REFUND_IDEMPOTENCY else "capture"
    integration.approved()
    integration.rule({"error": int(code.number)}, operation=f"{action}Payment", reference=integration.reference)
    answer = integration.modify(action)
    assert (answer.status_code, code_of(answer)) == (code.status, code.number)
    assert answer.headers["content-type"] == "application/problem+json"
    assert integration.merchant.get(integration.reference)["aggregate"]["capturedAmount"]["value"] == 0


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_reaches_the_client(integration: Integration, status: int) -> None:
    integration.approved()
    integration.rule({"error": status} | ({"retry_after": 7} if status == 429 else {}), operation="capturePayment")
    answer = integration.modify("capture")
    assert answer.status_code == status
    assert answer.headers.get("retry-after") == ("7" if status == 429 else None)
    assert integration.merchant.get(integration.reference)["aggregate"]["capturedAmount"]["value"] == 0


ORDERS = {
    Decision.COMPLETE: "COMPLETED",
    Decision.HOLD: "ORDER_SUBMITTED",
    Decision.REJECT: "REJECTED",
    Decision.WAIT: "ORDER_SUBMITTED",
}


@pytest.mark.parametrize("decision", Decision)
def test_an_order_goes_as_a_rule_says(integration: Integration, decision: Decision) -> None:
    integration.rule({"order": decision, "after": 60, "acts_after": 0}, operation="orderProduct")
    made = integration.order()
    assert made.status_code == 201, made.text
    path = f"/management/v2/product-orders/{made.json()['prefilledOrderId']}/details"
    integration.pass_time(59)
    assert integration.partner("GET", path).json()["status"] == "ORDER_SUBMITTED"
    integration.pass_time(2)
    shown = integration.partner("GET", path).json()
    assert shown["status"] == ORDERS[decision]
    assert bool(shown["salesUnit"]) == (decision is Decision.COMPLETE)


@pytest.mark.parametrize("reason", HoldReason)
def test_an_order_is_held_for_each_reason_which_the_partner_never_hears(
    integration: Integration, reason: HoldReason
) -> None:
    integration.rule({"order": "hold", "reason": reason, "after": 60, "acts_after": 0}, operation="orderProduct")
    made = integration.order().json()["prefilledOrderId"]
    integration.pass_time(61)
    held = next(each for each in integration.control("GET", "/product-orders")["productOrders"] if each["id"] == made)
    assert held["hold"] == reason
    assert reason not in integration.partner("GET", f"/management/v2/product-orders/{made}/details").text


LINE = {"id": "1", "name": "Socks", "totalAmount": 10000, "totalAmountExcludingTax": 8000, "totalTaxAmount": 2000,
        "taxPercentage": 25}  # fmt: skip
OPTION = {"id": "post", "amount": {"currency": "NOK", "value": 4900}, "name": "Post"}
GROUP = {"type": "HOME_DELIVERY", "brand": "POSTEN", "options": [OPTION]}
UNIT_RIGHTS: dict[Drop, tuple[dict[str, Any], int, str | None]] = {
    Drop.PAYMENTS: ({}, 403, None),
    Drop.PUSH: ({"userFlow": "PUSH_MESSAGE", "customer": {"phoneNumber": "4712345678"}}, 400, "5080"),
    Drop.CARD: ({"paymentMethod": {"type": "CARD"}}, 400, "4160"),
    Drop.EXPRESS: (
        {"shipping": {"fixedOptions": [GROUP]}, "profile": {"scope": "name address email phoneNumber"}}, 400, "5020"
    ),
    Drop.LONG_LIVING: (
        {"receipt": {"orderLines": [LINE], "bottomLine": {"currency": "NOK"}}}, 400, "5050"
    ),
    Drop.NIN: ({"profile": {"scope": "nin"}}, 400, "5030"),
}  # fmt: skip
OTHER_RIGHTS = {Drop.PARTIAL_CAPTURE, Drop.RECURRING, Drop.MANAGEMENT, Drop.PREFILL, Drop.CONNECTION}


@pytest.mark.parametrize("drop", UNIT_RIGHTS)
def test_a_unit_lacks_a_right(integration: Integration, drop: Drop) -> None:
    fields, status, code = UNIT_RIGHTS[drop]
    if drop is Drop.LONG_LIVING:
        now = datetime.fromisoformat(integration.control("GET", "/clock")["now"])
        fields = fields | {"expiresAt": (now + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")}
    integration.rule({"drop": drop}, operation="createPayment", reference=integration.reference, nth=1)
    answer = integration.create(**fields)
    assert (answer.status_code, code_of(answer)) == (status, code)
    again = integration.create(**fields)
    assert again.status_code == 201, again.text


def test_other_rights_are_lacking(integration: Integration) -> None:
    integration.approved()
    integration.rule({"drop": "partial-capture"}, operation="capturePayment")
    answer = integration.modify("capture")
    assert (answer.status_code, code_of(answer)) == (400, "6140")

    integration.rule({"drop": "prefill"})
    assert integration.order().status_code == 403
    assert integration.partner("GET", "/management/v1/sales-units").status_code == 200
    integration.rule({"drop": "management"})
    assert integration.partner("GET", "/management/v1/sales-units").status_code == 403

    integration.rule({"drop": "recurring"}, msn="523456", nth=1)
    agreements = "/recurring/v3/agreements"
    assert integration.partner("GET", agreements, Merchant_Serial_Number="523456").status_code == 403
    assert integration.partner("GET", agreements, Merchant_Serial_Number="523456").status_code == 200

    path = f"/epayment/v1/payments/{uuid4()}"
    integration.rule({"drop": "connection"}, msn="523456")
    assert integration.partner("GET", path, Merchant_Serial_Number="523456").status_code == 403
    integration.rule({"error": 503}, msn="999999")
    assert integration.partner("GET", path, Merchant_Serial_Number="523456").status_code == 404
    assert set(UNIT_RIGHTS) | OTHER_RIGHTS == set(Drop)


WEBHOOKS: dict[str, tuple[Any, tuple[int, int], bool]] = {
    "duplicate": (True, (2, 2), True),
    "delay": (5, (1, 1), True),
    "reorder": (True, (1, 1), True),
    "wrong_signature": (True, (1, 1), False),
    "drop_first": (1, (0, 1), True),
}
"""How many messages arrive of a first and of a second payment, and whether they are genuine."""


@pytest.mark.parametrize("fault", [each.name for each in fields_of(Faults)])
def test_webhooks_go_wrong_for_a_registration(integration: Integration, fault: str) -> None:
    value, arriving, genuine = WEBHOOKS[fault]
    inbox = integration.inbox({"delay": 5, fault: value})
    references = [f"order-{uuid4()}" for _ in range(2)]
    for reference in references:
        integration.merchant.create(reference)
    integration.pass_time(4)
    assert integration.control("GET", inbox)["messages"] == []
    integration.pass_time(2)
    messages = integration.control("GET", inbox)["messages"]
    counted = Counter(each["body"]["reference"] for each in messages)
    assert (len(messages), tuple(counted[each] for each in references)) == (sum(arriving), arriving)
    assert {each["genuine"] for each in messages} == {genuine}


def test_webhooks_come_in_disorder(integration: Integration) -> None:
    inbox = integration.inbox({"reorder": True})
    (webhook,) = (each["id"] for each in integration.control("GET", "/webhooks")["webhooks"] if inbox in each["url"])
    integration.control("POST", f"/webhooks/{webhook}/pause")
    references = [f"order-{uuid4()}" for _ in range(3 * AT_ONCE)]
    for reference in references:
        integration.merchant.create(reference)
    integration.control("POST", f"/webhooks/{webhook}/resume")
    integration.control("POST", "/webhooks/settle")
    arrived = [each["body"]["reference"] for each in integration.control("GET", inbox)["messages"][::-1]]
    assert set(arrived) == set(references)
    assert arrived[0] in references[-AT_ONCE:]
    assert references[0] in arrived[-AT_ONCE:]
