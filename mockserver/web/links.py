"""The addresses of pages that APIs lead to: written by them, served by wallet and portal."""

from typing import Final

LANDING = "/landing"
PREFILLED = "/register/vippspanett"
PREFILLED_BEFORE = "/register/prefilled"
"""Where the form was until 2026; links that somebody has kept go on working."""
STYLE = "/style.css"
ICON = "/favicon.ico"
LOGIN = "/login"
REMEMBERED = "mock_remembered"
"""The cookie of a browser whose user wants it remembered."""
PHONES = "/wallet"
PHONE = "/wallet/{phone}"


def phone_page(phone: str, told: str | None = None) -> str:
    """The page of a customer's phone, and what it is to say."""
    return f"{PHONES}/{phone}" + (f"?told={told}" if told else "")


def landing_page(origin: str, token: str) -> str:
    """Where the customer approves in a browser."""
    return f"{origin}{LANDING}?token={token}"


def prefilled_order(origin: str, id_: str) -> str:
    """Where the merchant finds a product order filled in."""
    return f"{origin}{PREFILLED}/{id_}"


def login_page(origin: str, token: str) -> str:
    """Where the customer logs in."""
    return f"{origin}{LOGIN}?session={token}"


def qr_image(origin: str, token: str, *, png: bool) -> str:
    """The picture of a code that leads to the landing page."""
    return f"{origin}/qr/{token}.{'png' if png else 'svg'}"


def app(token: str, *, test: bool) -> str:
    """The address that opens the app on a phone; the test environment's app has a scheme of its own."""
    return f"{'vippsMT' if test else 'vipps'}://?token={token}"


STARTS: Final = ((PHONES, "Phones of all customers"), ("/openapi/", "APIs and their documents"))
"""Pages to start from: address and name."""
