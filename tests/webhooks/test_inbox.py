"""The built-in receiver: it keeps what arrives, says whether it is genuine, and answers as it was told to."""

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.webhooks.control import inbox
from mockserver.webhooks.inbox import LONGEST_BODY, LONGEST_HEADERS, MOST_INBOXES, MOST_MESSAGES, Inboxes
from tests.control.test_routes import assert_problem
from tests.harness import ORIGIN, Emulator
from tests.webhooks.receivers import deliveries, register, settle

MINE = "/inbox/mine"
URL = f"{ORIGIN}/_mock{MINE}?from=vipps&x=%2F"


@pytest.fixture
def delivered(emulator: Emulator) -> Emulator:
    """An emulator whose webhooks go to its own inbox, over the application's own front door."""
    outbox: Any = emulator.server.runtime.outbox
    outbox.outbox._outgoing._clients[None] = emulator.client
    return emulator


def messages(emulator: Emulator, name: str = MINE) -> list[dict[str, Any]]:
    answer = emulator.control("GET", name)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["messages"]
    return found


def test_real_deliveries_are_genuine_and_listed_latest_first(delivered: Emulator) -> None:
    register(delivered, URL)
    delivered.create()
    delivered.approve()
    settle(delivered)
    found = messages(delivered)
    assert [each["body"]["name"] for each in found] == ["AUTHORIZED", "CREATED"]
    assert [each["genuine"] for each in found] == [True, True]
    assert all(finding["right"] for each in found for finding in each["findings"])
    assert found[0]["headers"]["host"] == "emulator.test"
    assert [each["state"] for each in deliveries(delivered)] == ["delivered", "delivered"]
    assert len(delivered.control("GET", f"{MINE}?limit=1").json()["messages"]) == 1


def test_a_broken_signature_is_noticed(delivered: Emulator) -> None:
    id_ = register(delivered, URL)["id"]
    delivered.control("POST", f"/webhooks/{id_}/faults", {"wrongSignature": True})
    delivered.create()
    settle(delivered)
    [message] = messages(delivered)
    assert message["genuine"] is False
    assert [each["part"] for each in message["findings"] if not each["right"]] == ["signature"]


def test_the_right_one_of_several_registrations_is_found(delivered: Emulator) -> None:
    register(delivered, URL)
    register(delivered, URL)
    delivered.create()
    settle(delivered)
    assert [each["genuine"] for each in messages(delivered)] == [True, True]


def test_inboxes_are_kept_apart(delivered: Emulator) -> None:
    register(delivered, URL)
    delivered.create()
    settle(delivered)
    assert messages(delivered, "/inbox/other") == []


def test_an_inbox_that_answers_an_error_is_tried_again(delivered: Emulator) -> None:
    register(delivered, URL)
    told = delivered.control("PATCH", MINE, {"status": 503}).json()
    assert told == {"behaviour": {"status": 503, "delaySeconds": 0, "hang": False}}
    delivered.create()
    settle(delivered)
    [delivery] = deliveries(delivered)
    assert (delivery["state"], delivery["attempts"][0]["status"]) == ("waiting", 503)
    delivered.control("PATCH", MINE, {})
    delivered.advance("PT2S")
    assert deliveries(delivered)[0]["state"] == "delivered"
    assert len(messages(delivered)) == 2


def test_an_inbox_can_hang_beyond_the_limit(delivered: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockserver.webhooks.delivery.outgoing.TIMEOUT", 0.1)
    register(delivered, URL)
    delivered.control("PATCH", MINE, {"hang": True})
    delivered.create()
    settle(delivered)
    [delivery] = deliveries(delivered)
    assert (delivery["state"], delivery["attempts"][0]["status"]) == ("waiting", 0)


def test_an_inbox_can_be_slow(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("mockserver.webhooks.control.inbox.asyncio", type("asyncio", (), {"sleep": sleep}))
    emulator.control("PATCH", MINE, {"delaySeconds": 12.5})
    assert emulator.control("POST", MINE, {}).status_code == 204
    assert slept == [12.5]


def test_anything_else_that_arrives_is_kept_with_what_is_wrong(emulator: Emulator) -> None:
    answer = emulator.request("POST", f"/_mock{MINE}", content=b"\xffno json")
    assert (answer.status_code, answer.content) == (204, b"")
    [message] = messages(emulator)
    assert message["body"] == "\ufffdno json"
    assert message["genuine"] is False
    assert [each["part"] for each in message["findings"]] == ["registration"]


@pytest.mark.parametrize("signature", [b"\xf8", b"", b"=" * 9000])
def test_a_garbled_signature_is_no_failure_of_ours(emulator: Emulator, signature: bytes) -> None:
    register(emulator, f"{ORIGIN}/_mock{MINE}")
    headers = {
        b"x-ms-date": b"\xf8",
        b"x-ms-content-sha256": b"\xf8",
        b"authorization": b"HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=" + signature,
    }
    assert emulator.request("POST", f"/_mock{MINE}", headers=headers, content=b"{}").status_code == 204
    assert messages(emulator)[0]["genuine"] is False


@pytest.mark.parametrize("content", [b"[" * 50_000, b'{"a":' * 50_000, b"NaN", b"", b'"\\ud800"', b"9" * 4000])
def test_odd_bodies_are_kept_and_shown(emulator: Emulator, content: bytes) -> None:
    assert emulator.request("POST", f"/_mock{MINE}", content=content).status_code == 204
    assert len(messages(emulator)) == 1


def test_a_body_above_the_limit_is_refused(start: Callable[..., Emulator]) -> None:
    emulator = start(max_body=1024)
    assert_problem(emulator.request("POST", f"/_mock{MINE}", content=b" " * 1025), 413)


def test_only_the_latest_messages_are_kept(emulator: Emulator) -> None:
    for number in range(MOST_MESSAGES + 1):
        emulator.control("POST", MINE, {"number": number})
    found = emulator.control("GET", f"{MINE}?limit=10000").json()["messages"]
    assert [each["body"]["number"] for each in found] == list(range(MOST_MESSAGES, 0, -1))


def test_forgetting_empties_an_inbox_and_mends_it(emulator: Emulator) -> None:
    emulator.control("PATCH", MINE, {"status": 500})
    emulator.control("POST", MINE, {})
    assert emulator.control("DELETE", MINE).json() == {"status": "ok"}
    assert emulator.control("GET", MINE).json() == {
        "behaviour": {"status": 204, "delaySeconds": 0, "hang": False},
        "messages": [],
    }


@pytest.mark.parametrize("name", ["unused", "x" * 300])
def test_forgetting_an_unknown_inbox_is_not_found(emulator: Emulator, name: str) -> None:
    assert_problem(emulator.control("DELETE", f"/inbox/{name}"), 404)


@pytest.mark.parametrize("name", ["x" * 65, "a.b", "a%20b", "%C3%A6", "_-%00"])
@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
def test_a_bad_name_is_refused(emulator: Emulator, name: str, method: str) -> None:
    assert_problem(emulator.control(method, f"/inbox/{name}", None if method == "GET" else {}), 400, "name")


def test_there_are_so_many_inboxes_and_no_more(emulator: Emulator) -> None:
    for number in range(MOST_INBOXES):
        assert emulator.control("POST", f"/inbox/inbox-{number}", {}).status_code == 204
    assert_problem(emulator.control("POST", "/inbox/another", {}), 400, "name")
    emulator.control("DELETE", "/inbox/inbox-0")
    assert emulator.control("POST", "/inbox/another", {}).status_code == 204


def test_a_registered_inbox_needs_no_owner_to_make_it(start: Callable[..., Emulator]) -> None:
    emulator = start(admin_token="open sesame")
    register(emulator, f"{ORIGIN}/_mock{MINE}")
    assert emulator.request("POST", f"/_mock{MINE}", content=b"{}").status_code == 204
    assert_problem(emulator.request("POST", "/_mock/inbox/other", content=b"{}"), 404)


def test_inboxes_that_nobody_asked_for_give_way_to_the_owners(emulator: Emulator) -> None:
    emulator.control("GET", MINE)
    for number in range(MOST_INBOXES - 1):
        emulator.control("POST", f"/inbox/inbox-{number}", {})
    assert emulator.control("GET", "/inbox/new").json()["messages"] == []
    register(emulator, f"{ORIGIN}/_mock/inbox/registered")
    assert emulator.control("POST", "/inbox/registered", {}).status_code == 204
    kept = emulator.server.runtime.parts.of(Inboxes)._inboxes
    assert len(kept) == MOST_INBOXES
    assert {"mine", "new", "registered"} <= set(kept)
    assert not {"inbox-0", "inbox-1"} & set(kept)


def test_an_owner_may_have_so_many_inboxes_and_no_more(emulator: Emulator) -> None:
    for number in range(MOST_INBOXES):
        assert emulator.control("GET", f"/inbox/inbox-{number}").status_code == 200
    assert_problem(emulator.control("GET", "/inbox/another"), 400, "name")


def test_messages_are_bounded_in_all_their_parts(emulator: Emulator) -> None:
    emulator.request("POST", f"/_mock{MINE}", content=b"x" * 200_000, headers={"X-Long": "y" * 100_000})
    [message] = messages(emulator)
    assert message["cut"] == ["headers", "body"]
    assert message["body"] == "x" * LONGEST_BODY
    assert sum(len(name) + len(value) for name, value in message["headers"].items()) <= LONGEST_HEADERS


def test_the_fullest_inbox_gives_way_when_all_are_too_large(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mockserver.webhooks.inbox.LARGEST", 200_000)
    emulator.request("POST", "/_mock/inbox/small", content=b"mine")
    for _ in range(10):
        emulator.request("POST", "/_mock/inbox/large", content=b"[" * 40_000)
    assert [each["body"] for each in messages(emulator, "/inbox/small")] == ["mine"]
    assert len(messages(emulator, "/inbox/large")) == 4
    inboxes = emulator.server.runtime.parts.of(Inboxes)._inboxes.values()
    assert sum(each.size for each in inboxes) <= 200_000
    assert all(each.size == sum(message.size for message in each.messages) for each in inboxes)


@pytest.mark.parametrize(
    ("content", "field"),
    [
        *(({"status": value}, "status") for value in (199, 600, "500", 200.5, True, None)),
        *(({"delaySeconds": value}, "delaySeconds") for value in (-1, 61, "5", True, None)),
        *(({"hang": value}, "hang") for value in (1, "true", None)),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_bad_behaviour_is_refused_and_changes_nothing(emulator: Emulator, content: Any, field: str) -> None:
    emulator.control("PATCH", MINE, {"status": 500})
    assert_problem(emulator.control("PATCH", MINE, content), 400, field)
    assert emulator.control("GET", MINE).json()["behaviour"]["status"] == 500


@pytest.mark.parametrize("query", ["limit=x", "colour=red"])
def test_a_bad_filter_is_refused(emulator: Emulator, query: str) -> None:
    assert_problem(emulator.control("GET", f"{MINE}?{query}"), 400, query.split("=", maxsplit=1)[0])


def test_a_wrong_method_is_refused_with_the_methods_there_are(emulator: Emulator) -> None:
    answer = emulator.control("PUT", MINE)
    assert_problem(answer, 405)
    assert answer.headers["allow"] == ", ".join(sorted(method for method, _, _ in inbox.ROWS))


def test_webhooks_come_in_without_the_admin_token_and_are_read_with_it(start: Callable[..., Emulator]) -> None:
    emulator = start(admin_token="open sesame")
    owner = {"Authorization": "Bearer open sesame"}
    assert_problem(emulator.request("POST", f"/_mock{MINE}", content=b"{}"), 404)
    assert emulator.request("GET", f"/_mock{MINE}", headers=owner).status_code == 200
    assert emulator.request("POST", f"/_mock{MINE}", content=b"{}").status_code == 204
    for method in ("GET", "PATCH", "DELETE"):
        assert_problem(emulator.request(method, f"/_mock{MINE}"), 401)
