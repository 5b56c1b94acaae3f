import pytest

from mockserver.domain.errors import Malformed
from mockserver.domain.receipt import check, unit_price_mismatches
from mockserver.domain.urls import MAXIMUM_LENGTH, UrlKind, classify, is_local_host
from tests.domain.examples import line, receipt


@pytest.mark.parametrize(
    "good",
    [
        line(),
        line(tax=0, total_excluding_tax=10_000, tax_rate=0),
        line(total=-10_000, total_excluding_tax=-8_000, tax=-2_000, is_return=True),
    ],
    ids=["taxed", "tax free", "return"],
)
def test_a_line_whose_sums_fit_passes(good: object) -> None:
    check(receipt(good), "NOK")  # type: ignore[arg-type]


def test_every_wrong_line_is_named() -> None:
    wrong = receipt(line(), line(total=9_999), line(tax_rate=None), line(total=1, tax_rate=None))
    with pytest.raises(Malformed) as caught:
        check(wrong, "NOK")
    assert [violation.field for violation in caught.value.violations] == [
        "receipt.orderLines[1].totalAmount",
        "receipt.orderLines[2].taxRate",
        "receipt.orderLines[3].totalAmount",
        "receipt.orderLines[3].taxRate",
    ]


def test_the_currency_is_that_of_the_payment() -> None:
    with pytest.raises(Malformed) as caught:
        check(receipt(currency="NOK"), "DKK")
    assert caught.value.violations[0].field == "receipt.bottomLine.currency"


@pytest.mark.parametrize(
    ("unit_price", "quantity", "discount"),
    [
        (10_000, "1", 0),
        (5_000, "2.0", 0),
        (5_500, "2", 1_000),
        (3_333, "3", 0),
        (40_000, "0.25", 0),
        (10_001, "1", 0),
        (9_999, "1", 0),
        (None, None, 0),
    ],
)
def test_price_times_quantity_less_discount_is_the_total(
    unit_price: int | None, quantity: str | None, discount: int
) -> None:
    assert not unit_price_mismatches(receipt(line(unit_price=unit_price, quantity=quantity, discount=discount)))


@pytest.mark.parametrize(
    ("unit_price", "quantity", "discount"), [(10_002, "1", 0), (5_000, "1", 0), (10_000, "1", 500)]
)
def test_a_price_that_does_not_make_the_total_is_named(unit_price: int, quantity: str, discount: int) -> None:
    wrong = receipt(line(), line(unit_price=unit_price, quantity=quantity, discount=discount))
    assert [violation.field for violation in unit_price_mismatches(wrong)] == ["receipt.orderLines[1].totalAmount"]


def test_the_price_of_a_return_is_compared_without_its_sign() -> None:
    returned = line(total=-10_000, total_excluding_tax=-8_000, tax=-2_000, unit_price=5_000, quantity="2")
    assert not unit_price_mismatches(receipt(returned))


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
