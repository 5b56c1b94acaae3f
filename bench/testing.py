"""What a test in Python costs: a reset, and a whole test of a payment, through mockserver.testing."""

from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import httpx

from mockserver.testing import Server

_AMOUNT = {"currency": "NOK", "value": 49_900}

Milliseconds = dict[str, float]


def measure(times: int, say: Callable[[str], None]) -> Milliseconds:
    """Milliseconds of a reset, and of a test that resets and then pays; medians, the first of each not counted."""
    say(f"tests in Python, {times} times")
    with Server() as vipps, httpx.Client(base_url=vipps.url, trust_env=False) as client:
        keys = vipps.keys()

        def test() -> None:
            vipps.reset()
            _pay(client, keys, vipps)

        return {"reset": _timed(vipps.reset, times), "test": _timed(test, times)}


def _timed(what: Callable[[], Any], times: int) -> float:
    what()
    taken = []
    for _ in range(times):
        start = perf_counter()
        what()
        taken.append((perf_counter() - start) * 1000)
    return median(taken)


def _pay(client: httpx.Client, keys: dict[str, str], vipps: Server) -> None:
    subscription = {"Ocp-Apim-Subscription-Key": keys["VIPPS_SUBSCRIPTION_KEY"]}
    ids = {"client_id": keys["VIPPS_CLIENT_ID"], "client_secret": keys["VIPPS_CLIENT_SECRET"]}
    token = client.post("/accesstoken/get", headers=subscription | ids).raise_for_status().json()["access_token"]
    headers = subscription | {"Authorization": f"Bearer {token}", "Merchant-Serial-Number": keys["VIPPS_MSN"]}

    def post(path: str, content: Any) -> None:
        known = headers | {"Idempotency-Key": f"key-{path}"}
        client.post(f"/epayment/v1/payments{path}", json=content, headers=known).raise_for_status()

    post("", {
        "reference": "order-0001", "amount": _AMOUNT, "paymentMethod": {"type": "WALLET"},
        "userFlow": "WEB_REDIRECT", "returnUrl": "https://shop.example.com/thanks", "paymentDescription": "Socks",
    })  # fmt: skip
    vipps.approve("order-0001")
    post("/order-0001/capture", {"modificationAmount": _AMOUNT})
    post("/order-0001/refund", {"modificationAmount": _AMOUNT})
