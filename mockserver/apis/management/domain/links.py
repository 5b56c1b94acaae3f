"""The addresses of prefilled product orders."""

PREFILLED = "/register/vippspanett"
PREFILLED_BEFORE = "/register/prefilled"
"""Where the form was until 2026; links that somebody has kept go on working."""


def prefilled_order(origin: str, id_: str) -> str:
    """Where the merchant finds a product order filled in."""
    return f"{origin}{PREFILLED}/{id_}"
