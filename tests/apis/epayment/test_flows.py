import struct
from typing import Any

import pytest

from tests.apis.helpers import assert_problem, created, new_reference, shared_emulator
from tests.harness import ORIGIN, Emulator, body

shared = shared_emulator()
URL_FIELDS = ["returnUrl", "receiptUrl"]


def create(emulator: Emulator, **fields: Any) -> Any:
    return emulator.api("POST", "/payments", body(new_reference(), **fields), key=new_reference())


def qr(emulator: Emulator, **qr_format: Any) -> str:
    answer = create(emulator, userFlow="QR", returnUrl=None, qrFormat=qr_format or None)
    assert answer.status_code == 201, answer.text
    url: str = answer.json()["redirectUrl"]
    return url


def test_a_web_redirect_leads_to_the_landing_page(shared: Emulator) -> None:
    url = create(shared).json()["redirectUrl"]
    page = shared.request("GET", url)
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("url", [None, ""])
def test_a_web_redirect_needs_a_return_url(shared: Emulator, url: str | None) -> None:
    answer = create(shared, returnUrl=url)
    assert "returnUrl" in assert_problem(answer, 400, "4140")


def test_a_native_redirect_opens_the_app(shared: Emulator) -> None:
    url = create(shared, userFlow="NATIVE_REDIRECT", returnUrl="myapp://return").json()["redirectUrl"]
    assert url.startswith("vipps://?token=")


def test_a_native_redirect_of_the_test_environment_opens_its_own_app(start: Any) -> None:
    url = create(start(environment="test"), userFlow="NATIVE_REDIRECT").json()["redirectUrl"]
    assert url.startswith("vippsMT://?token=")


def test_a_qr_is_an_svg_unless_asked_otherwise(shared: Emulator) -> None:
    for url in (qr(shared), qr(shared, format="IMAGE/SVG+XML")):
        image = shared.request("GET", url)
        assert image.status_code == 200
        assert image.headers["content-type"].startswith("image/svg+xml")
        assert b"<svg" in image.content


@pytest.mark.parametrize(("size", "pixels"), [(None, 1024), (100, 100), (333, 333), (2000, 2000)])
def test_a_png_has_the_size_that_was_asked_for(shared: Emulator, size: int | None, pixels: int) -> None:
    options: dict[str, Any] = {} if size is None else {"size": size}
    image = shared.request("GET", qr(shared, format="IMAGE/PNG", **options))
    assert image.headers["content-type"] == "image/png"
    assert image.content.startswith(b"\x89PNG")
    assert struct.unpack(">II", image.content[16:24]) == (pixels, pixels)


def test_a_target_url_is_the_landing_page_itself(shared: Emulator) -> None:
    assert qr(shared, format="TEXT/TARGETURL").startswith(f"{ORIGIN}/landing?token=")


@pytest.mark.parametrize("size", [99, 2001, "500", 0, -1])
def test_other_sizes_are_malformed(shared: Emulator, size: Any) -> None:
    answer = create(shared, userFlow="QR", qrFormat={"format": "IMAGE/PNG", "size": size})
    assert set(assert_problem(answer, 400)) == {"qrFormat.size"}


@pytest.mark.parametrize("kind", ["IMAGE/JPEG", "image/png", ""])
def test_other_formats_are_malformed(shared: Emulator, kind: str) -> None:
    answer = create(shared, userFlow="QR", qrFormat={"format": kind})
    assert set(assert_problem(answer, 400)) == {"qrFormat.format"}


@pytest.mark.parametrize(
    "fields", [{}, {"userFlow": "QR"}, {"userFlow": "NATIVE_REDIRECT"}], ids=["web", "qr", "native"]
)
def test_get_shows_the_same_redirect_url(shared: Emulator, fields: dict[str, Any]) -> None:
    content = create(shared, **fields).json()
    assert shared.get(content["reference"])["redirectUrl"] == content["redirectUrl"]


@pytest.mark.parametrize("host", ["apitest.vipps.no", "localhost:8080", "[::1]:8080", "mock"])
def test_addresses_follow_the_host_of_the_request(shared: Emulator, host: str) -> None:
    reference = created(shared)
    answer = shared.api("GET", f"/payments/{reference}", Host=host)
    assert answer.json()["redirectUrl"].startswith(f"http://{host}/landing?token=")


@pytest.mark.parametrize("host", ["evil.example/path", "a b", '"><script>', "user@host"])
def test_a_host_that_is_none_is_not_followed(shared: Emulator, host: str) -> None:
    reference = created(shared)
    answer = shared.api("GET", f"/payments/{reference}", Host=host)
    assert answer.json()["redirectUrl"].startswith("http://127.0.0.1:8080/landing?token=")


def test_a_public_url_wins_over_the_host(start: Any) -> None:
    emulator = start(public_url="https://mock.example.com")
    assert create(emulator).json()["redirectUrl"].startswith("https://mock.example.com/landing?token=")


@pytest.mark.parametrize("trusted", [True, False])
def test_forwarded_headers_count_from_a_trusted_proxy_only(start: Any, trusted: bool) -> None:
    emulator = start(trusted_proxies="127.0.0.0/8" if trusted else "10.0.0.0/8")
    reference = created(emulator)
    forwarded = {"X_Forwarded_Proto": "https", "X_Forwarded_Host": "mock.example.com"}
    url = emulator.api("GET", f"/payments/{reference}", **forwarded).json()["redirectUrl"]
    assert url.startswith("https://mock.example.com/" if trusted else f"{ORIGIN}/")


@pytest.mark.parametrize("field", URL_FIELDS)
@pytest.mark.parametrize("url", ["https://shop.example.com/x?y=z", "myapp://return/here"])
def test_web_and_app_urls_are_taken(shared: Emulator, field: str, url: str) -> None:
    answer = create(shared, **{field: url})
    assert answer.status_code == 201
    assert "x-mock-warning" not in answer.headers


@pytest.mark.parametrize("field", URL_FIELDS)
@pytest.mark.parametrize(
    "url", ["not a url", "javascript:alert(1)", "https://", "https://shop.example.com/" + "x" * 2500]
)
def test_a_bad_url_is_4090(shared: Emulator, field: str, url: str) -> None:
    assert field in assert_problem(create(shared, **{field: url}), 400, "4090")


def test_an_unknown_flow_is_malformed(shared: Emulator) -> None:
    assert set(assert_problem(create(shared, userFlow="web_redirect"), 400)) == {"userFlow"}
