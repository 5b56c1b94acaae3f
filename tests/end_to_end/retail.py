"""Two shops that sell the same way: one as the documents ask for, one as it is often written first.

A sale is a push message to a customer, and a capture of half of the money when the first parcel leaves. What a shop
believes to have been paid is in its ``books``, by reference, in minor units.
"""

from typing import Any

from tests.end_to_end.clients import CarefulClient

CUSTOMER = "4793000001"
"""Approves at once, unless a scenario says otherwise."""
PAYMENTS = "/epayment/v1/payments"


class CarefulShop:
    """Asks where a payment stands, captures what is authorized, and believes what the platform says of it."""

    def __init__(self, client: CarefulClient) -> None:
        self._client = client
        self.books: dict[str, int] = {}

    def sell(self, reference: str, value: int) -> None:
        """One sale, from the order to the first parcel."""
        self.books[reference] = 0
        if not self._create(reference, value):
            return
        for _ in range(70):
            state = self._client.call("GET", f"{PAYMENTS}/{reference}")[1]["state"]
            if state != "CREATED":
                break
            self._client.wait(30)
        if state == "AUTHORIZED":
            status, payment = self._client.call("POST", f"{PAYMENTS}/{reference}/capture", half(value))
            if status == 200:
                self.books[reference] = payment["aggregate"]["capturedAmount"]["value"]

    def _create(self, reference: str, value: int) -> bool:
        content = order(reference, value)
        status, problem = self._client.call("POST", PAYMENTS, content)
        codes = [each["reason"] for each in problem.get("extraDetails", ()) if each["name"] == "ErrorCode"]
        if status == 400 and "5080" in codes:
            content |= {"userFlow": "WEB_REDIRECT", "returnUrl": "https://shop.example.com/thanks"}
            status, _ = self._client.call("POST", PAYMENTS, content)
        return status == 201


class HastyShop(CarefulShop):
    """Looks at nothing: what was ordered will be paid."""

    def sell(self, reference: str, value: int) -> None:
        self._client.call("POST", PAYMENTS, order(reference, value))
        self._client.wait(5)
        self._client.call("GET", f"{PAYMENTS}/{reference}")
        self._client.call("POST", f"{PAYMENTS}/{reference}/capture", half(value))
        self.books[reference] = value // 2


def order(reference: str, value: int) -> dict[str, Any]:
    """What a customer is asked to pay."""
    return {
        "reference": reference,
        "amount": {"currency": "NOK", "value": value},
        "paymentMethod": {"type": "WALLET"},
        "userFlow": "PUSH_MESSAGE",
        "customer": {"phoneNumber": CUSTOMER},
        "paymentDescription": "Two parcels",
    }


def half(value: int) -> dict[str, Any]:
    """What the first parcel is worth."""
    return {"modificationAmount": {"currency": "NOK", "value": value // 2}}


def careful_total(messages: list[dict[str, Any]]) -> int:
    """What a careful receiver takes as captured: signed messages, each event once."""
    seen = {
        (each["body"]["reference"], each["body"]["pspReference"]): each["body"]["amount"]["value"]
        for each in messages
        if each["genuine"] and each["body"]["name"] == "CAPTURED"
    }
    return sum(seen.values())


def hasty_total(messages: list[dict[str, Any]]) -> int:
    """What a hasty one does: whatever comes, as often as it comes."""
    return sum(each["body"]["amount"]["value"] for each in messages if each["body"]["name"] == "CAPTURED")
