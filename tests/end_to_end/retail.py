"""Two shops that sell the same way: one as the documents ask for, one as it is often written first.

A sale is a push message to a customer, and a capture of half of the money when the first parcel leaves. What a shop
believes to have been paid is in its ``books``, by reference, in minor units.
"""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx

CUSTOMER = "4793000001"
"""Approves at once, unless a scenario says otherwise."""
TRIES = 12
Wait = Callable[[float], None]
"""Lets so many seconds of the emulator's clock pass."""


class CarefulShop:
    """Retries with the same key and body, believes only whole answers, and asks where a payment stands."""

    def __init__(self, url: str, keys: dict[str, str], msn: str, wait: Wait) -> None:
        self._client = httpx.Client(base_url=url, timeout=20)
        self._keys = keys
        self._msn = msn
        self._token = ""
        self._wait = wait
        self.books: dict[str, int] = {}

    def close(self) -> None:
        self._client.close()

    def sell(self, reference: str, value: int) -> None:
        """One sale, from the order to the first parcel."""
        self.books[reference] = 0
        if not self._create(reference, value):
            return
        for _ in range(70):
            state = self._call("GET", f"/payments/{reference}")[1]["state"]
            if state != "CREATED":
                break
            self._wait(30)
        if state == "AUTHORIZED":
            amount = {"modificationAmount": {"currency": "NOK", "value": value // 2}}
            status, payment = self._call("POST", f"/payments/{reference}/capture", amount, str(uuid4()))
            if status == 200:
                self.books[reference] = payment["aggregate"]["capturedAmount"]["value"]

    def _create(self, reference: str, value: int) -> bool:
        content = order(reference, value)
        status, problem = self._call("POST", "/payments", content, str(uuid4()))
        codes = [each["reason"] for each in problem.get("extraDetails", ()) if each["name"] == "ErrorCode"]
        if status == 400 and "5080" in codes:
            content |= {"userFlow": "WEB_REDIRECT", "returnUrl": "https://shop.example.com/thanks"}
            status, _ = self._call("POST", "/payments", content, str(uuid4()))
        return status == 201

    def _call(self, method: str, path: str, content: Any = None, key: str | None = None) -> tuple[int, Any]:
        for number in range(TRIES):
            headers = self._authorized() | ({"Idempotency-Key": key} if key else {})
            answer = self._send(method, f"/epayment/v1{path}", headers, content)
            if answer is not None and answer.status_code == 401:
                self._token = ""
            elif answer is not None and answer.status_code == 429:
                self._wait(int(answer.headers["retry-after"]))
            elif answer is not None and answer.status_code != 423 and answer.status_code < 500:
                return answer.status_code, answer.json()
            self._wait(min(2**number, 30))
        raise RuntimeError(f"{method} {path}: no answer in {TRIES} tries")

    def _send(self, method: str, path: str, headers: dict[str, str], content: Any) -> httpx.Response | None:
        """A whole JSON answer, or nothing that can be believed."""
        try:
            answer = self._client.request(method, path, headers=headers, json=content)
            if "json" not in answer.headers.get("content-type", ""):
                return None
            answer.json()
        except (httpx.TransportError, ValueError):
            return None
        return answer

    def _authorized(self) -> dict[str, str]:
        for number in range(TRIES if not self._token else 0):
            answer = self._send("POST", "/accesstoken/get", self._keys, None)
            if answer is not None and answer.status_code == 200:
                self._token = answer.json()["access_token"]
                break
            self._wait(min(2**number, 30))
        subscription = self._keys["Ocp-Apim-Subscription-Key"]
        return {
            "Authorization": f"Bearer {self._token}",
            "Ocp-Apim-Subscription-Key": subscription,
            "Merchant-Serial-Number": self._msn,
        }


class HastyShop(CarefulShop):
    """Takes every answer for a success, every broken line for a failure, and a new key for each try."""

    def sell(self, reference: str, value: int) -> None:
        self._call("POST", "/payments", order(reference, value), str(uuid4()))
        self._wait(5)
        self._call("GET", f"/payments/{reference}")
        amount = {"modificationAmount": {"currency": "NOK", "value": value // 2}}
        self._call("POST", f"/payments/{reference}/capture", amount, str(uuid4()))
        self.books[reference] = value // 2

    def _call(self, method: str, path: str, content: Any = None, key: str | None = None) -> tuple[int, Any]:
        for _ in range(3):
            headers = self._authorized() | {"Idempotency-Key": str(uuid4())}
            try:
                answer = self._client.request(method, f"/epayment/v1{path}", headers=headers, json=content)
            except httpx.TransportError:
                continue
            return answer.status_code, answer.json()
        raise RuntimeError("the platform is down")


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
