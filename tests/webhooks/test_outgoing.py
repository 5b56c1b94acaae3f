"""What leaves the server: whatever URL is taken at the door can be sent, and is signed as it is sent."""

import asyncio
import base64
import hashlib
import hmac
from typing import Any
from urllib.parse import urlsplit

import httpcore
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.core import detours
from mockserver.core.detours import around
from mockserver.core.urls import flaw, on_the_wire
from mockserver.webhooks.delivery.outbox import headers_of
from mockserver.webhooks.delivery.outgoing import Outgoing, Reach
from mockserver.webhooks.domain import Owner, OwnerKind, Registration

BODY = b'{"name":"CREATED"}'
SECRET = "c2VjcmV0+/LXNlY3JldA=="


class Wire(httpcore.AsyncMockBackend):
    """A network on which everybody answers 204, and every byte that is sent is kept."""

    def __init__(self) -> None:
        super().__init__([])
        self.sent = b""
        self.reached: list[tuple[str, int]] = []

    async def connect_tcp(self, host: str, port: int, *args: Any, **options: Any) -> httpcore.AsyncNetworkStream:
        self.reached.append((host, port))
        return Line(self)


class Line(httpcore.AsyncMockStream):
    def __init__(self, wire: Wire) -> None:
        super().__init__([b"HTTP/1.1 204 No Content\r\n\r\n"])
        self._wire = wire

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - its form
        self._wire.sent += buffer


def send(url: str, headers: dict[str, str], *connect_to: str) -> Wire:
    """POST through the real client, down to the bytes."""
    reach = Reach(trust=False, detours=tuple(map(detours.read, connect_to)))
    detour = around(on_the_wire(url), reach.detours)
    name = urlsplit(on_the_wire(url)).hostname if detour else None
    wire = Wire()

    async def post() -> None:
        outgoing = Outgoing(reach, lambda sent: None)
        transport: Any = (await outgoing.open(name))._transport
        transport._pool = httpcore.AsyncConnectionPool(network_backend=wire)
        answer = await outgoing.post(url, headers, BODY)
        assert answer.status == 204
        await outgoing.close()

    asyncio.run(post())
    return wire


def deliver(url: str, *connect_to: str) -> tuple[str, dict[str, str]]:
    """The request target and the headers of a delivery, as its receiver gets them."""
    owner = Owner(OwnerKind.SALES_UNIT, "123456")
    registration = Registration("00000000-0000-4000-8000-000000000000", owner, url, (), SECRET, 0)
    head, _, body = send(url, headers_of(registration, BODY, 1_700_000_000), *connect_to).sent.partition(b"\r\n\r\n")
    assert body == BODY
    request_line, *lines = head.decode("ascii").split("\r\n")
    method, target, version = request_line.split(" ")
    assert (method, version) == ("POST", "HTTP/1.1")
    return target, {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}


def assert_genuine(target: str, headers: dict[str, str]) -> None:
    """Check a signature as receivers do, by the documents and with nothing of ours."""
    content = base64.b64encode(hashlib.sha256(BODY).digest()).decode()
    assert headers["x-ms-content-sha256"] == content
    text = f"POST\n{target}\n{headers['x-ms-date']};{headers['host']};{content}"
    signature = base64.b64encode(hmac.digest(SECRET.encode(), text.encode(), "sha256")).decode()
    wanted = f"HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature={signature}"
    assert headers["authorization"] == wanted


LABELS = st.one_of(
    st.from_regex(r"[a-zA-Z0-9_-]{1,8}", fullmatch=True),
    st.sampled_from(
        [
            "xn--blbr-roah",
            "xn--a",
            "blåbær",
            "faß",
            "日本",
            "ｆｕｌｌ",
            "127",
            "0x7f",
            "1a2b3c4d5",
            "a" * 63,
            "a" * 64,
            "",
        ]
    ),
    st.text(max_size=4),
)
HOSTS = st.one_of(
    st.lists(LABELS, min_size=1, max_size=4).map(".".join),
    st.sampled_from(["127.0.0.1", "[::1]", "[fe80::1%25lo]", "[v1.x]", "example.com.", "[::ffff:1.2.3.4]"]),
)
PORTS = st.one_of(st.just(""), st.integers(-1, 70_000).map(lambda port: f":{port}"), st.sampled_from([":", ":x", ":٣"]))
TAILS = st.one_of(
    st.text(max_size=20).map(lambda text: f"/{text}"),
    st.text(max_size=20).map(lambda text: f"?{text}"),
    st.sampled_from(["", "/", "//", "/a/../b/./c", "/?", "#", "/#a?b", "/%zz%", "/{x}|^`[1]?q='\"", "/" + "😀" * 2400]),
)
URLS = st.one_of(
    st.tuples(st.sampled_from(["http://", "https://", "HTTPS://", "https:/"]), HOSTS, PORTS, TAILS).map("".join),
    st.text(max_size=30),
)


@settings(max_examples=300, deadline=None)
@given(URLS)
def test_every_url_that_is_taken_can_be_sent_and_its_signature_is_right(url: str) -> None:
    if flaw(url, local=True) is None:
        assert_genuine(*deliver(url))


@pytest.mark.parametrize(
    ("url", "reached", "host", "target"),
    [
        ("http://127.0.0.1:9111/æ?navn=Bjørn", ("127.0.0.1", 9111), "127.0.0.1:9111", "/%C3%A6?navn=Bj%C3%B8rn"),
        ("https://blåbær.no/x", ("xn--blbr-roah.no", 443), "xn--blbr-roah.no", "/x"),
        ("http://shop:/a/../b?q=[1]&p={x}|y#part", ("shop", 80), "shop", "/a/../b?q=[1]&p={x}|y"),
    ],
)  # fmt: skip
def test_what_is_sent_where(url: str, reached: tuple[str, int], host: str, target: str) -> None:
    assert send(url, {}).reached == [reached]
    sent, headers = deliver(url)
    assert (sent, headers["host"]) == (target, host)
    assert_genuine(sent, headers)


@pytest.mark.parametrize("url", ["http://shop.test/hook?a=b", "https://shop.test:8443/hook"])
def test_a_detour_leads_elsewhere_and_changes_nothing_that_is_sent(url: str) -> None:
    elsewhere = "shop.test::127.0.0.1:9111"
    assert send(url, {}, elsewhere).reached == [("127.0.0.1", 9111)]
    assert deliver(url, elsewhere) == deliver(url)
    assert_genuine(*deliver(url, elsewhere))


def test_a_delivery_names_its_registration_outside_of_what_is_signed() -> None:
    _, headers = deliver("https://shop.example.com/hook")
    assert headers["webhook-id"] == "00000000-0000-4000-8000-000000000000"
    assert "webhook-id" not in headers["authorization"]
