"""Holds from the email that asks to the order that goes on: by rule, by the clock, and by hand."""

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.world.domain.order_policy import HoldReason
from tests.apis.management.partner import (
    ANSWERS,
    AT_ONCE,
    CUSTOMER,
    NEW,
    agree,
    by_hand,
    control,
    do,
    emails,
    inside,
    order_body,
    post,
    prefilled,
    status,
    unit_of,
)
from tests.harness import Emulator

RISK = HoldReason.RISK_AND_COMPLIANCE
LACKS: dict[str, Any] = dict.fromkeys(("settlementBankAccount", "merchantCategoryCode", "intendedPurpose"), ...)
WHOLE = {"account": {"scheme": "BBAN:NO", "id": "86011117947"}, "category": "5999", "purpose": "Socks"}


def policy(emulator: Emulator, **fields: Any) -> None:
    control(emulator, "PATCH", "/merchants/merchant-no-2", {"orders": {"processing": 0} | fields})


def held(emulator: Emulator, reason: HoldReason = RISK, **fields: Any) -> str:
    """The id of an order that is on hold, and whose processing is over."""
    policy(emulator, decision="hold", hold=reason, **fields)
    id_ = prefilled(emulator, CUSTOMER, salesUnitName="Sock shop")
    assert do(emulator, id_, "submit")["status"] == "ORDER_SUBMITTED"
    assert inside(emulator, id_)["hold"] == reason
    return id_


def kinds(emulator: Emulator, id_: str) -> list[str]:
    return [each["kind"] for each in emails(emulator, id_)]


@pytest.mark.parametrize("reason", list(HoldReason))
def test_an_answer_is_reviewed_for_a_day_by_default(emulator: Emulator, reason: HoldReason) -> None:
    id_ = held(emulator, reason)
    answered = do(emulator, id_, "answer", ANSWERS[reason])
    assert (answered["hold"], answered["answered"]) == (reason, True)
    assert answered["reviewAt"] == "2030-03-18T17:46:40.000Z"
    (kept,) = answered["answers"]
    assert (kept["reason"], kept["at"]) == (reason, "2030-03-17T17:46:40.000Z")
    assert {name: value for name, value in kept["given"].items() if value} == ANSWERS[reason]
    emulator.advance("PT23H59M59.999S")
    assert (status(emulator, id_), inside(emulator, id_)["hold"]) == ("ORDER_SUBMITTED", reason)
    emulator.advance("PT0.001S")
    assert status(emulator, id_) == "COMPLETED"
    assert inside(emulator, id_)["answers"] == [kept]


@pytest.mark.parametrize("reason", list(HoldReason))
def test_an_answer_can_be_enough(emulator: Emulator, reason: HoldReason) -> None:
    id_ = held(emulator, reason, answer="release")
    assert do(emulator, id_, "answer", ANSWERS[reason])["status"] == "COMPLETED"


@pytest.mark.parametrize("reason", list(HoldReason))
def test_an_answer_can_leave_it_to_the_operator(emulator: Emulator, reason: HoldReason) -> None:
    id_ = held(emulator, reason, answer="wait")
    answered = do(emulator, id_, "answer", ANSWERS[reason])
    assert (answered["answered"], answered["reviewAt"]) == (True, None)
    emulator.advance("P200D")
    assert (inside(emulator, id_)["hold"], kinds(emulator, id_)) == (reason, ["order-held"])
    assert do(emulator, id_, "release")["status"] == "COMPLETED"


def test_the_server_s_settings_are_for_merchants_without_a_policy(start: Any) -> None:
    emulator = start(order_decision="hold", order_hold="purpose-unclear", order_processing=0, order_review=60)
    id_ = prefilled(emulator, CUSTOMER)
    do(emulator, id_, "submit")
    do(emulator, id_, "answer", {"purpose": "Wool"})
    emulator.advance("PT59.999S")
    assert status(emulator, id_) == "ORDER_SUBMITTED"
    emulator.advance("PT0.001S")
    assert status(emulator, id_) == "COMPLETED"


@pytest.mark.parametrize(
    ("chosen", "wait", "then"),
    [
        ({"answer": "release"}, "PT0S", "COMPLETED"),
        ({"answer": "review", "review": 3600}, "PT1H", "COMPLETED"),
        ({"review": 3600}, "PT59M", "ORDER_SUBMITTED"),
        ({"answer": "wait"}, "P30D", "ORDER_SUBMITTED"),
    ],
)
def test_a_scenario_says_what_an_answer_leads_to(
    emulator: Emulator, chosen: dict[str, Any], wait: str, then: str
) -> None:
    outcome = {"order": "hold", "reason": RISK, "after": 0, "acts_after": 0} | chosen
    rule = {"name": "asks", "when": {"operation": "orderProduct"}, "then": outcome}
    assert emulator.control("POST", "/scenarios", rule).is_success
    id_ = prefilled(emulator, CUSTOMER)
    do(emulator, id_, "answer", ANSWERS[RISK])
    emulator.advance(wait)
    assert status(emulator, id_) == then


def test_a_second_answer_begins_the_review_anew(emulator: Emulator) -> None:
    id_ = held(emulator)
    do(emulator, id_, "answer", {"text": "One"})
    emulator.advance("PT23H")
    assert len(do(emulator, id_, "answer", {"text": "Two"})["answers"]) == 2
    emulator.advance("PT23H")
    assert status(emulator, id_) == "ORDER_SUBMITTED"
    emulator.advance("PT1H")
    assert status(emulator, id_) == "COMPLETED"


def test_a_new_hold_ends_the_review_of_an_old_answer(emulator: Emulator) -> None:
    id_ = held(emulator)
    do(emulator, id_, "answer", {"text": "One"})
    again = do(emulator, id_, "hold", {"reason": "website-without-terms"})
    assert (again["answered"], again["reviewAt"], len(again["answers"])) == (False, None, 1)
    emulator.advance("P3D")
    assert inside(emulator, id_)["hold"] == "website-without-terms"
    do(emulator, id_, "answer", {"terms": "https://shop.example.com/conditions"})
    emulator.advance("P1D")
    assert status(emulator, id_) == "COMPLETED"
    assert inside(emulator, id_)["form"]["website"]["terms_url"] == "https://shop.example.com/conditions"


def test_an_answer_before_processing_is_over_waits_for_it(emulator: Emulator) -> None:
    policy(emulator, processing=100_000, answer="release")
    id_ = prefilled(emulator, CUSTOMER)
    do(emulator, id_, "submit")
    do(emulator, id_, "hold", {"reason": RISK})
    assert do(emulator, id_, "answer", ANSWERS[RISK])["hold"] is None
    assert status(emulator, id_) == "ORDER_SUBMITTED"
    emulator.advance("PT100000S")
    assert status(emulator, id_) == "COMPLETED"


def test_the_merchant_alone_is_asked_and_reminded_every_week_until_it_answers(emulator: Emulator) -> None:
    id_ = held(emulator, HoldReason.WEBSITE_WITHOUT_TERMS)
    (asked,) = emails(emulator, id_)
    assert asked["kind"] == "order-held"
    for fact in (
        "Reason: The website does not show the terms of sale",
        "What to do now: Publish the terms of sale on your website",
        f"Answer here: http://emulator.test/register/vippspanett/{id_}",
        "Organisation number: 211756004",
        "Sock shop",
    ):
        assert fact in asked["text"]
    emulator.advance("P6DT23H59M59.999S")
    assert kinds(emulator, id_) == ["order-held"]
    emulator.advance("PT0.001S")
    assert kinds(emulator, id_) == ["order-held", "order-reminder"]
    emulator.advance("P7D")
    assert kinds(emulator, id_) == ["order-held", "order-reminder", "order-reminder"]
    do(emulator, id_, "answer", ANSWERS[HoldReason.WEBSITE_WITHOUT_TERMS])
    emulator.advance("P30D")
    assert kinds(emulator, id_)[3:] == ["order-completed"] * 2
    asked_for = {each["address"] for each in emails(emulator, id_)[:3]}
    assert asked_for == {"merchant-no-2@merchant.example.com"}


@pytest.mark.parametrize("action", ["release", "approve", "reject"])
def test_whatever_ends_a_hold_ends_its_reminders(emulator: Emulator, action: str) -> None:
    id_ = held(emulator)
    do(emulator, id_, action)
    emulator.advance("P100D")
    assert "order-reminder" not in kinds(emulator, id_)


def test_reminders_end_at_last_and_the_order_stays_on_hold(emulator: Emulator) -> None:
    id_ = held(emulator)
    emulator.advance("P3650D")
    assert kinds(emulator, id_) == ["order-held", *["order-reminder"] * 12]
    assert inside(emulator, id_)["hold"] == RISK


def test_reminders_of_an_old_hold_do_not_come_in_the_next(emulator: Emulator) -> None:
    id_ = held(emulator)
    emulator.advance("P5D")
    do(emulator, id_, "hold", {"reason": "purpose-unclear"})
    emulator.advance("P6D")
    assert kinds(emulator, id_) == ["order-held"] * 2
    emulator.advance("P1D")
    assert kinds(emulator, id_) == ["order-held", "order-held", "order-reminder"]


@pytest.mark.parametrize(
    ("lacks", "reason"),
    [
        ({"intendedPurpose": ...}, "purpose-unclear"),
        ({"settlementBankAccount": ...}, "information-missing"),
        ({"merchantCategoryCode": ...}, "information-missing"),
        ({"merchantCategoryCode": "1234"}, "information-missing"),
        ({"website": ...}, "information-missing"),
        ({"website": {"url": "http://a.example.com", "termsUrl": "http://a.example.com"}}, "information-missing"),
        (LACKS, "information-missing"),
    ],
)
def test_an_order_that_lacks_something_is_held_when_it_was_processed(
    emulator: Emulator, lacks: dict[str, Any], reason: str
) -> None:
    id_ = prefilled(emulator, CUSTOMER, **lacks)
    do(emulator, id_, "submit")
    emulator.advance("PT23H59M59S")
    assert inside(emulator, id_)["hold"] is None
    emulator.advance("PT1S")
    assert (status(emulator, id_), inside(emulator, id_)["hold"]) == ("ORDER_SUBMITTED", reason)
    (email,) = emails(emulator, id_)
    assert email["kind"] == "order-held"


def test_what_an_order_lacked_is_in_it_after_the_answer(emulator: Emulator) -> None:
    policy(emulator, answer="release")
    id_ = prefilled(emulator, CUSTOMER, **LACKS)
    do(emulator, id_, "submit")
    refused = emulator.control("POST", f"/product-orders/{id_}/answer", {"text": "What do you need?"})
    fields = [each["name"] for each in refused.json()["extraDetails"]]
    assert (refused.status_code, fields) == (400, ["account", "category", "purpose"])
    assert do(emulator, id_, "answer", WHOLE)["status"] == "COMPLETED"
    assert unit_of(emulator, id_)["account"] == WHOLE["account"]


def test_the_operator_can_let_an_order_go_on_that_lacks_something(emulator: Emulator) -> None:
    policy(emulator)
    id_ = prefilled(emulator, CUSTOMER, **LACKS)
    do(emulator, id_, "submit")
    assert do(emulator, id_, "release")["status"] == "COMPLETED"


def test_an_answer_to_another_hold_does_not_complete_an_order_that_lacks_something(emulator: Emulator) -> None:
    policy(emulator, processing=1000, answer="release")
    id_ = prefilled(emulator, CUSTOMER, **LACKS)
    do(emulator, id_, "submit")
    do(emulator, id_, "hold", {"reason": RISK})
    assert do(emulator, id_, "answer", ANSWERS[RISK])["hold"] == "information-missing"
    assert kinds(emulator, id_) == ["order-held"] * 2


def test_a_merchant_that_acts_by_itself_fills_in_what_the_form_asks_for(emulator: Emulator) -> None:
    id_ = prefilled(emulator, AT_ONCE, website=..., **LACKS)
    assert status(emulator, id_) == "COMPLETED"
    form = inside(emulator, id_)["form"]
    assert all(form[name] for name in ("account", "category", "purpose", "website"))


@pytest.mark.parametrize("type_", ["MANUAL", "TEMPLATE"])
def test_orders_that_did_not_come_by_api_are_held_and_answered_too(emulator: Emulator, type_: str) -> None:
    policy(emulator, answer="release")
    id_ = by_hand(emulator, type_, CUSTOMER, product="CASHIER")
    emulator.advance("PT0S")
    assert inside(emulator, id_)["hold"] == "information-missing"
    (email,) = emails(emulator, id_)
    assert f"Answer here: http://emulator.test/portal/orders/{id_}" in email["text"]
    assert do(emulator, id_, "answer", WHOLE)["status"] == "COMPLETED"


def test_a_signature_answers_a_hold_for_want_of_it(emulator: Emulator) -> None:
    id_ = prefilled(emulator, NEW)
    agree(emulator, "merchant-new", "sign", {"withRights": False})
    do(emulator, id_, "submit")
    emulator.advance("P1D")
    assert inside(emulator, id_)["hold"] == "signatory-without-rights"
    answered = do(emulator, id_, "answer", {"signatory": "Kari Nordmann"})
    assert (answered["hold"], len(answered["answers"])) == (None, 1)
    agreement = control(emulator, "GET", "/merchants/merchant-new")["agreement"]
    assert (agreement["state"], agreement["with_rights"]) == ("SIGNED", True)
    emulator.advance("P1D")
    assert status(emulator, id_) == "COMPLETED"


def test_signing_the_agreement_is_kept_as_the_answer(emulator: Emulator) -> None:
    id_ = prefilled(emulator, NEW)
    agree(emulator, "merchant-new", "sign", {"withRights": False})
    do(emulator, id_, "submit")
    emulator.advance("P1D")
    agree(emulator, "merchant-new", "sign")
    (answer,) = inside(emulator, id_)["answers"]
    assert (answer["reason"], "signing rights" in answer["given"]["text"]) == ("signatory-without-rights", True)
    emulator.advance("P30D")
    assert kinds(emulator, id_) == ["order-held", "order-completed", "order-completed"]


def test_ordering_another_product_makes_an_order_beside_it(emulator: Emulator) -> None:
    id_ = held(emulator, HoldReason.NO_PRODUCT_ORDERED, answer="release")
    assert do(emulator, id_, "answer", {"product": "CASHIER"})["status"] == "COMPLETED"
    other, first = control(emulator, "GET", "/product-orders?merchant=merchant-no-2")["productOrders"]
    assert (first["id"], other["type"], other["form"]["product"]) == (id_, "MANUAL", "CASHIER")
    assert other["form"]["account"] == first["form"]["account"]


def test_the_same_product_makes_no_other_order(emulator: Emulator) -> None:
    id_ = held(emulator, HoldReason.NO_PRODUCT_ORDERED)
    do(emulator, id_, "answer", {"product": "PAYMENT_INTEGRATION"})
    assert len(control(emulator, "GET", "/product-orders?merchant=merchant-no-2")["productOrders"]) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"text": ""},
        {"text": 5},
        {"terms": "https://shop.example.com"},
        {"nonsense": "x"},
        {"documents": "a.pdf"},
        {"text": "x", "product": "SOCKS"},
        {"text": "x" * 5001},
        {"text": "x", "documents": ["a"] * 4},
    ],
)
def test_a_bad_answer_changes_nothing(emulator: Emulator, wrong: Any) -> None:
    id_ = held(emulator)
    before = inside(emulator, id_)
    answer = emulator.control("POST", f"/product-orders/{id_}/answer", wrong)
    assert (answer.status_code, inside(emulator, id_)) == (400, before)


def test_what_is_not_held_takes_no_answer(emulator: Emulator) -> None:
    id_ = prefilled(emulator, CUSTOMER)
    for action in (None, "view", "submit", "reject"):
        if action:
            do(emulator, id_, action)
        refused = emulator.control("POST", f"/product-orders/{id_}/answer", {"text": "Hello"})
        assert refused.status_code == 409
    assert emulator.control("POST", "/product-orders/nothing/answer", {"text": "x"}).status_code == 404


def test_a_hold_goes_on_where_it_was_in_another_server(emulator: Emulator, start: Any) -> None:
    reminded, reviewed = held(emulator), held(emulator, answer="review")
    do(emulator, reviewed, "answer", ANSWERS[RISK])
    emulator.advance("PT12H")
    state = emulator.control("GET", "/state").json()
    other = start()
    assert other.control("PUT", "/state", state).is_success
    assert other.control("GET", "/state").json() == state
    other.advance("PT12H")
    assert [inside(other, id_)["status"] for id_ in (reminded, reviewed)] == ["ORDER_SUBMITTED", "COMPLETED"]
    other.advance("P6D")
    assert kinds(other, reminded) == ["order-held", "order-reminder"]


def test_a_refused_order_writes_nothing(emulator: Emulator) -> None:
    assert post(emulator, {"businessIdentifier": {}}).status_code == 400
    assert control(emulator, "GET", "/emails")["emails"] == []


@pytest.mark.parametrize(
    ("host", "link"),
    [
        ("evil.example", None),
        ("evil.example:8080", None),
        ("127.0.0.1:8080@evil.example", None),
        ("", None),
        ("shop.test:81", "http://shop.test:81"),
    ],
)
def test_a_partner_cannot_lead_a_merchant_elsewhere(emulator: Emulator, host: str, link: str | None) -> None:
    policy(emulator, decision="hold", hold=RISK)
    id_ = post(emulator, order_body(CUSTOMER), Host=host).json()["prefilledOrderId"]
    do(emulator, id_, "submit")
    (asked,) = emails(emulator, id_)
    assert "evil" not in asked["text"]
    assert (f"Answer here: {link}/register/vippspanett/{id_}" in asked["text"]) is (link is not None)
    assert ("Answer here" in asked["text"]) is (link is not None)


def test_the_public_address_is_told_whatever_a_partner_asks_for(start: Callable[..., Emulator]) -> None:
    emulator = start(public_url="https://mock.example.com")
    policy(emulator, decision="hold", hold=RISK)
    id_ = post(emulator, order_body(CUSTOMER), Host="evil.example").json()["prefilledOrderId"]
    do(emulator, id_, "submit")
    (asked,) = emails(emulator, id_)
    assert f"Answer here: https://mock.example.com/register/vippspanett/{id_}" in asked["text"]
