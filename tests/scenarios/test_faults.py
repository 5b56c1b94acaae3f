"""Faults by header and by rule, in this process: what is sent, when, and what has happened by then."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from mockserver.scenarios.domain.faults import FAULTS, FaultKind, Span
from mockserver.scenarios.scenarios import Scenarios
from tests.apis.helpers import assert_gateway, assert_problem
from tests.harness import Emulator, body

Start = Callable[..., Emulator]

STATUSES = {"status": 500, "token-expired": 401, "locked": 423, "rate-limited": 429, "gateway-error": 503}
"""The faults that are an answer of their own."""
DONE = {FaultKind.ANSWER_LOST, FaultKind.TRUNCATED_BODY, FaultKind.MALFORMED_BODY, FaultKind.SLOW_BODY,
        FaultKind.WRONG_CONTENT_TYPE, FaultKind.LATENCY}  # fmt: skip
"""The faults after which the work is done, unless somebody says otherwise."""


class Pauses:
    """Takes no time, and remembers how much it should have."""

    def __init__(self, emulator: Emulator) -> None:
        self.seconds: list[float] = []
        emulator.server.runtime.parts.of(Scenarios).pause = self

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def paid(start: Start) -> tuple[Emulator, Pauses]:
    """An emulator with a payment that waits for its capture."""
    emulator = start()
    pauses = Pauses(emulator)
    emulator.create()
    emulator.approve()
    return emulator, pauses


def captured(emulator: Emulator) -> int:
    return int(emulator.get()["aggregate"]["capturedAmount"]["value"])


def capture(emulator: Emulator, fault: str, key: str = "capture") -> httpx.Response:
    content = {"modificationAmount": {"currency": "NOK", "value": 100}}
    return emulator.api("POST", "/payments/reference-1/capture", content, key=key, X_Mock_Fault=fault)


class Sent:
    """What an operation sends, message by message."""

    def __init__(self, emulator: Emulator, fault: str) -> None:
        headers = emulator.headers() | {"Idempotency-Key": "raw", "X-Mock-Fault": fault}
        headers["Content-Type"] = "application/json"
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/epayment/v1/payments/reference-1/capture",
            "query_string": b"",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        }
        self.messages: list[Any] = []
        self.failed = False
        content = json.dumps({"modificationAmount": {"currency": "NOK", "value": 100}}).encode()

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": content, "more_body": False}

        async def send(message: Any) -> None:
            self.messages.append(message)

        async def run() -> None:
            try:
                await emulator.server.app(scope, receive, send)
            except Exception:
                self.failed = True

        emulator.loop.run_until_complete(run())

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.messages[0]["headers"])

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.messages[1:])


@pytest.mark.parametrize("kind", FaultKind)
@pytest.mark.parametrize("effect", [None, "before", "after"])
def test_a_fault_is_before_or_after_the_effect(
    paid: tuple[Emulator, Pauses], kind: FaultKind, effect: str | None
) -> None:
    emulator, _ = paid
    if kind is FaultKind.ANSWER_LOST and effect == "before":
        assert_problem(capture(emulator, f"{kind}; effect=before"), 400)
        return
    capture(emulator, kind if effect is None else f"{kind}; effect={effect}")
    done = kind in DONE if effect is None else effect == "after" or kind is FaultKind.LATENCY
    assert captured(emulator) == (100 if done else 0)
    again = emulator.modify("capture", 100, key="capture")
    assert again.status_code == 200
    assert captured(emulator) == 100


@pytest.mark.parametrize(("kind", "status"), STATUSES.items())
def test_answers_of_their_own(paid: tuple[Emulator, Pauses], kind: str, status: int) -> None:
    emulator, _ = paid
    answer = capture(emulator, kind)
    if kind in ("status", "locked"):
        assert_problem(answer, status, "3010" if status == 500 else None)
    else:
        assert_gateway(answer, status)
    if kind == "rate-limited":
        assert answer.headers["retry-after"] == "30"
    assert answer.headers["x-mock-warning"].startswith("fault-header: ")


def test_details_of_a_header(paid: tuple[Emulator, Pauses]) -> None:
    emulator, pauses = paid
    assert_problem(capture(emulator, "status; status=504"), 504)
    assert_gateway(capture(emulator, "gateway-error;status=502"), 502)
    assert capture(emulator, "rate-limited; retry_after=7").headers["retry-after"] == "7"
    assert capture(emulator, "latency; seconds=2.5").status_code == 200
    assert pauses.seconds == [2.5]


def test_a_header_asks_for_a_range_or_a_spread_too(start: Start) -> None:
    emulator = start()
    pauses = Pauses(emulator)
    for fault in ("latency; min=2; max=3", "latency; max=0.5", "latency; median=4; spread=1"):
        for _ in range(20):
            emulator.api("GET", "/payments/nobody-knows", X_Mock_Fault=fault)
    even, short, median = pauses.seconds[:20], pauses.seconds[20:40], pauses.seconds[40:]
    assert len(set(even)) > 10
    assert all(2 <= each <= 3 for each in even)
    assert all(0 <= each <= 0.5 for each in short)
    assert median == [4] * 20
    emulator.control("POST", "/reset")
    emulator.api("GET", "/payments/nobody-knows", X_Mock_Fault="latency; min=2; max=3")
    assert pauses.seconds[60] == even[0]


@pytest.mark.parametrize("wrong", ["answer-lots", "status; status=200", "latency; seconds=900", "latency; second=1",
                                   "latency; seconds=soon", "status; effect=during", "latency; min=3; max=2",
                                   "latency; seconds=1; max=2", "latency; min=1; min=2", "status; fault=locked",
                                   "latency; median=0", "locked; seconds=1", "locked; status=500",
                                   "token-expired; retry_after=1", "status;;", "status; =", ";"])  # fmt: skip
def test_a_header_that_cannot_be_understood_is_refused(paid: tuple[Emulator, Pauses], wrong: str) -> None:
    emulator, _ = paid
    details = assert_problem(capture(emulator, wrong), 400)
    assert "X-Mock-Fault" in details
    assert captured(emulator) == 0
    assert "the file" not in details["X-Mock-Fault"]
    if wrong == "answer-lots":
        assert "did you mean answer-lost?" in details["X-Mock-Fault"]


def test_strict_servers_do_not_look_at_the_header(start: Start) -> None:
    emulator = start(strict=True)
    answer = emulator.api("POST", "/payments", body(), key="key", X_Mock_Fault="status")
    assert answer.status_code == 201
    assert "x-mock-warning" not in answer.headers


def test_an_answer_is_lost(paid: tuple[Emulator, Pauses]) -> None:
    sent = Sent(paid[0], "answer-lost")
    assert sent.failed
    assert sent.body == b""
    assert int(sent.headers[b"content-length"]) > 0
    assert captured(paid[0]) == 100


def test_a_body_is_cut_off(paid: tuple[Emulator, Pauses]) -> None:
    sent = Sent(paid[0], "truncated-body")
    assert sent.failed
    assert 0 < len(sent.body) < int(sent.headers[b"content-length"])


def test_a_body_is_no_json(paid: tuple[Emulator, Pauses]) -> None:
    answer = capture(paid[0], "malformed-body")
    assert answer.status_code == 200
    with pytest.raises(ValueError):
        answer.json()


def test_a_body_has_another_type(paid: tuple[Emulator, Pauses]) -> None:
    answer = capture(paid[0], "wrong-content-type")
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.json()["state"] == "AUTHORIZED"


def test_a_body_is_slow(paid: tuple[Emulator, Pauses]) -> None:
    emulator, pauses = paid
    sent = Sent(emulator, "slow-body; seconds=8")
    assert json.loads(sent.body)["state"] == "AUTHORIZED"
    assert len(sent.messages) == 9
    assert sum(pauses.seconds) == pytest.approx(8)


@pytest.mark.parametrize(
    ("seconds", "low", "high"),
    [(3, 3, 3), ({"min": 1, "max": 2}, 1, 2), ({"median": 1, "spread": 1.5}, 0.05, 20)],
)
def test_latency_is_fixed_within_a_range_or_spread(
    paid: tuple[Emulator, Pauses], seconds: Any, low: float, high: float
) -> None:
    emulator, pauses = paid
    then = {"fault": "latency", "seconds": seconds}
    emulator.control("POST", "/scenarios", {"name": "slow", "when": {"operation": "getPayment"}, "then": then})
    for _ in range(30):
        emulator.get()
    assert len(pauses.seconds) == 30
    assert all(low <= each <= high for each in pauses.seconds)
    assert len(set(pauses.seconds)) == (1 if low == high else 30)


def test_a_spread_lies_around_its_median() -> None:
    import random

    draw = random.Random(7).random
    lengths = sorted(Span(median=0.5, spread=2.0).sample(draw) for _ in range(2001))
    assert lengths[1000] == pytest.approx(0.5, rel=0.1)
    inside = sum(0.25 <= each <= 1 for each in lengths) / len(lengths)
    assert inside == pytest.approx(0.68, abs=0.04)


@pytest.mark.parametrize("kind", FaultKind)
def test_every_fault_can_be_a_rule_and_shows_in_the_journal(paid: tuple[Emulator, Pauses], kind: FaultKind) -> None:
    emulator, _ = paid
    content = {"name": "broken", "when": {"operation": "capturePayment"}, "then": {"fault": kind}, "times": 1}
    assert emulator.control("POST", "/scenarios", content).status_code == 200
    emulator.modify("capture", 100)
    entry = emulator.control("GET", "/requests?operation=capturePayment").json()["requests"][0]
    assert entry["scenario"] == {"rule": "broken", "outcome": f"fault {kind}, {kind.moment} the effect"}
    assert (entry["status"] == 0) == (kind is FaultKind.CONNECTION_CLOSED)
    assert emulator.modify("capture", 100).status_code == 200
    assert captured(emulator) == 100


def test_every_fault_has_a_meaning() -> None:
    assert set(FAULTS) == set(FaultKind)
