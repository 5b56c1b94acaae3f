from base64 import b64encode
from dataclasses import replace
from io import BytesIO
from typing import Any

import png
import pytest

from mockserver.apis.management.domain.order_form import (
    CATEGORIES,
    OrderForm,
    UseCase,
    Website,
    is_https,
    logo_flaw,
    shown,
    website_flaw,
)
from mockserver.world.domain.business import BankAccount, BusinessIdentifier
from mockserver.world.domain.partner import ProductType

BUSINESS = BusinessIdentifier("business:NO:ORG", "910000004")
SITE = Website("https://shop.example.com", "https://shop.example.com/terms")
GOOD = OrderForm(
    BUSINESS,
    ProductType.PAYMENT_INTEGRATION,
    unit_name="Shop",
    account=BankAccount("BBAN:NO", "86011117947"),
    price_package_id="package",
    use_case=UseCase.WEBSITE,
    annual_turnover=1_000_000,
    turnover_percentage="50",
    purpose="Socks",
    app_name="Socks",
    website=SITE,
    recurring=True,
    category="5691",
)


def picture(width: int, height: int) -> str:
    """A whole grey PNG as base64."""
    stream = BytesIO()
    writer = png.Writer(width, height, greyscale=True, bitdepth=1)
    writer.write(stream, ([0] * width for _ in range(height)))
    return b64encode(stream.getvalue()).decode()


def text(content: bytes) -> str:
    return b64encode(content).decode()


@pytest.mark.parametrize(("width", "height"), [(100, 100), (100, 1000), (1000, 100), (1000, 1000), (512, 512)])
def test_a_logo_of_100_to_1000_pixels_is_shown(width: int, height: int) -> None:
    assert logo_flaw(picture(width, height)) is None


@pytest.mark.parametrize(("width", "height"), [(99, 100), (100, 99), (1001, 1000), (1000, 1001), (1, 1)])
def test_a_smaller_or_larger_one_is_not(width: int, height: int) -> None:
    flaw = logo_flaw(picture(width, height))
    assert flaw == f"The logo has {width} x {height} pixels; each side must have 100 to 1000"


@pytest.mark.parametrize("logo", ["!", "AAA", "iVBORw0KGgo=!", "data:image/png;base64,iVBORw0KGgo=", "blåbær"])
def test_what_is_not_base64_is_no_logo(logo: str) -> None:
    assert logo_flaw(logo) == "The logo is not base64"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x02\x00\x00\x00\x02",
        b"GIF89a" + bytes(100),
        b"\xff\xd8\xff\xe0" + bytes(100),
        b"<svg xmlns='http://www.w3.org/2000/svg' width='200' height='200'/>",
        b"\x89PNG\n\x1a\n" + bytes(100),
    ],
    ids=["nothing", "signature only", "cut", "gif", "jpeg", "svg", "line ends mended"],
)
def test_another_picture_is_no_logo(content: bytes) -> None:
    assert logo_flaw(text(content)) == "The logo is not a PNG"


@pytest.mark.parametrize(
    "url", ["https://shop.example.com", "HTTPS://shop.example.com/a?b#c", "https://127.0.0.1:8443", " https://a.no "]
)
def test_an_https_address_has_a_host(url: str) -> None:
    assert is_https(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://shop.example.com",
        "shop.example.com",
        "https://",
        "https:///x",
        "https://[",
        "https://a:0",
        "https:x",
        "https://a:99999",
        "ftp://shop.example.com",
    ],
)
def test_anything_else_is_no_https_address(url: str) -> None:
    assert not is_https(url)


@pytest.mark.parametrize("name", ["url", "terms_url", "test_url"])
def test_a_website_needs_https_everywhere(name: str) -> None:
    assert website_flaw(replace(SITE, test_url="https://test.example.com")) is None
    flaw = website_flaw(replace(SITE, **{name: "http://shop.example.com"}))
    assert flaw == "http://shop.example.com is not an https address: the website's fields are empty"


def test_a_long_address_is_named_in_short() -> None:
    assert len(website_flaw(replace(SITE, url="x" * 5_000)) or "") < 200


def test_a_good_form_is_shown_as_it_was_sent() -> None:
    form = replace(GOOD, logo=picture(100, 100))
    assert shown(form) == (form, ())


@pytest.mark.parametrize(
    ("change", "field", "emptied"),
    [
        ({"logo": "!"}, "salesUnitLogo", {"logo": None}),
        ({"category": "0000"}, "merchantCategoryCode", {"category": None}),
        ({"website": Website("http://a.no", "https://a.no")}, "website", {"website": None}),
        ({"website": None}, "website", {"website": None}),
    ],
    ids=["logo", "category", "website without https", "no website"],
)
def test_what_the_form_cannot_show_is_left_out_and_noted(
    change: dict[str, Any], field: str, emptied: dict[str, Any]
) -> None:
    form, dropped = shown(replace(GOOD, **change))
    assert form == replace(GOOD, **emptied)
    assert [each.field for each in dropped] == [field]
    assert dropped[0].reason


def test_all_of_it_can_be_left_out_at_once() -> None:
    form, dropped = shown(replace(GOOD, logo="!", category="0000", website=Website("x", "y")))
    assert form == replace(GOOD, logo=None, category=None, website=None)
    assert [each.field for each in dropped] == ["salesUnitLogo", "merchantCategoryCode", "website"]


@pytest.mark.parametrize("product", [each for each in ProductType if each is not ProductType.PAYMENT_INTEGRATION])
def test_only_a_payment_integration_misses_its_website(product: ProductType) -> None:
    form = OrderForm(BUSINESS, product)
    assert shown(form) == (form, ())


def test_the_categories_are_codes_of_four_digits() -> None:
    assert all(len(code) == 4 and code.isdigit() and name for code, name in CATEGORIES.items())


@pytest.mark.parametrize(
    ("product", "priced"),
    [
        (ProductType.PAYMENT_INTEGRATION, True),
        (ProductType.CASHIER, True),
        (ProductType.CHECKOUT, True),
        (ProductType.LOGIN, False),
        (ProductType.DONATIONS, False),
    ],
)
def test_some_products_have_prices(product: ProductType, priced: bool) -> None:
    assert product.priced is priced
