"""The addresses of prefilled product orders."""

PREFILLED = "/register/vippspanett"
PREFILLED_BEFORE = "/register/prefilled"
"""Where the form was until 2026; links that somebody has kept go on working."""
KEYS = "/portal/{msn}"


def prefilled_order(origin: str, id_: str) -> str:
    """Where the merchant finds a product order filled in."""
    return f"{origin}{PREFILLED}/{id_}"


def keys_page(msn: str) -> str:
    """Where the keys of a sales unit stand."""
    return KEYS.replace("{msn}", msn)
