"""Where to connect instead, as curl says it."""

import pytest

from mockserver.core import detours


def around(url: str, *texts: str) -> str | None:
    return detours.around(url, [detours.read(text) for text in texts])


@pytest.mark.parametrize(
    ("text", "url", "there"),
    [
        ("shop.test:80:127.0.0.1:8000", "http://shop.test/a?b=c", "http://127.0.0.1:8000/a?b=c"),
        ("shop.test:80:127.0.0.1:8000", "http://SHOP.test:80/", "http://127.0.0.1:8000/"),
        ("Shop.Test:443:shop:", "https://shop.test/", "https://shop:443/"),
        ("shop.test:::8000", "https://shop.test/x", "https://shop.test:8000/x"),
        ("::127.0.0.1:8000", "https://any.example.com:8443/", "https://127.0.0.1:8000/"),
        ("shop.test::[::1]:8000", "http://shop.test/", "http://[::1]:8000/"),
        ("[::1]::127.0.0.1:", "http://[::1]:81/", "http://127.0.0.1:81/"),
        ("[::1]:::9", "http://[::1]:81/", "http://[::1]:9/"),
    ],
)
def test_a_detour_changes_host_and_port_alone(text: str, url: str, there: str) -> None:
    assert around(url, text) == there


def test_what_is_not_meant_goes_straight_and_the_first_one_that_is_meant_counts() -> None:
    assert around("http://shop.test:81/", "shop.test:80:127.0.0.1:8000") is None
    assert around("http://other.test/", "shop.test::127.0.0.1:8000") is None
    assert around("http://a.test/", "b.test::x:1", "a.test::y:2", "a.test::z:3") == "http://y:2/"


BAD = [
    "shop.test",
    "a:b:c:d",
    "a:1:b",
    "a:1:b:2:3",
    "a:0:b:1",
    "a:1:b:65536",
    "a:1::",
    "::1:80:b:1",
    "http://a:1:b:2",
    "a b:1:c:2",
    "",
]


@pytest.mark.parametrize("text", BAD)
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"must be HOST:PORT|port that is none|nowhere"):
        detours.read(text)
