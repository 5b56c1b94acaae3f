"""The stream of news, over a real connection: order, filters, coming back, gaps, slow and broken readers, the end."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from mockserver.control.stream import MOST_STREAMS
from mockserver.core.news import KEPT
from mockserver.testing import Server
from tests.control.test_routes import assert_problem
from tests.harness import Emulator
from tests.process.wire import Wire, request, stuck

CREATED = "epayments.payment.created.v1"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(access_log="off") as server:
        yield server


class Heard:
    """What a reader hears: pieces with the id that stood under each."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.id = ""

    def next(self) -> dict[str, Any]:
        """The next piece."""
        piece: dict[str, Any] | None = None
        for line in self._lines:
            name, _, value = line.partition(": ")
            if name == "data":
                piece = json.loads(value)
            elif name == "id":
                self.id = value
            if piece is not None and (name == "id" or (not line and piece["kind"] == "end")):
                return piece
        raise AssertionError("the stream has ended")

    def until(self, kind: str) -> list[dict[str, Any]]:
        """The next pieces up to one of this kind."""
        found = [self.next()]
        while found[-1]["kind"] != kind:
            found.append(self.next())
        return found


@contextmanager
def listening(server: Server, query: str = "", last: str | None = None) -> Iterator[Heard]:
    headers = {} if last is None else {"Last-Event-ID": last}
    with (
        httpx.Client(base_url=server.url, timeout=20, trust_env=False) as client,
        client.stream("GET", f"/_mock/stream{query}", headers=headers) as answer,
    ):
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        yield Heard(answer.iter_lines())


def ask(server: Server, number: int) -> None:
    """A request that changes nothing, with a number to be known by."""
    httpx.get(f"{server.url}/nothing/{number}", trust_env=False)


def test_all_kinds_come_in_their_order(server: Server) -> None:
    server.reset()
    latency = {"fault": "latency", "seconds": 0.01}
    server.add_rule({"name": "slowly", "when": {"operation": "createPayment"}, "then": latency})
    with listening(server) as heard:
        payment(server, "in-order-1")
        server.approve("in-order-1")
        server.advance("PT1S")
        found = heard.until("clock")
        server.reset()
        found.append(heard.next())
    kinds = [each["kind"] for each in found]
    assert kinds == ["request", "rule", "event", "request", "event", "clock", "replaced"]
    assert found[1] | {"at": ""} == {
        "kind": "rule", "at": "", "rule": "slowly", "outcome": found[1]["outcome"], "operation": "createPayment",
        "msn": "123456", "reference": None,
    }  # fmt: skip
    assert (found[3]["operation"], found[3]["scenario"]["rule"]) == ("createPayment", "slowly")
    assert found[-1]["by"] == "reset"


def payment(server: Server, reference: str) -> None:
    keys = server.keys()
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        sent = {
            "client_id": keys["VIPPS_CLIENT_ID"],
            "client_secret": keys["VIPPS_CLIENT_SECRET"],
            "Ocp-Apim-Subscription-Key": keys["VIPPS_SUBSCRIPTION_KEY"],
        }
        token = client.post("/accesstoken/get", headers=sent).json()["access_token"]
        headers = {
            "Authorization": f"Bearer {token}",
            "Ocp-Apim-Subscription-Key": keys["VIPPS_SUBSCRIPTION_KEY"],
            "Merchant-Serial-Number": keys["VIPPS_MSN"],
            "Idempotency-Key": reference,
        }
        body = {
            "amount": {"currency": "NOK", "value": 49900},
            "paymentMethod": {"type": "WALLET"},
            "reference": reference,
            "userFlow": "WEB_REDIRECT",
            "returnUrl": "https://shop.example.com/return",
            "paymentDescription": "Socks",
        }
        answer = client.post("/epayment/v1/payments", headers=headers, json=body)
    assert answer.status_code == 201, answer.text


def test_filters_choose_and_what_is_not_wanted_is_not_looked_at_twice(server: Server) -> None:
    server.reset()
    query = "?kind=event,clock&msn=123456&reference=wanted-1&after=0&brief=true"
    with listening(server, query) as heard:
        payment(server, "unwanted-1")
        payment(server, "wanted-1")
        found = heard.until("event")
        assert [each["kind"] for each in found] == ["replaced", "event"]
        assert (found[1]["reference"], "body" in found[1]) == ("wanted-1", False)
        last = heard.id
    with listening(server, query, last) as heard:
        server.decline("wanted-1")
        assert heard.next()["event"] == "epayments.payment.authorized.v1"


def test_who_comes_back_has_missed_nothing(server: Server) -> None:
    with listening(server) as heard:
        ask(server, 1)
        assert heard.next()["path"] == "/nothing/1"
        last = heard.id
    for number in range(2, 50):
        ask(server, number)
    with listening(server, last=last) as heard:
        assert [heard.next()["path"] for _ in range(2, 50)] == [f"/nothing/{number}" for number in range(2, 50)]


def test_who_was_away_too_long_hears_how_much_is_missing(server: Server) -> None:
    with listening(server) as heard:
        ask(server, 0)
        heard.next()
        last = heard.id
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        for number in range(1, KEPT + 51):
            client.get(f"/nothing/{number}")
    with listening(server, "?brief=true", last) as heard:
        assert heard.next() == {"kind": "gap", "missed": 50}
        assert heard.id.endswith(f"-{int(last.rpartition('-')[2]) + 50}")
        assert heard.next()["path"] == "/nothing/51"


@pytest.mark.parametrize("last", ["00000000-5", "nonsense", "-", "00000000-" + "9" * 400])
def test_ids_of_another_run_are_a_gap_of_unknown_size(server: Server, last: str) -> None:
    server.reset()
    with listening(server, last=last) as heard:
        assert heard.next() == {"kind": "gap", "missed": None}
        assert heard.next()["kind"] == "replaced"


def test_an_import_and_a_restored_snapshot_are_told(server: Server) -> None:
    state = server.export_state()
    server.take_snapshot("here")
    with listening(server, "?kind=clock") as heard:
        server.import_state(state)
        server.restore_snapshot("here")
        assert [heard.next()["by"] for _ in range(2)] == ["import", "restore"]


def test_a_reader_that_takes_nothing_slows_nobody_and_is_left_in_the_end() -> None:
    with Server(access_log="off", idle_timeout=1) as server, listening(server) as heard:
        slow = stuck(server.url, request("GET /_mock/stream HTTP/1.1", {}))
        with httpx.Client(base_url=server.url, trust_env=False) as client:
            for number in range(300):
                client.post("/nothing", content="x" * 10_000, headers={"x-padding": "y" * 10_000})
                assert heard.next()["path"] == "/nothing", number
        end = time.monotonic() + 15
        while not gone(slow):
            assert time.monotonic() < end
        slow.close()


def gone(slow: Any) -> bool:
    """Whether the server has let go of a connection whose client reads nothing: then writing to it fails."""
    try:
        slow.sendall(b"x")
    except TimeoutError:
        return False
    except OSError:
        return True
    return False


def test_many_that_come_and_go_leave_room_for_others(server: Server) -> None:
    for _ in range(MOST_STREAMS + 20):
        with Wire(server.url) as wire:
            wire.send(request("GET /_mock/stream HTTP/1.1", {}))
    end = time.monotonic() + 10
    while True:
        assert time.monotonic() < end
        with httpx.stream("GET", f"{server.url}/_mock/stream", trust_env=False) as answer:
            if answer.status_code == 200:
                return


def test_a_stop_ends_it_at_once() -> None:
    with Server(access_log="off") as server, listening(server) as heard:
        ask(server, 1)
        heard.next()
        begun = time.monotonic()
        server.stop()
        assert heard.next() == {"kind": "end", "reason": "The server is being stopped"}
        assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    ("query", "field"),
    [("?after=x", "after"), ("?kind=events", "kind"), ("?brief=yes", "brief"), ("?wait=1", "wait")],
)
def test_a_bad_call_is_refused(emulator: Emulator, query: str, field: str) -> None:
    assert_problem(emulator.control("GET", f"/stream{query}"), 400, field)


def test_a_limit_ends_it(server: Server) -> None:
    server.reset()
    ask(server, 1)
    ask(server, 2)
    with listening(server, "?after=0&limit=2") as heard:
        assert [heard.next()["kind"] for _ in range(3)] == ["replaced", "request", "end"]
        last = heard.id
    with listening(server, "?limit=1", last) as heard:
        assert heard.next()["path"] == "/nothing/2"


def test_no_secret_is_in_it(server: Server) -> None:
    secret = server.keys()["VIPPS_CLIENT_SECRET"]
    with listening(server) as heard:
        httpx.post(f"{server.url}/nothing", headers={"x-note": secret}, trust_env=False)
        assert secret not in json.dumps(heard.next())


Start = Callable[..., Emulator]


def test_what_is_due_next_is_listed(emulator: Emulator) -> None:
    assert emulator.control("GET", "/clock/due").json() == {"due": [], "nextSending": None}
    emulator.create()
    emulator.create("reference-2")
    found = emulator.control("GET", "/clock/due?limit=1").json()["due"]
    assert [(each["kind"], each["key"]) for each in found] == [("payment.expire", 1)]
    at = found[0]["at"]
    emulator.control("POST", "/clock/set", {"at": at})
    assert emulator.control("GET", "/payments").json()["payments"][-1]["state"] == "EXPIRED"


def test_one_journal_entry_is_found_by_its_number(emulator: Emulator) -> None:
    emulator.create()
    newest = emulator.control("GET", "/requests").json()["requests"][0]
    assert emulator.control("GET", f"/requests/{newest['id']}").json() == newest
    assert_problem(emulator.control("GET", "/requests/999"), 404)
    assert_problem(emulator.control("GET", "/requests/x"), 400, "id")
