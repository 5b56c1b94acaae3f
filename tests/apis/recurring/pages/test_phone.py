"""Agreements on the phone: what waits there, and what its customer has agreed to."""

from typing import Any

import pytest

from tests.apis.helpers import set_customer
from tests.apis.recurring.pages.browsing import CUSTOMER, PHONE, Visitor
from tests.apis.recurring.shop import Shop
from tests.harness import Emulator
from tests.phone.browsing import Page

VARIABLE = {"type": "VARIABLE", "suggestedMaxAmount": 50_000, "currency": "NOK"}
CARDS = [{"number": "4925000000000004", "expired": True}, {"number": "4925000000000087"}]


@pytest.fixture
def shop(emulator: Emulator) -> Shop:
    return Shop(emulator)


@pytest.fixture
def phone(emulator: Emulator) -> Visitor:
    return Visitor(emulator)


def push(shop: Shop, **fields: Any) -> str:
    """The id of a draft that waits on the customer's phone."""
    return shop.drafted(phoneNumber=CUSTOMER, **fields)


def test_a_draft_waits_on_the_phone_that_it_names_and_is_accepted_there(shop: Shop, phone: Visitor) -> None:
    agreement = push(shop, pricing=VARIABLE, scope="name", productDescription="Twelve bags")
    assert "1 waiting" in phone.open("/wallet").text
    page = phone.open(PHONE)
    for words in ("Agree to Tea of the month", "Up to 500.00 NOK every month", "Twelve bags", "You share your name."):
        assert words in page.text
    page = phone.press("accept", maximum="75000")
    assert "Accepted: the agreement is active." in page.text
    shown = shop.agreement(agreement)
    assert (shown["status"], shown["pricing"]["maxAmount"]) == ("ACTIVE", 75_000)
    assert "Your agreements Tea of the month" in page.text


def test_a_draft_is_rejected(shop: Shop, phone: Visitor) -> None:
    agreement = push(shop)
    phone.open(PHONE)
    page = phone.press("reject")
    assert "Rejected." in page.text
    assert "Your agreements" not in page.text
    assert shop.agreement(agreement)["status"] == "STOPPED"


def test_a_declined_initial_charge_is_told_and_another_card_may_pay(shop: Shop, phone: Visitor) -> None:
    set_customer(shop.emulator, CUSTOMER, cards=CARDS)
    agreement = push(shop, initialCharge={"amount": 100, "description": "Now", "transactionType": "RESERVE_CAPTURE"})
    phone.open(PHONE)
    page = phone.press("accept", card="4925000000000004")
    assert phone.refused
    assert "Your card or account could not be charged." in page.text
    assert "1.00 NOK is reserved now: Now" in page.text
    phone.press("accept", card="4925000000000087")
    assert shop.agreement(agreement)["status"] == "ACTIVE"


def test_one_that_expired_meanwhile_waits_no_more(shop: Shop, phone: Visitor) -> None:
    push(shop)
    phone.open(PHONE)
    shop.emulator.advance("PT10M")
    page = phone.press("accept")
    assert "does not wait on this phone any more" in page.text
    assert "Nothing waits for an answer." in page.text


def test_it_shows_what_comes_up_and_why_it_failed(shop: Shop, phone: Visitor) -> None:
    agreement = shop.active(CUSTOMER)
    shop.charged(agreement, "2030-04-01", 10_000, description="April")
    shop.charged(agreement, "2030-03-20", 5_000, description="March")
    shop.charged(agreement, "2031-03-20", 5_000, description="Far away")
    text = phone.open(PHONE).text
    assert "Coming up 20 March 2030 March 50.00 NOK 1 April 2030 April 100.00 NOK" in text
    assert "Far away" not in text
    set_customer(shop.emulator, CUSTOMER, payment="declines")
    shop.emulator.advance("P3DT12H")
    assert "March Your card or account could not be charged. 50.00 NOK" in phone.open(PHONE).text


def test_the_maximum_is_changed(shop: Shop, phone: Visitor) -> None:
    agreement = shop.active(CUSTOMER, pricing=VARIABLE)
    assert phone.open(PHONE).fields["maximum"] == "50000"
    page = phone.press("maximum", maximum="25000")
    assert "Your maximum is changed." in page.text
    assert page.fields["maximum"] == "25000"
    assert shop.agreement(agreement)["pricing"]["maxAmount"] == 25_000
    page = phone.press("maximum", maximum="1")
    assert phone.refused
    assert page.described("maximum").startswith("Error:")
    assert shop.agreement(agreement)["pricing"]["maxAmount"] == 25_000
    phone.press("maximum", maximum=None)
    assert phone.refused


def test_the_card_is_changed(shop: Shop, phone: Visitor) -> None:
    set_customer(shop.emulator, CUSTOMER, cards=CARDS)
    agreement = shop.active(CUSTOMER)
    charge = shop.charged(agreement, "2030-03-20", retryDays=1)
    page = phone.open(PHONE)
    assert "VISA •••• 0004, expired" in page.text
    phone.press("card", card="4925000000000004")
    shop.emulator.advance("P3DT12H")
    assert shop.fetch(agreement, charge)["failureReason"] == "user_action_required"
    assert "Your card is changed." in phone.press("card", card="").text
    shop.emulator.advance("P1D")
    assert shop.status(agreement, charge) == "CHARGED"
    assert "The customer has no such card" in phone.press("card", card="1").text


def test_an_agreement_is_stopped_after_a_second_look(shop: Shop, phone: Visitor) -> None:
    agreement = shop.active(CUSTOMER)
    due = shop.charged(agreement, "2030-03-20")
    phone.open(PHONE)
    page = phone.press("stop")
    assert "Nothing starts it again" in page.text
    assert shop.agreement(agreement)["status"] == "ACTIVE"
    assert page.buttons == ["stop"]
    page = phone.press("stop")
    assert "Stopped: nothing more is charged." in page.text
    assert "Your agreements" not in page.text
    assert shop.agreement(agreement)["status"] == "STOPPED"
    assert shop.status(agreement, due) == "CANCELLED"


def test_a_merchant_may_let_nobody_stop_in_the_app(shop: Shop, phone: Visitor) -> None:
    changed = {"configuration": {"customer_stop_allowed": False}}
    assert shop.emulator.control("PATCH", "/sales-units/123456", changed).status_code == 200
    agreement = shop.active(CUSTOMER)
    page = phone.open(PHONE)
    assert "The merchant lets nobody stop it here." in page.text
    assert "stop" not in page.buttons
    phone.press("stop", confirmed="yes")
    assert phone.refused
    assert shop.agreement(agreement)["status"] == "ACTIVE"


def test_nobody_changes_what_somebody_else_agreed_to(shop: Shop, phone: Visitor) -> None:
    agreement = shop.active(CUSTOMER)
    fields = phone.open(PHONE).fields | {"action": "stop", "confirmed": "yes"}
    answer = shop.emulator.request("POST", "/wallet/4798765432", data=fields)
    assert "not one of this customer" in Page(shop.emulator.request("GET", answer.headers["location"]).text).text
    unknown = shop.emulator.request("POST", PHONE, data=fields | {"subscription": "1.x"})
    assert unknown.status_code == 404
    phone.press("sing")
    assert phone.refused
    assert shop.agreement(agreement)["status"] == "ACTIVE"
