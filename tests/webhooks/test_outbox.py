"""The outbox: in order, at least once, tried again on the clock, and nobody held up by another one's receiver."""

import asyncio
import base64
import hashlib
import hmac
import re
import time
from collections import Counter
from email.utils import parsedate_to_datetime
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import pytest

from mockserver.core.fetching import NoConnection
from mockserver.core.instants import DAY, HOUR, parse_timestamp
from mockserver.webhooks import store
from mockserver.webhooks.delivery import outgoing
from mockserver.webhooks.domain import retry_delay
from tests.harness import START, Emulator
from tests.webhooks.receivers import (
    URL,
    Received,
    Receivers,
    deliveries,
    listening,
    receivers_of,
    register,
    registration,
    settle,
)

OK = b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


@pytest.fixture
def receivers(emulator: Emulator) -> Receivers:
    return receivers_of(emulator)


def whole_life(emulator: Emulator, reference: str) -> list[str]:
    """A payment with four events."""
    emulator.create(reference)
    emulator.approve(reference)
    emulator.modify("capture", 10_000, reference, key=f"capture-{reference}")
    emulator.modify("refund", 4_000, reference, key=f"refund-{reference}")
    return ["CREATED", "AUTHORIZED", "CAPTURED", "REFUNDED"]


def offsets(delivery: dict[str, Any]) -> list[int]:
    """When each try was, in milliseconds after the first."""
    times = [parse_timestamp(each["at"]) for each in delivery["attempts"]]
    return [at - times[0] for at in times]


def test_every_event_arrives_once_in_order_with_the_logs_content(emulator: Emulator, receivers: Receivers) -> None:
    register(emulator)
    names = whole_life(emulator, "reference-1")
    settle(emulator)
    assert receivers.of("reference-1") == names
    logged = emulator.events()
    for received, event in zip(receivers.received, logged, strict=True):
        content = received.content
        assert content.pop("msn") == "123456"
        content.pop("captureGuaranteedUntil", None)
        assert content == event


def test_only_registered_events_are_told(emulator: Emulator, receivers: Receivers) -> None:
    register(emulator, events=["epayments.payment.captured.v1"])
    whole_life(emulator, "reference-1")
    settle(emulator)
    assert receivers.steps == [("reference-1", "CAPTURED")]


def test_failed_attempts_of_customers_are_told(emulator: Emulator, receivers: Receivers) -> None:
    register(emulator)
    emulator.create()
    emulator.control("POST", "/payments/123456/reference-1/decline")
    settle(emulator)
    told = [(each.content["name"], each.content["success"]) for each in receivers.received]
    assert told == [("CREATED", True), ("AUTHORIZED", False)]


def test_what_time_does_is_told(emulator: Emulator, receivers: Receivers) -> None:
    register(emulator)
    emulator.create()
    emulator.advance("P1D")
    assert receivers.of("reference-1") == ["CREATED", "EXPIRED"]


def test_a_failing_event_holds_back_later_ones_of_its_payment_only(emulator: Emulator, receivers: Receivers) -> None:
    register(emulator)
    receivers.answer = lambda received: 500 if received.step == ("reference-1", "CREATED") else 200
    names = whole_life(emulator, "reference-1")
    whole_life(emulator, "reference-2")
    settle(emulator)
    assert receivers.of("reference-1") == ["CREATED"]
    assert receivers.of("reference-2") == names
    receivers.answer = lambda received: 200
    emulator.advance("PT2S")
    assert receivers.of("reference-1") == ["CREATED", *names]


def test_another_registration_of_the_same_payment_is_not_held_back(emulator: Emulator, receivers: Receivers) -> None:
    register(emulator, URL)
    register(emulator, f"{URL}/2")
    receivers.answer = lambda received: 500 if received.url == URL else 200
    names = whole_life(emulator, "reference-1")
    settle(emulator)
    assert [each.step[1] for each in receivers.received if each.url == f"{URL}/2"] == names
    assert [each.step[1] for each in receivers.received if each.url == URL] == ["CREATED"]


@pytest.mark.parametrize("status", [None, 100, 301, 302, 307, 400, 401, 404, 410, 429, 500, 503])
def test_all_but_2xx_is_tried_again(emulator: Emulator, receivers: Receivers, status: int | None) -> None:
    register(emulator)
    receivers.answer = lambda received: status
    emulator.create()
    settle(emulator)
    [delivery] = deliveries(emulator)
    assert delivery["state"] == "waiting"
    assert delivery["dueAt"] == "2030-03-17T17:46:42.000Z"
    assert [each["status"] for each in delivery["attempts"]] == [status or 0]
    receivers.answer = lambda received: 202
    emulator.advance("PT2S")
    [delivery] = deliveries(emulator)
    assert (delivery["state"], delivery["dueAt"], delivery["tries"]) == ("delivered", None, 2)
    assert [each["status"] for each in delivery["attempts"]] == [status or 0, 202]


def test_tries_follow_the_documented_schedule_on_the_clock(emulator: Emulator, receivers: Receivers) -> None:
    register(emulator)
    receivers.answer = lambda received: 500
    emulator.create()
    emulator.advance("P8D")
    [delivery] = deliveries(emulator, "?reference=reference-1&msn=123456&event=epayments.payment.created.v1")
    found = offsets(delivery)
    assert delivery["attempts"][0]["at"] == "2030-03-17T17:46:40.000Z"
    assert found[:7] == [0, 2_000, 4_000, 6_000, 66_000, 186_000, 186_000 + HOUR]
    assert [b - a for a, b in pairwise(found)] == [retry_delay(n) for n in range(1, len(found))]
    assert 6 * DAY < found[-1] <= 7 * DAY
    assert delivery["state"] == "given-up"
    assert delivery["tries"] == 35


def test_one_move_of_the_clock_tries_an_address_without_a_listener_for_real_once(
    emulator: Emulator, receivers: Receivers
) -> None:
    def refuse(received: Received) -> int:
        raise NoConnection("nobody listens")

    receivers.answer = refuse
    register(emulator, events=["epayments.payment.created.v1"])
    emulator.create()
    settle(emulator)
    for moves in (1, 2):
        emulator.advance("P1D")
        assert len(receivers.received) == 1 + moves

    [delivery] = deliveries(emulator)
    assert len(delivery["attempts"]) > 10
    assert {each["response"] for each in delivery["attempts"]} == {"nobody listens"}
    receivers.answer = lambda received: 200
    emulator.advance("P1D")
    assert deliveries(emulator)[0]["state"] == "delivered"


def test_what_was_given_up_lets_the_next_event_go(emulator: Emulator, receivers: Receivers) -> None:
    register(emulator)
    receivers.answer = lambda received: 500 if received.step[1] == "CREATED" else 200
    emulator.create()
    emulator.approve()
    emulator.advance("P8D")
    assert [each["state"] for each in deliveries(emulator)] == ["given-up", "delivered"]
    assert receivers.of("reference-1")[-1] == "AUTHORIZED"


def test_small_steps_of_the_clock_make_the_same_tries(emulator: Emulator, receivers: Receivers) -> None:
    register(emulator)
    receivers.answer = lambda received: 500
    emulator.create()
    for _ in range(10):
        emulator.advance("PT0.7S")
    assert offsets(deliveries(emulator)[0]) == [0, 2_000, 4_000, 6_000]


def test_a_registration_dead_for_two_weeks_is_removed(emulator: Emulator, receivers: Receivers) -> None:
    id_ = register(emulator)["id"]
    receivers.answer = lambda received: None
    emulator.create()
    emulator.advance("P13DT23H")
    known = registration(emulator, id_)
    assert known is not None
    assert known["failingSince"] == "2030-03-17T17:46:40.000Z"
    emulator.advance("PT1H")
    assert registration(emulator, id_) is None
    assert deliveries(emulator) == []


def test_one_success_within_two_weeks_saves_a_registration(emulator: Emulator, receivers: Receivers) -> None:
    id_ = register(emulator)["id"]
    receivers.answer = lambda received: None
    emulator.create()
    emulator.advance("P5D")
    receivers.answer = lambda received: 200
    emulator.advance("P2D")
    known = registration(emulator, id_)
    assert known is not None
    assert known["failingSince"] is None
    receivers.answer = lambda received: None
    emulator.create("reference-2")
    emulator.advance("P13D")
    assert registration(emulator, id_) is not None
    emulator.advance("P1D")
    assert registration(emulator, id_) is None


def test_signatures_use_the_wall_clock_and_are_made_anew_on_each_try(
    emulator: Emulator, receivers: Receivers, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = register(emulator)["secret"]
    receivers.answer = lambda received: 500
    emulator.create()
    times = iter([1_700_000_000_000, 1_700_000_001_000])
    monkeypatch.setattr("mockserver.webhooks.delivery.outbox.wall_clock", lambda: next(times))
    settle(emulator)
    emulator.advance("PT2S")
    first, second = receivers.received
    assert first.headers["x-ms-date"] == "Tue, 14 Nov 2023 22:13:20 GMT"
    assert second.headers["x-ms-date"] == "Tue, 14 Nov 2023 22:13:21 GMT"
    assert first.body == second.body
    assert genuine(first, secret)
    assert genuine(second, secret)
    assert first.headers["Authorization"] != second.headers["Authorization"]


def test_signatures_are_fresh_wherever_the_clock_stands(emulator: Emulator, receivers: Receivers) -> None:
    register(emulator)
    emulator.advance("P400D")
    emulator.create()
    settle(emulator)
    [received] = receivers.received
    assert abs(parsedate_to_datetime(received.headers["x-ms-date"]).timestamp() - time.time()) < 60
    assert parse_timestamp(received.content["timestamp"]) == START + 400 * DAY


def genuine(received: Received, secret: str) -> bool:
    parts, headers = urlsplit(received.url), received.headers
    content = base64.b64encode(hashlib.sha256(received.body).digest()).decode()
    text = f"POST\n{parts.path}\n{headers['x-ms-date']};{parts.netloc};{content}"
    signature = base64.b64encode(hmac.digest(secret.encode(), text.encode(), "sha256")).decode()
    prefix = "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature="
    return headers["x-ms-content-sha256"] == content and headers["Authorization"] == prefix + signature


def test_a_slow_receiver_holds_up_neither_the_api_nor_other_receivers(emulator: Emulator, receivers: Receivers) -> None:
    register(emulator, "https://slow.example.com/")
    register(emulator, "https://quick.example.com/")
    gate = receivers.gates["https://slow.example.com/"] = asyncio.Event()
    outbox: Any = emulator.server.runtime.outbox

    async def start() -> None:
        outbox.start()

    emulator.loop.run_until_complete(start())
    for number in range(10):
        assert emulator.create(f"reference-{number}").status_code == 201
        emulator.get(f"reference-{number}")
    while len(deliveries(emulator, "?state=delivered")) < 10:
        emulator.control("GET", "/webhooks/deliveries?wait=5&state=delivered")
    hosts = Counter(each.url for each in receivers.received)
    assert hosts["https://quick.example.com/"] == 10
    assert 1 <= hosts["https://slow.example.com/"] <= 4
    gate.set()
    settle(emulator)
    assert len(deliveries(emulator, "?state=delivered")) == 20
    emulator.loop.run_until_complete(outbox.stop(10))


def test_what_was_in_the_air_is_sent_again_after_a_start(emulator: Emulator, receivers: Receivers) -> None:
    register(emulator)
    emulator.create()
    emulator.server.runtime.engine.database.connection.execute("UPDATE deliveries SET state = 'sending', tries = 1")
    settle(emulator)
    assert receivers.received == []
    outbox: Any = emulator.server.runtime.outbox

    async def start() -> None:
        outbox.start()
        await outbox.settle()
        await outbox.stop(10)

    emulator.loop.run_until_complete(start())
    assert receivers.of("reference-1") == ["CREATED"]


def test_what_is_in_the_air_outlives_the_finished_deliveries_that_are_kept(
    emulator: Emulator, receivers: Receivers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mockserver.webhooks.services.webhooks.MOST_FINISHED", 2)
    monkeypatch.setattr("mockserver.webhooks.services.webhooks.FORGET_AFTER", 1)
    register(emulator, "https://slow.example.com/")
    register(emulator, "https://quick.example.com/")
    receivers.gates["https://slow.example.com/"] = gate = asyncio.Event()

    outbox: Any = emulator.server.runtime.outbox

    def answer(received: Received) -> int:
        if sum(each.url == "https://quick.example.com/" for each in receivers.received) == 8:
            gate.set()
        return 200

    async def run() -> None:
        outbox.start()
        await asyncio.wait_for(outbox.settle(), 20)
        await outbox.stop(10)

    receivers.answer = answer
    for number in range(4):
        emulator.create(f"reference-{number}")
        emulator.approve(f"reference-{number}")
    emulator.loop.run_until_complete(run())
    slow = [each.step for each in receivers.received if each.url == "https://slow.example.com/"]
    assert len(slow) == 8
    assert len(deliveries(emulator)) == 2


@pytest.mark.parametrize("path", ["/_mock/reset", "/%5fmock/reset"])
def test_deliveries_to_the_own_control_api_are_refused(
    emulator: Emulator, receivers: Receivers, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("mockserver.webhooks.services.webhooks.is_own_control", lambda url, origins: False)
        register(emulator, f"http://127.0.0.1:8080{path}")
    emulator.create()
    settle(emulator)
    [delivery] = deliveries(emulator)
    assert receivers.received == []
    assert delivery["attempts"][0]["status"] == 0
    assert "control API" in delivery["attempts"][0]["response"]


def try_once(emulator: Emulator, url: str) -> dict[str, Any]:
    """One delivery to ``url`` over the network; its attempt."""
    register(emulator, url, ["epayments.payment.created.v1"])
    emulator.create()
    settle(emulator)
    [delivery] = deliveries(emulator)
    emulator.loop.run_until_complete(emulator.server.runtime.outbox.outbox._outgoing.close())  # type: ignore[attr-defined]
    attempt: dict[str, Any] = delivery["attempts"][0] | {"state": delivery["state"]}
    return attempt


def test_the_bytes_on_the_wire_are_those_that_were_signed(emulator: Emulator, loop: asyncio.AbstractEventLoop) -> None:
    with listening(loop, OK) as (origin, requests):
        attempt = try_once(emulator, f"{origin}/a/../b?x=%2f&y=1+2")
        [delivery] = deliveries(emulator)
    head, _, body = requests[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /a/../b?x=%2f&y=1+2 HTTP/1.1"
    sent = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}
    assert sent["host"] == origin.removeprefix("http://")
    assert sent["content-type"].startswith("application/json")
    assert sent["x-ms-content-sha256"] == base64.b64encode(hashlib.sha256(body).digest()).decode()
    assert sent["authorization"] == attempt["headers"]["Authorization"]
    assert delivery["body"].encode() == body
    assert (attempt["state"], attempt["status"], attempt["response"]) == ("delivered", 202, "ok")


def test_redirects_are_failures_and_not_followed(emulator: Emulator, loop: asyncio.AbstractEventLoop) -> None:
    with listening(loop, OK) as (elsewhere, followed):
        redirect = f"HTTP/1.1 307 Elsewhere\r\nLocation: {elsewhere}/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        with listening(loop, redirect.encode()) as (origin, requests):
            attempt = try_once(emulator, f"{origin}/")
    assert (attempt["state"], attempt["status"]) == ("waiting", 307)
    assert (len(requests), followed) == (1, [])


def test_the_limit_is_10_seconds_for_the_whole_answer() -> None:
    assert outgoing.TIMEOUT == 10.0


@pytest.mark.parametrize("answer", [None, b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"])
def test_no_answer_in_time_is_a_failure(
    emulator: Emulator, loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch, answer: bytes | None
) -> None:
    monkeypatch.setattr(outgoing, "TIMEOUT", 1)
    with listening(loop, answer) as (origin, requests):
        attempt = try_once(emulator, f"{origin}/")
    assert len(requests) == 1
    assert (attempt["state"], attempt["status"]) == ("waiting", 0)


def test_a_closed_connection_is_a_failure(emulator: Emulator, loop: asyncio.AbstractEventLoop) -> None:
    with listening(loop, None, cut=True) as (origin, _):
        attempt = try_once(emulator, f"{origin}/")
    assert (attempt["state"], attempt["status"]) == ("waiting", 0)
    assert origin in attempt["response"]


def test_a_port_where_nobody_listens_is_a_failure(emulator: Emulator, loop: asyncio.AbstractEventLoop) -> None:
    with listening(loop, OK) as (origin, _):
        pass
    attempt = try_once(emulator, f"{origin}/")
    assert (attempt["state"], attempt["status"]) == ("waiting", 0)


def test_long_answers_are_cut(emulator: Emulator, loop: asyncio.AbstractEventLoop) -> None:
    length = 1024 * 1024
    answer = f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{'x' * length}".encode()
    with listening(loop, answer) as (origin, _):
        attempt = try_once(emulator, f"{origin}/")
    assert (attempt["state"], attempt["status"]) == ("delivered", 200)
    assert re.fullmatch("x{2048}", attempt["response"])


def test_old_finished_deliveries_are_forgotten_a_few_at_a_time(
    emulator: Emulator, receivers: Receivers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mockserver.webhooks.services.webhooks.MOST_FINISHED", 5)
    monkeypatch.setattr("mockserver.webhooks.services.webhooks.FORGET_AFTER", 4)
    register(emulator)
    kept = []
    for number in range(16):
        emulator.create(f"reference-{number}")
        settle(emulator)
        kept.append(len(deliveries(emulator)))
    assert kept == [1, 2, 3, 4, 5, 6, 7, 5, 6, 7, 8, 5, 6, 7, 8, 5]
    left = [each["subject"] for each in deliveries(emulator)]
    assert left == [f"123456/reference-{number}" for number in range(11, 16)]


def test_old_finished_deliveries_are_forgotten_at_a_start_and_when_dropped(
    emulator: Emulator, receivers: Receivers, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = register(emulator)
    for number in range(8):
        emulator.create(f"reference-{number}")
    settle(emulator)
    monkeypatch.setattr("mockserver.webhooks.services.webhooks.MOST_FINISHED", 5)
    assert len(deliveries(emulator)) == 8
    outbox: Any = emulator.server.runtime.outbox

    async def start() -> None:
        outbox.start()
        await outbox.stop(10)

    emulator.loop.run_until_complete(start())
    assert len(deliveries(emulator)) == 5
    assert emulator.control("POST", f"/webhooks/{made['id']}/faults", {"dropFirst": 10}).status_code == 200
    for number in range(8, 18):
        emulator.create(f"reference-{number}")
    assert [each["state"] for each in deliveries(emulator)] == ["dropped"] * 5


def test_finished_deliveries_are_found_without_a_look_at_those_that_wait(emulator: Emulator) -> None:
    connection = emulator.server.runtime.engine.database.connection
    asked: list[str] = []
    connection.set_trace_callback(asked.append)
    store.forget_old(connection, 5)
    connection.set_trace_callback(None)
    (plan,) = (row for each in asked for row in connection.execute(f"EXPLAIN QUERY PLAN {each}"))
    assert "deliveries_finished" in plan[-1]
