"""What happens under each packaged profile, as its file says."""

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.scenarios.scenarios import Scenarios
from mockserver.world.domain.conduct import DeclineReason
from tests.apis.helpers import assert_gateway, assert_problem, event_names
from tests.apis.recurring.shop import Shop
from tests.harness import Emulator
from tests.scenarios.test_rules import order, partner_headers

Start = Callable[..., Emulator]


def test_happy_changes_nothing(start: Start) -> None:
    emulator = start(scenario=("happy",))
    emulator.create()
    assert emulator.approve().status_code == 200
    assert emulator.modify("capture", 100).status_code == 200
    assert emulator.server.runtime.parts.of(Scenarios).rules.engaged is False


@pytest.mark.parametrize("reason", DeclineReason)
def test_declines(start: Start, reason: DeclineReason) -> None:
    emulator = start(scenario=("declines",))
    reference = f"order-1-{reason}"
    emulator.create(reference)
    assert event_names(emulator, reference) == ["CREATED", "AUTHORIZED!"]
    assert emulator.approve(reference).json()["detail"] == reason.sentence


def test_declines_that_are_not_the_end(start: Start) -> None:
    emulator = start(scenario=("declines",))
    for ending in ("second-try", "cancels", "no-consent"):
        emulator.create(f"order-1-{ending}", profile={"scope": "name"})
    emulator.advance("PT10S")
    assert event_names(emulator, "order-1-second-try") == ["CREATED", "AUTHORIZED!", "AUTHORIZED"]
    assert event_names(emulator, "order-1-cancels") == ["CREATED", "ABORTED"]
    assert event_names(emulator, "order-1-no-consent") == ["CREATED", "ABORTED"]


def test_slow_approvals(start: Start) -> None:
    emulator = start(scenario=("slow-approvals",))
    large: dict[str, Any] = {"amount": {"currency": "NOK", "value": 100_000}}
    for reference in ("usual-one", "order-ignored", "order-pending"):
        emulator.create(reference)
    emulator.create("large-one", **large)

    def states() -> list[str]:
        return [emulator.get(each)["state"] for each in ("usual-one", "large-one", "order-ignored", "order-pending")]

    emulator.advance("PT1M59S")
    assert states() == ["CREATED"] * 4
    assert_problem(emulator.api("POST", "/payments/order-pending/cancel"), 400, "6250")
    emulator.advance("PT1S")
    assert states() == ["AUTHORIZED", "CREATED", "CREATED", "CREATED"]
    emulator.advance("PT7M50S")
    assert states() == ["AUTHORIZED", "AUTHORIZED", "CREATED", "AUTHORIZED"]
    emulator.advance("PT10S")
    assert states() == ["AUTHORIZED", "AUTHORIZED", "EXPIRED", "AUTHORIZED"]


def test_pending_orders(start: Start) -> None:
    emulator = start(scenario=("pending-orders",))
    known = {"scheme": "business:NO:ORG", "id": "211756004"}
    never = {"scheme": "business:NO:ORG", "id": "910300008"}
    for fields in (
        {"businessIdentifier": never},
        {"businessIdentifier": known, "productType": "LOGIN"},
        {"businessIdentifier": known, "productType": "CHECKOUT"},
        {"businessIdentifier": known},
    ):
        assert order(emulator, **fields).status_code == 201

    def shown() -> list[tuple[str, str | None]]:
        orders = emulator.control("GET", "/product-orders").json()["productOrders"]
        return [(each["status"], each["hold"]) for each in reversed(orders)]

    emulator.advance("P2D")
    submitted = ("ORDER_SUBMITTED", None)
    assert shown() == [submitted, ("REJECTED", None), ("ORDER_SUBMITTED", "website-without-terms"), submitted]
    emulator.advance("P2D")
    assert shown()[0] == submitted
    assert shown()[3] == ("COMPLETED", None)


def test_missing_partner_permissions(start: Start) -> None:
    emulator = start(scenario=("missing-partner-permissions",))
    assert order(emulator).json()["title"] == "Not authorized to create a product order"
    headers = partner_headers(emulator)
    assert emulator.request("GET", "/management/v1/sales-units", headers=headers).status_code == 403
    assert emulator.request("GET", "/management/v1/partners/price-packages", headers=headers).status_code == 200
    moved = partner_headers(emulator, "523457")
    assert_problem(emulator.request("GET", "/epayment/v1/payments/reference-1", headers=moved), 403)
    assert_problem(emulator.create("order-no-product"), 403)
    push: dict[str, Any] = {"userFlow": "PUSH_MESSAGE", "customer": {"phoneNumber": "4712345678"}}
    assert_problem(emulator.create("order-push", **push), 400, "5080")
    assert emulator.create().status_code == 201


def test_ambiguous_outcomes(start: Start) -> None:
    """In this process a lost answer is one that ends before its body; over sockets see end_to_end/test_faults."""
    emulator = start(scenario=("ambiguous-outcomes",))
    assert emulator.create().content == b""
    assert emulator.create().json()["reference"] == "reference-1"
    emulator.approve()
    for action in ("capture", "refund"):
        assert emulator.modify(action, 100, key=action).content == b""
        first = emulator.modify(action, 100, key=action)
        assert first.status_code == 200
        assert_gateway(emulator.modify(action, 100, key=f"{action}-2"), 504)
    aggregate = emulator.get()["aggregate"]
    assert aggregate["capturedAmount"]["value"] == 200
    assert aggregate["refundedAmount"]["value"] == 200
    emulator.create("order-unknown")
    assert emulator.get("order-unknown")["state"] == "CREATED"
    emulator.advance("PT1H")
    assert emulator.get("order-unknown")["state"] == "AUTHORIZED"


def test_flaky_network(start: Start) -> None:
    emulator = start(scenario=("flaky-network",))
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    emulator.server.runtime.parts.of(Scenarios).pause = pause
    emulator.control("PUT", "/scenarios", {"profiles": []})
    emulator.create()
    emulator.control("PUT", "/scenarios", {"profiles": ["flaky-network"]})
    for _ in range(400):
        emulator.api("GET", "/payments/reference-1")
    rules = {each["name"]: each["applied"] for each in emulator.control("GET", "/scenarios").json()["rules"]}
    assert all(rules[name] for name in rules if name != "busy"), rules
    assert 80 < sum(rules.values()) < 200
    assert len(waited) == rules["slow"]


def test_webhook_chaos(start: Start) -> None:
    emulator = start(scenario=("webhook-chaos",))
    for number in range(2):
        content = {"url": f"https://shop.example.com/{number}", "events": ["epayments.payment.created.v1"]}
        emulator.request("POST", "/webhooks/v1/webhooks", headers=emulator.headers(), json=content)
    shown: list[dict[str, Any]] = [each["faults"] for each in emulator.control("GET", "/webhooks").json()["webhooks"]]
    chaos = {"duplicate": True, "delaySeconds": 20, "reorder": True, "wrongSignature": False, "dropFirst": 1}
    calm = {"duplicate": False, "delaySeconds": 0, "reorder": False, "wrongSignature": True, "dropFirst": 0}
    assert sorted(shown, key=lambda each: bool(each["wrongSignature"])) == [chaos, calm]


def test_deadlines(start: Start) -> None:
    emulator = start(scenario=("deadlines",))
    emulator.create()
    emulator.create("order-late")
    emulator.advance("PT9M59S")
    assert emulator.get("order-late")["state"] == "AUTHORIZED"
    assert_problem(emulator.modify("capture", 100, "order-late"), 400, "6100")
    assert_problem(emulator.modify("refund", 100, "order-late"), 400, "6220")
    assert_problem(emulator.api("POST", "/payments/order-late/cancel"), 400, "6030")
    emulator.advance("PT1S")
    assert emulator.get()["state"] == "EXPIRED"


def test_subscriptions(start: Start) -> None:
    shop = Shop(start(scenario=("subscriptions",)))
    agreement = shop.active()
    endings = ("recovers", "no-money", "technical-error", "slow")
    for number, ending in enumerate(endings):
        shop.charged(agreement, "2030-03-20", 1_000, orderId=f"order-{number}-{ending}", retryDays=1)

    def statuses() -> list[str]:
        return [shop.status(agreement, f"order-{number}-{ending}") for number, ending in enumerate(endings)]

    shop.emulator.control("POST", "/clock/set", {"at": "2030-03-20T08:30:00Z"})
    assert statuses() == ["DUE", "DUE", "DUE", "PROCESSING"]
    assert shop.fetch(agreement, "order-2-technical-error")["failureReason"] == "technical_error"
    shop.emulator.control("POST", "/clock/set", {"at": "2030-03-22T08:30:00Z"})
    assert statuses() == ["CHARGED", "FAILED", "FAILED", "CHARGED"]
    last, late = (shop.charged(agreement, day, 1_000) for day in ("2030-04-01", "2030-04-02"))
    shop.emulator.control("POST", "/clock/set", {"at": "2030-04-01T08:30:00Z"})
    assert (shop.status(agreement, last), shop.status(agreement, late)) == ("CHARGED", "CANCELLED")
    assert shop.agreement(agreement)["status"] == "STOPPED"
