"""The addresses of pages that all rooms may lead to."""

from typing import Final
from urllib.parse import urlencode

STYLE = "/style.css"
ICON = "/favicon.ico"
PHONES = "/wallet"
PHONE = "/wallet/{phone}"
OPERATOR = "/operator"
CHECKLIST = "/checklist"
PARTNERS = "/partners"
MAIL = "/mail"


def phone_page(phone: str, told: str | None = None) -> str:
    """The page of a customer's phone, and what it is to say."""
    return f"{PHONES}/{phone}" + (f"?told={told}" if told else "")


def emails_of_order(order_id: str) -> str:
    """The page of all emails about a product order."""
    return f"{MAIL}?{urlencode({'order': order_id})}"


STARTS: Final = (
    (PHONES, "Phones of all customers"),
    (MAIL, "Emails to merchants and partners"),
    (CHECKLIST, "Checklist of an integration"),
    (PARTNERS, "Become a partner"),
    ("/openapi/", "APIs and their documents"),
)
"""Pages to start from: address and name."""
