"""What a page has to say after a form: the answer is a redirect, so it is kept for the visitor until the page is read.

The address of the page then names the note, so that it can be loaded again; without the note, which is soon given up
for newer ones, it is the page itself.
"""

import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mockserver.core.values import frozen
from mockserver.web import pages

MOST_NOTES = 500
LARGEST = 2 * 1024 * 1024
"""Characters of all notes together; the newest one is kept, whatever its length."""
_PARAMETER = "note"


@frozen
class Note:
    """``message`` is an error, ``told`` none; ``wrong`` has reasons by field, ``typed`` what the form sent.

    ``step`` is what the page goes on with, where it has several steps.
    """

    message: str | None = None
    told: str | None = None
    wrong: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    step: str = ""

    @property
    def shown(self) -> dict[str, Any]:
        """The note as templates see it."""
        return {"message": self.message, "told": self.told, "wrong": self.wrong, "typed": self.typed}

    @property
    def size(self) -> int:
        """Characters."""
        texts = (self.message or "", self.told or "", self.step)
        pairs = (*self.wrong.items(), *self.typed.items())
        return sum(map(len, texts)) + sum(len(name) + len(value) for name, value in pairs)


NOTHING = Note()


class Notes:
    """The notes of some pages. Whoever is not their visitor, or is at another page, cannot read them."""

    def __init__(self, most: int = MOST_NOTES, largest: int = LARGEST) -> None:
        self._most, self._largest = most, largest
        self._kept: OrderedDict[str, tuple[str, str, Note]] = OrderedDict()
        self._size = 0

    def __len__(self) -> int:
        return len(self._kept)

    def redirect(self, request: Request, address: str, note: Note) -> Response:
        """The answer to a form: to the page at ``address``, a path with its query, which then shows the note."""
        id_ = secrets.token_urlsafe(9)
        self._kept[id_] = (pages.visitor(request), address, note)
        self._size += note.size
        while len(self._kept) > 1 and (len(self._kept) > self._most or self._size > self._largest):
            _, (_, _, oldest) = self._kept.popitem(last=False)
            self._size -= oldest.size
        return RedirectResponse(f"{address}{'&' if '?' in address else '?'}{_PARAMETER}={id_}", 303)

    def read(self, request: Request, address: str) -> Note:
        """What the page at this address has to say to this visitor."""
        visitor, where, note = self._kept.get(request.query_params.get(_PARAMETER, ""), ("", "", NOTHING))
        return note if (visitor, where) == (pages.visitor(request), address) else NOTHING
