"""Customers that act by themselves on dynamic Express payments: the merchant is asked first."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from mockserver.core.fetching import Errand, MerchantUnreachable
from tests.apis.epayment.test_control import DYNAMIC, FIXED, GROUP, OPTION, Merchant
from tests.apis.helpers import event_names, set_customer
from tests.harness import Emulator, body
from tests.webhooks.receivers import receivers_of, register

Start = Callable[..., Emulator]
SWEDISH = json.dumps({"groups": [GROUP]}).replace("NOK", "SEK").encode()
AT_ONCE, LATER, CANCELS, SECOND_TRY, NO_CONSENT = (f"47930000{number}" for number in ("01", "02", "14", "15", "16"))


def pushed(emulator: Emulator, phone: str, merchant: Merchant | None = None, **fields: Any) -> Merchant:
    """A dynamic Express payment of 100.00 that reaches the app of this number, and the merchant's server."""
    merchant = merchant or Merchant()
    emulator.server.runtime.fetch = merchant
    content = DYNAMIC | {"customer": {"phoneNumber": phone}, "userFlow": "PUSH_MESSAGE", "returnUrl": None} | fields
    answer = emulator.create(**content)
    assert answer.status_code == 201, answer.text
    return merchant


def settled(emulator: Emulator) -> dict[str, Any]:
    emulator.control("POST", "/webhooks/settle")
    return emulator.get()


def test_one_asks_the_merchant_and_takes_the_default(emulator: Emulator) -> None:
    option = OPTION | {"id": "usual", "isDefault": True, "amount": {"currency": "NOK", "value": 700}}
    groups = {"groups": [GROUP | {"options": [OPTION, option], "isDefault": True}]}
    merchant = pushed(emulator, AT_ONCE, Merchant(body=json.dumps(groups).encode()))
    payment = settled(emulator)
    assert payment["state"] == "AUTHORIZED"
    assert payment["aggregate"]["authorizedAmount"]["value"] == 10_700
    assert payment["shippingDetails"]["shippingOptionId"] == "usual"
    ((url, headers, asked),) = merchant.asked
    assert url == "https://shop.example.com/shipping"
    assert headers["Authorization"] == "callback-secret"
    assert asked["City"] == payment["shippingDetails"]["address"]["city"]


def test_the_clock_stands_where_the_customer_acts_until_the_merchant_has_answered(emulator: Emulator) -> None:
    receivers = receivers_of(emulator)
    register(emulator, events=["epayments.payment.authorized.v1"])
    merchant = pushed(emulator, LATER)
    assert merchant.asked == []
    emulator.advance("PT9M")
    assert len(merchant.asked) == 1
    created, authorized = emulator.events()
    assert authorized["name"] == "AUTHORIZED"
    seconds = [int(each["timestamp"][14:16]) * 60 + int(each["timestamp"][17:19]) for each in (created, authorized)]
    assert (seconds[1] - seconds[0]) % 3600 == 30
    (received,) = receivers.received
    assert received.content["timestamp"] == authorized["timestamp"]


@pytest.mark.parametrize(
    "merchant",
    [Merchant(status=400), Merchant(status=500), Merchant(body=b'{"groups": []}'), Merchant(body=b"<html>"),
     Merchant(error=MerchantUnreachable("no route")), Merchant(body=SWEDISH)],
)  # fmt: skip
def test_without_options_the_payment_goes_on_waiting(emulator: Emulator, merchant: Merchant) -> None:
    merchant.asked.clear()
    pushed(emulator, AT_ONCE, merchant)
    assert settled(emulator)["state"] == "CREATED"
    emulator.advance("PT9M")
    assert len(merchant.asked) == 1
    assert event_names(emulator, "reference-1") == ["CREATED"]
    emulator.server.runtime.fetch = Merchant()
    assert emulator.control("POST", "/payments/123456/reference-1/approve").status_code == 200


def test_one_who_cancels_asks_nobody(emulator: Emulator) -> None:
    merchant = pushed(emulator, CANCELS)
    assert settled(emulator)["state"] == "ABORTED"
    assert merchant.asked == []


def test_one_who_cancels_needs_no_address_for_fixed_options(emulator: Emulator) -> None:
    set_customer(emulator, CANCELS, addresses=[])
    pushed(emulator, CANCELS, **FIXED)
    assert settled(emulator)["state"] == "ABORTED"


def test_one_without_an_address_goes_on_waiting(emulator: Emulator) -> None:
    set_customer(emulator, AT_ONCE, addresses=[])
    merchant = pushed(emulator, AT_ONCE)
    assert settled(emulator)["state"] == "CREATED"
    assert merchant.asked == []


DANISH = {"line1": "Vej 1", "city": "Aarhus", "post_code": "8000", "country": "DK"}
NORWEGIAN = {"line1": "Gata 2", "city": "Bergen", "post_code": "5003", "country": "NO"}


@pytest.mark.parametrize("fields", [FIXED, DYNAMIC], ids=["fixed", "dynamic"])
def test_one_who_lives_elsewhere_goes_on_waiting(emulator: Emulator, fields: dict[str, Any]) -> None:
    set_customer(emulator, AT_ONCE, addresses=[DANISH])
    merchant = pushed(emulator, AT_ONCE, **fields)
    assert settled(emulator)["state"] == "CREATED"
    assert merchant.asked == []


@pytest.mark.parametrize("fields", [FIXED, DYNAMIC], ids=["fixed", "dynamic"])
def test_one_takes_the_first_address_that_the_merchant_ships_to(emulator: Emulator, fields: dict[str, Any]) -> None:
    set_customer(emulator, AT_ONCE, addresses=[DANISH, NORWEGIAN])
    pushed(emulator, AT_ONCE, **fields)
    assert settled(emulator)["shippingDetails"]["address"]["city"] == "Bergen"


def test_one_who_shares_nothing_ends_the_payment(emulator: Emulator) -> None:
    pushed(emulator, NO_CONSENT)
    assert settled(emulator)["state"] == "ABORTED"


def test_the_merchant_is_asked_at_the_second_try_too(emulator: Emulator) -> None:
    merchant = pushed(emulator, SECOND_TRY)
    settled(emulator)
    assert event_names(emulator, "reference-1") == ["CREATED", "AUTHORIZED!"]
    emulator.advance("PT1S")
    assert event_names(emulator, "reference-1") == ["CREATED", "AUTHORIZED!", "AUTHORIZED"]
    assert len(merchant.asked) == 2


@pytest.mark.parametrize("action", ["abort", "expire"])
def test_what_ends_while_the_merchant_thinks_stays_ended(emulator: Emulator, action: str) -> None:
    class Thinking(Merchant):
        async def __call__(self, url: str, headers: dict[str, str], body: bytes, errand: Errand) -> Merchant:
            await emulator.client.post(f"/_mock/payments/123456/reference-1/{action}")
            return await super().__call__(url, headers, body, errand)

    pushed(emulator, AT_ONCE, Thinking())
    assert settled(emulator)["state"] == {"abort": "ABORTED", "expire": "EXPIRED"}[action]


def test_a_reset_while_the_merchant_thinks_leaves_the_next_payment_alone(emulator: Emulator) -> None:
    thinking, gate = asyncio.Event(), asyncio.Event()

    class Slow(Merchant):
        async def __call__(self, url: str, headers: dict[str, str], body: bytes, errand: Errand) -> Merchant:
            thinking.set()
            await gate.wait()
            return await super().__call__(url, headers, body, errand)

    merchant = pushed(emulator, AT_ONCE, Slow())

    async def meanwhile() -> None:
        await asyncio.wait_for(thinking.wait(), 10)
        await emulator.client.post("/_mock/reset")
        headers = emulator_headers | {"Idempotency-Key": "again"}
        answer = await emulator.client.post("/epayment/v1/payments", headers=headers, json=body())
        assert answer.status_code == 201, answer.text
        gate.set()

    emulator_headers = emulator.headers()
    emulator.together(lambda: emulator.client.post("/_mock/webhooks/settle"), meanwhile)
    assert settled(emulator)["state"] == "CREATED"
    assert event_names(emulator, "reference-1") == ["CREATED"]
    assert len(merchant.asked) == 1
