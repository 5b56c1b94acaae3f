"""What takes long is done in a thread: whoever else asks is answered before it is done."""

import asyncio
import json
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import pytest

from mockserver import app
from mockserver.checklist.points.points import Checklist
from mockserver.openapi import build, control
from mockserver.state import state
from mockserver.web import pages, routing
from mockserver.webhooks.delivery.outgoing import Outgoing, Reach
from mockserver.world import jwt
from tests.harness import Emulator, body

PATIENCE = 10.0
Start = Callable[..., Emulator]


class Held:
    """A function that goes on once it is let go, and never in the thread of the event loop."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
        self.begun, self.let_go = threading.Event(), threading.Event()
        own = getattr(owner, name)

        def held(*args: Any, **options: Any) -> Any:
            assert threading.current_thread() is not threading.main_thread()
            self.begun.set()
            assert self.let_go.wait(PATIENCE)
            return own(*args, **options)

        monkeypatch.setattr(owner, name, held)


def meanwhile(emulator: Emulator, held: Held, slow: tuple[str, str], *others: Callable[[], Any]) -> httpx.Response:
    """The answer to the slow one, which was asked before all others, and let go after they were answered."""

    async def run() -> httpx.Response:
        asked = asyncio.create_task(emulator.client.request(*slow))
        while not held.begun.is_set():
            assert not asked.done(), asked.result().text
            await asyncio.sleep(0)
        for other in others:
            assert (await other()).status_code < 300
        assert not asked.done()
        held.let_go.set()
        return await asked

    return emulator.loop.run_until_complete(run())


def health(emulator: Emulator) -> Callable[[], Any]:
    return lambda: emulator.client.get("/_mock/health")


@pytest.mark.parametrize(
    ("owner", "name", "path"),
    [
        (build, "of_apis", "/openapi/epayment.json"),
        (build, "of_apis", "/openapi/epayment"),
        (build, "of_apis", "/openapi"),
        (control, "of_control", "/openapi/control.json"),
        (pages, "prepare", "/wallet"),
        (pages, "prepare", "/access-management-1.0/access/oauth2/auth"),
        (app, "every_page", "/style.css"),
        (app, "every_control_row", "/_mock/clock"),
        (Checklist, "judge", "/_mock/checklist"),
        (state, "write", "/_mock/state"),
    ],
)
def test_others_are_served_while_it_is_made(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, path: str
) -> None:
    held = Held(monkeypatch, owner, name)
    answer = meanwhile(emulator, held, ("GET", path), health(emulator), health(emulator))
    assert answer.status_code in (200, 400), answer.text


def test_a_state_is_as_it_was_when_it_was_asked_for(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    emulator.create("reference-1")
    held = Held(monkeypatch, state, "write")
    headers = emulator.headers("123456")
    later = body(reference="reference-2")
    create = partial(
        emulator.client.post, "/epayment/v1/payments", json=later, headers=headers | {"Idempotency-Key": "2"}
    )
    told = meanwhile(emulator, held, ("GET", "/_mock/state"), create).json()
    assert [each["payment"]["reference"] for each in told["payments"]] == ["reference-1"]
    assert len(emulator.control("GET", "/state").json()["payments"]) == 2


def test_a_state_is_read_in_a_thread(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    emulator.create("reference-1")
    content = emulator.control("GET", "/state").content
    emulator.control("POST", "/reset", {})
    held = Held(monkeypatch, state, "read")
    held.let_go.set()
    assert emulator.request("PUT", "/_mock/state", content=content).status_code == 200
    assert held.begun.is_set()
    assert emulator.get("reference-1")["reference"] == "reference-1"


def test_a_long_answer_is_sent_part_by_part(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routing, "_PART", 1000)
    parts: list[bytes] = []

    async def run() -> None:
        scope = {"type": "http", "method": "GET", "path": "/_mock/state", "raw_path": b"/_mock/state",
                 "query_string": b"", "headers": [(b"host", b"localhost")], "scheme": "http", "http_version": "1.1",
                 "server": ("localhost", 80), "client": ("127.0.0.1", 1), "extensions": {}}  # fmt: skip

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b""}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.body":
                parts.append(message["body"])
                assert message.get("more_body", False) == (len(message["body"]) == 1000)

        await emulator.server.app(scope, receive, send)

    emulator.loop.run_until_complete(run())
    assert len(parts) > 10
    assert json.loads(b"".join(parts)) == emulator.control("GET", "/state").json()


@pytest.mark.parametrize("path", ["/token-keys/rotate", "/login-keys/rotate"])
def test_a_new_key_is_made_in_a_thread(emulator: Emulator, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    held = Held(monkeypatch, jwt, "generate")
    answer = meanwhile(emulator, held, ("POST", f"/_mock{path}"), health(emulator))
    assert answer.status_code == 200, answer.text


def test_first_keys_are_made_in_a_thread(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    emulator = start(admin_token="open sesame")
    held = Held(monkeypatch, jwt, "generate")
    keys = "/access-management-1.0/access/.well-known/jwks.json"
    assert meanwhile(emulator, held, ("GET", keys), health(emulator)).status_code == 200
    emulator.create("reference-1")  # with a token, whose key was made with the other one


def test_certificate_authorities_are_read_in_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held(monkeypatch, Reach, "context")
    held.let_go.set()

    async def run() -> None:
        outgoing = Outgoing(Reach(), lambda sent: None)
        await outgoing.open()
        await outgoing.close()

    asyncio.run(run())
    assert held.begun.is_set()
