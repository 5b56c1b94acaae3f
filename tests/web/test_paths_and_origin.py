"""Which path is meant, and under which name the server was reached."""

import asyncio
import ipaddress
from typing import Any

import pytest

from mockserver.web.dispatch import Dispatch, normal
from mockserver.web.origin import Origins
from tests.harness import Emulator, key_headers

FALLBACK = "http://127.0.0.1:8080"
PROXY = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "/"),
        ("//", "/"),
        ("///", "/"),
        ("", ""),
        ("/x", "/x"),
        ("/x/", "/x"),
        ("/x//", "/x"),
        ("//x/y", "/x/y"),
        ("////x//", "/x"),
        ("/x//y", "/x//y"),
        ("/accesstoken/get", "/accesstoken/get"),
        ("/accessToken/get", "/accesstoken/get"),
        ("/ACCESSTOKEN/GET/", "/accesstoken/get"),
        ("//accessToken/get", "/accesstoken/get"),
        ("/accesstoken/gets", "/accesstoken/gets"),
        ("/Epayment/v1", "/Epayment/v1"),
    ],
)
def test_every_spelling_of_a_path_becomes_the_routed_one(path: str, expected: str) -> None:
    assert normal(path) == expected


@pytest.mark.parametrize("path", ["/accessToken/get", "/accesstoken/get/", "//accesstoken/get", "/AccessToken/Get"])
def test_spellings_are_served_without_a_redirect(emulator: Emulator, path: str) -> None:
    headers = key_headers(emulator.unit("123456").keys)
    assert emulator.request("POST", f"http://emulator.test{path}", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/api/recurring/v3/agreements", "wrong-address: The API answers at /recurring/v3/agreements"),
        ("/checkout/v3/session", "not-emulated: The platform has the Checkout API"),
        ("/qr/v1/merchant-redirect", "not-emulated: The platform has the QR API"),
        ("/report/v2/ledgers/1/funds/feed", "not-emulated: The platform has the Report API"),
        ("/order-management/v2/ecom/receipts/1", "not-emulated: The platform has the Order Management API"),
        ("/ecomm/v2/payments", "not-emulated: The platform has the eCom API"),
        ("/psp/v3/psppayments/init", "not-emulated: The platform has the PSP API"),
        ("/merchant-management/psp/v1/merchants", "not-emulated: The platform has the PSP Merchant API"),
        ("/recurring/accessToken/get", "wrong-address: The token endpoint is /accesstoken/get"),
        ("/epayment/v1/epayment/v1/payments", "wrong-address: The API answers at /epayment/v1/payments"),
        ("/webhooks/v1/epayment/v1/payments", "wrong-address: The API answers at /epayment/v1/payments"),
        ("/api/webhooks/v1/webhooks", "wrong-address: The API answers at /webhooks/v1/webhooks"),
        ("/epaymnt/v1/payments", "wrong-address: No API has this path: /openapi/ lists all"),
        ("/epayment/v1/paymnts", "wrong-address: No API has this path: /openapi/ lists all"),
        ("/recurring/v2/agreements", "wrong-address: Versions 1 and 2 of the Recurring API are over"),
        ("/recurringly", "wrong-address: No API has this path: /openapi/ lists all"),
        ("/qr/1.00.png/x", "wrong-address: No API has this path: /openapi/ lists all"),
        ("/nothing", "wrong-address: No API has this path: /openapi/ lists all"),
    ],
)
@pytest.mark.parametrize("settings", [{}, {"strict": True}])
def test_a_404_says_what_is_probably_the_matter(start: Any, settings: dict[str, Any], path: str, named: str) -> None:
    emulator = start(**settings)
    answer = emulator.request("POST", path)

    assert (answer.status_code, answer.json()) == (404, {"statusCode": 404, "message": "Resource not found"})
    entry = emulator.control("GET", "/requests").json()["requests"][0]
    told = [f"{each['kindness']}: {each['message']}" for each in entry["warnings"]]
    assert answer.headers.get_list("x-mock-warning") == told
    assert len(told) == 1
    assert told[0].startswith(named)


def scope(client: Any = ("192.0.2.1", 5), scheme: str = "http") -> dict[str, Any]:
    return {"type": "http", "scheme": scheme, "client": client}


@pytest.mark.parametrize("host", ["shop.test", "localhost:8080", "127.0.0.1:1", "[::1]:8080", "a", "under_score.test"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_origin_follows_scheme_and_host(host: str, scheme: str) -> None:
    origin = Origins(FALLBACK).of(scope(scheme=scheme), {b"host": host.encode()})
    assert origin == f"{scheme}://{host}"


@pytest.mark.parametrize(
    "host",
    [
        b"",
        b"evil.test/path",
        b"evil.test?x=",
        b"evil.test#",
        b"user@evil.test",
        b"evil.test evil",
        b'evil.test"><script>',
        b"evil.test\r\nX: y",
        b"evil.test\n",
        b"evil.test:port",
        b"evil.test:123456",
        b"\xff\xfe",
        b"-evil.test",
        b"[evil]",
        b"a" * 5000,
    ],
)
def test_a_host_that_is_no_host_does_not_get_into_addresses(host: bytes) -> None:
    assert Origins(FALLBACK).of(scope(), {b"host": host}) == FALLBACK


def test_a_missing_host_has_a_fallback() -> None:
    assert Origins(FALLBACK).of(scope(), {}) == FALLBACK


FORWARDED = {b"host": b"inside:8080", b"x-forwarded-host": b"shop.test", b"x-forwarded-proto": b"https"}


@pytest.mark.parametrize(
    ("networks", "client", "expected"),
    [
        (PROXY, ("10.1.2.3", 1), "https://shop.test"),
        (PROXY, ("fd00::7", 1), "https://shop.test"),
        (PROXY, ("192.0.2.1", 1), "http://inside:8080"),
        (PROXY, ("testclient", 1), "http://inside:8080"),
        (PROXY, None, "http://inside:8080"),
        ((), ("10.1.2.3", 1), "http://inside:8080"),
    ],
)
def test_forwarded_headers_count_from_trusted_proxies_only(networks: Any, client: Any, expected: str) -> None:
    assert Origins(FALLBACK, None, networks).of(scope(client), FORWARDED) == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({b"x-forwarded-proto": b"https"}, "https://inside"),
        ({b"x-forwarded-host": b"a.test, b.test"}, "http://a.test"),
        ({b"x-forwarded-proto": b"HTTPS , http", b"x-forwarded-host": b" a.test "}, "https://a.test"),
        ({b"x-forwarded-proto": b"gopher"}, "http://inside"),
        ({b"x-forwarded-host": b"<script>"}, FALLBACK),
    ],
)
def test_what_a_trusted_proxy_may_say(headers: dict[bytes, bytes], expected: str) -> None:
    origins = Origins(FALLBACK, None, PROXY)
    assert origins.of(scope(("10.0.0.1", 1)), {b"host": b"inside"} | headers) == expected


def test_a_public_url_wins_over_everything() -> None:
    origins = Origins(FALLBACK, "https://public.test", PROXY)
    assert origins.of(scope(("10.0.0.1", 1)), FORWARDED) == "https://public.test"


@pytest.mark.parametrize("host", ["a.test", "b.test:81"])
def test_addresses_in_answers_follow_the_host_of_each_request(emulator: Emulator, host: str) -> None:
    emulator.create()
    answer = emulator.api("GET", "/payments/reference-1", Host=host)
    assert answer.json()["redirectUrl"].startswith(f"http://{host}/landing?token=")


def test_addresses_in_answers_follow_the_public_url(start: Any) -> None:
    emulator = start(public_url="https://vipps.example.com/")
    assert emulator.create().json()["redirectUrl"].startswith("https://vipps.example.com/landing?token=")


@pytest.mark.parametrize(
    ("path", "served"), [("/shop", "api"), ("/shop/", "api"), ("/shop/v1", "api"), ("/shops", "rest")]
)
def test_the_first_segment_alone_says_which_api_is_meant(path: str, served: str) -> None:
    reached: list[str] = []

    def app(name: str) -> Any:
        async def called(*_: Any) -> None:
            reached.append(name)

        return called

    nothing: Any = None
    asyncio.run(
        Dispatch({"shop": app("api")}, app("rest"), nothing, nothing)({"type": "http", "path": path}, nothing, nothing)
    )
    assert reached == [served]


@pytest.mark.parametrize("path", ["/health", "/clock", "/nothing", "/scenarios/x", "/", "/a%0Ab"])
def test_a_line_feed_in_a_path_of_the_control_api_leads_nowhere(emulator: Emulator, path: str) -> None:
    answer = emulator.request("GET", f"/_mock{path}%0A")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("path", ["/epayment/v1/payments", "/accesstoken/get", "/wallet", "/openapi"])
def test_a_line_feed_at_the_end_is_no_end_of_a_path(emulator: Emulator, path: str) -> None:
    for method in ("GET", "POST"):
        assert emulator.request(method, f"{path}%0A").status_code == 404


def test_an_unknown_path_is_told_where_the_known_ones_are(emulator: Emulator) -> None:
    for path in ("/nothing", "/epayment/v1/nothing"):
        answer = emulator.request("GET", path)
        assert answer.json() == {"statusCode": 404, "message": "Resource not found"}
        [warning] = answer.headers.get_list("x-mock-warning")
        assert "/openapi/" in warning
    assert emulator.request("GET", "/openapi/").status_code == 200
    assert emulator.request("GET", "/openapi/control").status_code == 200


def test_the_page_of_an_unknown_api_links_to_the_known_ones(emulator: Emulator) -> None:
    answer = emulator.request("GET", "/openapi/epaymnt")
    assert answer.status_code == 404
    assert 'href="/openapi/"' in answer.text
