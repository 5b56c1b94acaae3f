"""The signature of webhooks, against a verifier written from the documents, and what is said of a wrong one."""

import base64
import hashlib
import hmac
from typing import Any

import pytest

from mockserver.webhooks.signature import examine, sign, target_of

NOW = 1_700_000_000
DATE = "Tue, 14 Nov 2023 22:13:20 GMT"
SECRET = "c2VjcmV0LXdpdGgrYW5kLz09"
URL = "https://shop.example.com/hook?code=a%2Fb&x=1"
BODY = b'{"name":"CREATED","text":"bl\xc3\xa5b\xc3\xa6r"}'


def verify(secret: str, path_and_query: str, host: str, headers: dict[str, str], body: bytes) -> bool:
    """The documents' way: the hash of the raw body, then the whole Authorization header."""
    content = base64.b64encode(hashlib.sha256(body).digest()).decode()
    signed = f"POST\n{path_and_query}\n{headers['x-ms-date']};{host};{content}"
    signature = base64.b64encode(hmac.new(secret.encode("utf-8"), signed.encode("utf-8"), hashlib.sha256).digest())
    expected = f"HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature={signature.decode()}"
    return headers["x-ms-content-sha256"] == content and headers["Authorization"] == expected


@pytest.mark.parametrize(
    ("url", "target", "host"),
    [
        ("https://shop.example.com/hook", "/hook", "shop.example.com"),
        ("https://shop.example.com", "/", "shop.example.com"),
        ("https://shop.example.com/", "/", "shop.example.com"),
        ("https://shop.example.com/hook/", "/hook/", "shop.example.com"),
        ("https://shop.example.com/hook?a=1&b=%20+", "/hook?a=1&b=%20+", "shop.example.com"),
        ("https://shop.example.com?a=1", "/?a=1", "shop.example.com"),
        ("https://shop.example.com/hook?a=1#part", "/hook?a=1", "shop.example.com"),
        ("https://shop.example.com:443/hook", "/hook", "shop.example.com"),
        ("http://shop.example.com:80/hook", "/hook", "shop.example.com"),
        ("https://shop.example.com:80/hook", "/hook", "shop.example.com:80"),
        ("http://localhost:3000/a/../b//c", "/a/../b//c", "localhost:3000"),
        ("http://[::1]:3000/hook", "/hook", "[::1]:3000"),
        ("http://[::1]:80/hook", "/hook", "[::1]"),
        ("http://[::1]/hook", "/hook", "[::1]"),
    ],
)
def test_an_independent_verifier_accepts_path_query_and_host_of_the_url(url: str, target: str, host: str) -> None:
    headers = sign(SECRET, url, BODY, NOW)
    assert headers["Host"] == host
    assert headers["x-ms-date"] == DATE
    assert verify(SECRET, target, host, headers, BODY)


@pytest.mark.parametrize("change", ["secret", "target", "host", "date", "body"])
def test_an_independent_verifier_rejects_what_was_changed(change: str) -> None:
    headers = sign(SECRET, URL, BODY, NOW)
    given = {"secret": SECRET, "target": "/hook?code=a%2Fb&x=1", "host": "shop.example.com", "body": BODY}
    assert verify(given["secret"], given["target"], given["host"], headers, given["body"])  # type: ignore[arg-type]
    if change == "date":
        headers["x-ms-date"] = "Tue, 14 Nov 2023 22:13:21 GMT"
    else:
        given[change] = given[change] + (b" " if change == "body" else "x")  # type: ignore[operator]
    assert not verify(given["secret"], given["target"], given["host"], headers, given["body"])  # type: ignore[arg-type]


@pytest.mark.parametrize("body", [b"", b"\n", b"\xff\x00", b"x" * 100_000])
def test_any_bytes_are_signed_as_they_are(body: bytes) -> None:
    headers = sign(SECRET, URL, body, NOW)
    assert verify(SECRET, "/hook?code=a%2Fb&x=1", "shop.example.com", headers, body)


def received(url: str = URL, secret: str = SECRET) -> dict[str, str]:
    return {name.lower(): value for name, value in sign(secret, url, BODY, NOW).items()}


def wrong(headers: dict[str, str], body: bytes = BODY, **other: Any) -> dict[str, str]:
    """The parts that are wrong, with the words about them."""
    given: dict[str, Any] = {"secret": SECRET, "url": URL, "now": float(NOW)} | other
    findings = examine(given["secret"], given["url"], headers, body, given["now"])
    assert findings
    return {finding.part: finding.words for finding in findings if not finding.right}


def resigned(url: str = URL, **other: str) -> dict[str, str]:
    """Headers whose signature was made over something else than they say."""
    return received() | {"authorization": received(url, **other)["authorization"]}


def test_a_genuine_delivery_has_nothing_wrong() -> None:
    assert wrong(received()) == {}


@pytest.mark.parametrize("name", ["x-ms-date", "x-ms-content-sha256", "host", "authorization"])
@pytest.mark.parametrize("empty", [True, False])
def test_a_missing_header_is_named(name: str, *, empty: bool) -> None:
    headers = received()
    headers.pop(name)
    assert wrong(headers | ({name: ""} if empty else {})) == {name: "the header is missing"}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (BODY.replace(b"CREATED", b"EXPIRED"), "raw bytes"),
        (b"", "raw bytes"),
        (BODY + b"\n", "line break at its end that was not sent"),
        (BODY + b"\r\n", "line break at its end that was not sent"),
    ],
)
def test_only_the_body_is_named_when_only_it_differs(body: bytes, words: str) -> None:
    found = wrong(received(), body)
    assert set(found) == {"body hash"}
    assert words in found["body hash"]


def test_a_lost_line_break_is_named() -> None:
    headers = {name.lower(): value for name, value in sign(SECRET, URL, BODY + b"\n", NOW).items()}
    assert "without the line break" in wrong(headers)["body hash"]


@pytest.mark.parametrize(("seconds", "right"), [(300, True), (-300, True), (301, False), (-301, False)])
def test_a_date_may_differ_by_300_seconds(seconds: int, *, right: bool) -> None:
    found = wrong(received(), now=float(NOW + seconds))
    assert set(found) == (set() if right else {"date"})


def test_the_age_can_be_left_out() -> None:
    assert wrong(received(), now=None) == {}


def test_a_date_in_another_form_is_named() -> None:
    assert "RFC 1123" in wrong(received() | {"x-ms-date": "2023-11-14T22:13:20Z"})["date"]


def test_a_changed_date_breaks_the_signature() -> None:
    assert "signature" in wrong(received() | {"x-ms-date": "Tue, 14 Nov 2023 22:13:21 GMT"})


def test_another_host_is_named() -> None:
    found = wrong(received() | {"host": "internal:8080"})
    assert "internal:8080" in found["host"]
    assert "shop.example.com" in found["host"]
    assert "host of the URL was signed" in found["signature"]


@pytest.mark.parametrize(
    ("signed", "words"),
    [
        ("https://shop.example.com/hook", "without its query"),
        ("https://shop.example.com/other?code=a%2Fb&x=1", "another path"),
    ],
)
def test_another_path_or_query_is_named(signed: str, words: str) -> None:
    found = wrong(resigned(signed))
    assert set(found) == {"signature"}
    assert words in found["signature"]


@pytest.mark.parametrize(
    ("signed", "url", "words"),
    [
        ("https://a.example.com/hook/", "https://a.example.com/hook", "with a slash at its end"),
        ("https://a.example.com/hook", "https://a.example.com/hook/", "without the slash at its end"),
        ("http://a.example.com/hook", "http://a.example.com:3000/hook", "without its port"),
    ],
)
def test_slashes_and_ports_are_named(signed: str, url: str, words: str) -> None:
    headers = received(url) | {"authorization": received(signed)["authorization"]}
    found = wrong(headers, url=url)
    assert set(found) == {"signature"}
    assert words in found["signature"]


def test_another_secret_is_named() -> None:
    found = wrong(received(), secret="another")
    assert set(found) == {"signature"}
    assert "another secret" in found["signature"]


def test_a_decoded_secret_is_named() -> None:
    decoded = base64.b64decode(SECRET).decode()
    assert "decoded from base64" in wrong(resigned(secret=decoded))["signature"]


def test_white_space_around_the_secret_is_named() -> None:
    assert "white space" in wrong(received(), secret=f"{SECRET}\n")["signature"]


@pytest.mark.parametrize(
    "authorization",
    [
        "Bearer token",
        "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256& Signature=",
        "HMAC-SHA256 SignedHeaders=host;x-ms-date;x-ms-content-sha256&Signature=",
        "hmac-sha256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=",
    ],
)
def test_another_form_of_the_header_is_named(authorization: str) -> None:
    assert set(wrong(received() | {"authorization": authorization})) == {"authorization"}


@pytest.mark.parametrize("signature", ["", "x", "ø", "A" * 43 + "="])
def test_any_other_signature_is_wrong(signature: str) -> None:
    prefix = received()["authorization"].partition("Signature=")[0]
    assert set(wrong(received() | {"authorization": f"{prefix}Signature={signature}"})) == {"signature"}


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("http://localhost:3000", "/"),
        ("http://localhost:3000?a=b", "/?a=b"),
        ("http://localhost:3000/hook?", "/hook?"),
        ("http://localhost:3000/hook#part", "/hook"),
        ("https://example.com/a%20b//c?x=%2F&x", "/a%20b//c?x=%2F&x"),
    ],
)
def test_the_target_is_the_url_s_to_the_byte(url: str, target: str) -> None:
    assert target_of(url) == target
