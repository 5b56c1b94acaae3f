"""What happens, as it happens, through the control API."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from mockserver.core.stopping import Stop
from mockserver.web.known import Known
from mockserver.webhooks.services.news import of_event
from tests.control.test_routes import assert_problem
from tests.harness import Emulator
from tests.webhooks.receivers import receivers_of, register, settle

CREATED = "epayments.payment.created.v1"


def news(emulator: Emulator, query: str = "?after=0") -> dict[str, Any]:
    answer = emulator.control("GET", f"/news{query}")
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json()
    return content


def kinds(found: dict[str, Any]) -> list[str]:
    return [each["kind"] for each in found["news"]]


def test_requests_events_and_deliveries_come_in_their_order(emulator: Emulator) -> None:
    receivers_of(emulator)
    webhook = register(emulator, events=[CREATED])["id"]
    before = news(emulator)["next"]
    emulator.create(amount={"currency": "NOK", "value": 49900})
    settle(emulator)

    event, request, delivery = news(emulator, f"?after={before}")["news"]

    assert (event["kind"], event["event"], event["msn"], event["reference"]) == (
        "event", CREATED, "123456", "reference-1",
    )  # fmt: skip
    assert json.loads(event["body"])["amount"] == {"currency": "NOK", "value": 49900}
    assert (request["kind"], request["operation"], request["status"]) == ("request", "createPayment", 201)
    assert emulator.control("GET", f"/requests?operation={request['operation']}").json()["requests"] == [
        {name: value for name, value in request.items() if name != "kind"}
    ]
    assert (delivery["kind"], delivery["webhook"], delivery["reference"]) == ("delivery", webhook, "reference-1")
    assert (delivery["state"], delivery["status"], delivery["tries"]) == ("delivered", 200, 1)


def test_a_delivery_that_is_dropped_is_news_too(emulator: Emulator) -> None:
    receivers_of(emulator)
    id_ = register(emulator, events=[CREATED])["id"]
    emulator.control("POST", f"/webhooks/{id_}/faults", {"dropFirst": 1})
    emulator.create()
    (delivery,) = [each for each in news(emulator)["news"] if each["kind"] == "delivery"]
    assert (delivery["state"], delivery["status"]) == ("dropped", None)


def test_without_a_number_it_is_about_what_comes_next(emulator: Emulator) -> None:
    emulator.create()
    found = news(emulator, "")
    assert found["news"] == []
    emulator.get()
    assert [each["operation"] for each in news(emulator, f"?after={found['next']}")["news"]] == ["getPayment"]


def test_who_waits_hears_of_the_next_thing(emulator: Emulator) -> None:
    headers = emulator.headers()
    emulator.control("GET", "/clock")  # loads the control API, which takes its time
    waiting = asyncio.Event()

    async def wait() -> Any:
        waiting.set()
        return (await emulator.client.get("/_mock/news?wait=60")).json()

    async def act() -> None:
        await waiting.wait()
        for _ in range(20):
            await asyncio.sleep(0)
        await emulator.client.get("/epayment/v1/payments/nothing", headers=headers)

    found, _ = emulator.together(wait, act)
    assert [(each["operation"], each["status"]) for each in found["news"]] == [("getPayment", 404)]


def test_who_waits_is_woken_when_the_server_stops(emulator: Emulator) -> None:
    async def stop() -> None:
        for _ in range(20):
            await asyncio.sleep(0)
        emulator.server.runtime.parts.of(Stop).begin()

    async def wait() -> Any:
        return await asyncio.wait_for(emulator.client.get("/_mock/news?wait=60"), 10)

    answer, _ = emulator.together(wait, stop)
    assert answer.status_code == 503


def test_what_is_rolled_back_is_a_request_and_no_event(emulator: Emulator) -> None:
    rule = {"name": "lost", "when": {"operation": "createPayment"}, "then": {"fault": "answer-lost"}}
    assert emulator.control("POST", "/scenarios", rule | {"then": {"error": 500}}).status_code in (200, 201)
    assert emulator.create().status_code == 500
    assert "event" not in kinds(news(emulator))


def test_no_secret_is_in_the_news(emulator: Emulator) -> None:
    keys = emulator.unit("123456").keys
    emulator.create(paymentDescription=f"my secret is {keys.client_secret}")
    text = json.dumps(news(emulator))
    assert "my secret is" in text
    assert keys.client_secret not in text
    assert keys.subscription_key not in text


def test_ids_that_give_tokens_are_no_news() -> None:
    happened = ("login.merchant-initiated.ping.v1", "123456", 0, lambda: {"auth_req_id": "give-me-a-token"})
    assert "give-me-a-token" not in json.dumps(of_event(happened, Known()))


def test_a_reset_forgets_it(emulator: Emulator) -> None:
    emulator.create()
    last = news(emulator)["next"]
    emulator.control("POST", "/reset")
    found = news(emulator)
    assert [(each["kind"], each["by"]) for each in found["news"]] == [("replaced", "reset")]
    assert (found["next"], found["missed"]) == (last + 1, 0)


def test_what_the_journal_has_lost_is_left_out(start: Callable[..., Emulator]) -> None:
    emulator = start(journal_size=1)
    emulator.create("reference-1")
    emulator.create("reference-2")
    assert [each["reference"] for each in news(emulator)["news"] if each["kind"] == "request"] == ["reference-2"]


@pytest.mark.parametrize(
    ("query", "field"), [("?after=x", "after"), ("?after=-1", "after"), ("?wait=61", "wait"), ("?limit=1001", "limit")]
)
def test_a_bad_call_is_refused(emulator: Emulator, query: str, field: str) -> None:
    assert_problem(emulator.control("GET", f"/news{query}"), 400, field)
