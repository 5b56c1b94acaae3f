"""Each bound that docs/security.md lists is gone beyond, through a socket: the answer is the one that stands there.

A new row needs a probe of the same name; a probe without a row fails too.
"""

import os
import re
import signal
import ssl
import time
from collections.abc import Callable
from contextlib import ExitStack
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest

from mockserver.control.stream import MOST_STREAMS
from mockserver.core import stopping
from mockserver.process.greetings import MOST_GREETINGS
from mockserver.process.lines import MOST_WAITING
from mockserver.settings import Settings
from mockserver.testing import Server
from mockserver.web.doors import MOST_TRIES
from mockserver.web.http import MOST_WARNINGS
from mockserver.web.journal import LONGEST_PATH
from mockserver.web.protocol import LARGEST_HEAD, MOST_AHEAD, MOST_HEADERS
from mockserver.web.tunnel import GREETING
from mockserver.web.waits import MOST_WAITS
from tests.documents import section
from tests.end_to_end.running import serving
from tests.harness import WORLD, body, key_headers
from tests.process.wire import Wire, left, request, stuck

Row = dict[str, str]
Probe = Callable[[Row], None]
PROBES: dict[str, Probe] = {}
HEALTH = request("GET /_mock/health HTTP/1.1", {})


def rows() -> list[Row]:
    lines = [line for line in section("Bounds").splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return [dict(zip(cells[0], each, strict=True)) for each in cells[1:]]


def probe(what: str) -> Callable[[Probe], Probe]:
    """Goes beyond the bound of this row."""

    def decorate(made: Probe) -> Probe:
        PROBES[what] = made
        return made

    return decorate


def test_every_bound_has_a_probe_and_every_probe_a_bound() -> None:
    assert [row["what"] for row in rows()] == list(PROBES)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["what"])
def test_beyond_a_bound_comes_what_is_said(row: Row) -> None:
    PROBES[row["what"]](row)


@pytest.mark.parametrize("row", [row for row in rows() if row["setting"] != "fixed"], ids=lambda row: row["what"])
def test_a_bound_with_a_setting_has_its_default(row: Row) -> None:
    default = Settings.model_fields[row["setting"].strip("`")].default
    assert row["bound"].partition(" ")[0] == ("as" if default is False else str(default))


def one_answer(sent: bytes, **settings: Any) -> tuple[int, dict[str, str]]:
    """The first answer of a server with these settings to these bytes."""
    with Server(access_log="off", **settings) as server, Wire(server.url) as wire:
        wire.send(sent)
        status, headers, _ = wire.answer()
        return status, headers


def said(row: Row) -> int:
    """The status that a row says."""
    return int(row["beyond it"][:3])


def merchant(server: Server) -> httpx.Client:
    """The default unit's client."""
    unit = WORLD.default_unit
    client = httpx.Client(base_url=server.url, trust_env=False)
    token = httpx.post(f"{server.url}/accesstoken/get", headers=key_headers(unit.keys)).json()["access_token"]
    client.headers.update(
        {
            "Authorization": f"Bearer {token}",
            "Ocp-Apim-Subscription-Key": unit.keys.subscription_key,
            "Merchant-Serial-Number": unit.msn,
        }
    )
    return client


def kibibytes(row: Row) -> int:
    return int(row["bound"].removesuffix(" KiB")) * 1024


@probe("head of a request: request line and headers")
def head(row: Row) -> None:
    assert kibibytes(row) == LARGEST_HEAD
    status, headers = one_answer(request("GET /_mock/health HTTP/1.1", {"X": "x" * LARGEST_HEAD}))
    assert (status, headers["connection"]) == (said(row), "close")


@probe("what stands between and behind the chunks of a body")
def trailer(row: Row) -> None:
    assert kibibytes(row) == LARGEST_HEAD
    chunked = request("POST /_mock/inbox/a HTTP/1.1", {"Transfer-Encoding": "chunked"}, b"0\r\nX: ")
    status, headers = one_answer(chunked + b"x" * 2 * LARGEST_HEAD)
    assert (status, headers["connection"]) == (said(row), "close")


@probe("headers of a request")
def headers(row: Row) -> None:
    assert int(row["bound"]) == MOST_HEADERS
    more = {f"X-{number}": "" for number in range(MOST_HEADERS)}
    status, answered = one_answer(request("GET /_mock/health HTTP/1.1", more))
    assert (status, answered["connection"]) == (said(row), "close")


@probe("body of a request")
def largest_body(row: Row) -> None:
    for path in ("/epayment/v1/payments", "/_mock/inbox/a", "/_mock/clock/advance"):
        assert one_answer(request(f"POST {path} HTTP/1.1", {}, b" " * 1025), max_body=1024)[0] == said(row)


@probe("time for a request to become whole")
def request_timeout(row: Row) -> None:
    status, headers = one_answer(b"GET /", request_timeout=0.05)
    assert (status, headers["connection"]) == (said(row), "close")
    with Server(access_log="off", request_timeout=0.05) as server, Wire(server.url) as wire:
        wire.send(request("GET /_mock/health HTTP/1.1", {}, Content_Length="1"))
        assert [status for status, _, _ in wire.answers()] == [200]


@probe("time of a silent or idle connection")
def idle_timeout(row: Row) -> None:
    assert row["beyond it"] == "closed"
    with Server(access_log="off", idle_timeout=1) as server, Wire(server.url) as silent, Wire(server.url) as idle:
        idle.send(HEALTH)
        assert [status for status, _, _ in idle.answers()] == [200]
        assert silent.closed()


@probe("time in which a client takes nothing of its answers")
def untaken(_: Row) -> None:
    sent = request("GET /_mock/state HTTP/1.1", {"Host": "localhost"})
    with Server(access_log="off", idle_timeout=1, max_connections=1) as server, stuck(server.url, sent) as client:
        assert left(client)
        assert httpx.get(f"{server.url}/_mock/health", trust_env=False).status_code == 200


@probe("connections at a time")
def connections(row: Row) -> None:
    with Server(access_log="off", max_connections=1) as server, Wire(server.url) as first, Wire(server.url) as second:
        status, headers, _ = second.answer()
        assert (status, headers["connection"]) == (said(row), "close")
        first.send(HEALTH)
        assert first.answer()[0] == 200


@probe("clients that agree on TLS at a time")
def greetings(row: Row) -> None:
    """Three times as many say nothing, and both sockets answer meanwhile."""
    assert int(row["bound"]) == MOST_GREETINGS
    with TemporaryDirectory() as folder, ExitStack() as stack:
        server = stack.enter_context(serving("--tls", "--tls-port", "0", "--tls-dir", folder))
        for _ in range(3 * MOST_GREETINGS):
            stack.enter_context(Wire(server.tls_url))
        trusting = ssl.create_default_context(cafile=server.authority)
        for url in (server.url, server.tls_url):
            answer = httpx.get(f"{url}/_mock/health", trust_env=False, verify=trusting, timeout=10)
            assert answer.status_code == 200


@probe("time to agree on TLS")
def greeting(row: Row) -> None:
    assert row["bound"] == f"{GREETING:.0f} seconds"


@probe("requests sent ahead of their answers")
def ahead(row: Row) -> None:
    """All are answered, though no more than these are held as requests; those of a piece of 16 KiB may be added."""
    assert int(row["bound"]) == MOST_AHEAD
    with Server(access_log="off") as server, Wire(server.url) as wire:
        count = 20 * MOST_AHEAD
        wire.send(HEALTH * count)
        assert [wire.answer()[0] for _ in range(count)] == [200] * count


@probe("`X-Mock-Warning` headers of an answer")
def warnings(row: Row) -> None:
    assert int(row["bound"]) == MOST_WARNINGS
    with Server(access_log="off") as server, merchant(server) as client:
        unknown = {f"unknown{number}": 1 for number in range(10)}
        answer = client.post("/epayment/v1/payments", json=body("many-warnings") | unknown)
        told = answer.headers.get_list("x-mock-warning")
    assert len(told) == MOST_WARNINGS
    assert "more: see the journal" in told[-1]


@probe("requests in the journal")
def journal(row: Row) -> None:
    with Server(access_log="off", journal_size=2) as server, httpx.Client(base_url=server.url) as client:
        for path in ("/a", "/b", "/c"):
            client.get(path)
        kept = client.get("/_mock/requests").json()["requests"]
    assert [each["path"] for each in kept] == ["/c", "/b"]


@probe("requests that wait for deliveries, for news, or until all is delivered")
def waits(row: Row) -> None:
    assert int(row["bound"]) == MOST_WAITS
    polls = ("webhooks/deliveries?wait=60", "news?wait=60")
    with Server(access_log="off") as server, ExitStack() as stack:
        first = [stack.enter_context(Wire(server.url)) for _ in range(MOST_WAITS)]
        for number, each in enumerate(first):
            each.send(request(f"GET /_mock/{polls[number % 2]} HTTP/1.1", {}))
        with Wire(server.url) as wire:

            def ask(line: str) -> tuple[int, bytes]:
                wire.send(request(f"{line} HTTP/1.1", {}))
                status, _, content = wire.answer()
                return status, content

            while ask("POST /_mock/webhooks/settle")[0] != said(row):
                pass  # until all of them wait
            for line in (*(f"GET /_mock/{poll}" for poll in polls), "POST /_mock/webhooks/settle"):
                status, content = ask(line)
                assert (status, b"wait already" in content) == (said(row), True), line
            for line in ("GET /_mock/webhooks/deliveries", "GET /_mock/news", "POST /_mock/reset"):
                assert ask(line)[0] == 200, line
            first.pop().__exit__()
            while ask("POST /_mock/webhooks/settle")[0] == said(row):
                pass  # until it is noticed that one has left


@probe("streams of news")
def streams(row: Row) -> None:
    assert int(row["bound"]) == MOST_STREAMS
    with Server(access_log="off") as server, ExitStack() as stack:
        for _ in range(MOST_STREAMS):
            wire = stack.enter_context(Wire(server.url))
            wire.send(request("GET /_mock/stream HTTP/1.1", {}))
            assert wire.answer()[0] == 200
        assert httpx.get(f"{server.url}/_mock/stream").status_code == said(row)
        assert httpx.get(f"{server.url}/_mock/news").status_code == 200


@probe("admin tokens entered at `/operator` from an address in a minute of real time")
def tries(row: Row) -> None:
    assert int(row["bound"]) == MOST_TRIES
    with Server(access_log="off", admin_token="letmein") as server, httpx.Client(base_url=server.url) as client:
        page = client.get("/operator").text
        found = re.search(r'name="csrf" value="([^"]+)"', page)
        assert found is not None
        form = {"csrf": found[1], "to": "/wallet"}
        guesses = [client.post("/operator", data=form | {"token": f"guess-{each}"}) for each in range(MOST_TRIES)]
        assert [each.status_code for each in guesses] == [303] * MOST_TRIES
        late = client.post("/operator", data=form | {"token": "letmein"})
        assert (late.status_code, client.get("/wallet").status_code) == (said(row), 401)
        assert 0 < int(late.headers["retry-after"]) <= 60
        assert client.get("/wallet", headers={"Authorization": "Bearer letmein"}).status_code == 200


@probe("calls of an operation in a minute")
def rate_limits(row: Row) -> None:
    with Server(access_log="off", rate_limits=True) as server, merchant(server) as client:
        client.post("/epayment/v1/payments", json=body("often"))
        statuses = {client.post("/epayment/v1/payments/often/cancel").status_code for _ in range(10)}
    assert said(row) in statuses


@probe("lines of the log that wait to be written")
def lines(row: Row) -> None:
    assert row["bound"] == f"{MOST_WAITING // 1024 // 1024} MiB"
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as pipe, os.fdopen(writing, "w") as log:
        with serving("--access-log", "text", log=log) as server, httpx.Client(base_url=server.url) as client:
            for _ in range(2 * MOST_WAITING // LONGEST_PATH):
                client.get("/" + "x" * LONGEST_PATH)
            told = 0
            while not told:
                line = pipe.readline()
                assert line
                told = line.startswith(b"vipps-mockserver: ") and int(line.split()[1])
        assert told > 10


@probe("time of a stop")
def stop(row: Row) -> None:
    seconds = int(row["bound"].removesuffix(" seconds"))
    assert seconds > stopping.LIMIT
    with ExitStack() as stack:
        server = stack.enter_context(serving())
        waits = [stack.enter_context(Wire(server.url)) for _ in range(3)]
        for each in waits:
            each.send(request("GET /_mock/webhooks/deliveries?wait=60 HTTP/1.1", {}))
        assert httpx.get(f"{server.url}/_mock/health", trust_env=False).status_code == 200
        begun = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(seconds) == 0
        assert time.monotonic() - begun < seconds
        assert [each.answer()[0] for each in waits] == [503] * 3
