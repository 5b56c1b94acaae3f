"""The bytes of the requests, as a real client sends them; the same for the emulator and the floor."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

# The port is the same whoever is asked, so that both get equal bytes.
_HOST = "127.0.0.1:8080"
_SYSTEM = {
    "Vipps-System-Name": "Acme Commerce",
    "Vipps-System-Version": "3.1.2",
    "Vipps-System-Plugin-Name": "acme-webshop",
    "Vipps-System-Plugin-Version": "4.5.6",
}
_PATH = "/epayment/v1/payments"
_REFERENCE = "acme-shop-%012d"
_KEY = "0b6a5b5c-5f0e-4f6a-9d3c-%012d"
_STRIDE = 7_368_787
"""A prime, to visit stored payments in no order."""


def creates(common: dict[str, str], first: int) -> Iterator[bytes]:
    """Endless createPayment requests, numbered from ``first``: each with a reference and a key of its own."""
    content = {
        "amount": {"currency": "NOK", "value": 10_000},
        "paymentMethod": {"type": "WALLET"},
        "reference": "REFERENCE",
        "userFlow": "WEB_REDIRECT",
        "returnUrl": "https://shop.example.com/return",
        "paymentDescription": "One pair of socks",
    }
    body = json.dumps(content, separators=(",", ":")).replace("%", "%%").replace("REFERENCE", _REFERENCE)
    headers = {"Content-Length": str(len(body % first))}
    template = _template("POST", _PATH, common | headers, {"Idempotency-Key": _KEY}) + body.encode()
    return (template % (number, number) for number in count(first))


def charges(common: dict[str, str], first: int, agreement: str) -> Iterator[bytes]:
    """Endless CreateChargeV3 requests for one agreement, numbered from ``first``, due in ten days."""
    content = {
        "amount": 10_000,
        "description": "Socks of the month",
        "transactionType": "DIRECT_CAPTURE",
        "due": f"{datetime.now(UTC) + timedelta(days=10):%Y-%m-%d}",
        "retryDays": 5,
        "orderId": "REFERENCE",
    }
    body = json.dumps(content, separators=(",", ":")).replace("REFERENCE", _REFERENCE)
    headers = {"Content-Length": str(len(body % first))}
    path = f"/recurring/v3/agreements/{agreement}/charges"
    template = _template("POST", path, common | headers, {"Idempotency-Key": _KEY}) + body.encode()
    return (template % (number, number) for number in count(first))


def gets(common: dict[str, str], stored: int) -> Iterator[bytes]:
    """Endless getPayment requests, all over the payments 0 to ``stored``."""
    template = _template("GET", f"{_PATH}/{_REFERENCE}", common, {})
    return (template % (number * _STRIDE % stored) for number in count())


def health(path: str) -> bytes:
    """A request for a page without headers to speak of."""
    return f"GET {path} HTTP/1.1\r\nHost: {_HOST}\r\n\r\n".encode()


def common_headers(token: str, subscription_key: str, msn: str) -> dict[str, str]:
    """What every request to the API carries."""
    return {
        "Authorization": f"Bearer {token}",
        "Ocp-Apim-Subscription-Key": subscription_key,
        "Merchant-Serial-Number": msn,
        "Content-Type": "application/json",
        "Accept": "application/json",
        "User-Agent": "acme-webshop/4.5.6",
    } | _SYSTEM


def _template(method: str, target: str, headers: dict[str, str], numbered: dict[str, str]) -> bytes:
    fixed = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).replace("%", "%%")
    moving = "".join(f"{name}: {value}\r\n" for name, value in numbered.items())
    return f"{method} {target} HTTP/1.1\r\nHost: {_HOST}\r\n{fixed}{moving}\r\n".encode()
