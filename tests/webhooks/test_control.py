"""Deliveries through the control API: looked at, waited for, replayed, held back, broken; and bad calls refused."""

import asyncio
import time
from typing import Any

import pytest

from mockserver.app import PRODUCTS
from mockserver.webhooks.control.webhooks import ROWS
from mockserver.webhooks.events import EventTypes
from mockserver.webhooks.signature import examine
from tests.control.test_routes import assert_problem
from tests.harness import Emulator
from tests.webhooks.receivers import (
    URL,
    Received,
    Receivers,
    deliveries,
    receivers_of,
    register,
    registration,
    settle,
)

CREATED = "epayments.payment.created.v1"
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def receivers(emulator: Emulator) -> Receivers:
    return receivers_of(emulator)


def post(emulator: Emulator, path: str, content: Any = None) -> Any:
    answer = emulator.control("POST", f"/webhooks/{path}", content)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_registrations_are_shown_with_owner_and_faults(emulator: Emulator) -> None:
    id_ = register(emulator, events=[CREATED])["id"]
    assert emulator.control("GET", "/webhooks").json() == {
        "webhooks": [
            {
                "id": id_,
                "owner": {"kind": "sales-unit", "id": "123456"},
                "url": URL,
                "events": [CREATED],
                "createdAt": "2030-03-17T17:46:40.000Z",
                "paused": False,
                "failingSince": None,
                "faults": {
                    "duplicate": False,
                    "delaySeconds": 0,
                    "reorder": False,
                    "wrongSignature": False,
                    "dropFirst": 0,
                },
            }
        ]
    }


def test_deliveries_are_shown_with_request_and_response(emulator: Emulator, receivers: Receivers) -> None:
    id_ = register(emulator)["id"]
    emulator.create()
    settle(emulator)
    [delivery] = deliveries(emulator)
    [received] = receivers.received
    [attempt] = delivery.pop("attempts")
    assert delivery == {
        "id": 1,
        "webhook": id_,
        "event": CREATED,
        "subject": "123456/reference-1",
        "state": "delivered",
        "createdAt": "2030-03-17T17:46:40.000Z",
        "dueAt": None,
        "tries": 1,
        "body": received.body.decode(),
    }
    assert attempt["headers"] == received.headers
    assert (attempt["status"], attempt["response"]) == (200, "answered")
    assert attempt["durationMs"] >= 0


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 4),
        ("?msn=123456&reference=reference-1", 2),
        ("?msn=123457&reference=reference-1", 0),
        (f"?event={CREATED}", 2),
        ("?state=delivered", 4),
        ("?state=waiting", 0),
        ("?limit=1", 1),
        ("?limit=0", 0),
        (f"?webhook={NOBODY}", 0),
    ],
)
def test_deliveries_can_be_filtered(emulator: Emulator, receivers: Receivers, query: str, found: int) -> None:
    register(emulator)
    for reference in ("reference-1", "reference-2"):
        emulator.create(reference)
        emulator.approve(reference)
    settle(emulator)
    assert len(deliveries(emulator, query)) == found


def test_paused_registrations_wait_and_resumed_ones_go_on_in_order(emulator: Emulator, receivers: Receivers) -> None:
    id_ = register(emulator)["id"]
    assert post(emulator, f"{id_}/pause")["paused"] is True
    emulator.create()
    emulator.approve()
    settle(emulator)
    emulator.advance("PT1M")
    assert receivers.received == []
    assert post(emulator, f"{id_}/resume")["paused"] is False
    settle(emulator)
    assert receivers.of("reference-1") == ["CREATED", "AUTHORIZED"]


def test_one_delivery_is_replayed_as_it_was(emulator: Emulator, receivers: Receivers) -> None:
    register(emulator)
    emulator.create()
    emulator.approve()
    settle(emulator)
    post(emulator, "deliveries/1/replay")
    settle(emulator)
    assert receivers.of("reference-1") == ["CREATED", "AUTHORIZED", "CREATED"]
    assert receivers.received[0].body == receivers.received[2].body


def test_all_deliveries_of_a_registration_are_replayed_oldest_first(emulator: Emulator, receivers: Receivers) -> None:
    id_ = register(emulator)["id"]
    register(emulator, f"{URL}/2")
    emulator.create()
    emulator.approve()
    settle(emulator)
    receivers.received.clear()
    assert post(emulator, f"{id_}/replay") == {"replayed": 2}
    settle(emulator)
    assert [(each.url, each.step[1]) for each in receivers.received] == [(URL, "CREATED"), (URL, "AUTHORIZED")]


def test_what_was_given_up_can_be_replayed(emulator: Emulator, receivers: Receivers) -> None:
    register(emulator)
    receivers.answer = lambda received: 500
    emulator.create()
    emulator.advance("P8D")
    receivers.received.clear()
    receivers.answer = lambda received: 200
    post(emulator, "deliveries/1/replay")
    settle(emulator)
    assert receivers.of("reference-1") == ["CREATED"]


def faulty(emulator: Emulator, **faults: Any) -> dict[str, str]:
    made = register(emulator)
    post(emulator, f"{made['id']}/faults", faults)
    return made


def test_fault_duplicate_sends_everything_twice(emulator: Emulator, receivers: Receivers) -> None:
    faulty(emulator, duplicate=True)
    emulator.create()
    emulator.approve()
    settle(emulator)
    assert receivers.of("reference-1") == ["CREATED", "CREATED", "AUTHORIZED", "AUTHORIZED"]


def test_fault_delay_waits_on_the_clock(emulator: Emulator, receivers: Receivers) -> None:
    faulty(emulator, delaySeconds=5)
    emulator.create()
    emulator.approve()
    emulator.advance("PT4.9S")
    assert receivers.received == []
    emulator.advance("PT0.1S")
    assert receivers.of("reference-1") == ["CREATED", "AUTHORIZED"]


def test_fault_drop_first_loses_so_many(emulator: Emulator, receivers: Receivers) -> None:
    made = faulty(emulator, dropFirst=2)
    for number in range(3):
        emulator.create(f"reference-{number}")
    settle(emulator)
    assert receivers.steps == [("reference-2", "CREATED")]
    assert [each["state"] for each in deliveries(emulator)] == ["dropped", "dropped", "delivered"]
    shown = registration(emulator, made["id"])
    assert shown is not None
    assert shown["faults"]["dropFirst"] == 0


def test_fault_reorder_sends_the_latest_payment_first_and_keeps_each_in_order(
    emulator: Emulator, receivers: Receivers
) -> None:
    faulty(emulator, reorder=True)
    for number in range(3):
        emulator.create(f"reference-{number}")
        emulator.approve(f"reference-{number}")
    settle(emulator)
    created = [reference for reference, name in receivers.steps if name == "CREATED"]
    assert created == ["reference-2", "reference-1", "reference-0"]
    for number in range(3):
        assert receivers.of(f"reference-{number}") == ["CREATED", "AUTHORIZED"]


def wrong_parts(received: Received, secret: str) -> set[str]:
    headers = {name.lower(): value for name, value in received.headers.items()}
    return {each.part for each in examine(secret, received.url, headers, received.body, None) if not each.right}


def test_fault_wrong_signature_is_always_wrong_until_mended(emulator: Emulator, receivers: Receivers) -> None:
    made = faulty(emulator, wrongSignature=True)
    for number in range(50):
        emulator.create(f"reference-{number}")
    settle(emulator)
    assert [wrong_parts(each, made["secret"]) for each in receivers.received] == [{"signature"}] * 50
    post(emulator, f"{made['id']}/faults", {})
    receivers.received.clear()
    emulator.create("reference-right")
    settle(emulator)
    assert [wrong_parts(each, made["secret"]) for each in receivers.received] == [set()]


FIELDS = {
    "epayments": {"msn", "reference", "pspReference", "name", "amount", "timestamp", "success", "idempotencyKey"},
    "recurring.agreement": {
        "agreementId", "agreementUUID", "agreementExternalId", "eventType", "occurred", "actor", "msn",
    },
    "recurring.charge": {
        "agreementId", "chargeId", "transactionId", "amount", "currency", "chargeType", "eventType", "occurred",
        "amountCaptured", "amountCanceled", "amountRefunded", "msn",
    },
}  # fmt: skip


@pytest.mark.parametrize("event", EventTypes(PRODUCTS.events).names)
def test_a_sample_of_every_event_arrives_signed(emulator: Emulator, receivers: Receivers, event: str) -> None:
    made = register(emulator, events=[CREATED])
    post(emulator, f"{made['id']}/sample", {"event": event})
    settle(emulator)
    [received] = receivers.received
    assert wrong_parts(received, made["secret"]) == set()
    [delivery] = deliveries(emulator)
    assert (delivery["event"], delivery["state"]) == (event, "delivered")
    expected = next((fields for prefix, fields in FIELDS.items() if event.startswith(prefix)), None)
    if expected is not None:
        assert set(received.content) - {"failureReason"} == expected
        assert received.content["msn"] == "123456"
    if event.startswith("recurring"):
        assert received.content["eventType"] == event


def test_waiting_for_a_delivery_ends_when_it_is_there(emulator: Emulator, receivers: Receivers) -> None:
    register(emulator)
    outbox: Any = emulator.server.runtime.outbox
    headers = emulator.headers()

    async def run() -> Any:
        outbox.start()
        query = "/_mock/webhooks/deliveries?wait=60&state=delivered&msn=123456&reference=reference-1"
        waiting = asyncio.create_task(emulator.client.get(query))
        await asyncio.sleep(0)
        content = {
            "amount": {"currency": "NOK", "value": 100},
            "paymentMethod": {"type": "WALLET"},
            "reference": "reference-1",
            "userFlow": "WEB_REDIRECT",
            "returnUrl": "https://shop.example.com/return",
        }
        key = {"Idempotency-Key": "key-1"}
        await emulator.client.post("/epayment/v1/payments", json=content, headers=headers | key)
        answer = await waiting
        await outbox.stop(10)
        return answer.json()["deliveries"]

    start = time.monotonic()
    [delivery] = emulator.loop.run_until_complete(run())
    assert delivery["state"] == "delivered"
    assert time.monotonic() - start < 30


def test_waiting_in_vain_ends_in_time(emulator: Emulator) -> None:
    start = time.monotonic()
    assert deliveries(emulator, "?wait=1") == []
    assert time.monotonic() - start >= 0.9


def test_settling_with_nothing_to_do_is_fine(emulator: Emulator) -> None:
    assert post(emulator, "settle") == {"status": "ok"}


def test_a_reset_forgets_deliveries(emulator: Emulator, receivers: Receivers) -> None:
    register(emulator)
    emulator.create()
    emulator.control("POST", "/reset")
    settle(emulator)
    assert (deliveries(emulator), receivers.received) == ([], [])


BY_ID = [path for method, path, _ in ROWS if method == "POST" and path.startswith("/webhooks/{id}")]
POSTS = [path for method, path, _ in ROWS if method == "POST"]


def body_of(path: str) -> dict[str, Any]:
    return {"event": CREATED} if path.endswith("/sample") else {}


def state(emulator: Emulator) -> list[Any]:
    return [emulator.control("GET", path).json() for path in ("/webhooks", "/webhooks/deliveries")]


@pytest.mark.parametrize("id_", [NOBODY, "x", "1" * 300])
@pytest.mark.parametrize("path", BY_ID)
def test_an_unknown_registration_is_not_found(emulator: Emulator, path: str, id_: str) -> None:
    assert_problem(emulator.control("POST", path.replace("{id}", id_), body_of(path)), 404)


@pytest.mark.parametrize(("id_", "status"), [("0", 404), ("99", 404), ("x", 400), ("-1", 400), ("9" * 30, 400)])
def test_an_unknown_delivery_is_not_found(emulator: Emulator, id_: str, status: int) -> None:
    assert_problem(emulator.control("POST", f"/webhooks/deliveries/{id_}/replay"), status)


@pytest.mark.parametrize("path", POSTS)
def test_an_unknown_field_is_refused_and_changes_nothing(emulator: Emulator, receivers: Receivers, path: str) -> None:
    id_ = register(emulator)["id"]
    emulator.create()
    before = state(emulator)
    concrete = path.replace("{id}", "1" if "deliveries" in path else id_)
    assert_problem(emulator.control("POST", concrete, body_of(path) | {"colour": "red"}), 400, "colour")
    assert_problem(emulator.request("POST", f"/_mock{concrete}", content=b"["), 400)
    assert state(emulator) == before
    assert receivers.received == []


BAD_FAULTS: dict[str, list[Any]] = {
    "duplicate": [1, "true", None],
    "reorder": [0, "no", None],
    "wrongSignature": [1, [], None],
    "delaySeconds": [-1, "5", True, None, 604_801],
    "dropFirst": [-1, 1.5, "3", True, None, 1_000_001],
}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field in BAD_FAULTS for value in BAD_FAULTS[field]])
def test_a_bad_fault_is_refused_and_changes_nothing(emulator: Emulator, field: str, value: Any) -> None:
    id_ = register(emulator)["id"]
    before = state(emulator)
    assert_problem(emulator.control("POST", f"/webhooks/{id_}/faults", {field: value}), 400, field)
    assert state(emulator) == before


@pytest.mark.parametrize("content", [{}, {"event": 7}, {"event": None}, {"event": ""}, {"event": "CREATED"}])
def test_a_sample_of_no_known_event_is_refused(emulator: Emulator, content: Any) -> None:
    id_ = register(emulator)["id"]
    assert_problem(emulator.control("POST", f"/webhooks/{id_}/sample", content), 400, "event")
    assert deliveries(emulator) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("colour=red", "colour"),
        ("reference=reference-1", "msn"),
        ("msn=123456", "msn"),
        ("wait=61", "wait"),
        ("wait=-1", "wait"),
        ("wait=x", "wait"),
        ("limit=x", "limit"),
        ("limit=10001", "limit"),
    ],
)
def test_a_bad_filter_is_refused(emulator: Emulator, query: str, field: str) -> None:
    assert_problem(emulator.control("GET", f"/webhooks/deliveries?{query}"), 400, field)


def test_an_unknown_state_is_refused(emulator: Emulator) -> None:
    assert_problem(emulator.control("GET", "/webhooks/deliveries?state=lost"), 400)


@pytest.mark.parametrize("path", sorted({path for _, path, _ in ROWS}))
def test_a_wrong_method_is_refused(emulator: Emulator, path: str) -> None:
    allowed = {method for method, each, _ in ROWS if each == path}
    for method in {"GET", "POST", "PATCH", "PUT", "DELETE"} - allowed:
        answer = emulator.control(method, path.replace("{id}", "1"))
        assert_problem(answer, 405)
        assert answer.headers["allow"] == ", ".join(sorted(allowed))


def verified(emulator: Emulator, content: Any = None) -> Any:
    (delivery,) = deliveries(emulator)
    found = post(emulator, f"deliveries/{delivery['id']}/verify", content)
    assert found["delivery"] == delivery["id"]
    return found


def test_a_delivery_is_checked_by_the_secret_of_its_registration_or_another(
    emulator: Emulator, receivers: Receivers
) -> None:
    made = register(emulator)
    emulator.create()
    settle(emulator)

    found = verified(emulator)
    assert (found["webhook"], found["url"]) == (made["id"], URL)
    (attempt,) = found["attempts"]
    assert attempt["genuine"]
    assert [each["part"] for each in attempt["findings"]] == ["body hash", "date", "host", "signature"]
    assert verified(emulator, {"secret": made["secret"]}) == found
    (attempt,) = verified(emulator, {"secret": made["secret"].rstrip("=") + " "})["attempts"]
    assert not attempt["genuine"]
    assert attempt["findings"][-1]["words"].startswith("the secret ")


def test_each_try_is_checked_by_itself(emulator: Emulator, receivers: Receivers) -> None:
    id_ = register(emulator)["id"]
    post(emulator, f"{id_}/faults", {"wrongSignature": True})
    receivers.answer = lambda received: 401
    emulator.create()
    settle(emulator)
    post(emulator, f"{id_}/faults")
    emulator.advance("PT2S")
    assert [each["genuine"] for each in verified(emulator)["attempts"]] == [False, True]


def test_what_was_not_sent_has_nothing_to_check(emulator: Emulator, receivers: Receivers) -> None:
    id_ = register(emulator)["id"]
    post(emulator, f"{id_}/pause")
    emulator.create()
    settle(emulator)
    assert verified(emulator)["attempts"] == []
    assert_problem(emulator.control("POST", "/webhooks/deliveries/999/verify"), 404)
