"""How strictly values of the domain are read from files and requests."""

from typing import Final

EXACT: Final = {"extra": "forbid"}
"""For ``__pydantic_config__``: a key that does not exist is an error. Plain, so that the domain stays plain."""
