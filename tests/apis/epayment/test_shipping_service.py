"""What of a merchant's answer to the dynamic shipping callback is taken."""

import asyncio
import json
from typing import Any

import pytest

from mockserver.apis.epayment.domain.shipping import DynamicShipping
from mockserver.apis.epayment.services import shipping
from mockserver.core.fetching import Errand, MerchantUnreachable
from mockserver.core.money import MAXIMUM
from mockserver.webhooks.delivery.outgoing import Answer
from mockserver.world.domain.customer import Address
from tests.apis.epayment.domain import examples

HOME = Address("Street 1", "Oslo", "0150", "NO")


class Merchant:
    """Answers every question in the same way."""

    def __init__(self, value: int, currency: str = "NOK") -> None:
        option = {"id": "a", "name": "A", "amount": {"value": value, "currency": currency}}
        group = {"type": "OTHER", "brand": "OTHER", "options": [option]}
        self.answer = Answer(200, json.dumps({"groups": [group]}).encode())

    async def __call__(self, url: str, headers: dict[str, str], body: bytes, errand: Errand) -> Answer:
        return self.answer

    async def close(self) -> None:
        """Nothing is open."""


def ask(merchant: Merchant) -> Any:
    question = shipping.ask(merchant, examples.created(), DynamicShipping("https://shop.example.com/"), HOME)
    return asyncio.run(question)


def test_shipping_up_to_the_largest_payment_is_taken() -> None:
    assert ask(Merchant(MAXIMUM - examples.created().amount))[0].options[0].id == "a"


def test_shipping_above_it_is_not() -> None:
    with pytest.raises(MerchantUnreachable, match="above 65000000"):
        ask(Merchant(MAXIMUM - examples.created().amount + 1))


def test_shipping_in_another_currency_is_not() -> None:
    with pytest.raises(MerchantUnreachable, match="not priced in NOK"):
        ask(Merchant(1, "EUR"))
