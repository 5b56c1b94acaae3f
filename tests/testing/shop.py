"""An integration to test: what a merchant's own code does, with httpx, blocking or not."""

import itertools
from collections.abc import Mapping
from typing import Any

import httpx

_KEYS = itertools.count(1)


def keys_of(variables: Mapping[str, str]) -> dict[str, str]:
    """The headers of a token request."""
    return {
        "client_id": variables["VIPPS_CLIENT_ID"],
        "client_secret": variables["VIPPS_CLIENT_SECRET"],
        "Ocp-Apim-Subscription-Key": variables["VIPPS_SUBSCRIPTION_KEY"],
    }


def headers_of(variables: Mapping[str, str], token: str, key: str | None = None) -> dict[str, str]:
    """The headers of every other request."""
    headers = {
        "Authorization": f"Bearer {token}",
        "Ocp-Apim-Subscription-Key": variables["VIPPS_SUBSCRIPTION_KEY"],
        "Merchant-Serial-Number": variables["VIPPS_MSN"],
    }
    return headers if key is None else headers | {"Idempotency-Key": key}


def order(reference: str, amount: int = 49_900, **more: Any) -> dict[str, Any]:
    """A createPayment request."""
    return {
        "reference": reference,
        "amount": {"currency": "NOK", "value": amount},
        "paymentMethod": {"type": "WALLET"},
        "userFlow": "WEB_REDIRECT",
        "returnUrl": "https://shop.example.com/thanks",
        "paymentDescription": "One pair of socks",
    } | more


class Shop:
    """Sells over a blocking client."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        self.client = httpx.Client(base_url=variables["VIPPS_BASE_URL"])
        answer = self.client.post("/accesstoken/get", headers=keys_of(variables)).raise_for_status()
        self.token = answer.json()["access_token"]

    def __enter__(self) -> "Shop":
        return self

    def __exit__(self, *exception: object) -> None:
        self.client.close()

    def post(self, path: str, content: Any, *, key: str | None = None, status: int = 200) -> Any:
        headers = headers_of(self.variables, self.token, key)
        answer = self.client.post(path, json=content, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def create(self, reference: str, amount: int = 49_900, **more: Any) -> None:
        self.post("/epayment/v1/payments", order(reference, amount, **more), key=reference, status=201)

    def move(self, action: str, reference: str, amount: int) -> None:
        content = {"modificationAmount": {"currency": "NOK", "value": amount}}
        self.post(f"/epayment/v1/payments/{reference}/{action}", content, key=f"{action}-{reference}-{amount}")

    def register(self, url: str, *events: str) -> str:
        names = [f"epayments.payment.{event}.v1" for event in events]
        registered = self.post("/webhooks/v1/webhooks", {"url": url, "events": names}, status=201)
        return str(registered["id"])

    def draft(self) -> str:
        content = {
            "pricing": {"type": "LEGACY", "amount": 10_000, "currency": "NOK"},
            "interval": {"unit": "MONTH", "count": 1},
            "merchantRedirectUrl": "https://shop.example.com/return",
            "merchantAgreementUrl": "https://shop.example.com/agreement",
            "productName": "News",
        }
        drafted = self.post("/recurring/v3/agreements", content, key=f"draft-{next(_KEYS)}", status=201)
        return str(drafted["agreementId"])

    def charge(self, agreement: str, due: str) -> str:
        content = {
            "amount": 1_000, "description": "News", "transactionType": "DIRECT_CAPTURE", "due": due, "retryDays": 2,
        }  # fmt: skip
        path = f"/recurring/v3/agreements/{agreement}/charges"
        return str(self.post(path, content, key=f"charge-{next(_KEYS)}", status=201)["chargeId"])
