"""Playing the customer through the control API."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from mockserver.core.fetching import Errand, MerchantUnreachable
from mockserver.core.instants import timestamp
from tests.control.test_routes import assert_problem
from tests.harness import ORIGIN, START, Emulator, code_of
from tests.phone.browsing import Browser

SCOPES = {"scope": "name address email phoneNumber"}
OPTION = {"id": "home", "name": "To the door", "amount": {"currency": "NOK", "value": 4900}}
GROUP = {"type": "HOME_DELIVERY", "brand": "BRING", "options": [OPTION, OPTION | {"id": "box", "name": "Mailbox"}]}
FIXED: dict[str, Any] = {"profile": SCOPES, "shipping": {"fixedOptions": [GROUP]}}
DYNAMIC: dict[str, Any] = {
    "profile": SCOPES,
    "shipping": {
        "dynamicOptions": {
            "callbackUrl": "https://shop.example.com/shipping",
            "callbackAuthorizationToken": "callback-secret",
        }
    },
}


def act(emulator: Emulator, action: str, content: Any = None, reference: str = "reference-1") -> httpx.Response:
    return emulator.control("POST", f"/payments/123456/{reference}/{action}", content)


@dataclass
class Merchant:
    """Stands in for the merchant's server."""

    status: int = 200
    body: bytes = json.dumps({"groups": [GROUP]}).encode()
    error: Exception | None = None
    asked: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)

    async def __call__(self, url: str, headers: dict[str, str], body: bytes, errand: Errand) -> "Merchant":
        self.asked.append((url, headers, json.loads(body)))
        if self.error is not None:
            raise self.error
        return self

    async def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("action", "state", "event"),
    [
        ("approve", "AUTHORIZED", ("AUTHORIZED", True)),
        ("abort", "ABORTED", ("ABORTED", True)),
        ("expire", "EXPIRED", ("EXPIRED", True)),
        ("decline", "CREATED", ("AUTHORIZED", False)),
    ],
)
def test_each_action_does_what_it_says(emulator: Emulator, action: str, state: str, event: tuple[str, bool]) -> None:
    emulator.create()

    answer = act(emulator, action)

    assert answer.status_code == 200
    assert answer.json()["state"] == state
    assert emulator.get()["state"] == state
    assert [(each["name"], each["success"]) for each in emulator.events()] == [("CREATED", True), event]


@pytest.mark.parametrize("action", ["abort", "expire", "decline"])
@pytest.mark.parametrize("first", ["approve", "abort", "expire"])
def test_what_the_state_does_not_allow_is_a_conflict(emulator: Emulator, first: str, action: str) -> None:
    emulator.create()
    act(emulator, first)
    events = emulator.events()

    assert_problem(act(emulator, action), 409)
    assert emulator.events() == events


def test_an_approved_payment_is_not_approved_again(emulator: Emulator) -> None:
    emulator.create()
    act(emulator, "approve")

    assert code_of(act(emulator, "approve")) == "6230"


@pytest.mark.parametrize("value", [151, 182, 183, 184, 186, 187, 197, 201, 202])
def test_approve_wins_over_magic_amounts(emulator: Emulator, value: int) -> None:
    emulator.create(amount={"currency": "NOK", "value": value})

    assert act(emulator, "approve").json()["state"] == "AUTHORIZED"


@pytest.mark.parametrize("phone", ["4791000002", "4791000003", "4791000006"])
def test_approve_wins_over_cards_and_history(emulator: Emulator, phone: str) -> None:
    emulator.create()

    answer = act(emulator, "approve", {"customer": phone})

    assert (answer.json()["state"], answer.json()["customer"]) == ("AUTHORIZED", phone)


def test_approve_by_default_is_by_the_first_customer_of_the_market(emulator: Emulator) -> None:
    emulator.create()
    assert act(emulator, "approve").json()["customer"] == "4712345678"


def test_approve_by_default_is_by_the_named_customer(emulator: Emulator) -> None:
    emulator.create(customer={"phoneNumber": "4798765432"})
    assert act(emulator, "approve").json()["customer"] == "4798765432"


def test_approve_without_consent_ends_a_payment_that_asks_for_data(emulator: Emulator) -> None:
    emulator.create(profile=SCOPES)
    assert act(emulator, "approve", {"consent": False}).json()["state"] == "ABORTED"


def test_without_consent_nothing_is_refused_that_was_agreed_to_before(emulator: Emulator) -> None:
    emulator.create(profile=SCOPES)
    act(emulator, "approve")
    emulator.create("reference-2", profile=SCOPES)
    assert act(emulator, "approve", {"consent": False}, "reference-2").json()["state"] == "AUTHORIZED"


def test_approve_with_a_card_uses_it(emulator: Emulator) -> None:
    emulator.create()
    act(emulator, "approve", {"card": "9578100000000004"})
    assert emulator.get()["paymentMethod"]["cardBin"] == "957810"


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ({"customer": "123"}, "customer.phoneNumber"),
        ({"customer": 4712345678}, "customer"),
        ({"customer": "+4712345678"}, "customer.phoneNumber"),
        ({"customer": ["4712345678"]}, "customer"),
        ({"consent": "yes"}, "consent"),
        ({"consent": None}, "consent"),
        ({"address": -1}, "address"),
        ({"address": "0"}, "address"),
        ({"address": 1.5}, "address"),
        ({"card": "4925999999999999"}, "card"),
        ({"card": 4925000000000004}, "card"),
        ({"shippingOptionId": "home"}, "shippingOptionId"),
        ({"shippingOptionId": 7}, "shippingOptionId"),
    ],
)
def test_a_bad_approval_is_refused_and_nothing_happens(emulator: Emulator, content: dict[str, Any], named: str) -> None:
    emulator.create()

    assert_problem(act(emulator, "approve", content), 400, named)
    assert emulator.get()["state"] == "CREATED"
    assert len(emulator.events()) == 1


def test_a_customer_who_is_too_young_cannot_approve(emulator: Emulator) -> None:
    emulator.create(minimumUserAge=18)
    assert code_of(act(emulator, "approve", {"customer": "4791000001"})) == "7010"


def test_an_unknown_number_approves_as_a_new_customer(emulator: Emulator) -> None:
    emulator.create()

    act(emulator, "approve", {"customer": "4790909090"})

    assert emulator.control("GET", "/customers/4790909090").json()["has_approved"] is True


def test_an_approval_by_hand_allows_force_approve_from_then_on(emulator: Emulator) -> None:
    newcomer = {"phoneNumber": "4791000006"}
    emulator.create("reference-1", customer=newcomer)
    emulator.create("reference-2", customer=newcomer)
    assert code_of(emulator.approve("reference-2")) == "10020"

    act(emulator, "approve")

    assert emulator.approve("reference-2").status_code == 200


def test_decline_says_why(emulator: Emulator) -> None:
    emulator.create()

    answer = act(emulator, "decline", {"reason": "suspected-fraud"}).json()

    assert (answer["declined"], answer["state"]) == ("suspected-fraud", "CREATED")
    assert "fraud" in answer["detail"]


@pytest.mark.parametrize("reason", ["bad-luck", 151, None, ["no-cards"]])
def test_decline_takes_known_reasons_only(emulator: Emulator, reason: Any) -> None:
    emulator.create()
    assert_problem(act(emulator, "decline", {"reason": reason}), 400, "reason")
    assert len(emulator.events()) == 1


def test_express_with_fixed_options_takes_the_chosen_one(emulator: Emulator) -> None:
    emulator.create(**FIXED)

    answer = act(emulator, "approve", {"shippingOptionId": "box", "customer": "4798765432", "address": 2})

    assert answer.json()["authorized"] == 14_900
    shipping = emulator.get()["shippingDetails"]
    assert (shipping["shippingOptionId"], shipping["shippingCost"]) == ("box", 4900)
    assert shipping["address"]["city"] == "Torstrand"


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ({"shippingOptionId": "rocket"}, "shippingOptionId"),
        ({"address": 7}, "address"),
        ({"address": 10**30}, "address"),
        ({"customer": "4791000005"}, "address"),
    ],
)
@pytest.mark.parametrize("fields", [FIXED, DYNAMIC], ids=["fixed", "dynamic"])
def test_express_with_a_choice_that_does_not_exist_is_refused(
    emulator: Emulator, fields: dict[str, Any], content: dict[str, Any], named: str
) -> None:
    emulator.server.runtime.fetch = Merchant()
    emulator.create(**fields)

    assert_problem(act(emulator, "approve", content), 400, named)
    assert emulator.get()["state"] == "CREATED"


def test_express_with_dynamic_options_asks_the_merchant(emulator: Emulator) -> None:
    merchant = emulator.server.runtime.fetch = Merchant()
    emulator.create(**DYNAMIC)

    assert act(emulator, "approve").json()["authorized"] == 14_900

    ((url, headers, asked),) = merchant.asked
    assert url == "https://shop.example.com/shipping"
    assert headers["Authorization"] == "callback-secret"
    assert asked["reference"] == "reference-1"
    assert asked["PostCode"] == "0258"


@pytest.mark.parametrize(
    "merchant",
    [
        Merchant(status=400, body=b"{}"),
        Merchant(status=500),
        Merchant(status=302),
        Merchant(body=b"<html>"),
        Merchant(body=b'{"groups": [{}]}'),
        Merchant(body=b'{"groups": []}'),
        Merchant(body=json.dumps({"groups": [GROUP]}).replace("NOK", "DKK").encode()),
        Merchant(error=MerchantUnreachable("no answer")),
    ],
    ids=["does not ship", "fails", "redirects", "html", "incomplete", "empty", "other currency", "unreachable"],
)
def test_a_merchant_without_shipping_options_gets_no_approval(emulator: Emulator, merchant: Merchant) -> None:
    emulator.server.runtime.fetch = merchant
    emulator.create(**DYNAMIC)

    assert_problem(act(emulator, "approve"), 400)
    assert emulator.get()["state"] == "CREATED"


def test_payments_are_listed_the_latest_first_and_filtered(emulator: Emulator) -> None:
    for reference in ("reference-1", "reference-2"):
        emulator.create(reference)
    emulator.create("reference-1", msn="223456")
    emulator.approve("reference-2")

    def listed(query: str) -> list[tuple[str, str]]:
        found = emulator.control("GET", f"/payments{query}").json()["payments"]
        return [(each["msn"], each["reference"]) for each in found]

    first, second, danish = ("123456", "reference-1"), ("123456", "reference-2"), ("223456", "reference-1")
    assert listed("") == [danish, second, first]
    assert listed("?msn=123456") == [second, first]
    assert listed("?state=CREATED") == [danish, first]
    assert listed("?state=CREATED&msn=123456") == [first]
    assert listed("?limit=1") == [danish]
    assert listed("?limit=0") == []
    assert listed("?msn=nobody") == []


def test_a_payment_shows_its_events_and_its_page(emulator: Emulator) -> None:
    redirect_url = emulator.create().json()["redirectUrl"]

    shown = emulator.control("GET", "/payments/123456/reference-1").json()

    assert shown["landingPage"] == redirect_url
    assert shown["landingPage"].startswith(f"{ORIGIN}/landing?token=")
    assert shown["events"] == [
        {
            "name": "CREATED",
            "amount": 10_000,
            "success": True,
            "at": timestamp(START),
            "pspReference": emulator.get()["pspReference"],
            "idempotencyKey": "create-reference-1",
            "declined": None,
        }
    ]


def test_while_a_result_is_unknown_the_customer_has_no_say(start: Callable[..., Emulator]) -> None:
    emulator = start()
    emulator.create(amount={"currency": "NOK", "value": 201})
    emulator.approve()

    for action in ("approve", "decline", "abort", "expire"):
        assert code_of(act(emulator, action)) == "6160"


@pytest.mark.parametrize(
    "merchant", [Merchant(status=400), Merchant(error=MerchantUnreachable("no route")), Merchant()]
)
@pytest.mark.parametrize("where", ["control", "page"])
def test_whoever_is_made_for_an_approval_goes_with_it(emulator: Emulator, where: str, merchant: Merchant) -> None:
    emulator.server.runtime.fetch = merchant
    page = emulator.create(**DYNAMIC).json()["redirectUrl"]
    if where == "control":
        answer = act(emulator, "approve", {"customer": "4700000001", "shippingOptionId": "rocket"})
        assert answer.status_code == 400
    else:
        browser = Browser(emulator)
        browser.open(page)
        browser.press("continue", phone="4700000001")
        assert browser.answer.status_code == 200
    assert emulator.control("GET", "/customers/4700000001").status_code == 404


def test_who_tried_to_pay_in_vain_and_why_is_told(emulator: Emulator) -> None:
    emulator.create(customer={"phoneNumber": "4712345678"})
    assert emulator.control("GET", "/payments").json()["payments"][0]["declines"] == []
    act(emulator, "decline", {"reason": "expired-card"})
    emulator.advance("PT1M")
    refused = {"customer": {"phoneNumber": "4793000004"}}
    assert code_of(emulator.api("POST", "/test/payments/reference-1/approve", refused)) == "10010"

    shown = emulator.control("GET", "/payments/123456/reference-1").json()
    expected = [
        {"customer": "4712345678", "reason": "expired-card", "detail": "The card has expired"},
        {"customer": "4793000004", "reason": "refused-by-issuer", "detail": "The card was refused by its issuer"},
    ]
    times = [timestamp(START), timestamp(START + 60_000)]
    assert shown["declines"] == [{"at": at} | each for at, each in zip(times, expected, strict=True)]
    assert [each["declined"] for each in shown["events"]] == [None, *expected]
    assert emulator.control("GET", "/payments").json()["payments"][0]["declines"] == shown["declines"]
    assert {"declined", "reason", "customer"}.isdisjoint(emulator.events()[-1])


def test_the_latest_declines_are_shown_beside_a_payment_and_all_in_its_events(emulator: Emulator) -> None:
    emulator.create()
    for _ in range(12):
        act(emulator, "decline")
    shown = emulator.control("GET", "/payments/123456/reference-1").json()
    assert len(shown["declines"]) == 10
    assert sum(each["declined"] is not None for each in shown["events"]) == 12
    assert shown["declines"][0]["customer"] is None
