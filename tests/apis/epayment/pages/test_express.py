"""Express on the landing page: address, shipping option, and a merchant who is asked for options."""

import json
from typing import Any

import pytest

from mockserver.core.fetching import MerchantUnreachable
from tests.apis.epayment.test_control import DYNAMIC, FIXED, GROUP, OPTION, Merchant
from tests.apis.helpers import set_customer
from tests.harness import Emulator
from tests.phone.browsing import visit


def priced(value: int, **more: Any) -> dict[str, Any]:
    return OPTION | {"amount": {"currency": "NOK", "value": value}} | more


def test_shipping_is_chosen_on_a_step_of_its_own(emulator: Emulator) -> None:
    browser = visit(emulator, **FIXED)
    assert browser.page.buttons == ["continue", "cancel"]

    page = browser.press("continue", customer="4798765432")
    assert page.choices["option"] == ["home", "box"]
    assert page.choices["address"] == ["0", "1", "2"]
    for shown in ("To the door", "49.00 NOK, total 149.00 NOK", "Bring · home delivery", "Kjetil", "Holmekra 1"):
        assert shown in page.text

    page = browser.press("approve", option="box", address="1")
    assert "Approved: 149.00 NOK is reserved." in page.text
    shipping = emulator.get()["shippingDetails"]
    assert (shipping["shippingOptionId"], shipping["address"]["addressLine1"]) == ("box", "Holmekra 1")
    assert emulator.get()["userDetails"]["email"] == "customer2@example.com"


def test_groups_and_options_come_by_priority_with_the_default_chosen(emulator: Emulator) -> None:
    late = GROUP | {"priority": 2, "brand": "DHL", "options": [priced(1, id="late")]}
    early = GROUP | {
        "priority": 1,
        "brand": "GLS",
        "isDefault": True,
        "options": [
            priced(2, id="none"),
            priced(3, id="second", priority=2, isDefault=True),
            priced(4, id="first", priority=1),
        ],
    }
    browser = visit(emulator, profile=FIXED["profile"], shipping={"fixedOptions": [late, early]})

    page = browser.press("continue")

    assert page.choices["option"] == ["first", "second", "none", "late"]
    assert page.fields["option"] == "second"


def test_the_default_option_is_taken_when_none_is_chosen(emulator: Emulator) -> None:
    browser = visit(emulator, **FIXED)
    browser.press("continue")
    browser.press("approve", option=None)
    assert emulator.get()["shippingDetails"]["shippingOptionId"] == "home"


def test_no_consent_ends_an_express_payment(emulator: Emulator) -> None:
    browser = visit(emulator, **FIXED)
    browser.press("continue", consent=None)
    browser.press("approve")
    assert emulator.get()["state"] == "ABORTED"


@pytest.mark.parametrize("step", ["continue", "approve"])
def test_express_can_be_cancelled_on_both_steps(emulator: Emulator, step: str) -> None:
    browser = visit(emulator, **FIXED)
    if step == "approve":
        browser.press("continue")
    assert "Cancelled by the customer." in browser.press("cancel").text


@pytest.mark.parametrize("changes", [{"option": "rocket"}, {"address": "9"}, {"address": "-1"}, {"address": "x" * 50}])
def test_a_choice_that_does_not_exist_is_refused(emulator: Emulator, changes: dict[str, str]) -> None:
    browser = visit(emulator, **FIXED)
    browser.press("continue")

    page = browser.press("approve", **changes)

    assert browser.refused
    told = page.by_id["option" if "option" in changes else "address"]
    assert "There is no such option" in told or "The customer has no such address" in told
    assert page.choices["option"]
    assert emulator.get()["state"] == "CREATED"


def test_a_customer_without_an_address_is_told(emulator: Emulator) -> None:
    page = visit(emulator, **FIXED).press("continue", customer="4791000005")

    assert "The customer has no address to ship to" in page.text
    assert page.buttons == ["cancel"]


DANISH = {"line1": "Vej 1", "city": "Aarhus", "post_code": "8000", "country": "DK"}
NORWEGIAN = {"line1": "Gata 2", "city": "Bergen", "post_code": "5003", "country": "NO"}


def test_only_addresses_that_the_merchant_ships_to_are_offered(emulator: Emulator) -> None:
    set_customer(emulator, "4798765432", addresses=[DANISH, NORWEGIAN])
    browser = visit(emulator, **FIXED)

    page = browser.press("continue", customer="4798765432")
    assert page.choices["address"] == ["1"]
    assert page.fields["address"] == "1"
    assert "Vej 1" not in page.text

    browser.press("approve", address="0")
    assert browser.refused
    assert "The payment is shipped to NO only, not to DK" in browser.page.text
    assert emulator.get()["state"] == "CREATED"

    browser.press("continue", customer="4798765432")
    browser.press("approve")
    assert emulator.get()["shippingDetails"]["address"]["city"] == "Bergen"


def test_the_merchant_may_ship_to_more_countries(emulator: Emulator) -> None:
    set_customer(emulator, "4798765432", addresses=[DANISH, NORWEGIAN])
    browser = visit(emulator, profile=FIXED["profile"], shipping=FIXED["shipping"] | {"allowedCountries": ["DK", "NO"]})

    page = browser.press("continue", customer="4798765432")
    assert page.choices["address"] == ["0", "1"]
    browser.press("approve")
    assert emulator.get()["shippingDetails"]["address"]["country"] == "DK"


@pytest.mark.parametrize("fields", [FIXED, DYNAMIC], ids=["fixed", "dynamic"])
def test_a_customer_who_lives_elsewhere_is_told(emulator: Emulator, fields: dict[str, Any]) -> None:
    merchant = emulator.server.runtime.fetch = Merchant()
    page = visit(emulator, **fields).press("continue", customer="", phone="4512345678")

    assert "The payment is shipped to NO only, not to DK" in page.text
    assert page.buttons == ["cancel"]
    assert merchant.asked == []


def test_the_merchant_is_asked_for_each_address(emulator: Emulator) -> None:
    merchant = emulator.server.runtime.fetch = Merchant()
    browser = visit(emulator, **DYNAMIC)

    browser.press("continue", customer="4798765432")
    page = browser.press("continue", address="2")

    assert [asked["City"] for _, _, asked in merchant.asked] == ["Nguyen", "Torstrand"]
    assert merchant.asked[0][1]["Authorization"] == "callback-secret"
    assert page.fields["address"] == "2"
    assert "Approved: 149.00 NOK" in browser.press("approve").text
    assert emulator.get()["shippingDetails"]["address"]["city"] == "Torstrand"


@pytest.mark.parametrize(
    ("merchant", "sentence"),
    [
        (Merchant(status=400, body=b"{}"), "The merchant does not ship to this address"),
        (Merchant(body=b'{"groups": []}'), "The merchant does not ship to this address"),
        (Merchant(error=MerchantUnreachable("no route <b>")), "could not be had: no route <b>"),
        (Merchant(status=500), "could not be had: the merchant answered 500"),
        (Merchant(status=301), "could not be had: the merchant answered 301"),
        (Merchant(body=b"<html>hello"), "could not be had"),
        (Merchant(body=b"\xff\xff"), "could not be had"),
        (Merchant(body=b"[" * 100_000), "could not be had"),
        (Merchant(body=b'{"groups": 5}'), "could not be had"),
        (Merchant(body=json.dumps({"groups": [GROUP | {"brand": "PIGEON"}]}).encode()), "could not be had"),
        (Merchant(body=json.dumps({"groups": [GROUP]}).replace("4900", "-1").encode()), "could not be had"),
        (Merchant(body=json.dumps({"groups": [GROUP]}).replace("NOK", "SEK").encode()), "is not priced in NOK"),
    ],
)
def test_a_merchant_without_options_leaves_the_payment_waiting(
    emulator: Emulator, merchant: Merchant, sentence: str
) -> None:
    emulator.server.runtime.fetch = merchant
    browser = visit(emulator, **DYNAMIC)

    page = browser.press("continue")

    assert browser.answer.status_code == 200
    assert sentence in page.text
    assert page.buttons == ["cancel"]
    assert not page.all("b")
    assert emulator.get()["state"] == "CREATED"


def test_an_option_that_the_merchant_never_offered_is_refused(emulator: Emulator) -> None:
    emulator.server.runtime.fetch = Merchant()
    browser = visit(emulator, **DYNAMIC)

    browser.press("approve", option="home")
    assert browser.refused

    browser.open(f"/landing?token={browser.page.fields['token']}")
    browser.press("continue")
    browser.press("approve", option="free")
    assert browser.refused
    assert emulator.get()["state"] == "CREATED"


def test_the_shipping_step_can_be_loaded_again_without_asking_the_merchant_again(emulator: Emulator) -> None:
    merchant = emulator.server.runtime.fetch = Merchant()
    browser = visit(emulator, **DYNAMIC)
    browser.press("continue")
    shown = browser.page.text
    assert browser.open(str(browser.answer.url)).text == shown
    assert len(merchant.asked) == 1
    assert "Approved: 149.00 NOK" in browser.press("approve").text


def test_options_with_one_id_in_two_groups_are_still_one_choice(emulator: Emulator) -> None:
    groups = {"groups": [GROUP, GROUP | {"brand": "POSTEN", "options": [priced(100, id="mail")]}]}
    emulator.server.runtime.fetch = Merchant(body=json.dumps(groups).encode())
    browser = visit(emulator, **DYNAMIC)

    browser.press("continue")
    browser.press("approve", option="mail")

    assert emulator.get()["aggregate"]["authorizedAmount"]["value"] == 10_100


def test_a_payment_that_ended_on_the_way_says_so(emulator: Emulator) -> None:
    browser = visit(emulator, **FIXED)
    browser.press("continue")
    emulator.control("POST", "/payments/123456/reference-1/expire")

    page = browser.press("approve")

    assert browser.refused
    assert "Expired" in page.text
