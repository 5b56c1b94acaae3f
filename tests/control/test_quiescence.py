"""Moving the clock and settling: they wait for what was due when the call came, and end when their ground is gone."""

import asyncio
import itertools
import json
from collections.abc import Callable, Coroutine
from typing import Any

import httpx
import pytest

from mockserver.core.instants import MINUTE
from mockserver.webhooks.services import webhooks
from tests.apis.epayment.test_express import DYNAMIC, SCOPES, Shop
from tests.harness import ORIGIN, START, Emulator, body
from tests.webhooks.receivers import URL, Received, Receivers, receivers_of, register

LONG = 20.0
"""Seconds; nothing here takes as long, unless it never ends."""


@pytest.fixture
def receivers(emulator: Emulator) -> Receivers:
    return receivers_of(emulator)


def run(emulator: Emulator, work: Coroutine[Any, Any, None]) -> None:
    emulator.loop.run_until_complete(asyncio.wait_for(work, LONG))


def post(emulator: Emulator, path: str, content: Any = None) -> "asyncio.Task[httpx.Response]":
    return asyncio.ensure_future(emulator.client.post(f"/_mock{path}", json=content or {}))


async def received(receivers: Receivers, number: int = 1) -> None:
    while len(receivers.received) < number:  # noqa: ASYNC110 - the receivers of all tests know of no event
        await asyncio.sleep(0)


def busy(emulator: Emulator, receivers: Receivers) -> set["asyncio.Task[httpx.Response]"]:
    """Another payment for each that is told of, so that there is always one in the air; the tasks that do it."""
    numbers, headers = itertools.count(), emulator.headers()
    tasks = set()

    def answer(each: Received) -> int:
        if each.step[1] == "CREATED":
            content = body(f"reference-of-others-{next(numbers)}")
            key = {"Idempotency-Key": content["reference"]}
            creating = emulator.client.post("/epayment/v1/payments", json=content, headers=headers | key)
            tasks.add(asyncio.ensure_future(creating))
        return 200

    receivers.answer = answer
    return tasks


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/webhooks/settle", {}),
        ("/clock/advance", {"duration": "P30D"}),
        ("/clock/set", {"at": "2035-01-01T00:00:00Z"}),
    ],
)
def test_it_comes_back_while_others_make_events(
    emulator: Emulator, receivers: Receivers, path: str, content: Any
) -> None:
    register(emulator)
    emulator.create()

    async def call() -> None:
        others = busy(emulator, receivers)
        answer = await post(emulator, path, content)
        assert answer.status_code == 200, answer.text
        receivers.answer = lambda _: 200
        await asyncio.gather(*others)

    run(emulator, call())
    assert ("reference-1", "CREATED") in receivers.steps
    if "clock" in path:
        assert emulator.get()["state"] == "EXPIRED"


def test_it_comes_back_while_webhooks_of_others_fail(emulator: Emulator, receivers: Receivers) -> None:
    register(emulator)
    register(emulator, "https://down.example.com/")
    emulator.create()

    async def call() -> None:
        others = busy(emulator, receivers)
        make = receivers.answer
        receivers.answer = lambda each: make(each) if each.url == URL else 500
        assert (await post(emulator, "/clock/advance", {"duration": "PT2H"})).status_code == 200
        receivers.answer = lambda _: 200
        await asyncio.gather(*others)

    run(emulator, call())


def test_what_receivers_do_in_turn_is_waited_for(emulator: Emulator, receivers: Receivers) -> None:
    register(emulator)
    headers = emulator.headers()
    tasks = []

    def answer(each: Any) -> int:
        if each.step == ("reference-1", "CREATED"):
            path = "/epayment/v1/payments/reference-1/cancel"
            tasks.append(asyncio.ensure_future(emulator.client.post(path, headers=headers)))
        return 200

    receivers.answer = answer
    emulator.create()
    assert emulator.control("POST", "/webhooks/settle").status_code == 200
    assert receivers.of("reference-1") == ["CREATED", "TERMINATED"]


def leaps(emulator: Emulator) -> dict[str, Callable[[], Coroutine[Any, Any, httpx.Response]]]:
    assert emulator.control("PUT", "/snapshots/before").status_code == 200
    state = emulator.control("GET", "/state").content
    return {
        "reset": lambda: emulator.client.post("/_mock/reset"),
        "restore": lambda: emulator.client.post("/_mock/snapshots/before/restore"),
        "import": lambda: emulator.client.put("/_mock/state", content=state),
    }


@pytest.mark.parametrize("leap", ["reset", "restore", "import"])
@pytest.mark.parametrize(("path", "content"), [("/webhooks/settle", {}), ("/clock/advance", {"duration": "P30D"})])
def test_a_leap_ends_it(emulator: Emulator, receivers: Receivers, path: str, content: Any, leap: str) -> None:
    register(emulator)
    ways = leaps(emulator)
    gate = receivers.gates[URL] = asyncio.Event()
    emulator.create()

    async def call() -> None:
        under_way = post(emulator, path, content)
        await received(receivers)
        assert (await ways[leap]()).status_code == 200
        answer = await under_way  # the receiver still hangs
        assert (answer.status_code, answer.json()["title"]) == (409, "Conflict")
        assert "replaced" in answer.json()["detail"]
        gate.set()
        await asyncio.gather(*tasks_of(emulator))

    run(emulator, call())
    assert emulator.server.runtime.engine.clock.now() == START


def tasks_of(emulator: Emulator) -> list[Any]:
    senders: Any = emulator.server.runtime.outbox
    return list(senders.outbox._tasks)


@pytest.mark.parametrize("path", ["/webhooks/settle", "/clock/advance"])
def test_a_client_that_is_gone_ends_it(emulator: Emulator, receivers: Receivers, path: str) -> None:
    register(emulator)
    gate = receivers.gates[URL] = asyncio.Event()
    emulator.create()
    content = b'{"duration": "P30D"}' if "clock" in path else b"{}"
    gone = asyncio.Event()
    messages = iter([{"type": "http.request", "body": content}])

    async def receive() -> dict[str, Any]:
        for message in messages:
            return message
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        pass

    scope: dict[str, Any] = {
        "type": "http", "method": "POST", "path": f"/_mock{path}", "raw_path": b"", "query_string": b"",
        "headers": [], "scheme": "http", "http_version": "1.1", "server": None, "client": None,
    }  # fmt: skip

    async def call() -> None:
        under_way = asyncio.ensure_future(emulator.server.app(scope, receive, send))
        await received(receivers)
        gone.set()
        await under_way
        gate.set()
        await asyncio.gather(*tasks_of(emulator))

    run(emulator, call())
    assert emulator.server.runtime.engine.clock.now() == START
    emulator.advance("PT11M")
    assert emulator.get()["state"] == "EXPIRED"


def test_a_try_from_before_a_leap_counts_for_nothing(emulator: Emulator, receivers: Receivers) -> None:
    register(emulator)
    gate = receivers.gates[URL] = asyncio.Event()
    emulator.create()
    snapshot = leaps(emulator)["restore"]

    async def call() -> None:
        settling = post(emulator, "/webhooks/settle")
        await received(receivers)
        await snapshot()
        receivers.answer = lambda _: 500
        gate.set()
        await asyncio.gather(settling, *tasks_of(emulator))

    run(emulator, call())
    [delivery] = emulator.control("GET", "/webhooks/deliveries").json()["deliveries"]
    assert (delivery["state"], delivery["tries"], delivery["attempts"]) == ("waiting", 0, [])


def test_an_offer_for_a_payment_that_is_no_more_is_not_kept(emulator: Emulator) -> None:
    asked, gate = asyncio.Event(), asyncio.Event()

    class Slow(Shop):
        async def __call__(self, *given: Any) -> Any:
            asked.set()
            await gate.wait()
            return await super().__call__(*given)

    offer = json.dumps({"groups": []}).encode()
    runtime: Any = emulator.server.runtime
    runtime.fetch = Slow(200, offer.replace(b"[]", json.dumps([_GROUP]).encode()))
    emulator.create(shipping=DYNAMIC, profile=SCOPES)
    headers = emulator.headers()

    async def call() -> None:
        approving = post(emulator, "/payments/123456/reference-1/approve", {"customer": "4790000001"})
        await asked.wait()
        assert (await emulator.client.post("/_mock/reset")).status_code == 200
        emulator._tokens.clear()
        content = body("reference-2", shipping=DYNAMIC, profile=SCOPES)
        made = await emulator.client.post(
            "/epayment/v1/payments", json=content, headers=headers | {"Idempotency-Key": "k"}
        )
        assert made.status_code == 201
        gate.set()
        assert (await approving).status_code == 409

    run(emulator, call())
    rows = emulator.server.runtime.engine.database.connection.execute("SELECT reference, offers FROM payments")
    assert rows.fetchall() == [("reference-2", None)]


_GROUP = {
    "type": "HOME_DELIVERY",
    "brand": "POSTEN",
    "options": [{"id": "home", "name": "Home", "amount": {"currency": "NOK", "value": 100}}],
}


def test_masses_are_done_in_slices_and_others_see_a_consistent_world(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mockserver.core.engine.SLICE", 10)
    for number in range(45):
        emulator.create(f"reference-{number:02}")
    engine = emulator.server.runtime.engine
    clock: Any = engine.clock
    monkeypatch.setattr(clock, "_wall", lambda: START + 60 * MINUTE)

    async def look() -> list[tuple[int, int]]:
        seen: list[tuple[int, int]] = []
        while not seen or seen[-1][1] < 45:
            tx = engine.reading()
            [done] = tx.connection.execute("SELECT count(*) FROM payments WHERE state = 'EXPIRED'").fetchone()
            [overdue] = tx.connection.execute("SELECT count(*) FROM due WHERE due_at < ?", (tx.at,)).fetchone()
            assert overdue == 0
            seen.append((tx.at, done))
            await asyncio.sleep(0)
        return seen

    seen = emulator.loop.run_until_complete(asyncio.wait_for(look(), LONG))
    steps = [done for _, done in seen]
    assert steps[0] == 10
    assert all(later - earlier <= 20 for earlier, later in itertools.pairwise(steps))
    assert seen[0][0] == START + 10 * MINUTE
    assert seen[-1][0] == START + 60 * MINUTE


def test_others_are_served_while_the_clock_passes_masses(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockserver.core.engine.SLICE", 5)
    for number in range(45):
        emulator.create(f"reference-{number:02}")
    headers, states = emulator.headers(), []

    async def call() -> None:
        advancing = post(emulator, "/clock/advance", {"duration": "PT11M"})
        while not advancing.done():
            await emulator.client.get(f"{ORIGIN}/epayment/v1/payments/reference-44", headers=headers)
            rows = emulator.server.runtime.engine.database.connection.execute(
                "SELECT count(*) FROM payments WHERE state = 'EXPIRED'"
            )
            states.append(rows.fetchone()[0])
        assert advancing.result().status_code == 200

    run(emulator, call())
    assert states[-1] == 45
    assert len({each for each in states if 0 < each < 45}) > 0


def test_what_comes_of_a_move_overtakes_what_others_add(emulator: Emulator, receivers: Receivers) -> None:
    made = register(emulator)
    emulator.create("reference-1")
    emulator.control("POST", "/webhooks/settle")
    receivers.gates[URL] = asyncio.Event()
    engine = emulator.server.runtime.engine
    with engine.moving():
        for number in range(6):  # four of them are in the air, and two wait for their turn
            emulator.create(f"reference-of-others-{number}")
        while not engine.advance_to(START + 11 * MINUTE):
            pass
        with engine.transaction() as tx:
            claimed = webhooks.claim(tx, made["id"])
    assert claimed is not None
    assert claimed[1].delivery.event == "epayments.payment.expired.v1"
    assert claimed[1].delivery.subject == "123456/reference-1"


def test_time_that_passes_meanwhile_refuses_nobody(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    clock: Any = emulator.server.runtime.engine.clock
    monkeypatch.setattr(clock, "_wall", itertools.count(START, 1_000).__next__)
    for seconds in (0, 0.5, 1):
        answer = emulator.control("POST", "/clock/advance", {"seconds": seconds})
        assert answer.status_code == 200, answer.text
