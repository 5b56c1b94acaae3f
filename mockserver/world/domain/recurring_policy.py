"""What the settings choose of agreements that pay again and again, and the documents leave open."""

from typing import Final

from mockserver.core.exact import EXACT
from mockserver.core.values import frozen

USUAL_PAGE: Final = 100
"""Charges."""


@frozen
class RecurringPolicy:
    """``page_size``: charges of one list. ``interval_ceiling``: whether the charges of an interval are bounded."""

    __pydantic_config__ = EXACT

    page_size: int = USUAL_PAGE
    interval_ceiling: bool = True
