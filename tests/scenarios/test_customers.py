"""Rules about customers: what they do in the app, and when they are picked on the landing page."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.apis.helpers import assert_problem, event_names, set_customer
from tests.harness import WORLD, Emulator
from tests.phone.browsing import Browser, visit
from tests.scenarios.test_rules import applied, rule

Start = Callable[..., Emulator]
PHONE = "4798765432"
NAMED: dict[str, Any] = {"customer": {"phoneNumber": PHONE}}


def pressed(emulator: Emulator, **fields: Any) -> Browser:
    """A browser after the customer was picked and has pressed the button."""
    browser = visit(emulator, **fields)
    browser.press("approve", customer=PHONE)
    return browser


def test_a_payment_that_asks_somebody_unknown_is_refused(start: Start) -> None:
    emulator = start()
    rule(emulator, {"payment": "unknown"}, phone=PHONE)
    answer = emulator.create(**NAMED, userFlow="PUSH_MESSAGE", returnUrl=None)
    assert_problem(answer, 400, "7010")
    assert_problem(emulator.api("GET", "/payments/reference-1"), 404, "5090")


def test_nobody_who_is_unknown_pays_on_the_page_or_by_force(start: Start) -> None:
    emulator = start()
    rule(emulator, {"payment": "unknown"}, phone=PHONE)
    browser = pressed(emulator)
    assert browser.refused
    assert f"No customer has the phone number {PHONE}" in browser.page.text
    emulator.create("reference-2", **NAMED)
    assert_problem(emulator.approve("reference-2"), 400, "7010")
    assert event_names(emulator, "reference-1") == event_names(emulator, "reference-2") == ["CREATED"]


def test_who_ignores_a_payment_once_goes_on_ignoring_it(start: Start) -> None:
    emulator = start()
    rule(emulator, {"payment": "ignores"}, times=1, phone=PHONE)
    browser = pressed(emulator)
    assert browser.refused
    browser.press("approve", customer=PHONE)
    assert browser.refused
    assert emulator.get()["state"] == "CREATED"
    assert applied(emulator) == 1


def test_a_choice_that_is_refused_meets_no_rule(start: Start) -> None:
    emulator = start()
    rule(emulator, {"payment": "declines"}, phone="1*")
    browser = visit(emulator)
    browser.press("approve", customer="", phone="12")
    assert browser.refused
    assert applied(emulator) == 0


@pytest.mark.parametrize(("consent", "state"), [("yes", "AUTHORIZED"), (None, "ABORTED")])
def test_who_takes_its_time_keeps_what_was_ticked(start: Start, consent: str | None, state: str) -> None:
    emulator = start()
    set_customer(emulator, PHONE, payment="approves", payment_delay=30)
    browser = visit(emulator, profile={"scope": "name"})
    assert "takes time to answer" in browser.press("approve", customer=PHONE, consent=consent).text
    emulator.advance("PT30S")
    assert emulator.get()["state"] == state


TOKEN = next(each.token for each in WORLD.customers if each.phone == PHONE)
NAMES: list[dict[str, str]] = [
    {"phoneNumber": PHONE},
    {"personalQr": f"https://qr.vipps.no/p/{PHONE}"},
    {"customerToken": TOKEN},
]


@pytest.mark.parametrize("customer", NAMES)
def test_a_phone_is_known_however_the_customer_is_named(start: Start, customer: dict[str, str]) -> None:
    emulator = start()
    rule(emulator, {"error": 5070}, operation="createPayment", phone=PHONE)
    assert emulator.create("reference-2").status_code == 201
    assert_problem(emulator.create(customer=customer), 400, "5070")


@pytest.mark.parametrize("named", [True, False])
def test_a_phone_is_known_of_later_operations(start: Start, named: bool) -> None:
    emulator = start()
    emulator.create(**NAMED if named else {})
    assert emulator.control("POST", "/payments/123456/reference-1/approve", {"customer": PHONE}).status_code == 200
    emulator.create("reference-2", customer={"phoneNumber": "4712345678"})
    emulator.approve("reference-2")
    rule(emulator, {"error": 6280}, phone=PHONE, operation=["capturePayment", "getPaymentEventLog"])
    for reference, status in (("reference-1", 400), ("reference-2", 200)):
        assert emulator.modify("capture", 100, reference).status_code == status
        assert emulator.api("GET", f"/payments/{reference}/events").status_code == status
    assert applied(emulator) == 2
    number = emulator.control("GET", "/requests?operation=capturePayment").json()["requests"][1]["id"]
    assert emulator.control("GET", f"/scenarios/rule/explain?entry={number}").json()["matches"] is True


def test_a_phone_is_known_before_anybody_approved(start: Start) -> None:
    emulator = start()
    emulator.create(**NAMED)
    emulator.create("reference-2")
    rule(emulator, {"payment": "declines"}, phone=PHONE, operation="forceApprove")
    assert_problem(emulator.approve(), 400, "10010")
    assert emulator.approve("reference-2").status_code == 200


def test_a_rule_that_chose_on_the_page_stands_in_the_journal(start: Start) -> None:
    emulator = start()
    rule(emulator, {"payment": "declines"}, phone=PHONE)
    browser = pressed(emulator)
    browser.press("approve", customer=PHONE)
    entries = emulator.control("GET", "/requests?reference=reference-1").json()["requests"]
    traced = [each for each in entries if each["scenario"] is not None]
    assert [(each["path"], each["msn"], each["scenario"]) for each in traced] == [
        ("/landing", "123456", {"rule": "rule", "outcome": "payment declines"})
    ]
    assert traced[0]["request"]["body"] == f"customer={PHONE}"
    assert applied(emulator) == 1


def test_whose_payment_it_is_changes_as_soon_as_somebody_else_pays(start: Start) -> None:
    """Also when rules have asked before: nothing that was found out then may be told later."""
    emulator = start()
    when = {"operation": "getPayment", "phone": "4798765432"}
    answer = emulator.control("POST", "/scenarios", {"name": "theirs", "when": when, "then": {"error": 423}})
    assert answer.status_code == 200

    def seen() -> list[int]:
        return [emulator.api("GET", f"/payments/{reference}").status_code for reference in ("first-one", "other-one")]

    assert seen() == [404, 404]
    emulator.create("first-one")
    emulator.create("other-one", customer={"phoneNumber": "4798765432"})
    assert seen() == [200, 423]
    emulator.control("POST", "/payments/123456/first-one/approve", {"customer": "4798765432"})
    emulator.control("POST", "/payments/123456/other-one/approve", {"customer": "4712345678"})
    assert seen() == [423, 200]
    emulator.control("PUT", "/snapshots/here")
    emulator.control("POST", "/reset")
    emulator.create("first-one")
    emulator.create("other-one")
    emulator.control("POST", "/scenarios", {"name": "theirs", "when": when, "then": {"error": 423}})
    assert seen() == [200, 200]
    emulator.control("POST", "/snapshots/here/restore")
    assert seen() == [423, 200]
