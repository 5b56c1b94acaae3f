"""The product order form: what a partner may prefill, and what the form shows of it (Management API guide)."""

import base64
import binascii
import struct
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from mockserver.core.exact import EXACT
from mockserver.core.values import frozen
from mockserver.world.domain.business import BankAccount, BusinessIdentifier
from mockserver.world.domain.partner import ProductType


class UseCase(StrEnum):
    """Where the sales take place."""

    WEBSITE = "Website"
    WEBSITE_WITH_TEST = "WebsiteWithTest"
    APP = "App"
    UNKNOWN = "Unknown"


CATEGORIES: Final = {
    "4121": "Taxis and limousines",
    "4722": "Travel agencies and tour operators",
    "4900": "Utilities",
    "5045": "Computers and software",
    "5211": "Building materials",
    "5311": "Department stores",
    "5411": "Grocery stores",
    "5499": "Food shops and kiosks",
    "5541": "Service stations",
    "5621": "Women's clothing",
    "5651": "Family clothing",
    "5691": "Clothing shops",
    "5712": "Furniture",
    "5732": "Electronics",
    "5812": "Restaurants",
    "5814": "Fast food",
    "5912": "Pharmacies",
    "5941": "Sporting goods",
    "5942": "Bookshops",
    "5945": "Toys, games and hobby shops",
    "5977": "Cosmetics",
    "5992": "Florists",
    "5999": "Other shops",
    "7011": "Hotels",
    "7230": "Hairdressers and beauty",
    "7523": "Parking",
    "7922": "Theatres and concerts",
    "7941": "Sports clubs",
    "7997": "Gyms and membership clubs",
    "8011": "Doctors",
    "8021": "Dentists",
    "8299": "Schools and courses",
    "8398": "Charities",
    "8641": "Associations",
}
"""The merchant category codes in the form's selector. The real selector is not published: this one is our choice."""
_SMALLEST, _LARGEST = 100, 1000
"""Pixels of a logo's sides."""
_PNG: Final = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


@frozen
class Website:
    """Where the merchant sells; https addresses."""

    __pydantic_config__ = EXACT

    url: str
    terms_url: str
    test_url: str | None = None
    test_username: str | None = None
    test_password: str | None = None


@frozen
class OrderForm:
    """The contents of the form. ``logo`` is base64 of a PNG, ``annual_turnover`` in major units of the currency,
    ``turnover_percentage`` one of 10, 20 .. 100, ``category`` a merchant category code.
    """

    __pydantic_config__ = EXACT

    business: BusinessIdentifier
    product: ProductType
    unit_name: str | None = None
    logo: str | None = None
    account: BankAccount | None = None
    price_package_id: str | None = None
    use_case: UseCase | None = None
    annual_turnover: int | None = None
    turnover_percentage: str | None = None
    purpose: str | None = None
    app_name: str | None = None
    website: Website | None = None
    recurring: bool = False
    category: str | None = None


@frozen
class Dropped:
    """Something that was accepted and that the form does not show: a field of the request, and why."""

    field: str
    reason: str


def shown(form: OrderForm) -> tuple[OrderForm, tuple[Dropped, ...]]:
    """What the form shows of a prefill, and what it leaves out without a word to the partner."""
    dropped = tuple(_flaws(form))
    fields = {each.field for each in dropped}
    if "salesUnitLogo" in fields:
        form = replace(form, logo=None)
    if "merchantCategoryCode" in fields:
        form = replace(form, category=None)
    if "website" in fields:
        form = replace(form, website=None)
    return form, dropped


def _flaws(form: OrderForm) -> Iterator[Dropped]:
    if form.logo is not None and (flaw := logo_flaw(form.logo)):
        yield Dropped("salesUnitLogo", flaw)
    if form.category is not None and form.category not in CATEGORIES:
        yield Dropped("merchantCategoryCode", f"The form has no category {form.category}: pick one")
    if form.website is None:
        if form.product is ProductType.PAYMENT_INTEGRATION:
            yield Dropped("website", "A payment integration needs a website: its fields are empty")
    elif flaw := website_flaw(form.website):
        yield Dropped("website", flaw)


def logo_flaw(logo: str) -> str | None:
    """Why a logo is not shown: it has to be a PNG of 100 to 1000 pixels on each side."""
    try:
        start = base64.b64decode(logo, validate=True)[:24]
    except (binascii.Error, ValueError):
        return "The logo is not base64"
    if len(start) < 24 or not start.startswith(_PNG):
        return "The logo is not a PNG"
    width, height = struct.unpack(">II", start[16:24])
    if not (_SMALLEST <= width <= _LARGEST and _SMALLEST <= height <= _LARGEST):
        return f"The logo has {width} x {height} pixels; each side must have {_SMALLEST} to {_LARGEST}"
    return None


def website_flaw(website: Website) -> str | None:
    """Why the website's fields stay empty: all addresses have to be https."""
    given = (website.url, website.terms_url, website.test_url)
    wrong = next((url for url in given if url is not None and not is_https(url)), None)
    return None if wrong is None else f"{wrong[:100]} is not an https address: the website's fields are empty"


def is_https(url: str) -> bool:
    """Whether this is an https address with a host."""
    try:
        parts = urlsplit(url.strip())
        return parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
