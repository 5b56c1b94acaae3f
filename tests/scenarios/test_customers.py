"""Rules about customers: what they do in the app, and when they are picked on the landing page."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.apis.helpers import assert_problem, event_names, set_customer
from tests.harness import Emulator
from tests.scenarios.test_rules import applied, rule
from tests.wallet.browsing import Browser, visit

Start = Callable[..., Emulator]
PHONE = "4798765432"
NAMED: dict[str, Any] = {"customer": {"phoneNumber": PHONE}}


def pressed(emulator: Emulator, **fields: Any) -> Browser:
    """A browser after the customer was picked and has pressed the button."""
    browser = visit(emulator, **fields)
    browser.press("approve", customer=PHONE)
    return browser


@pytest.mark.parametrize("fields", [{"userFlow": "PUSH_MESSAGE", "returnUrl": None}, {"minimumUserAge": 18}])
def test_a_payment_that_asks_somebody_unknown_is_refused(start: Start, fields: dict[str, Any]) -> None:
    emulator = start()
    rule(emulator, {"payment": "unknown"}, phone=PHONE)
    answer = emulator.create(**NAMED | fields)
    assert_problem(answer, 400, "7010")
    assert_problem(emulator.api("GET", "/payments/reference-1"), 404, "5090")


def test_nobody_who_is_unknown_pays_on_the_page_or_by_force(start: Start) -> None:
    emulator = start()
    rule(emulator, {"payment": "unknown"}, phone=PHONE)
    browser = pressed(emulator)
    assert browser.answer.status_code == 422
    assert f"No customer has the phone number {PHONE}" in browser.page.text
    emulator.create("reference-2", **NAMED)
    assert_problem(emulator.approve("reference-2"), 400, "7010")
    assert event_names(emulator, "reference-1") == event_names(emulator, "reference-2") == ["CREATED"]


def test_who_ignores_a_payment_once_goes_on_ignoring_it(start: Start) -> None:
    emulator = start()
    rule(emulator, {"payment": "ignores"}, times=1, phone=PHONE)
    browser = pressed(emulator)
    assert browser.answer.status_code == 422
    browser.press("approve", customer=PHONE)
    assert browser.answer.status_code == 422
    assert emulator.get()["state"] == "CREATED"
    assert applied(emulator) == 1


def test_a_choice_that_is_refused_meets_no_rule(start: Start) -> None:
    emulator = start()
    rule(emulator, {"payment": "declines"}, phone="1*")
    browser = visit(emulator)
    browser.press("approve", customer="", phone="12")
    assert browser.answer.status_code == 422
    assert applied(emulator) == 0


@pytest.mark.parametrize(("consent", "state"), [("yes", "AUTHORIZED"), (None, "ABORTED")])
def test_who_takes_its_time_keeps_what_was_ticked(start: Start, consent: str | None, state: str) -> None:
    emulator = start()
    set_customer(emulator, PHONE, payment="approves", payment_delay=30)
    browser = visit(emulator, profile={"scope": "name"})
    assert "takes time to answer" in browser.press("approve", customer=PHONE, consent=consent).text
    emulator.advance("PT30S")
    assert emulator.get()["state"] == state
