"""URLs: what kind they are, what is wrong with them, and how they go over the wire."""

import pytest

from mockserver.core.urls import MAXIMUM_LENGTH, UrlKind, classify, flaw, is_local_host, on_the_wire

PUBLIC = [
    "https://example.com",
    "https://shop.example.com/return?a=b#c",
    "https://EXAMPLE.com:8443/",
    "HTTPS://example.com/",
    "https://blåbær.no/retur",
    "https://93.184.216.34/return",
]
APP = ["myapp://return", "my.app+x-1://path/to?x=y", "myapp:/path", "vipps://x"]
LOCAL = [
    "http://example.com",
    "http://localhost:3000/x",
    "https://localhost",
    "https://127.0.0.1:8443/",
    "https://10.0.0.1/",
    "https://192.168.1.5/x",
    "https://[::1]/x",
    "https://shop.local/",
    "https://shop.test",
    "https://web:8080/x",
    "http://host.docker.internal/x",
]
BARE = ["example.com/return", "shop.example.com", "localhost:3000/x", "localhost", "example.com:8080?x=y"]
INVALID = [
    "",
    "/return",
    "return",
    "not a url",
    "https://",
    "https:///path",
    "https://user:secret@example.com/",
    "https://example.com:port/",
    "https://example.com:99999/",
    "https://[::1",
    "https://exa mple.com",
    'https://example.com/"x',
    "https://example.com/<script>",
    "https://example.com/\n",
    "javascript:alert(1)",
    "JavaScript://x/alert",
    "data:text/html,x",
    "file:///etc/passwd",
    "about:blank",
    "myapp:",
    "myapp://",
    "https://example.com/" + "x" * MAXIMUM_LENGTH,
]
EXAMPLES = [
    pytest.param(url, kind, id=f"{kind.name}-{url[:30]!r}")
    for kind, urls in (
        (UrlKind.PUBLIC, PUBLIC),
        (UrlKind.APP, APP),
        (UrlKind.LOCAL, LOCAL),
        (UrlKind.BARE, BARE),
        (UrlKind.INVALID, INVALID),
    )
    for url in urls
]


@pytest.mark.parametrize(("url", "kind"), EXAMPLES)
def test_urls_are_told_apart(url: str, kind: UrlKind) -> None:
    assert classify(url) is kind


@pytest.mark.parametrize("host", ["example.com", "8.8.8.8", "2606:4700::1", "testing.example"])
def test_public_hosts_are_not_local(host: str) -> None:
    assert not is_local_host(host)


@pytest.mark.parametrize("host", ["LOCALHOST", "shop.LAN", "shop.localhost.", "169.254.1.1", "172.16.0.1", "fe80::1"])
def test_local_hosts_are_known_in_any_spelling(host: str) -> None:
    assert is_local_host(host)


REASONS = [
    ("", "Must not be empty"),
    ("https://user:secret@example.com/", "Must not contain a user name or password"),
    ("https://@example.com/", "Must not contain a user name or password"),
    (f"https://example.com/{'x' * 3_000}", "Must have at most 2500 characters: it has 3020"),
    ("https://example.com/a b", "Must not contain a space: write %20 in its place"),
    ("https://example.com/<x>", "Must not contain <: write %3C in its place"),
    ("https://example.com/\n", "Must not contain the control character U+000A"),
    ("https://example.com:99999/", "The port must be a number from 1 to 65535: it is 99999"),
    ("https://example.com:0/", "The port must be a number from 1 to 65535: it is 0"),
    ("https://[::1]:port/", "The port must be a number from 1 to 65535: it is port"),
    ("ftp://example.com/x", "The scheme ftp: is not accepted"),
    ("mailto:somebody@example.com", "The scheme mailto: is not accepted"),
    ("wss://example.com/x", "The scheme wss: is not accepted"),
    ("https://", "Must name a host"),
    ("https:example.com", "Must name a host"),
    ("https://[::1", "The host is not valid"),
    ("https://shop..example.com/", "The host is not valid: shop..example.com"),
    ("https://shop%2eexample.com/", "The host is not valid: shop%2eexample.com"),
    (f"https://{'x' * 64}.com/", f"The host is not valid: {'x' * 64}.com"),
    ("https://256.1.1.1/", "The host is not a valid address: 256.1.1.1"),
    ("https://2130706433/", "The host is not a valid address: 2130706433"),
    ("https://127.1/", "Must have a public host: 127.1 is known on this network only"),
    ("https://[fe80::1%25eth0]/", "The host is not a valid address: fe80::1%25eth0"),
    ("https://xn--a.com/", "The host is not a valid internationalised name: xn--a.com"),
    ("myapp://", "An app's scheme needs a path, as in myapp://return"),
    ("example.com/return", "Must begin with its scheme, as in https://shop.example.com"),
    ("/return", "Must begin with its scheme, as in https://shop.example.com"),
    ("myapp://return", "Must begin with https://, not with an app's scheme (myapp:)"),
    ("http://example.com/", "Must begin with https://, not with http://"),
    ("https://10.0.0.1/", "Must have a public host: 10.0.0.1 is known on this network only"),
]


@pytest.mark.parametrize(("url", "reason"), REASONS)
def test_the_reason_names_what_is_wrong(url: str, reason: str) -> None:
    assert flaw(url) == reason


@pytest.mark.parametrize(("url", "kind"), EXAMPLES)
def test_what_is_taken_has_no_flaw(url: str, kind: UrlKind) -> None:
    assert (flaw(url) is None) is (kind is UrlKind.PUBLIC)
    assert (flaw(url, app=True) is None) is (kind in (UrlKind.PUBLIC, UrlKind.APP))
    assert (flaw(url, local=True) is None) is (kind in (UrlKind.PUBLIC, UrlKind.LOCAL))


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("https://blåbær.no/æøå?navn=Bjørn", "https://xn--blbr-roah.no/%C3%A6%C3%B8%C3%A5?navn=Bj%C3%B8rn"),
        ("https://BLÅBÆR.no:8443", "https://xn--blbr-roah.no:8443"),
        ("http://127.0.0.1:9111/%C3%A6/æ#del", "http://127.0.0.1:9111/%C3%A6/%C3%A6"),
        ("http://[::1]:80/😀", "http://[::1]:80/%F0%9F%98%80"),
        ("https://Shop.example.com//a/../b?q=[1]&p={x}|y#part", "https://Shop.example.com//a/../b?q=[1]&p={x}|y"),
    ],
)
def test_over_the_wire_goes_ascii(url: str, sent: str) -> None:
    assert on_the_wire(url) == sent
