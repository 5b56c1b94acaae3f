"""Customers that answer to payments by themselves."""

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.world.domain.conduct import DeclineReason, PaymentBehaviour
from tests.apis.helpers import assert_problem, event_names, new_reference, set_customer, shared_emulator
from tests.harness import WORLD, Emulator, body
from tests.phone.browsing import Browser, Page

shared = shared_emulator()

AT_ONCE, LATER, NO_CARDS, IGNORES, CANCELS = "4793000001", "4793000002", "4793000010", "4793000013", "4793000014"
SECOND_TRY, NO_CONSENT, UNKNOWN, TOO_YOUNG, PENDING = (f"47930000{number}" for number in (15, 16, 17, 18, 19))


def pushed(emulator: Emulator, phone: str, **fields: Any) -> str:
    """A payment that reaches the app of this number."""
    reference = new_reference()
    customer = {"customer": {"phoneNumber": phone}, "userFlow": "PUSH_MESSAGE", "returnUrl": None}
    answer = emulator.create(reference, **customer | fields)
    assert answer.status_code == 201, answer.text
    return reference


def state(emulator: Emulator, reference: str) -> str:
    return str(emulator.get(reference)["state"])


def test_the_world_has_every_behaviour_and_every_reason() -> None:
    assert {customer.payment for customer in WORLD.customers} == set(PaymentBehaviour)
    declining = {each.decline_reason for each in WORLD.customers if each.payment is PaymentBehaviour.DECLINES}
    assert declining == set(DeclineReason) - {DeclineReason.NO_CARDS}


def test_one_approves_at_once(shared: Emulator) -> None:
    assert state(shared, pushed(shared, AT_ONCE)) == "AUTHORIZED"


def test_one_approves_after_a_delay(start: Callable[..., Emulator]) -> None:
    emulator = start()
    reference = pushed(emulator, LATER)
    emulator.advance("PT29S")
    assert state(emulator, reference) == "CREATED"
    emulator.advance("PT2S")
    assert state(emulator, reference) == "AUTHORIZED"


def test_a_behaviour_beats_a_magic_amount(shared: Emulator) -> None:
    assert state(shared, pushed(shared, AT_ONCE, amount={"currency": "NOK", "value": 151})) == "AUTHORIZED"


@pytest.mark.parametrize("reason", DeclineReason)
def test_one_declines_for_each_reason(shared: Emulator, reason: DeclineReason) -> None:
    phone = next(
        (each.phone for each in WORLD.customers if each.payment == "declines" and each.decline_reason is reason),
        NO_CARDS,
    )
    reference = pushed(shared, phone)
    assert event_names(shared, reference) == ["CREATED", "AUTHORIZED!"]
    answer = shared.approve(reference)
    assert answer.json()["detail"] == reason.sentence


def test_one_ignores_the_payment_until_it_expires(start: Callable[..., Emulator]) -> None:
    emulator = start()
    reference = pushed(emulator, IGNORES)
    emulator.advance("PT9M")
    assert state(emulator, reference) == "CREATED"
    emulator.advance("PT2M")
    assert state(emulator, reference) == "EXPIRED"


def test_one_cancels(shared: Emulator) -> None:
    assert state(shared, pushed(shared, CANCELS)) == "ABORTED"


def test_one_approves_on_the_second_try(start: Callable[..., Emulator]) -> None:
    emulator = start()
    reference = pushed(emulator, SECOND_TRY)
    assert event_names(emulator, reference) == ["CREATED", "AUTHORIZED!"]
    emulator.advance("PT1S")
    assert event_names(emulator, reference) == ["CREATED", "AUTHORIZED!", "AUTHORIZED"]


def test_one_refuses_to_share(shared: Emulator) -> None:
    assert state(shared, pushed(shared, NO_CONSENT, profile={"scope": "name email"})) == "ABORTED"
    assert state(shared, pushed(shared, NO_CONSENT)) == "AUTHORIZED"


def test_one_is_unknown(shared: Emulator) -> None:
    fields: dict[str, Any] = {"customer": {"phoneNumber": UNKNOWN}, "userFlow": "PUSH_MESSAGE"}
    content = body(new_reference(), returnUrl=None, **fields)
    assert_problem(shared.api("POST", "/payments", content, key=new_reference()), 400, "7010")


def test_one_is_too_young(shared: Emulator) -> None:
    young = {"phoneNumber": TOO_YOUNG}
    fields: dict[str, Any] = {"customer": young, "userFlow": "PUSH_MESSAGE", "minimumUserAge": 18}
    content = body(new_reference(), returnUrl=None, **fields)
    assert_problem(shared.api("POST", "/payments", content, key=new_reference()), 400, "7010")
    assert state(shared, pushed(shared, TOO_YOUNG)) == "AUTHORIZED"


def test_the_result_of_one_is_unknown_for_an_hour(start: Callable[..., Emulator]) -> None:
    emulator = start()
    reference = pushed(emulator, PENDING)
    assert state(emulator, reference) == "CREATED"
    assert_problem(emulator.api("POST", f"/payments/{reference}/cancel"), 400, "6250")
    emulator.advance("PT1H1S")
    assert state(emulator, reference) == "AUTHORIZED"


def test_any_flow_that_names_the_customer_reaches_the_app(shared: Emulator) -> None:
    fields = {"userFlow": "WEB_REDIRECT", "returnUrl": "https://shop.example.com/"}
    assert state(shared, pushed(shared, AT_ONCE, **fields)) == "AUTHORIZED"
    token = next(each.token for each in WORLD.customers if each.phone == AT_ONCE)
    assert state(shared, pushed(shared, "", customer={"customerToken": token}, **fields)) == "AUTHORIZED"


def test_control_comes_first(shared: Emulator) -> None:
    reference = pushed(shared, IGNORES)
    assert shared.control("POST", f"/payments/123456/{reference}/approve").status_code == 200
    assert state(shared, reference) == "AUTHORIZED"
    reference = pushed(shared, "4793000003")
    assert shared.control("POST", f"/payments/123456/{reference}/approve").status_code == 200
    assert state(shared, reference) == "AUTHORIZED"


def test_force_approve_asks_the_bank_and_not_the_customer(shared: Emulator) -> None:
    reference = pushed(shared, IGNORES)
    assert shared.approve(reference).status_code == 200
    assert state(shared, reference) == "AUTHORIZED"


def test_a_behaviour_can_be_given_to_anybody(shared: Emulator) -> None:
    set_customer(shared, "4745674567", payment="cancels")
    assert state(shared, pushed(shared, "4745674567")) == "ABORTED"
    wrong = shared.control("POST", "/customers", {"phone": "4745674567", "payment_delay": -1})
    assert wrong.status_code == 400
    assert "payment_delay" in wrong.text


def test_an_express_payment_takes_the_default_option_and_address(shared: Emulator) -> None:
    option = {"id": "post", "amount": {"currency": "NOK", "value": 4900}, "name": "Post", "isDefault": True}
    group = {"type": "HOME_DELIVERY", "brand": "POSTEN", "options": [option]}
    reference = pushed(
        shared,
        AT_ONCE,
        profile={"scope": "name address email phoneNumber"},
        shipping={"fixedOptions": [group]},
    )
    payment = shared.get(reference)
    assert payment["state"] == "AUTHORIZED"
    assert payment["shippingDetails"]["shippingOptionId"] == "post"


def picked(emulator: Emulator, phone: str, **fields: Any) -> tuple[str, Page]:
    """A payment on whose landing page this customer was picked, and the page after it."""
    reference = new_reference()
    answer = emulator.create(reference, **fields)
    assert answer.status_code == 201, answer.text
    browser = Browser(emulator)
    browser.open(answer.json()["redirectUrl"])
    browser.press("approve", customer=phone)
    return reference, browser.page


@pytest.mark.parametrize(
    ("phone", "expected", "events"),
    [
        (AT_ONCE, "AUTHORIZED", ["CREATED", "AUTHORIZED"]),
        ("4793000003", "CREATED", ["CREATED", "AUTHORIZED!"]),
        (CANCELS, "ABORTED", ["CREATED", "ABORTED"]),
        (IGNORES, "CREATED", ["CREATED"]),
        (SECOND_TRY, "CREATED", ["CREATED", "AUTHORIZED!"]),
        (UNKNOWN, "CREATED", ["CREATED"]),
        (PENDING, "CREATED", ["CREATED"]),
        (NO_CARDS, "CREATED", ["CREATED", "AUTHORIZED!"]),
    ],
)
def test_the_page_lets_a_picked_customer_behave(shared: Emulator, phone: str, expected: str, events: list[str]) -> None:
    reference, _ = picked(shared, phone)
    assert state(shared, reference) == expected
    assert event_names(shared, reference) == events


def test_on_the_page_too_one_refuses_to_share(shared: Emulator) -> None:
    reference, _ = picked(shared, NO_CONSENT, profile={"scope": "name"})
    assert state(shared, reference) == "ABORTED"


def test_a_picked_customer_takes_its_time(start: Callable[..., Emulator]) -> None:
    emulator = start()
    reference, page = picked(emulator, LATER)
    assert "takes time to answer" in page.text
    assert state(emulator, reference) == "CREATED"
    emulator.advance("PT30S")
    assert state(emulator, reference) == "AUTHORIZED"
