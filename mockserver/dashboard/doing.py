"""Buttons: a form becomes a call of the control API, and its answer a word on the page that the form stands on."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from mockserver.dashboard.asking import Asking
from mockserver.dashboard.views import HOME
from mockserver.web import pages
from mockserver.web.notes import Note, Notes
from mockserver.web.pages import BadForm

DO: Final = f"{HOME}/do"
_CALL: Final = re.compile(r"(POST|PUT|PATCH|DELETE) (/[^?#\x00-\x1f]+)")
_HERE: Final = re.compile(r"/(?![/\\])[!-~]*")
_KINDS: Final[Mapping[str, Callable[[str], object]]] = {"text": str, "number": int}
"""How what is typed is meant, by what stands before the field's name."""


class Doing:
    """Does what a button says. Whoever may press one has the power of the control API anyway."""

    def __init__(self, asking: Asking, notes: Notes) -> None:
        self._asking = asking
        self._notes = notes

    async def act(self, request: Request) -> Response:
        """Make the call of a form, and go back to the page that it came from."""
        form = await pages.read_form(request)
        call = _CALL.fullmatch(form.get("call", ""))
        if call is None:
            raise BadForm("The form names no call")
        body = _body(form)
        told = await self._asking.ask(request, call[1], call[2], body)
        note = Note(told=f"Done: {form.get('label', call[2])}.") if told.good else Note(message=f"{told.problem}.")
        to = form.get("to", "")
        return self._notes.redirect(request, to if _HERE.fullmatch(to) else "/", note)


def _body(form: Mapping[str, str]) -> dict[str, Any]:
    """What the form says: its constant part, and what was typed or chosen; raises BadForm."""
    try:
        body = json.loads(form.get("body") or "{}")
        typed = {
            name.partition(".")[2]: kind(value)
            for name, value in form.items()
            if value and (kind := _KINDS.get(name.partition(".")[0])) is not None and "." in name
        }
    except (ValueError, RecursionError):
        raise BadForm("The form cannot be read") from None
    if not isinstance(body, dict):
        raise BadForm("The form cannot be read")
    return body | typed
