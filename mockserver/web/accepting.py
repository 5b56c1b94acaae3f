"""What a client takes as an answer (RFC 9110, Accept)."""

import re
from typing import Final

from mockserver.web.http import JSON, PROBLEM_JSON
from mockserver.web.problems import HttpRefused

_TAKEN: Final = frozenset({b"", b"*", b"*/*", b"application/*", JSON, PROBLEM_JSON})
_USUAL: Final = frozenset({b"", b"*/*", JSON})
_NEVER: Final = re.compile(rb"\s*q\s*=\s*0(\.0*)?\s*", re.IGNORECASE)


def check_accept(given: bytes) -> None:
    """Raise HttpRefused 406 for an Accept header without a kind of JSON in it; an empty one takes everything."""
    if given not in _USUAL and not any(_takes_json(each) for each in given.split(b",")):
        raise HttpRefused(406, "Not Acceptable", "Answers are application/json: the Accept header does not take it")


def _takes_json(media_range: bytes) -> bool:
    kind, *parameters = media_range.split(b";")
    return kind.strip().lower() in _TAKEN and not any(map(_NEVER.fullmatch, parameters))
