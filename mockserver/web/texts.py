"""The texts that people read on pages, all of which pass through here: English so far, which they are written in.

Templates have them in ``{% trans %}`` blocks; expressions of theirs and Python say them with ``text``.
"""

from collections.abc import Mapping

CATALOG: Mapping[str, str] = {}
"""What the texts are in the language of the pages, by the English; what is not in it stays English."""


def text(english: str, /, **values: object) -> str:
    """A text in the language of the page, with ``values`` in the place of their names in braces."""
    said = CATALOG.get(english, english)
    return said.format(**values) if values else said


def counted(one: str, many: str, count: int) -> str:
    """The text that goes with a number of things."""
    return text(one if count == 1 else many)
