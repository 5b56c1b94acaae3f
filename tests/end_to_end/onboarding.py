"""Two partners that bring a merchant on board: one as the documents ask for, one as it is often written first.

What a partner tells the merchant about each unit that it ordered is in its ``told``, by the unit's name: the status of
the order, or REFUSED where it may not order.
"""

from collections.abc import Mapping
from typing import Any

from tests.end_to_end.clients import CarefulClient

ORDERS = "/management/v1/product-orders"
DETAILS = "/management/v2/product-orders/{}/details"
A_WHILE = 12 * 3600.0
"""Seconds between two looks at an order."""
COMPANY = "910100009"
"""Signs and submits by itself."""
PATIENCE = 10
"""Looks."""
FINAL = ("COMPLETED", "REJECTED", "EXPIRED")


class CarefulPartner:
    """Orders once, looks at a slow pace for days, and tells the merchant what it saw."""

    def __init__(self, client: CarefulClient) -> None:
        self._client = client
        self.told: dict[str, str] = {}

    def order(self, units: Mapping[str, str]) -> None:
        """Units by name, each with its product: from the prefilled order to its end, or that of patience."""
        for name, product in units.items():
            status, ordered = self._client.call("POST", ORDERS, order(name, product))
            self.told[name] = self._watched(ordered["prefilledOrderId"]) if status == 201 else "REFUSED"

    def _watched(self, order_id: str) -> str:
        for _ in range(PATIENCE):
            status: str = self._client.call("GET", DETAILS.format(order_id))[1]["status"]
            if status in FINAL:
                break
            self._client.wait(A_WHILE)
        return status


class HastyPartner(CarefulPartner):
    """Whatever was ordered is there two days later."""

    def order(self, units: Mapping[str, str]) -> None:
        for name, product in units.items():
            self._client.call("POST", ORDERS, order(name, product))
        self._client.wait(2 * 86_400)
        self.told = dict.fromkeys(units, "COMPLETED")


def order(name: str, product: str) -> dict[str, Any]:
    """What a merchant is asked to sign."""
    return {
        "businessIdentifier": {"scheme": "business:NO:ORG", "id": COMPANY},
        "productType": product,
        "salesUnitName": name,
        "website": {"url": "https://shop.example.com", "termsUrl": "https://shop.example.com/terms"},
    }
