"""The addresses of product orders and of the portal around them."""

from urllib.parse import quote

PREFILLED = "/register/vippspanett"
PREFILLED_BEFORE = "/register/prefilled"
"""Where the form was until 2026; links that somebody has kept go on working."""
PORTAL = "/portal"
COMPANY = "/portal/companies/{id}"
USERS = f"{COMPANY}/users"
USER = f"{USERS}/{{email}}"
ORDERING = f"{COMPANY}/order"
BY_HAND = "/portal/orders"
UNIT = "/portal/{msn}"
KEYS = f"{UNIT}/keys"


def prefilled_order(origin: str, id_: str) -> str:
    """Where the merchant finds a product order filled in."""
    return f"{origin}{PREFILLED}/{id_}"


def company(id_: str) -> str:
    """A merchant's page."""
    return COMPANY.replace("{id}", quote(id_, safe=""))


def users(id_: str, email: str | None = None) -> str:
    """Who may use the portal for a merchant, or one of them."""
    return f"{company(id_)}/users" + (f"/{quote(email, safe='@')}" if email else "")


def ordering(id_: str) -> str:
    """Where a merchant orders a product."""
    return f"{company(id_)}/order"


def by_hand(id_: str) -> str:
    """A product order that did not come by API."""
    return f"{BY_HAND}/{id_}"


def unit_page(msn: str) -> str:
    """A sales unit."""
    return UNIT.replace("{msn}", quote(msn, safe=""))


def keys_page(msn: str) -> str:
    """Where the keys of a sales unit stand."""
    return KEYS.replace("{msn}", msn)
