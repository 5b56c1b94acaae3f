"""Bytes as hostile or careless clients send them: where a request ends is clear, or it is refused."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.testing import Server
from mockserver.web.protocol import LARGEST_HEAD, MOST_AHEAD, MOST_HEADERS
from tests.end_to_end.running import Running, serving
from tests.process.wire import Wire, request

HEALTH = request("GET /_mock/health HTTP/1.1", {})
INBOX = "POST /_mock/inbox/{} HTTP/1.1"


@pytest.fixture(scope="module")
def hasty() -> Iterator[Server]:
    """A server that waits for nobody."""
    with Server(access_log="off", request_timeout=0.05, max_connections=3) as server:
        yield server


def refused(wire: Wire, status: int) -> str:
    """Sees the last answer of a connection, and gives what it says."""
    answered, headers, content = wire.answer()
    assert answered == status, content
    assert headers["connection"] == "close"
    assert headers["content-type"] == "application/json"
    assert "keep-alive" not in headers
    told = json.loads(content)
    assert told["statusCode"] == status
    assert wire.closed()
    message: str = told["message"]
    return message


LENGTHS = (b"x", b"-1", b"+3", b"3, 3", b"3,4", b"0x3", b"3 3", b"1e1", b"99999999999999999999", b"")


@pytest.mark.parametrize(
    "lines",
    [
        *(b"Content-Length: " + each for each in LENGTHS if each),
        b"Content-Length: 3\r\nContent-Length: 3",
        b"Content-Length: 3\r\nContent-Length: 4",
        b"Content-Length: 3\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: chunked\r\nContent-Length: 3",
        b"Transfer-Encoding: chunked, identity",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        b"X: a\r\n b",
        b" X: a",
        b"X : a",
        b"X: a\nY: b",
        b"X: a\rY: b",
        b"X: a\x00b",
        b"Host: a\r\nHost: b",
        b"\r\n".join([b"Host: a"] * 48),
    ],
)
def test_heads_that_could_be_read_in_two_ways_are_refused(running: Running, lines: bytes) -> None:
    with Wire(running.url) as wire:
        wire.send(b"POST /_mock/inbox/two-ways HTTP/1.1\r\n" + lines + b"\r\n\r\nabc" + HEALTH)
        refused(wire, 400)


@pytest.mark.parametrize("coding", [b"gzip, chunked", b"xchunked", b"identity", b"\x0bchunked", b'"chunked"'])
def test_other_codings_are_not_known(running: Running, coding: bytes) -> None:
    with Wire(running.url) as wire:
        wire.send(b"POST /_mock/inbox/codings HTTP/1.1\r\nTransfer-Encoding: " + coding + b"\r\n\r\n0\r\n\r\n" + HEALTH)
        answered, _, _ = wire.answer()
        assert answered in (400, 501)
        assert wire.closed()


@pytest.mark.parametrize(
    "chunks",
    [
        b"x\r\n",
        b"-1\r\n",
        b"3\nabc\r\n",
        b"3\r\nabcd\r\n",
        b"3\r\nabc0\r\n\r\n",
        b"fffffffffffffffff\r\n",
        b"0x3\r\nabc\r\n",
    ],
)
def test_broken_chunks_are_refused(running: Running, chunks: bytes) -> None:
    with Wire(running.url) as wire:
        wire.send(b"POST /_mock/inbox/chunks HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)
        refused(wire, 400)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /\r\n\r\n", 505),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\n\r\n", 505),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"\x00", 400),
        (b"GET /\x00 HTTP/1.1\r\n\r\n", 400),
        (b"GET http://else'where.example/ HTTP/1.1\r\n\r\n", 400),
        (b"POST /nothing HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n", 405),
        (b"CONNECT /_mock/keys HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n", 405),
    ],
)
def test_what_is_not_http_1_is_refused(running: Running, sent: bytes, status: int) -> None:
    with Wire(running.url) as wire:
        wire.send(sent)
        refused(wire, status)


def test_absolute_form_and_http_1_0_are_served(running: Running) -> None:
    with Wire(running.url) as wire:
        wire.send(b"GET http://elsewhere.example/_mock/health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert wire.answer()[0] == 200
        wire.send(b"GET /_mock/health HTTP/1.0\r\n\r\n")
        assert wire.answer()[0] == 200
        assert wire.closed()


def test_a_thousand_requests_may_be_sent_ahead(running: Running) -> None:
    with Wire(running.url) as wire:
        wire.send(HEALTH * 1000 + request("GET /_mock/health HTTP/1.1", {}, Connection="close"))
        assert [status for status, _, _ in wire.answers()] == [200] * 1001


def test_what_is_sent_ahead_is_read_bit_by_bit(running: Running) -> None:
    """Ten thousand requests in few segments, with bodies between them."""
    some = request(INBOX.format("ahead"), {}, b"{}") + HEALTH * 9
    with Wire(running.url) as wire:
        count = MOST_AHEAD * 10
        wire.send(some * (count // 10) + request("GET /_mock/health HTTP/1.1", {}, Connection="close"))
        statuses = [status for status, _, _ in wire.answers()]
    assert statuses == [204, *[200] * 9] * (count // 10) + [200]


def test_what_came_before_a_broken_request_is_answered_first(running: Running) -> None:
    with Wire(running.url) as wire:
        wire.send(HEALTH * 3 + b"nonsense\r\n\r\n" + HEALTH)
        assert [status for status, _, _ in wire.answers()] == [200, 200, 200, 400]
    with Wire(running.url) as wire:
        wire.send(HEALTH * 3 + request(INBOX.format("broken"), {"Transfer-Encoding": "chunked"}, b"x\r\n"))
        assert [status for status, _, _ in wire.answers()] == [200, 200, 200, 400]


def test_a_client_that_says_it_is_done_disturbs_nobody(running: Running) -> None:
    for sent in (b"", b"GET /nothing HT", HEALTH, request("POST /nothing HTTP/1.1", {}, Content_Length="9")):
        with Wire(running.url) as wire:
            wire.send(sent)
            wire.send_end()
            assert [status for status, _, _ in wire.answers()] in ([], [200], [404])


# Offers of another protocol


OFFERS = (
    b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABk",
    b"Connection: upgrade\r\nUpgrade: H2C",
    b"connection:upgrade\r\nupgrade:h2c",
    b"CONNECTION: UPGRADE\r\nUPGRADE: h2c",
    b"Connection: upgrade\r\nUpgrade: h2c, foo",
    b"Connection: upgrade\r\nUpgrade: h2c\r\nUpgrade: foo",
    b"Connection: keep-alive\r\nConnection: upgrade\r\nUpgrade: websocket",
    b"Upgrade: h2c",
    b"Connection: upgrade",
)


def _inbox(server: Running, name: str) -> list[str]:
    with Wire(server.url) as wire:
        wire.send(request(f"GET /_mock/inbox/{name} HTTP/1.1", {}))
        return [each["body"] for each in json.loads(wire.answer()[2])["messages"]][::-1]


@pytest.mark.parametrize("offer", OFFERS)
@pytest.mark.parametrize("cut", ["whole", "head", "bytes"])
def test_an_offer_is_declined_in_any_spelling_and_nothing_is_lost(running: Running, offer: bytes, cut: str) -> None:
    name = f"offer-{OFFERS.index(offer)}-{cut}"
    line = INBOX.format(name).encode() + b"\r\nHost: x\r\n" + offer
    by_length = line + b"\r\nContent-Length: 3\r\n\r\none"
    in_chunks = line + b"\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntwo\r\n0\r\n\r\n"
    without = b"GET /_mock/health HTTP/1.1\r\nHost: x\r\n" + offer + b"\r\n\r\n"
    stream = by_length + in_chunks + without + HEALTH
    segments = {"whole": [stream], "head": stream.split(b"\r\n\r\n"), "bytes": [bytes([each]) for each in stream]}[cut]
    if cut == "head":
        segments = [each + b"\r\n\r\n" for each in segments[:-1]]
    with Wire(running.url) as wire:
        wire.send(*segments)
        assert [wire.answer()[0] for _ in range(4)] == [204, 204, 200, 200]
    assert _inbox(running, name) == ["one", "two"]


def test_a_body_that_looks_like_an_offer_is_a_body(running: Running) -> None:
    body = b"POST /a HTTP/1.1\r\nUpgrade: h2c\r\n\r\n"
    hidden = b"GET /x?aaaaaaaGET /_mock/keys HTTP/1.1\r\nHost: x\r\n\r\n"  # all keys, if the body lost 14 bytes
    with Wire(running.url) as wire:
        wire.send(request(INBOX.format("looks"), {}, Content_Length=str(len(body))), body, hidden)
        assert [status for status, _, _ in wire.answers()] == [204, 400]
    assert _inbox(running, "looks") == [body.decode()]


def test_trailers_are_no_headers(running: Running) -> None:
    trailer = b"X-Trailer: yes\r\nHost: evil.example\r\n"
    with Wire(running.url) as wire:
        chunked = {"Transfer-Encoding": "chunked"}
        wire.send(request(INBOX.format("trailers"), chunked, b"1\r\nx\r\n0\r\n" + trailer + b"\r\n") + HEALTH)
        assert [wire.answer()[0] for _ in range(2)] == [204, 200]
        wire.send(request("GET /_mock/inbox/trailers HTTP/1.1", {}))
        headers = json.loads(wire.answer()[2])["messages"][0]["headers"]
    assert headers["host"] == "emulator.test"
    assert "x-trailer" not in headers


# Bounds


def test_a_head_up_to_the_limit_is_served_and_a_longer_one_refused(running: Running) -> None:
    empty = len("GET /_mock/health") + len("Host: emulator.test\r\n") + len("X: \r\n")
    room = LARGEST_HEAD - empty + len("GET ")
    for size, status in ((room, 200), (room + 1, 431)):
        with Wire(running.url) as wire:
            wire.send(HEALTH, request("GET /_mock/health HTTP/1.1", {"X": "x" * size}))
            assert wire.answer()[0] == 200
            assert wire.answer()[0] == status


@pytest.mark.parametrize(
    "beginning",
    [
        b"GET /" + b"x" * 20,
        b"GET / HTTP/1.1\r\nX: ",
        b"GET / HTTP/1.1\r\n",
        b"\r\n",
        b"POST /nothing HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ",
        b"POST /nothing HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;x=",
    ],
)
def test_what_never_ends_is_refused_while_it_comes(running: Running, beginning: bytes) -> None:
    """Whatever it is: a path, a header, names of headers, empty lines, what stands behind chunks or in them."""
    more = b"\r\n" * 500 if beginning == b"\r\n" else b"x" * 1000
    with Wire(running.url) as wire:
        wire.send(beginning)
        for _ in range(90):
            wire.send(more)
        statuses = [status for status, _, _ in wire.answers()]
    assert statuses[-1] in (431, 404)  # no path that long is served: its answer may come first
    assert statuses in ([431], [404])


def test_headers_are_counted(running: Running) -> None:
    for count, status in ((MOST_HEADERS - 1, 200), (MOST_HEADERS, 431)):
        with Wire(running.url) as wire:
            wire.send(request("GET /_mock/health HTTP/1.1", {f"X-{number}": "" for number in range(count)}))
            assert wire.answer()[0] == status


@pytest.mark.parametrize("sent", [b"G", b"GET / HTTP/1.1\r\nHost: x\r\n", request("POST /nothing HTTP/1.1", {})[:-1]])
def test_a_slow_head_is_answered_408(hasty: Server, sent: bytes) -> None:
    with Wire(hasty.url) as wire:
        wire.send(sent)
        assert "0.05 seconds" in refused(wire, 408)


def test_a_slow_body_is_answered_408_also_behind_other_requests(hasty: Server) -> None:
    slow = request(INBOX.format("slow"), {}, Content_Length="10") + b"{"
    for before in (0, 2):
        with Wire(hasty.url) as wire:
            wire.send(HEALTH * before + slow)
            assert [status for status, _, _ in wire.answers()] == [200] * before + [408]


def test_a_request_that_never_becomes_whole_is_no_failure_of_the_server(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("w") as file, serving("--request-timeout", "0.05", log=file) as server:
        for path in ("/_mock/inbox/slow", "/_mock/clock/advance", "/wallet/4712345678", "/epayment/v1/payments"):
            form = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": "10"}
            with Wire(server.url) as slow, Wire(server.url) as gone:
                for each in (slow, gone):
                    each.send(request(f"POST {path} HTTP/1.1", form) + b"a")
                gone.send_end()
                assert slow.answer()[0] in (404, 408)
                assert slow.closed()
        assert server.journal() == []
    assert log.read_text() == ""


def test_who_was_answered_before_the_body_came_is_only_closed(hasty: Server) -> None:
    with Wire(hasty.url) as wire:
        wire.send(request("GET /_mock/health HTTP/1.1", {}, Content_Length="10"))
        assert [status for status, _, _ in wire.answers()] == [200]


def test_an_answer_may_take_longer_than_a_request(hasty: Server) -> None:
    with Wire(hasty.url) as wire:
        wire.send(request("GET /_mock/webhooks/deliveries?wait=1 HTTP/1.1", {}))
        assert wire.answer()[0] == 200
        wire.send(HEALTH)
        assert wire.answer()[0] == 200


def test_connections_are_counted(hasty: Server) -> None:
    with Wire(hasty.url) as one, Wire(hasty.url) as two, Wire(hasty.url) as three:
        for each in (one, two, three):
            each.send(HEALTH)
            assert each.answer()[0] == 200
        with Wire(hasty.url) as four:
            assert "3 connections" in refused(four, 503)
        one.send(HEALTH)
        assert one.answer()[0] == 200


def test_a_silent_connection_is_closed_like_an_idle_one() -> None:
    with Server(access_log="off", idle_timeout=1) as server, Wire(server.url) as silent, Wire(server.url) as empty:
        empty.send(b"\r\n")
        assert silent.closed()
        assert empty.closed()


@pytest.mark.parametrize(
    ("path", "broken"),
    [
        ("/_mock/clock", "mockserver.control.views.clock"),
        ("/wallet", "mockserver.phone.phone.PhonePages.all"),
        ("/epayment/v1/payments/any", "mockserver.web.endpoint.Endpoint._record"),
    ],
)
def test_a_connection_goes_on_after_a_failure_of_the_server(
    path: str, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(broken, fail)
    with Server(access_log="off") as server, Wire(server.url) as wire:
        for _ in range(2):
            wire.send(request(f"GET {path} HTTP/1.1", {}))
            status, headers, content = wire.answer()
            assert (status, json.loads(content)["statusCode"]) == (500, 500)
            assert "connection" not in headers
        wire.send(HEALTH)
        assert wire.answer()[0] == 200


def test_there_are_no_more_connections_than_the_system_allows() -> None:
    command = f'ulimit -n 256; exec "{sys.executable}" -m mockserver serve --port 0'
    with subprocess.Popen(["sh", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        next(line for line in process.stdout if line.startswith("Stop with"))
        process.terminate()
        _, told = process.communicate(timeout=10)
    assert told == "vipps-mockserver: max_connections: 128 instead of 2000, as the system allows 256 open files\n"
