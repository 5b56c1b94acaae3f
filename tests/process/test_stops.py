"""Stops: whatever hangs, within ten seconds; nobody is left without a word, and nothing is lost."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from mockserver.testing import Server
from tests.end_to_end.running import Merchant, Running, serving
from tests.harness import WORLD, body, key_headers
from tests.process.wire import Wire, request

DOCUMENTED = 10
"""Seconds."""
NEEDED = ("Authorization", "Ocp-Apim-Subscription-Key", "Merchant-Serial-Number")
CREATED = "epayments.payment.created.v1"


@contextmanager
def hanging() -> Iterator[int]:
    """Somebody who takes connections and never says anything; gives the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        yield port


def stop(server: Running) -> float:
    """Stops the server, sees that it calls that a success, and gives the seconds that it took."""
    begun = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(DOCUMENTED + 5) == 0
    return time.monotonic() - begun


def order_a_product(server: Running) -> None:
    """Has an email written: this business is turned down at once."""
    partner = next(each for each in WORLD.partners if each.id == "partner-plus")
    assert partner.keys is not None
    token = httpx.post(f"{server.url}/accesstoken/get", headers=key_headers(partner.keys), trust_env=False)
    headers = {
        "Authorization": f"Bearer {token.json()['access_token']}",
        "Ocp-Apim-Subscription-Key": partner.keys.subscription_key,
        "Idempotency-Key": "order-1",
    }
    content = {"businessIdentifier": {"scheme": "business:NO:ORG", "id": "910400002"}, "productType": "LOGIN"}
    orders = f"{server.url}/management/v1/product-orders"
    assert httpx.post(orders, json=content, headers=headers, trust_env=False).status_code == 201
    assert httpx.get(f"{server.url}/_mock/emails", trust_env=False).json()["emails"]


def test_whatever_hangs_a_stop_takes_no_longer_than_documented(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with ExitStack() as stack:
        receiver = stack.enter_context(hanging())
        server = stack.enter_context(serving("--smtp", f"127.0.0.1:{receiver}", log=stack.enter_context(log.open("w"))))
        merchant = stack.enter_context(closing(Merchant(server)))
        for path in ("a", "b"):
            merchant.register(f"http://127.0.0.1:{receiver}/{path}", CREATED)
        for number in range(20):
            merchant.create(f"hanging-{number:03}")
        order_a_product(server)
        for _ in range(100):
            stack.enter_context(Wire(server.url)).send(b"GET / HTTP/1.1\r\nHost: x\r\n")
        advance = stack.enter_context(Wire(server.url))
        advance.send(request("POST /_mock/clock/advance HTTP/1.1", {}, b'{"seconds": 60}'))
        assert httpx.get(f"{server.url}/_mock/health", trust_env=False).status_code == 200
        assert stop(server) < DOCUMENTED
        assert advance.answer()[0] == 503
        assert log.read_text() == ""


def test_deliveries_in_the_air_are_sent_again_after_the_next_start(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(30)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/hook"
        with serving("--data", str(tmp_path)) as server, closing(Merchant(server)) as merchant:
            merchant.register(url, CREATED)
            merchant.create("in-the-air")
            first, _ = listener.accept()
            with first:
                assert b"in-the-air" in _read(first)
                assert stop(server) < DOCUMENTED
        with serving("--data", str(tmp_path)):
            again, _ = listener.accept()
            with again:
                assert b"in-the-air" in _read(again)


def _read(connection: socket.socket) -> bytes:
    connection.settimeout(30)
    content = b""
    while b'"}' not in content and (more := connection.recv(65536)):
        content += more
    return content


def test_who_waits_is_answered_at_once(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("w") as file, serving("--processing-time", "3600", log=file) as server, ExitStack() as stack:
        merchant = stack.enter_context(closing(Merchant(server)))
        keys = {name: merchant._client.headers[name] for name in NEEDED}
        content = json.dumps(body("processed")).encode()
        hangs = httpx.patch(f"{server.url}/_mock/inbox/hangs", json={"hang": True}, trust_env=False)
        assert hangs.status_code == 200
        waiting = {
            "long poll": request("GET /_mock/webhooks/deliveries?wait=60 HTTP/1.1", {}),
            "hanging inbox": request("POST /_mock/inbox/hangs HTTP/1.1", {}, b"{}"),
            "delayed": request(
                "GET /epayment/v1/payments/delayed HTTP/1.1", keys | {"X-Mock-Fault": "latency; seconds=60"}
            ),
            "processed": request(
                "POST /epayment/v1/payments HTTP/1.1", keys | {"Content-Type": "application/json"}, content
            ),
        }
        wires = {name: stack.enter_context(Wire(server.url)) for name in waiting}
        for name, content in waiting.items():
            wires[name].send(content)
        _until(lambda: len(httpx.get(f"{server.url}/_mock/inbox/hangs", trust_env=False).json()["messages"]) == 1)
        assert stop(server) < 3
        for name, wire in wires.items():
            status, headers, content = wire.answer()
            told = json.loads(content)
            assert (status, headers["connection"], told["status"]) == (503, "close", 503), name
            assert told["detail"] == "The server is being stopped"
            assert headers["content-type"] == "application/problem+json"
            assert wire.closed()
    assert log.read_text() == ""


def _until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not done():
        assert time.monotonic() < end


def test_clients_that_do_not_read_leave_no_line_in_the_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("w") as out, serving(log=out) as server, ExitStack() as stack:
        for _ in range(3):
            wire = stack.enter_context(Wire(server.url))
            wire.send(request("GET /_mock/state HTTP/1.1", {}) * 150)
            assert wire.begun()
        assert stop(server) < DOCUMENTED
    assert log.read_text() == ""


def test_who_goes_with_another_request_on_the_way_is_missed_as_well(tmp_path: Path) -> None:
    """What is under way is the first request, whatever came behind it: it learns that its client has gone."""
    log = tmp_path / "log"
    with hanging() as port, log.open("w") as out, serving(log=out) as server:
        with closing(Merchant(server)) as merchant:
            merchant.register(f"http://127.0.0.1:{port}/hook", CREATED)
            merchant.create("reference-1")
        before = httpx.get(f"{server.url}/_mock/clock", trust_env=False).json()["now"]
        move = json.dumps({"duration": "P30D"}).encode()
        for first in (
            request("POST /_mock/clock/advance HTTP/1.1", {}, move),
            request("GET /_mock/news?wait=1 HTTP/1.1", {}),
        ):
            with Wire(server.url) as wire:
                wire.send(first + request("GET /_mock/health HTTP/1.1", {}))
                wire.send_end()
                assert wire.closed()
        after = httpx.get(f"{server.url}/_mock/clock", trust_env=False).json()["now"]
        assert datetime.fromisoformat(after) - datetime.fromisoformat(before) < timedelta(days=1)
        stop(server)
    assert "Traceback" not in log.read_text()


def test_a_request_that_is_not_whole_may_become_so_for_a_moment() -> None:
    whole = request("POST /epayment/v1/payments HTTP/1.1", {}, b"{}")
    with serving() as server, Wire(server.url) as becomes, Wire(server.url) as never, Wire(server.url) as silent:
        becomes.send(whole[:-1])
        never.send(whole[:-1])
        assert httpx.get(f"{server.url}/_mock/health", trust_env=False).status_code == 200
        server.process.send_signal(signal.SIGTERM)
        assert silent.closed()
        becomes.send(whole[-1:])
        status, headers, _ = becomes.answer()
        assert status == 401
        assert headers["connection"] == "close"
        status, headers, _ = never.answer()
        assert (status, headers["connection"]) == (503, "close")
        assert server.process.wait(DOCUMENTED) == 0


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_ends_at_once(asked: signal.Signals) -> None:
    with hanging() as receiver, serving() as server, Wire(server.url) as idle, closing(Merchant(server)) as merchant:
        merchant.register(f"http://127.0.0.1:{receiver}/", CREATED)
        merchant.create("second-signal")
        server.process.send_signal(asked)
        assert idle.closed()
        begun = time.monotonic()
        server.process.send_signal(asked)
        assert server.process.wait(5) == -asked
        assert time.monotonic() - begun < 2


BLOCKED = """
import sys, threading
from mockserver.process import serving
serving._AT_THE_LATEST = 0.2
from mockserver.webhooks.delivery.senders import Senders
async def stop(self, within):
    threading.Event().wait()
Senders.stop = stop
from mockserver.__main__ import main
sys.argv[1:] = ["serve", "--port", "0"]
main()
"""


def test_not_even_what_blocks_the_event_loop_outlives_its_time() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", BLOCKED], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("Stop with"):
                break
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=DOCUMENTED)
        assert process.returncode == 1
        assert told == "vipps-mockserver: something blocks the stop, so the process ends without it\n"


def test_a_server_in_the_process_of_tests_stops_like_that_too() -> None:
    with Server(access_log="off") as server, Wire(server.url) as poll:
        poll.send(request("GET /_mock/webhooks/deliveries?wait=60 HTTP/1.1", {}))
        httpx.get(f"{server.url}/_mock/health", trust_env=False)
        begun = time.monotonic()
        server.stop()
        assert time.monotonic() - begun < 3
        assert poll.answer()[0] == 503
