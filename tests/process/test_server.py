"""A real server over loopback: what only shows on the wire."""

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from mockserver.web.protocol import HttpProtocol
from tests.end_to_end.running import Running, serving
from tests.harness import WORLD, body
from tests.process.wire import Wire, address, left, request, stuck

UNIT = WORLD.default_unit


@pytest.fixture(scope="session")
def headers(running: Running) -> dict[str, str]:
    """What every API call carries."""
    keys = {
        "client_id": UNIT.keys.client_id,
        "client_secret": UNIT.keys.client_secret,
        "Ocp-Apim-Subscription-Key": UNIT.keys.subscription_key,
    }
    answer = httpx.post(f"{running.url}/accesstoken/get", headers=keys, trust_env=False)
    return {
        "Authorization": f"Bearer {answer.json()['access_token']}",
        "Ocp-Apim-Subscription-Key": UNIT.keys.subscription_key,
        "Merchant-Serial-Number": UNIT.msn,
    }


@pytest.fixture
def client(running: Running, headers: dict[str, str]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.url, headers=headers, trust_env=False) as client:
        yield client


CREATE = "POST /epayment/v1/payments HTTP/1.1"


def payment(reference: str) -> bytes:
    return json.dumps(body(reference)).encode()


def test_a_chunked_body_is_read_whole(running: Running, headers: dict[str, str]) -> None:
    content = payment("chunked-body-1")
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (content[:10], content[10:11], content[11:]))
    with Wire(running.url) as wire:
        given = headers | {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}
        wire.send(request(CREATE, given, chunks + b"0\r\n\r\n"))
        status, _, answer = wire.answer()
    assert (status, json.loads(answer)["reference"]) == (201, "chunked-body-1")


def test_http_1_0_with_connection_close_is_served(running: Running, headers: dict[str, str]) -> None:
    content = payment("http-1-0-close")
    with Wire(running.url) as wire:
        given = headers | {"Content-Type": "application/json", "Connection": "close"}
        wire.send(request(CREATE.replace("1.1", "1.0"), given, content))
        status, answered, answer = wire.answer()
        assert wire.closed()
    assert status == 201
    assert json.loads(answer)["reference"] == "http-1-0-close"
    assert answered["content-type"] == "application/json"


def test_a_connection_is_kept_and_serves_one_request_after_the_other(running: Running, headers: dict[str, str]) -> None:
    with Wire(running.url) as wire:
        wire.send(request(CREATE, headers | {"Content-Type": "application/json"}, payment("keep-alive-1")))
        assert wire.answer()[0] == 201
        for path, expected in (("/keep-alive-1", 200), ("/not-there-at-all", 404), ("/keep-alive-1/events", 200)):
            wire.send(request(f"GET /epayment/v1/payments{path} HTTP/1.1", headers))
            assert wire.answer()[0] == expected


@pytest.mark.parametrize("space", [" ", "\t", " \t  "])
def test_space_around_a_header_is_no_part_of_it(running: Running, headers: dict[str, str], space: str) -> None:
    spaced = {name: f"{space}{value}{space}" for name, value in headers.items()}
    with Wire(running.url) as wire:
        wire.send(request(CREATE, spaced | {"Content-Type": f"application/json{space}"}, payment("reference-1")))
        status, _, answer = wire.answer()
    assert status in (201, 409), answer


def test_a_body_that_is_announced_is_asked_for(running: Running, headers: dict[str, str]) -> None:
    content = payment("expect-100")
    given = headers | {"Content-Type": "application/json", "Content-Length": str(len(content))}
    with Wire(running.url) as wire:
        wire.send(request(CREATE, given, Expect="100-continue "))
        assert wire.answer()[0] == 100
        wire.send(content)
        assert wire.answer()[0] == 201


def test_every_answer_says_how_long_an_idle_connection_lives(running: Running, client: httpx.Client) -> None:
    for path in ("/nowhere", "/_mock/health", "/wallet", "/epayment/v1/payments/not-there-1"):
        assert client.get(path).headers["keep-alive"] == "timeout=75"


def test_who_is_not_kept_is_told_no_time(running: Running) -> None:
    for sent in (
        b"GET /_mock/health HTTP/1.0\r\n\r\n",
        b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
        b"nonsense\r\n\r\n",
    ):
        with Wire(running.url) as wire:
            wire.send(sent)
            _, headers, _ = wire.answer()
            assert headers["connection"] == "close"
            assert "keep-alive" not in headers


def test_idle_connections_live_as_long_as_is_set() -> None:
    with serving("--idle-timeout", "1") as server, Wire(server.url) as wire:
        wire.send(request("GET /_mock/health HTTP/1.1", {}))
        assert wire.answer()[1]["keep-alive"] == "timeout=1"
        assert wire.closed()


def test_an_answer_without_a_body_has_no_type(client: httpx.Client) -> None:
    reference, key = "no-body-no-type", {"Idempotency-Key": "no-body-no-type"}
    assert client.post("/epayment/v1/payments", json=body(reference), headers=key).status_code == 201
    approved = client.post(f"/epayment/v1/test/payments/{reference}/approve", headers=key)
    again = client.post(f"/epayment/v1/test/payments/{reference}/approve", headers=key)
    hook = {"url": "https://shop.example.com/no-body", "events": ["epayments.payment.created.v1"]}
    registered = client.post("/webhooks/v1/webhooks", json=hook).json()["id"]
    deleted = client.delete(f"/webhooks/v1/webhooks/{registered}")
    for answer, status in ((approved, 200), (again, 200), (deleted, 204)):
        assert (answer.status_code, answer.content) == (status, b"")
        assert "content-type" not in answer.headers
        assert answer.headers.get("content-length") == ("0" if status == 200 else None)


def test_requests_may_be_sent_ahead_of_their_answers(running: Running) -> None:
    with Wire(running.url) as wire:
        wire.send(request("GET /_mock/health HTTP/1.1", {}) + request("GET /nowhere HTTP/1.1", {}))
        assert [wire.answer()[0], wire.answer()[0]] == [200, 404]


def test_a_request_line_that_is_no_http_is_refused(running: Running) -> None:
    for nonsense in (
        b"nonsense\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET / HTTP/9.9\r\n\r\n",
        b"G\x00T / \r\n\r\n",
    ):
        with Wire(running.url) as wire:
            wire.send(nonsense + b"\r\n\r\n")
            assert wire.answer()[0] == 400


@pytest.mark.parametrize(
    "line",
    [b"Bad Header: x", b"No-Colon", b"X: a\x00b", b": empty", b"Content-Length: x", b"Content-Length: -1"],
)
def test_a_broken_header_is_refused(running: Running, line: bytes) -> None:
    with Wire(running.url) as wire:
        wire.send(b"POST /epayment/v1/payments HTTP/1.1\r\nHost: x\r\n" + line + b"\r\n\r\n")
        assert wire.answer()[0] in (400, 401)


@pytest.mark.parametrize("name", ["Authorization", "Merchant-Serial-Number", "Idempotency-Key", "Host", "X-Other"])
@pytest.mark.parametrize("value", [b"\xff\xfe", b"\xc3\xa5", b"'\"<>;--", b""])
def test_odd_bytes_in_a_header_never_break_the_server(
    running: Running, headers: dict[str, str], name: str, value: bytes
) -> None:
    given = {each: text for each, text in headers.items() if each != name}
    with Wire(running.url) as wire:
        plain = request(CREATE, given | {"X-Place": "here", "Content-Type": "application/json"}, b"{}")
        wire.send(plain.replace(b"X-Place: here", name.encode() + b": " + value))
        status, _, answer = wire.answer()
    assert status in (400, 401, 403)
    assert json.loads(answer)


def test_a_huge_header_never_breaks_the_server(running: Running, headers: dict[str, str], client: httpx.Client) -> None:
    with Wire(running.url) as wire:
        wire.send(request("GET /_mock/clock HTTP/1.1", {"X-Huge": "x" * 60_000}))
        assert wire.answer()[0] == 200
    for name in ("Authorization", "Idempotency-Key", "Ocp-Apim-Subscription-Key", "Vipps-System-Name"):
        answer = client.post("/epayment/v1/payments", headers={name: "x" * 8000}, json={})
        assert answer.status_code in (400, 401)
        assert answer.json()


@pytest.mark.parametrize(
    "kind",
    ['application/json; charset="utf-8"', "application/json;charset=UTF-8", "Application/JSON", "application/x+json"],
)
def test_content_types_as_clients_write_them_are_read(client: httpx.Client, kind: str) -> None:
    reference = f"content-type-{len(kind)}"
    answer = client.post("/epayment/v1/payments", headers={"Content-Type": kind}, content=payment(reference))
    assert answer.status_code == 201


def test_a_delete_with_a_body_is_refused_and_the_connection_goes_on(client: httpx.Client) -> None:
    answer = client.request("DELETE", "/epayment/v1/payments", content=b"[]")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert answer.json()["status"] == 405
    assert client.get("/_mock/health").status_code == 200


def test_a_body_above_the_limit_is_refused_and_the_server_goes_on(client: httpx.Client) -> None:
    answer = client.post("/epayment/v1/payments", content=b" " * (1024 * 1024 + 1))
    assert answer.status_code == 413
    assert answer.json()["status"] == 413
    assert client.get("/_mock/health").status_code == 200


def test_a_client_that_goes_away_in_the_middle_disturbs_nobody(running: Running, headers: dict[str, str]) -> None:
    with Wire(running.url) as wire:
        wire.send(request(CREATE, headers, Content_Length="1000") + b"{")
    assert httpx.get(f"{running.url}/_mock/health", trust_env=False).status_code == 200


@pytest.mark.parametrize(
    "path", ["/%00", "/%ff%fe", "/" + "x" * 20_000, "/..%2f..%2fetc/passwd", "/epayment/v1/payments/%0d%0a"]
)
def test_odd_paths_are_not_found(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.json()


@pytest.mark.parametrize("method", ["OPTIONS", "HEAD", "TRACE", "PATCH", "PUT"])
@pytest.mark.parametrize("path", ["/epayment/v1/payments", "/accesstoken/get", "/landing", "/_mock/clock", "/nothing"])
def test_other_methods_are_refused_clearly(client: httpx.Client, method: str, path: str) -> None:
    answer = client.request(method, path)
    assert answer.status_code in (404, 405)
    if method != "HEAD":
        assert answer.json()


def test_addresses_follow_the_port_that_the_server_got(running: Running, client: httpx.Client) -> None:
    answer = client.post("/epayment/v1/payments", json=body("follows-port"))
    assert answer.json()["redirectUrl"].startswith(f"{running.url}/landing?token=")
    assert client.get(answer.json()["redirectUrl"]).status_code == 200


def test_it_does_not_say_what_it_is_made_of(client: httpx.Client) -> None:
    assert "server" not in client.get("/_mock/health").headers


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_it_listens_on_ipv6_beside_another_server(running: Running) -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    with serving("--host", "::1") as other:
        assert other.url.startswith("http://[::1]:")
        for each in (running, other):
            assert httpx.get(f"{each.url}/_mock/health", trust_env=False).json()["status"] == "ok"
        httpx.post(f"{other.url}/_mock/clock/freeze", trust_env=False)
        assert httpx.get(f"{other.url}/_mock/clock", trust_env=False).json()["frozen"] is True
        assert httpx.get(f"{running.url}/_mock/clock", trust_env=False).json()["frozen"] is False


def test_an_offer_of_http_2_is_not_taken(running: Running, headers: dict[str, str]) -> None:
    """As Java's client sends each request unless told otherwise: the head, then the body."""
    offer = {"Connection": "Upgrade, HTTP2-Settings", "HTTP2-Settings": "AAEAAEAAAAIAAAABAAMAAABk", "Upgrade": "h2c"}
    with Wire(running.url) as wire:
        for reference in ("offer-00001", "offer-00002"):
            content = json.dumps(body(reference)).encode()
            head, end, _ = request(
                "POST /epayment/v1/payments HTTP/1.1",
                headers | offer | {"Idempotency-Key": reference, "Content-Type": "application/json"},
                content,
            ).partition(b"\r\n\r\n")
            wire.send(head + end)
            wire.send(content)
            status, _, answer = wire.answer()
            assert status == 201, answer
            assert json.loads(answer)["reference"] == reference


def test_clients_that_take_no_answer_do_not_keep_others_out(tmp_path: Path) -> None:
    big = request("GET /_mock/state HTTP/1.1", {"Host": "localhost"})
    arguments = ("--idle-timeout", "1", "--max-connections", "3", "--access-log", "text")
    with (tmp_path / "log").open("w") as log, serving(*arguments, log=log) as server:
        clients = [stuck(server.url, big), stuck(server.url, big), stuck(server.url, big)]
        assert all(map(left, clients))
        assert httpx.get(f"{server.url}/_mock/health", trust_env=False).status_code == 200
        for each in clients:
            each.close()
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_a_client_that_takes_its_answer_slowly_gets_all_of_it() -> None:
    with serving("--idle-timeout", "1") as server, closing(socket.socket()) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(address(server.url))
        client.sendall(request("GET /_mock/state HTTP/1.1", {"Host": "localhost"}) * 100)
        client.sendall(request("GET /_mock/health HTTP/1.1", {"Connection": "close"}))
        client.settimeout(10)
        parts = []
        while part := client.recv(65536):
            parts.append(part)
        assert b"".join(parts).count(b"HTTP/1.1 200 OK") == 101


class Line:
    """Where answers wait to be taken, so many bytes of them."""

    def __init__(self, waiting: int) -> None:
        self.waiting = waiting
        self.given_up = False

    def get_write_buffer_size(self) -> int:
        return self.waiting

    def get_extra_info(self, name: str) -> None:
        return None

    def abort(self) -> None:
        self.given_up = True


def test_a_client_is_given_up_when_it_takes_nothing_and_not_when_it_takes_little() -> None:
    line, protocol = Line(waiting=100), HttpProtocol.__new__(HttpProtocol)
    protocol.transport, protocol.timeout_keep_alive = cast("Any", line), 1
    protocol._untaken, protocol._untaken_since = 0, 0.0
    for second in range(10, 20):
        line.waiting -= 1
        protocol.look(second)
        protocol.look(second + 0.9)
        assert not line.given_up
    protocol.look(20.0)
    assert line.given_up
