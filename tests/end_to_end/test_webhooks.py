"""Webhooks over the wire: a receiver in another language, the built-in one, and a server that is killed."""

import json
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver.apis.recurring.domain.events import AgreementEvent, ChargeEvent
from tests.end_to_end.running import Merchant, Running, serving

CREATED = "epayments.payment.created.v1"
SUBSCRIPTIONS = [str(each) for each in (*AgreementEvent, *ChargeEvent)]


class NodeReceiver:
    """The process of receiver.mjs."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.url = f"http://127.0.0.1:{self._line()}/hook?shop=1&name=s%C3%B8k"

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the receiver has ended"
        return line.rstrip("\n")

    def tell(self, secret: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{secret}\n")
        self._process.stdin.flush()
        assert self._line() == "ready"

    def next(self) -> dict[str, Any]:
        received: dict[str, Any] = json.loads(self._line())
        return received


@contextmanager
def node_receiver() -> Iterator[NodeReceiver]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is not installed")
    command = [node, str(Path(__file__).parent / "receiver.mjs")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield NodeReceiver(process)
        finally:
            process.kill()


@contextmanager
def shop(server: Running) -> Iterator[Merchant]:
    merchant = Merchant(server)
    try:
        yield merchant
    finally:
        merchant.close()


def control(server: Running, path: str, content: Any = None) -> dict[str, Any]:
    answer = httpx.post(f"{server.url}/_mock{path}", json={} if content is None else content, timeout=60)
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()
    return result


def deliveries(server: Running, query: str = "") -> list[dict[str, Any]]:
    answer = httpx.get(f"{server.url}/_mock/webhooks/deliveries{query}", timeout=60)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["deliveries"]
    return found


@pytest.mark.node
def test_a_node_receiver_accepts_ours_and_rejects_what_was_tampered_with() -> None:
    with node_receiver() as receiver, serving() as server, shop(server) as merchant:
        made = merchant.register(receiver.url, CREATED)
        receiver.tell(made["secret"])
        merchant.create("reference-node-1", paymentDescription="Blåbærsyltetøy")
        received = receiver.next()
        assert received["wrong"] is None
        assert json.loads(received["body"])["reference"] == "reference-node-1"

        [delivery] = deliveries(server, "?state=delivered&wait=10")
        [attempt] = delivery["attempts"]
        assert (attempt["status"], attempt["response"]) == (202, "thanks")
        body = delivery["body"].encode()
        again = httpx.post(receiver.url, headers=attempt["headers"], content=body)
        assert (again.status_code, receiver.next()["wrong"]) == (202, None)
        tampered = httpx.post(receiver.url, headers=attempt["headers"], content=body.replace(b"10000", b"10001"))
        assert (tampered.status_code, receiver.next()["wrong"]) == (401, "body")
        other = httpx.post(receiver.url.replace("shop=1", "shop=2"), headers=attempt["headers"], content=body)
        assert (other.status_code, receiver.next()["wrong"]) == (401, "signature")


@pytest.mark.node
def test_a_node_receiver_accepts_every_event_of_subscriptions() -> None:
    with node_receiver() as receiver, serving() as server, shop(server) as merchant:
        made = merchant.register(receiver.url, *SUBSCRIPTIONS)
        receiver.tell(made["secret"])
        for name in SUBSCRIPTIONS:
            control(server, f"/webhooks/{made['id']}/sample", {"event": name})
            received = receiver.next()
            assert received["wrong"] is None
            assert json.loads(received["body"])["eventType"] == name


@pytest.mark.node
def test_a_node_receiver_accepts_ours_while_the_clock_is_elsewhere_and_notices_wrong_signatures() -> None:
    with node_receiver() as receiver, serving() as server:
        control(server, "/clock/advance", {"duration": "P30D"})
        with shop(server) as merchant:
            made = merchant.register(receiver.url, CREATED)
            receiver.tell(made["secret"])
            control(server, f"/webhooks/{made['id']}/faults", {"wrongSignature": True})
            merchant.create("reference-node-1")
            assert receiver.next()["wrong"] == "signature"
            control(server, f"/webhooks/{made['id']}/faults", {})
            control(server, "/clock/advance", {"duration": "PT1M"})
            assert deliveries(server)[0]["state"] == "delivered"


def test_the_built_in_receiver_gets_genuine_webhooks() -> None:
    with serving() as server, shop(server) as merchant:
        url = f"{server.url}/_mock/inbox/mine"
        merchant.register(url, CREATED)
        merchant.create("reference-inbox-1")
        control(server, "/webhooks/settle")
        [message] = httpx.get(url).json()["messages"]
    assert message["genuine"] is True
    assert message["body"]["reference"] == "reference-inbox-1"


def test_other_names_of_the_own_control_api_are_refused_when_called() -> None:
    with serving() as server, shop(server) as merchant:
        port = server.url.rpartition(":")[2]
        merchant.register(f"http://127.1:{port}/_mock/reset", CREATED)
        merchant.create("reference-own-1")
        control(server, "/webhooks/settle")
        [delivery] = deliveries(server)
        assert [each["status"] for each in delivery["attempts"]] in ([403], [421], [0])
        assert merchant.get("reference-own-1")["state"] == "CREATED"


class _Handler(BaseHTTPRequestHandler):
    received: list[dict[str, Any]]

    def do_POST(self) -> None:
        self.received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def answering(listener: socket.socket) -> Iterator[list[dict[str, Any]]]:
    """Answers at a socket that is bound already; what it received."""
    received: list[dict[str, Any]] = []
    handler = type("Handler", (_Handler,), {"received": received})
    server = HTTPServer(("127.0.0.1", 0), handler, bind_and_activate=False)
    server.socket.close()
    server.socket = listener
    server.server_activate()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield received
    finally:
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("moment", ["receiver down", "in the air"])
def test_nothing_is_lost_when_the_server_is_killed(tmp_path: Path, moment: str) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        if moment == "in the air":
            listener.listen()
        with serving("--data", str(tmp_path)) as server, shop(server) as merchant:
            merchant.register(f"http://127.0.0.1:{listener.getsockname()[1]}/hook", CREATED)
            merchant.create("reference-killed-1")
            if moment == "in the air":
                assert any(deliveries(server, "?state=sending") for _ in range(1000))
            server.kill()
        with answering(listener) as received, serving("--data", str(tmp_path)) as server:
            control(server, "/clock/advance", {"duration": "PT2M"})
            [delivery] = deliveries(server)
    assert delivery["state"] == "delivered"
    assert {each["reference"] for each in received} == {"reference-killed-1"}
