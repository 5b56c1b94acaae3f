"""The addresses of the partner pages."""

from typing import Final

APPLY: Final = "/partners"
OF: Final = "/partners/of/{id}"
ROAD: Final = "/partners/{page}"


def road_page(page: str) -> str:
    """Where a partner sees how far it has come; ``page`` cannot be guessed."""
    return f"{APPLY}/{page}"


def page_of(partner_id: str) -> str:
    """Where the operator finds a partner's page."""
    return OF.replace("{id}", partner_id)
