"""A merchant that sells subscriptions."""

import itertools
from typing import Any

import httpx

from tests.harness import CURRENCIES, Emulator

_KEYS = itertools.count(1)
TYPES = "https://developer.vippsmobilepay.com/docs/APIs/recurring-api/recurring-api-problems#"


class Shop:
    """Calls of the Recurring API for one sales unit."""

    def __init__(self, emulator: Emulator, msn: str = "123456") -> None:
        self.emulator = emulator
        self.msn = msn

    def call(
        self, method: str, path: str, json: Any = None, *, key: str | None = None, **headers: str
    ) -> httpx.Response:
        """A call: ``path`` under /recurring/v3; whatever changes something has an Idempotency-Key of its own."""
        sent = self.emulator.headers(self.msn, **headers)
        if method != "GET":
            sent["Idempotency-Key"] = key or f"key-{next(_KEYS)}"
        options: dict[str, Any] = {} if json is None else {"json": json}
        return self.emulator.request(method, f"/recurring/v3{path}", headers=sent, **options)

    def draft(self, **fields: Any) -> httpx.Response:
        """A draft that works, ``fields`` on top (None removes one)."""
        return self.call("POST", "/agreements", draft_body(self.msn, **fields))

    def drafted(self, **fields: Any) -> str:
        """The id of a new draft."""
        answer = self.draft(**fields)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["agreementId"])

    def accept(self, agreement: str, phone: str | None = None) -> httpx.Response:
        """A force accept by this customer, or the market's default one."""
        content = {"phoneNumber": phone or self.customer}
        return self.call("PATCH", f"/agreements/{agreement}/accept", content)

    @property
    def customer(self) -> str:
        """The phone number of the market's default customer."""
        return next(each.phone for each in self.emulator.world.customers if each.market == self.market)

    @property
    def market(self) -> str:
        """The market of the unit."""
        unit = self.emulator.unit(self.msn)
        return next(str(each.market) for each in self.emulator.world.merchants if each.id == unit.merchant_id)

    def active(self, phone: str | None = None, **fields: Any) -> str:
        """The id of a new agreement that is accepted."""
        agreement = self.drafted(**fields)
        answer = self.accept(agreement, phone)
        assert answer.status_code == 204, answer.text
        return agreement

    def agreement(self, agreement: str) -> dict[str, Any]:
        """An agreement as it stands."""
        content: dict[str, Any] = self.got(f"/agreements/{agreement}")
        return content

    def patch(self, agreement: str, **fields: Any) -> httpx.Response:
        """A change of an agreement."""
        return self.call("PATCH", f"/agreements/{agreement}", fields)

    def charge(
        self, agreement: str, due: str | None = "2030-04-01", amount: int = 10_000, **fields: Any
    ) -> httpx.Response:
        """A new charge, ``fields`` on top (None removes one)."""
        return self.call("POST", f"/agreements/{agreement}/charges", charge_body(due=due, amount=amount, **fields))

    def charged(self, agreement: str, due: str | None = "2030-04-01", amount: int = 10_000, **fields: Any) -> str:
        """The id of a new charge."""
        answer = self.charge(agreement, due, amount, **fields)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["chargeId"])

    def fetch(self, agreement: str, charge: str) -> dict[str, Any]:
        """A charge as it stands."""
        content: dict[str, Any] = self.got(f"/agreements/{agreement}/charges/{charge}")
        return content

    def status(self, agreement: str, charge: str) -> str:
        """The status of a charge."""
        return str(self.fetch(agreement, charge)["status"])

    def capture(self, agreement: str, charge: str, amount: int) -> httpx.Response:
        """A capture of so many minor units."""
        return self.call("POST", f"/agreements/{agreement}/charges/{charge}/capture", {"amount": amount})

    def refund(self, agreement: str, charge: str, amount: int) -> httpx.Response:
        """A refund of so many minor units."""
        content = {"amount": amount, "description": "Sorry"}
        return self.call("POST", f"/agreements/{agreement}/charges/{charge}/refund", content)

    def cancel(self, agreement: str, charge: str) -> httpx.Response:
        """A charge is given up."""
        return self.call("DELETE", f"/agreements/{agreement}/charges/{charge}")

    def got(self, path: str) -> Any:
        """What a GET answers."""
        answer = self.call("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()


def draft_body(msn: str = "123456", **fields: Any) -> dict[str, Any]:
    """A draft of 100.00 a month."""
    content = {
        "pricing": {"type": "LEGACY", "amount": 10_000, "currency": CURRENCIES[msn[0]]},
        "interval": {"unit": "MONTH", "count": 1},
        "merchantRedirectUrl": "https://shop.example.com/return",
        "merchantAgreementUrl": "https://shop.example.com/agreement",
        "productName": "Tea of the month",
    } | fields
    return {name: value for name, value in content.items() if value is not None}


def charge_body(**fields: Any) -> dict[str, Any]:
    """A charge that is captured at once and tried for two more days."""
    content = {
        "amount": 10_000,
        "description": "Tea",
        "transactionType": "DIRECT_CAPTURE",
        "due": "2030-04-01",
        "retryDays": 2,
    } | fields
    return {name: value for name, value in content.items() if value is not None}


def assert_refused(answer: httpx.Response, status: int, problem: str, **wrong: str) -> dict[str, Any]:
    """The answer is a whole problem with this identifier, which blames these fields (``__`` for dots); gives it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    content: dict[str, Any] = answer.json()
    assert set(content) == {"type", "title", "status", "detail", "instance", "contextId", "extraDetails"}
    assert content["type"] == f"{TYPES}{problem}", content
    assert content["status"] == status
    path = answer.request.url.path.removeprefix("/recurring")
    assert content["instance"] == f"/vipps-recurring-merchant-api{path}"
    assert len(content["contextId"]) == 36
    reasons = {each["name"]: each["reason"] for each in content["extraDetails"]}
    for name, reason in wrong.items():
        assert reason in reasons[name.replace("__", ".")], content
    return content
