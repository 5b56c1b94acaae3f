"""Faults as a client meets them: a server process, real sockets, and a client that knows nothing of either."""

import json
import socket
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from mockserver.scenarios.domain.faults import FaultKind, Moment
from tests.end_to_end.running import Merchant, Running, serving


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with serving("--seed", "faults") as running:
        yield running


class Shop:
    """A shop with one approved payment."""

    def __init__(self, server: Running) -> None:
        self.merchant = Merchant(server)
        self.client = self.merchant._client
        self.reference = f"order-{uuid4()}"
        self.merchant.create(self.reference)
        self.client.post(f"/epayment/v1/test/payments/{self.reference}/approve").raise_for_status()

    def capture(self, fault: str, key: str) -> httpx.Response:
        headers = {"Idempotency-Key": key} | ({"X-Mock-Fault": fault} if fault else {})
        content = {"modificationAmount": {"currency": "NOK", "value": 100}}
        return self.client.post(f"/epayment/v1/payments/{self.reference}/capture", headers=headers, json=content)

    def captured(self) -> int:
        return int(self.merchant.get(self.reference)["aggregate"]["capturedAmount"]["value"])


@pytest.fixture
def shop(server: Running) -> Iterator[Shop]:
    shop = Shop(server)
    yield shop
    shop.merchant.close()


LOST = httpx.RemoteProtocolError
SEEN: dict[FaultKind, tuple[Any, Any]] = {
    FaultKind.STATUS: (500, 500),
    FaultKind.LATENCY: (200, 200),
    FaultKind.ANSWER_LOST: (400, LOST),  # connection-closed is what that is called before the effect
    FaultKind.CONNECTION_CLOSED: (LOST, LOST),
    FaultKind.TRUNCATED_BODY: (LOST, LOST),
    FaultKind.MALFORMED_BODY: (503, 200),
    FaultKind.SLOW_BODY: (503, 200),
    FaultKind.WRONG_CONTENT_TYPE: (503, 200),
    FaultKind.TOKEN_EXPIRED: (401, 401),
    FaultKind.LOCKED: (423, 423),
    FaultKind.RATE_LIMITED: (429, 429),
    FaultKind.GATEWAY_ERROR: (503, 503),
}
"""What a client sees of each fault, before the effect and after it."""


@pytest.mark.parametrize("moment", [None, *Moment])
@pytest.mark.parametrize("kind", FaultKind)
def test_a_client_meets_each_fault_and_recovers_with_the_same_key(
    shop: Shop, kind: FaultKind, moment: Moment | None
) -> None:
    fault = f"{kind}; seconds=0.2" if kind in (FaultKind.LATENCY, FaultKind.SLOW_BODY) else str(kind)
    fault += f"; effect={moment}" if moment else ""
    after = (moment or kind.moment) is Moment.AFTER
    seen, key = SEEN[kind][after], str(uuid4())
    if isinstance(seen, int):
        before = time.monotonic()
        answer = shop.capture(fault, key)
        took = time.monotonic() - before
        assert answer.status_code == seen
        if "seconds" in fault:
            assert took >= 0.2
        if kind is FaultKind.RATE_LIMITED:
            assert answer.headers["retry-after"] == "30"
        if kind is FaultKind.MALFORMED_BODY:
            with pytest.raises(ValueError):
                answer.json()
        if kind is FaultKind.WRONG_CONTENT_TYPE:
            assert answer.headers["content-type"].startswith("text/html")
    else:
        with pytest.raises(seen):
            shop.capture(fault, key)
    # A latency does not keep anything from being done, whether it comes before or after that.
    assert shop.captured() == (100 if after or kind is FaultKind.LATENCY else 0)
    assert shop.capture("", key).status_code == 200
    assert shop.captured() == 100


@pytest.mark.parametrize("kind", [FaultKind.ANSWER_LOST, FaultKind.CONNECTION_CLOSED])
def test_nothing_at_all_comes_over_the_socket(server: Running, shop: Shop, kind: FaultKind) -> None:
    content = json.dumps({"modificationAmount": {"currency": "NOK", "value": 100}}).encode()
    headers = dict(shop.client.headers) | {
        "Host": urlsplit(server.url).netloc,
        "X-Mock-Fault": str(kind),
        "Idempotency-Key": str(uuid4()),
        "Content-Type": "application/json",
        "Content-Length": str(len(content)),
    }
    lines = [f"POST /epayment/v1/payments/{shop.reference}/capture HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items() if name.lower() not in ("host", "connection")]
    lines.append(f"Host: {headers['Host']}")
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=10) as connection:
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + content)
        assert connection.recv(65536) == b""


def test_a_closed_connection_leaves_the_server_well(server: Running, shop: Shop) -> None:
    for _ in range(20):
        with pytest.raises(httpx.RemoteProtocolError):
            shop.client.get(f"/epayment/v1/payments/{shop.reference}", headers={"X-Mock-Fault": "answer-lost"})
    assert shop.captured() == 0
    assert server.process.poll() is None


def test_a_cut_off_body_has_its_beginning(server: Running, shop: Shop) -> None:
    path = f"/epayment/v1/payments/{shop.reference}"
    with shop.client.stream("GET", path, headers={"X-Mock-Fault": "truncated-body"}) as answer:
        length, chunks = int(answer.headers["content-length"]), answer.iter_raw()
        received = next(chunks)
        with pytest.raises(httpx.RemoteProtocolError):
            b"".join(chunks)
    assert 0 < len(received) < length


@pytest.mark.parametrize("fault", ["malformed-body", "truncated-body", "slow-body; seconds=0.2", "wrong-content-type"])
def test_an_answer_without_a_body_harms_no_later_one(server: Running, shop: Shop, fault: str) -> None:
    content = {"url": "https://shop.example.com/hook", "events": ["epayments.payment.created.v1"]}
    made = shop.client.post("/webhooks/v1/webhooks", json=content).raise_for_status().json()["id"]
    before = time.monotonic()
    answer = shop.client.delete(f"/webhooks/v1/webhooks/{made}", headers={"X-Mock-Fault": fault})
    assert (answer.status_code, answer.content) == (204, b"")
    assert "content-length" not in answer.headers
    assert time.monotonic() - before >= (0.2 if "seconds" in fault else 0)
    assert shop.captured() == 0


def test_rules_break_connections_too(server: Running, shop: Shop) -> None:
    content = {
        "name": f"lost {shop.reference}",
        "when": {"operation": "capturePayment", "reference": shop.reference},
        "then": {"fault": "answer-lost"},
        "times": 1,
    }
    httpx.post(f"{server.url}/_mock/scenarios", json=content).raise_for_status()
    with pytest.raises(httpx.RemoteProtocolError):
        shop.capture("", "the-key")
    assert shop.captured() == 100
    assert shop.capture("", "the-key").json()["aggregate"]["capturedAmount"]["value"] == 100
    entries = [each for each in server.journal() if each["reference"] == shop.reference and each["scenario"]]
    assert [each["scenario"]["rule"] for each in entries] == [content["name"]]
