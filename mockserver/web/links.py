"""The addresses of pages that all rooms may lead to."""

from typing import Final

STYLE = "/style.css"
ICON = "/favicon.ico"
PHONES = "/wallet"
PHONE = "/wallet/{phone}"
OPERATOR = "/operator"
CHECKLIST = "/checklist"
PARTNERS = "/partners"


def phone_page(phone: str, told: str | None = None) -> str:
    """The page of a customer's phone, and what it is to say."""
    return f"{PHONES}/{phone}" + (f"?told={told}" if told else "")


STARTS: Final = (
    (PHONES, "Phones of all customers"),
    (CHECKLIST, "Checklist of an integration"),
    (PARTNERS, "Become a partner"),
    ("/openapi/", "APIs and their documents"),
)
"""Pages to start from: address and name."""
