"""Scenario rules: each condition and each outcome, through real requests."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from mockserver.app import PRODUCTS
from mockserver.core.errors import Code
from mockserver.scenarios.domain.outcomes import STATUSES
from mockserver.scenarios.domain.scenario import DROPS, Drop
from mockserver.scenarios.scenarios import Scenarios
from mockserver.world.domain.conduct import PaymentBehaviour
from mockserver.world.domain.order_policy import Decision
from tests.apis.helpers import assert_gateway, assert_problem, event_names, new_reference
from tests.harness import WORLD, Emulator, body
from tests.phone.browsing import Browser

Start = Callable[..., Emulator]
REFUSED = {"error": 5070}


def rule(emulator: Emulator, then: dict[str, Any], times: int | None = None, name: str = "rule", **when: Any) -> None:
    content: dict[str, Any] = {"name": name, "when": when, "then": then}
    answer = emulator.control("POST", "/scenarios", content | ({} if times is None else {"times": times}))
    assert answer.status_code == 200, answer.text


def applied(emulator: Emulator, name: str = "rule") -> int:
    return int(emulator.control("GET", f"/scenarios/{name}").json()["applied"])


def refused(emulator: Emulator, reference: str | None = None, **fields: Any) -> bool:
    """Whether a createPayment met the rule."""
    headers = fields.pop("headers", {})
    msn = fields.pop("msn", "123456")
    content = body(reference or new_reference(), msn=msn, **fields)
    answer = emulator.api("POST", "/payments", content, msn=msn, key=new_reference(), **headers)
    assert answer.status_code in (201, 400), answer.text
    return answer.status_code == 400


def partner_headers(emulator: Emulator, msn: str | None = None) -> dict[str, str]:
    partner = next(each for each in WORLD.partners if each.id == "partner-plus")
    assert partner.valid_keys is not None
    headers = {
        "Authorization": f"Bearer {emulator.token(partner.valid_keys)}",
        "Ocp-Apim-Subscription-Key": partner.valid_keys.subscription_key,
    }
    return headers | ({"Merchant-Serial-Number": msn} if msn else {})


def order(emulator: Emulator, **fields: Any) -> httpx.Response:
    content = {
        "businessIdentifier": {"scheme": "business:NO:ORG", "id": "910000004"},
        "productType": "PAYMENT_INTEGRATION",
        "salesUnitName": "Solberg nettbutikk",
    }
    headers = partner_headers(emulator) | {"Idempotency-Key": new_reference()}
    return emulator.request("POST", "/management/v1/product-orders", headers=headers, json=content | fields)


@pytest.mark.parametrize(
    ("when", "fits", "misses"),
    [
        ({"operation": "createPayment"}, {}, None),
        ({"operation": ["createPayment", "capturePayment"]}, {}, None),
        ({"api": "epayment"}, {}, None),
        ({"msn": "123456"}, {}, {"msn": "223456"}),
        ({"msn": ["999999", "2234*"]}, {"msn": "223456"}, {}),
        ({"partner": "partner-plus"}, {"msn": "523456"}, {}),
        ({"client": "d8aaa1f6-*"}, {}, {"msn": "223456"}),
        ({"phone": "4712345678"}, {"customer": {"phoneNumber": "4712345678"}}, {}),
        ({"phone": "47*"}, {"customer": {"phoneNumber": "4712345678"}}, {}),
        ({"reference": "vip-*"}, {"reference": "vip-12345"}, {"reference": "other-123"}),
        ({"amount": 10000}, {}, {"amount": {"currency": "NOK", "value": 10001}}),
        ({"amount": {"min": 5000, "max": 10000}}, {}, {"amount": {"currency": "NOK", "value": 4999}}),
        ({"amount": {"min": 5000}}, {}, {"amount": {"currency": "NOK", "value": 4999}}),
        ({"header": {"X-Test": "a*"}}, {"headers": {"X_Test": "abc"}}, {"headers": {"X_Test": "b"}}),
        ({"from": "2030-01-01T00:00:00Z"}, {}, None),
        ({"until": "2031-01-01T00:00:00Z"}, {}, None),
    ],
)  # fmt: skip
def test_a_condition_lets_some_requests_in_and_others_not(
    start: Start, when: dict[str, Any], fits: dict[str, Any], misses: dict[str, Any] | None
) -> None:
    emulator = start()
    rule(emulator, REFUSED, **when)
    assert refused(emulator, **fits)
    assert applied(emulator) == 1
    if misses is not None:
        assert not refused(emulator, **misses)
        assert applied(emulator) == 1


@pytest.mark.parametrize("when", [{"operation": "capturePayment"}, {"until": "2030-01-01T00:00:00Z"},
                                  {"from": "2031-01-01T00:00:00Z"}, {"msn": "1"}, {"probability": 0}])  # fmt: skip
def test_a_condition_keeps_requests_out(start: Start, when: dict[str, Any]) -> None:
    emulator = start()
    rule(emulator, REFUSED, **when)
    assert not refused(emulator)


def test_orders_are_known_by_product_and_business(start: Start) -> None:
    conditions: list[dict[str, Any]] = [{"product": "LOGIN"}, {"business": "910100009"}]
    for when in conditions:
        emulator = start()
        rule(emulator, {"error": 409, "detail": "Ordered before"}, operation="orderProduct", **when)
        fits = {"productType": "LOGIN", "businessIdentifier": {"scheme": "business:NO:ORG", "id": "910100009"}}
        answer = order(emulator, **fits)
        assert answer.status_code == 409
        assert answer.json()["detail"] == "Ordered before"
        assert order(emulator).status_code == 201


def test_the_nth_the_number_of_times_and_chance(start: Start) -> None:
    emulator = start()
    rule(emulator, REFUSED, nth=3)
    assert [refused(emulator) for _ in range(5)] == [False, False, True, False, False]
    emulator = start()
    rule(emulator, REFUSED, times=2)
    assert [refused(emulator) for _ in range(4)] == [True, True, False, False]
    emulator = start()
    rule(emulator, REFUSED, probability=0.5)
    outcomes = [refused(emulator) for _ in range(60)]
    assert 10 < sum(outcomes) < 50


def test_a_rule_begins_and_ends_with_the_clock(start: Start) -> None:
    emulator = start()
    window: dict[str, Any] = {"from": "2030-03-17T18:46:40Z", "until": "2030-03-17T19:46:40Z"}
    rule(emulator, REFUSED, **window)
    assert not refused(emulator)
    emulator.advance("PT1H")
    assert refused(emulator)
    emulator.advance("PT1H")
    assert not refused(emulator)


def test_the_first_match_wins_and_rules_can_be_switched(start: Start) -> None:
    emulator = start()
    rule(emulator, {"error": 5070}, name="first", msn="123456")
    rule(emulator, {"error": 5080}, name="second", reference="*")
    rule(emulator, {"error": 5020}, name="third")

    def code() -> str:
        content = body(new_reference())
        answer = emulator.api("POST", "/payments", content, key=new_reference())
        return str(answer.json()["extraDetails"][0]["reason"])

    assert code() == "5070"
    assert emulator.control("POST", "/scenarios/first/off").json()["enabled"] is False
    assert code() == "5080"
    assert emulator.control("DELETE", "/scenarios/second").status_code == 200
    assert code() == "5020"
    emulator.control("POST", "/scenarios/first/on")
    assert code() == "5070"
    assert [applied(emulator, name) for name in ("first", "third")] == [2, 1]


def test_the_journal_says_which_rule_decided(start: Start) -> None:
    emulator = start()
    rule(emulator, {"error": 6280}, operation="capturePayment", name="bank down", times=1)
    emulator.create()
    emulator.approve()
    assert_problem(emulator.modify("capture", 100, key="one"), 400, "6280")
    entries = emulator.control("GET", "/requests?operation=capturePayment").json()["requests"]
    assert entries[0]["scenario"] == {"rule": "bank down", "outcome": "error 6280"}
    assert emulator.modify("capture", 100, key="two").status_code == 200
    entries = emulator.control("GET", "/requests?operation=capturePayment").json()["requests"]
    assert entries[0]["scenario"] is None


@pytest.mark.parametrize("code", Code)
def test_every_documented_code_can_be_had(shared_rules: Emulator, code: Code) -> None:
    operation = "refundPayment" if code is Code.REFUND_IDEMPOTENCY else "capturePayment"
    action = "refund" if code is Code.REFUND_IDEMPOTENCY else "capture"
    shared_rules.control("PUT", "/scenarios", {"profiles": []})
    rule(shared_rules, {"error": int(code.number)}, operation=operation)
    assert_problem(shared_rules.modify(action, 100, key=new_reference()), code.status, code.number)


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_can_be_had(shared_rules: Emulator, status: int) -> None:
    shared_rules.control("PUT", "/scenarios", {"profiles": []})
    rule(shared_rules, {"error": status} | ({"retry_after": 7} if status == 429 else {}), operation="capturePayment")
    answer = shared_rules.modify("capture", 100, key=new_reference())
    if status in (401, 429):
        assert_gateway(answer, status)
    else:
        assert_problem(answer, status, "3010" if status == 500 else None)
    assert answer.headers.get("retry-after") == ("7" if status == 429 else None)


def test_other_apis_answer_in_their_own_shape(start: Start) -> None:
    emulator = start()
    rule(emulator, {"error": 403}, api="management", name="a")
    answer = emulator.request("GET", "/management/v1/sales-units", headers=partner_headers(emulator))
    assert answer.status_code == 403
    assert answer.json()["instance"].startswith("urn:uuid:")
    rule(emulator, {"error": 429}, operation="oauth2Token", name="b")
    answer = emulator.request("POST", "/access-management-1.0/access/oauth2/token", data={"grant_type": "x"})
    assert_gateway(answer, 429)
    assert answer.headers["retry-after"] == "30"
    rule(emulator, {"error": 503}, operation="fetchAuthorizationTokenUsingPost", name="c")
    assert emulator.request("POST", "/accesstoken/get").status_code == 503


@pytest.fixture
def shared_rules(start: Start) -> Emulator:
    emulator = start()
    emulator.create()
    emulator.approve()
    return emulator


@pytest.mark.parametrize(("status", "kept"), [(400, True), (404, True), (409, True), (401, False), (403, False),
                                              (423, False), (429, False), (500, False), (503, False)])  # fmt: skip
def test_idempotency_keys_keep_what_they_keep_in_reality(shared_rules: Emulator, status: int, kept: bool) -> None:
    rule(shared_rules, {"error": status}, times=1, operation="capturePayment")
    assert shared_rules.modify("capture", 100, key="same").status_code == status
    assert shared_rules.modify("capture", 100, key="same").status_code == (status if kept else 200)


@pytest.mark.parametrize(
    ("then", "events"),
    [
        ({"payment": "approves"}, ["CREATED", "AUTHORIZED"]),
        ({"payment": "declines", "reason": "expired-card"}, ["CREATED", "AUTHORIZED!"]),
        ({"payment": "second-try"}, ["CREATED", "AUTHORIZED!"]),
        ({"payment": "cancels"}, ["CREATED", "ABORTED"]),
        ({"payment": "no-consent"}, ["CREATED", "ABORTED"]),
        ({"payment": "ignores"}, ["CREATED"]),
        ({"payment": "pending", "for": 60}, ["CREATED"]),
        ({"payment": "by-hand"}, ["CREATED"]),
        ({"payment": "unknown"}, ["CREATED"]),
    ],
)
def test_a_rule_decides_about_the_customer(start: Start, then: dict[str, Any], events: list[str]) -> None:
    emulator = start()
    rule(emulator, then)
    emulator.create(profile={"scope": "name"})
    assert event_names(emulator, "reference-1") == events


def test_every_behaviour_was_tried() -> None:
    (mark,) = test_a_rule_decides_about_the_customer.pytestmark
    assert {case[0]["payment"] for case in mark.args[1]} == set(PaymentBehaviour)


def test_approved_after_a_delay_and_pending_for_a_time(start: Start) -> None:
    emulator = start()
    rule(emulator, {"payment": "approves", "after": 120})
    emulator.create()
    emulator.advance("PT119S")
    assert emulator.get()["state"] == "CREATED"
    emulator.advance("PT1S")
    assert emulator.get()["state"] == "AUTHORIZED"
    emulator = start()
    rule(emulator, {"payment": "pending", "for": 60})
    emulator.create()
    assert_problem(emulator.api("POST", "/payments/reference-1/cancel"), 400, "6250")
    emulator.advance("PT60S")
    assert emulator.get()["state"] == "AUTHORIZED"


def test_a_rule_comes_before_a_behaviour_and_a_control_call_before_the_rule(start: Start) -> None:
    emulator = start()
    rule(emulator, {"payment": "declines"})
    emulator.create(customer={"phoneNumber": "4793000001"}, userFlow="PUSH_MESSAGE", returnUrl=None)
    assert event_names(emulator, "reference-1") == ["CREATED", "AUTHORIZED!"]
    assert_problem(emulator.approve(), 400, "10010")
    assert emulator.control("POST", "/payments/123456/reference-1/approve").status_code == 200
    assert emulator.get()["state"] == "AUTHORIZED"


def test_a_rule_approves_whatever_cards_say(start: Start) -> None:
    emulator = start()
    rule(emulator, {"payment": "approves"})
    emulator.create(customer={"phoneNumber": "4791000002"}, amount={"currency": "NOK", "value": 151})
    assert emulator.get()["state"] == "AUTHORIZED"


def test_a_rule_for_force_approve_says_so(start: Start) -> None:
    emulator = start()
    rule(emulator, {"payment": "declines", "reason": "invalid-card"}, operation="forceApprove")
    emulator.create()
    assert event_names(emulator, "reference-1") == ["CREATED"]
    answer = emulator.approve()
    assert_problem(answer, 400, "10010")
    assert answer.json()["detail"] == "The card is not valid"


def test_a_phone_that_is_picked_on_the_page_counts(start: Start) -> None:
    emulator = start()
    rule(emulator, {"payment": "declines"}, phone="4798765432")
    browser = Browser(emulator)
    browser.open(emulator.create().json()["redirectUrl"])
    browser.press("approve", customer="4798765432")
    assert event_names(emulator, "reference-1") == ["CREATED", "AUTHORIZED!"]
    assert applied(emulator) == 1


@pytest.mark.parametrize(
    ("then", "status"),
    [
        ({"order": "complete", "after": 60, "acts_after": 0}, "COMPLETED"),
        ({"order": "hold", "reason": "purpose-unclear", "after": 60, "acts_after": 0}, "ORDER_SUBMITTED"),
        ({"order": "reject", "after": 60, "acts_after": 0}, "REJECTED"),
        ({"order": "wait", "after": 60, "acts_after": 0}, "ORDER_SUBMITTED"),
    ],
)
def test_a_rule_decides_about_an_order(start: Start, then: dict[str, Any], status: str) -> None:
    emulator = start()
    rule(emulator, then, business="211756004")
    made = order(emulator, businessIdentifier={"scheme": "business:NO:ORG", "id": "211756004"})
    assert made.status_code == 201, made.text
    emulator.advance("PT30S")
    shown = emulator.control("GET", "/product-orders").json()["productOrders"][0]
    assert (shown["status"], shown["hold"]) == ("ORDER_SUBMITTED", None)
    emulator.advance("PT31S")
    shown = emulator.control("GET", "/product-orders").json()["productOrders"][0]
    assert shown["status"] == status
    assert shown["hold"] == then.get("reason")


def test_every_decision_was_tried() -> None:
    (mark,) = test_a_rule_decides_about_an_order.pytestmark
    assert {case[0]["order"] for case in mark.args[1]} == set(Decision)


@pytest.mark.parametrize(
    ("drop", "fields", "status", "code"),
    [
        ("payments", {}, 403, None),
        ("push", {"userFlow": "PUSH_MESSAGE", "customer": {"phoneNumber": "4712345678"}}, 400, "5080"),
        ("card", {"paymentMethod": {"type": "CARD"}}, 400, "4160"),
        ("express", {"shipping": {"fixedOptions": []}}, 400, None),
        ("long-living", {"expiresAt": "2030-03-18T18:46:40Z"}, 400, "5050"),
        ("nin", {"profile": {"scope": "nin"}}, 400, "5030"),
    ],
)
def test_a_rule_drops_a_right_of_a_unit(
    start: Start, drop: str, fields: dict[str, Any], status: int, code: str | None
) -> None:
    emulator = start()
    if drop == "express":
        option = {"id": "post", "amount": {"currency": "NOK", "value": 4900}, "name": "Post"}
        group = {"type": "HOME_DELIVERY", "brand": "POSTEN", "options": [option]}
        fields, code = (
            {"shipping": {"fixedOptions": [group]}, "profile": {"scope": "name address email phoneNumber"}},
            "5020",
        )
    if drop == "long-living":
        line = {"id": "1", "name": "Socks", "totalAmount": 10000, "totalAmountExcludingTax": 8000,
                "totalTaxAmount": 2000, "taxPercentage": 25}  # fmt: skip
        fields |= {"receipt": {"orderLines": [line], "bottomLine": {"currency": "NOK"}}}
    rule(emulator, {"drop": drop}, times=1, operation="createPayment")
    assert_problem(emulator.create(**fields), status, code)
    assert emulator.create("reference-2", **fields).status_code == 201


def test_a_rule_drops_captures_in_parts(shared_rules: Emulator) -> None:
    rule(shared_rules, {"drop": "partial-capture"}, operation="capturePayment")
    assert_problem(shared_rules.modify("capture", 100), 400, "6140")


@pytest.mark.parametrize(("drop", "title"), [("prefill", "Not authorized to create a product order"),
                                             ("management", "Not authorized to create a product order")])  # fmt: skip
def test_a_rule_drops_a_right_of_a_partner(start: Start, drop: str, title: str) -> None:
    emulator = start()
    rule(emulator, {"drop": drop})
    answer = order(emulator)
    assert (answer.status_code, answer.json()["title"]) == (403, title)
    answer = emulator.request("GET", "/management/v1/sales-units", headers=partner_headers(emulator))
    assert answer.status_code == (200 if drop == "prefill" else 403)
    own = emulator.request("GET", "/management/v1/sales-units", headers=emulator.headers())
    assert own.status_code == 200


def test_a_rule_takes_a_unit_from_its_partner(start: Start) -> None:
    emulator = start()
    rule(emulator, {"drop": "connection"}, msn="523456")
    headers = partner_headers(emulator, "523456")
    assert_problem(emulator.request("GET", "/epayment/v1/payments/reference-1", headers=headers), 403)
    assert_problem(emulator.api("GET", "/payments/reference-1", msn="523456"), 404, "5090")


def test_every_right_was_dropped() -> None:
    (mark,) = test_a_rule_drops_a_right_of_a_unit.pytestmark
    tried = {case[0] for case in mark.args[1]}
    tried |= {"partial-capture", "prefill", "management", "connection", "recurring"}  # each has a test of its own
    assert tried == set(Drop) == set(DROPS)


def test_a_rule_breaks_webhooks_that_are_registered(start: Start) -> None:
    emulator = start()
    faults = {"duplicate": True, "delay": 5, "reorder": True, "wrong_signature": True, "drop_first": 2}
    rule(emulator, {"webhook": faults})
    content = {"url": "https://shop.example.com/hook", "events": ["epayments.payment.created.v1"]}
    answer = emulator.request("POST", "/webhooks/v1/webhooks", headers=emulator.headers(), json=content)
    assert answer.status_code == 201, answer.text
    (shown,) = emulator.control("GET", "/webhooks").json()["webhooks"]
    wanted = {"duplicate": True, "delaySeconds": 5, "reorder": True, "wrongSignature": True, "dropFirst": 2}
    assert shown["faults"] == wanted


def test_all_conditions_and_outcomes_are_known_here() -> None:
    assert set(PRODUCTS.vocabulary.conditions) == {
        "operation", "api", "msn", "partner", "client", "phone", "reference", "amount", "agreement", "charge",
        "product", "business",
        "header", "nth", "probability", "from", "until", "times",
    }  # fmt: skip
    assert set(PRODUCTS.vocabulary.kinds) == {
        "payment",
        "agreement",
        "charge",
        "order",
        "drop",
        "error",
        "fault",
        "webhook",
    }


def test_who_is_refused_at_the_door_meets_no_rule(start: Start) -> None:
    emulator = start()
    rule(emulator, {"error": 503})
    answer = emulator.request("GET", "/epayment/v1/payments/reference-1", headers={"Authorization": "Bearer x"})
    assert_gateway(answer, 401)
    assert applied(emulator) == 0


def test_a_reset_goes_back_to_the_first_rules(start: Start) -> None:
    emulator = start(scenario=("deadlines",))
    names = [each["name"] for each in emulator.control("GET", "/scenarios").json()["rules"]]
    emulator.create("reference-late")
    rule(emulator, REFUSED)
    emulator.control("POST", "/reset")
    after = emulator.control("GET", "/scenarios").json()["rules"]
    assert [each["name"] for each in after] == names
    assert {each["applied"] for each in after} == {0}


def test_the_same_seed_and_calls_give_the_same_bytes() -> None:
    def run() -> list[tuple[int, bytes]]:
        loop = asyncio.new_event_loop()
        emulator = Emulator(loop, scenario=("flaky-network",))
        emulator.server.runtime.parts.of(Scenarios).pause = _no_time
        try:
            answers = []
            for number in range(40):
                for answer in (emulator.create(f"reference-{number}"), emulator.approve(f"reference-{number}")):
                    answers.append((answer.status_code, answer.content))
            return answers
        finally:
            emulator.close()
            loop.close()

    first = run()
    assert first == run()
    assert len({status for status, _ in first}) > 3


async def _no_time(seconds: float) -> None:
    """Waits for nothing."""
