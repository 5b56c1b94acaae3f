"""The addresses that agreements lead to."""

from typing import Final

LANDING: Final = "/agreement"


def landing_page(origin: str, token: str) -> str:
    """Where the customer answers in a browser."""
    return f"{origin}{LANDING}?token={token}"


def app(token: str, *, test: bool) -> str:
    """The address that opens the app on a phone; the test environment's app has a scheme of its own."""
    return f"{'vippsMT' if test else 'vipps'}://?token={token}"


def userinfo(origin: str, sub: str) -> str:
    """Where the merchant reads what the customer of an agreement shares."""
    return f"{origin}/vipps-userinfo-api/userinfo/{sub}"
