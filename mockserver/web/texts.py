"""The texts that people read on pages, all of which pass through here: English so far, which they are written in.

Templates have them in ``{% trans %}`` blocks; Python says them with ``text``. A language is a catalog that ``text`` and
``counted`` look into.
"""


def text(english: str, /, **values: object) -> str:
    """A text in the language of the page, with ``values`` in the place of their names in braces."""
    return english.format(**values) if values else english


def counted(one: str, many: str, count: int) -> str:
    """The text that goes with a number of things."""
    return text(one if count == 1 else many)
