"""A shop that remembers what it was told: payments with their changes, to be compared with what a server kept."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tools.served import Broken, Served

AMOUNT = 1000
_PART = 100
_STEPS = (("create", 0), ("approve", 0), ("capture", _PART), ("capture", _PART), ("refund", _PART // 2))
_EVENTS = {"create": "CREATED", "approve": "AUTHORIZED", "capture": "CAPTURED", "refund": "REFUNDED"}


@dataclass
class Change:
    """A change that was asked for; ``status`` None while there was no answer."""

    what: str
    value: int
    key: str
    status: int | None = None
    answer: bytes = b""


@dataclass
class Payment:
    """What was asked of one payment, in order."""

    reference: str
    changes: list[Change] = field(default_factory=list)

    def sum(self, what: str) -> int:
        """Minor units of all acknowledged changes of this kind."""
        return sum(each.value for each in self.changes if each.what == what and each.status == 200)

    def events(self) -> Counter[str]:
        """What a receiver of webhooks must have been told, at least once each."""
        return Counter(_EVENTS[each.what] for each in self.changes)


class Shop:
    """The default unit's shop at a server."""

    def __init__(self, served: Served) -> None:
        variables = served.variables
        self._client = httpx.Client(base_url=served.url, trust_env=False, timeout=30)
        key = variables["VIPPS_SUBSCRIPTION_KEY"]
        ids = {"client_id": variables["VIPPS_CLIENT_ID"], "client_secret": variables["VIPPS_CLIENT_SECRET"]}
        answer = self._client.post("/accesstoken/get", headers=ids | {"Ocp-Apim-Subscription-Key": key})
        token = answer.raise_for_status().json()["access_token"]
        self._client.headers.update(
            {
                "Authorization": f"Bearer {token}",
                "Ocp-Apim-Subscription-Key": key,
                "Merchant-Serial-Number": variables["VIPPS_MSN"],
            }
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def register(self, url: str) -> None:
        """Be told of every event."""
        names = ("created", "authorized", "captured", "refunded")
        content = {"url": url, "events": [f"epayments.payment.{name}.v1" for name in names]}
        self._client.post("/webhooks/v1/webhooks", json=content).raise_for_status()

    def go_through(
        self, payment: Payment, chance: random.Random, acknowledged: Callable[[], object] = lambda: None
    ) -> None:
        """Ask for some changes, one after the other; raises httpx.TransportError when the server is gone."""
        for what, value in _STEPS[: chance.randint(1, len(_STEPS))]:
            change = Change(what, value, f"{payment.reference}-{len(payment.changes)}")
            payment.changes.append(change)
            self._note(change, self._ask(payment, change))
            acknowledged()

    def _ask(self, payment: Payment, change: Change) -> httpx.Response:
        reference, headers = payment.reference, {"Idempotency-Key": change.key}
        if change.what == "create":
            content = {
                "amount": {"currency": "NOK", "value": AMOUNT},
                "paymentMethod": {"type": "WALLET"},
                "reference": reference,
                "userFlow": "WEB_REDIRECT",
                "returnUrl": "https://shop.example.com/",
            }
            return self._client.post("/epayment/v1/payments", json=content, headers=headers)
        if change.what == "approve":
            return self._client.post(f"/epayment/v1/test/payments/{reference}/approve")
        amount = {"modificationAmount": {"currency": "NOK", "value": change.value}}
        return self._client.post(f"/epayment/v1/payments/{reference}/{change.what}", json=amount, headers=headers)

    def _note(self, change: Change, answer: httpx.Response) -> None:
        if answer.status_code not in (200, 201):
            raise Broken(f"{change.key} ({change.what}) is {answer.status_code}: {answer.text}")
        change.status, change.answer = answer.status_code, answer.content

    def check(self, payment: Payment) -> int:
        """Ask for everything once more: the same answers, and each change once; gives how many were compared."""
        compared = 0
        for change in payment.changes:
            if change.what == "approve":
                if change.status is None and self._state(payment) == "CREATED":
                    self._note(change, self._ask(payment, change))
                change.status = 200
                continue
            if change.status is None:
                self._note(change, self._ask(payment, change))
            again = self._ask(payment, change)
            if (again.status_code, again.content) != (change.status, change.answer):
                raise Broken(
                    f"{change.key}: was {change.status} {change.answer!r}, is {again.status_code} {again.text}"
                )
            compared += 1
        self._check_money(payment)
        return compared

    def _state(self, payment: Payment) -> str:
        state: str = self._get(payment)["state"]
        return state

    def _get(self, payment: Payment) -> dict[str, Any]:
        answer = self._client.get(f"/epayment/v1/payments/{payment.reference}")
        if answer.status_code != 200:
            raise Broken(f"{payment.reference} is lost: {answer.status_code} {answer.text}")
        found: dict[str, Any] = answer.json()
        return found

    def _check_money(self, payment: Payment) -> None:
        money = {name: each["value"] for name, each in self._get(payment)["aggregate"].items()}
        approved = any(each.what == "approve" for each in payment.changes)
        expected = {
            "authorizedAmount": AMOUNT if approved else 0,
            "cancelledAmount": 0,
            "capturedAmount": payment.sum("capture"),
            "refundedAmount": payment.sum("refund"),
        }
        if money != expected:
            raise Broken(f"{payment.reference} holds {money}, not {expected}")
