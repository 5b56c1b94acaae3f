"""Rules that fit no request are not noticed: answers, warnings and events are those of a server without any."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from mockserver.world.domain.merchant import KeySet
from tests.apis.helpers import assert_problem
from tests.harness import Emulator, amount, body

Start = Callable[..., Emulator]
NEVER: dict[str, Any] = {
    "reference": "never",
    "phone": "4700000000",
    "amount": 424_242,
    "msn": "000000",
    "header": {"X-Never": "never"},
}
BODIES: dict[str, bytes] = {
    "exact": json.dumps(body()).encode(),
    "with a customer": json.dumps(body("reference-2", customer={"phoneNumber": "4712345678"})).encode(),
    "with a token": json.dumps(body("reference-3", customer={"customerToken": "nobody's"})).encode(),
    "with an unknown field": json.dumps(body("reference-4", extra=1)).encode(),
    "with a number as text": json.dumps(body("reference-5", metadata={"order": 12})).encode(),
    "with null": json.dumps(body("reference-6") | {"profile": None, "minimumUserAge": None}).encode(),
    "with metadata": json.dumps(body("reference-7", metadata={"order": "12"})).encode(),
    "with a key that repeats": json.dumps(body("reference-8", metadata={"a": "1"})).encode()[:-2] + b', "a": "2"}}',
    "with two references": json.dumps(body("reference-9")).encode()[:-1] + b', "reference": "reference-10"}',
    "with a wrong type": json.dumps(body("reference-11", returnUrl=4)).encode(),
    "with no amount": json.dumps(body("reference-12", amount=None)).encode(),
    "that breaks off": b'{"reference": "reference-13"',
    "that is a list": b"[]",
    "of nothing": b"",
}


def told(emulator: Emulator, answer: httpx.Response) -> tuple[int, dict[str, str], bytes]:
    return answer.status_code, dict(answer.headers), answer.content


def everything(emulator: Emulator) -> list[Any]:
    """What the server says to all of this, whatever is wrong with it, and what it wrote down."""
    said: list[Any] = []

    async def landed(request: asyncio.Future[httpx.Response]) -> httpx.Response:
        while not request.done():
            for _ in range(20):
                await asyncio.sleep(0)
            await emulator.client.post("/_mock/clock/advance", json={"seconds": 1})
        return await request

    def send(method: str, path: str, content: bytes = b"", key: str | None = None, **headers: str) -> None:
        sent = emulator.headers() | {"Content-Type": "application/json"} | headers
        sent |= {} if key is None else {"Idempotency-Key": key}

        async def request() -> httpx.Response:
            url = f"/epayment/v1{path}"
            return await landed(
                asyncio.ensure_future(emulator.client.request(method, url, headers=sent, content=content))
            )

        said.append(told(emulator, emulator.loop.run_until_complete(request())))

    for name, content in BODIES.items():
        send("POST", "/payments", content, key=name)
    send("POST", "/payments", BODIES["exact"], key="exact")
    send("POST", "/payments", BODIES["with metadata"], key="exact")
    send("POST", "/payments", BODIES["exact"])
    send("POST", "/payments", BODIES["exact"], Authorization="Bearer wrong")
    send("POST", "/test/payments/reference-1/approve")
    for value, key in ((100, "one"), (100, "one"), (200, "one"), (-1, "two"), (10**9, "three"), (200, "four")):
        content = json.dumps({"modificationAmount": amount(value)}).encode()
        send("POST", "/payments/reference-1/capture", content, key=key)
        send("POST", "/payments/reference-1/refund", content, key=key)
    send("POST", "/payments/reference-1/capture", b'{"amount": {"value": 1, "currency": "NOK"}}', key="five")
    send("POST", "/payments/reference-1/cancel")
    send("GET", "/payments/reference-1")
    send("GET", "/payments/reference-1/events")
    send("GET", "/payments/nobody-knows")
    entries = emulator.control("GET", "/requests?limit=1000").json()["requests"]
    said += [{name: value for name, value in each.items() if name not in ("id", "durationMs")} for each in entries]
    return [each for each in said if not isinstance(each, dict) or each["operation"] is not None]


@pytest.mark.parametrize(
    "settings", [{}, {"strict": True}, {"rate_limits": True}, {"processing_time": 2}, {"auth": "any"}], ids=str
)
def test_rules_that_fit_nothing_change_nothing(start: Start, settings: dict[str, Any]) -> None:
    plain, ruled = start(**settings), start(**settings)
    for number, (name, value) in enumerate(NEVER.items()):
        content = {"name": f"rule {number}", "when": {name: value, "api": "epayment"}, "then": {"error": 500}}
        assert ruled.control("POST", "/scenarios", content).status_code == 200
    said = everything(plain)
    assert everything(ruled) == said
    assert {status for status, _, _ in (each for each in said if isinstance(each, tuple))} >= {200, 201, 400, 401, 409}


@pytest.mark.parametrize("extra", [{}, {"extra": 1}], ids=["exact", "with an unknown field"])
@pytest.mark.parametrize(
    "when",
    [
        {"reference": "reference-1"},
        {"phone": "4712345678"},
        {"amount": 10_000},
        {"amount": {"max": 10_000}},
    ],
    ids=str,
)
def test_rules_see_what_a_body_says_however_it_says_it(
    start: Start, when: dict[str, Any], extra: dict[str, Any]
) -> None:
    emulator = start()
    content = {"name": "rule", "when": {"operation": "createPayment"} | when, "then": {"error": 503}}
    assert emulator.control("POST", "/scenarios", content).status_code == 200
    customer = {"phoneNumber": "4712345678"}
    assert emulator.create(customer=customer, **extra).status_code == 503
    others: dict[str, Any] = {"customer": {"phoneNumber": "4712345679"}, "amount": amount(10_001)}
    assert emulator.create("reference-2", **others, **extra).status_code == 201


def test_rules_see_the_amount_of_a_capture_however_it_says_it(start: Start) -> None:
    emulator = start()
    content = {"name": "rule", "when": {"operation": "capturePayment", "amount": 100}, "then": {"error": 503}}
    assert emulator.control("POST", "/scenarios", content).status_code == 200
    emulator.create()
    emulator.approve()
    for extra, key in (({}, "exact"), ({"extra": 1}, "more")):
        given = {"modificationAmount": amount(100)} | extra
        assert emulator.api("POST", "/payments/reference-1/capture", given, key=key).status_code == 503
    assert emulator.modify("capture", 101).status_code == 200


@pytest.mark.parametrize("header", [{}, {"X-Mock-Fault": "locked"}], ids=["rule", "header"])
def test_a_failure_of_the_rules_themselves_is_an_answer_of_the_api(
    start: Start, header: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator = start()
    emulator.headers()  # fetches the token, which is asked for without trouble
    emulator.control("POST", "/scenarios", {"name": "rule", "when": {"reference": "never"}, "then": {"error": 500}})

    def fail(*anything: object) -> None:
        raise RuntimeError("no luck")

    monkeypatch.setattr("mockserver.scenarios.staging.facts.of_request", fail)
    monkeypatch.setattr("mockserver.scenarios.staging.staging.fault_answer", fail)
    answer = emulator.api("POST", "/payments", body(), key="key", **header)
    assert_problem(answer, 500, "3010")
    assert emulator.control("GET", "/payments").json()["payments"] == []
    assert emulator.control("GET", "/requests?operation=createPayment").json()["requests"][0]["status"] == 500


def test_a_full_store_refuses_a_newcomer_that_rules_look_at(start: Start) -> None:
    emulator = start(store_limit=1, auth="any")
    rule = {"name": "rule", "when": {"reference": "never"}, "then": {"error": 400}}
    assert emulator.control("POST", "/scenarios", rule).status_code == 200
    keys = KeySet("a-newcomer", "any secret", "any key", "")
    headers = {"Authorization": f"Bearer {emulator.token(keys)}", "Ocp-Apim-Subscription-Key": "any key"}
    metadata = {"key": "x" * 500}

    def ask(number: int) -> httpx.Response:
        unit = headers | {"Merchant-Serial-Number": f"{number}"}
        return emulator.request("GET", "/epayment/v1/payments/nobody-knows", headers=unit)

    assert ask(700_000).status_code == 404
    statuses = [emulator.create(f"reference-{number}", metadata=metadata).status_code for number in range(1000)]
    assert statuses[-1] == 500
    # Some units still find room, until there is none for another one either.
    assert any(ask(number).status_code == 500 for number in range(700_001, 700_500))
    assert_problem(ask(700_500), 500, "3010")
    assert ask(700_000).status_code == 404
    assert emulator.get("reference-0")["metadata"] == metadata
