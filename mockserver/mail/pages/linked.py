"""The text of an email, cut where its links begin and end."""

import re
from collections.abc import Iterator
from typing import Final

from mockserver.core.values import frozen

_LINK: Final = re.compile(r"\bhttps?://[^\s<>\"'`\\^{|}\x00-\x1f\x7f-\x9f]{1,2500}")
_BEHIND: Final = ".,;:!?)]"
"""What stands behind an address and does not belong to it."""


@frozen
class Piece:
    """Some text; ``link``: it is an address that can be followed, of http or https."""

    text: str
    link: bool = False


def pieces(text: str) -> Iterator[Piece]:
    """All of the text, in order, in time that grows with its length."""
    begun = 0
    for found in _LINK.finditer(text):
        address = found[0].rstrip(_BEHIND)
        if not address.partition("://")[2]:
            continue
        yield Piece(text[begun : found.start()])
        yield Piece(address, link=True)
        begun = found.start() + len(address)
    yield Piece(text[begun:])
