"""How large a JSON body may be in its parts: found out without building any of it, in linear time."""

import re
from typing import NamedTuple

from mockserver.core.errors import Malformed, Violation

LONGEST = 1_000
"""Entries of one list, or members of one object."""
MOST_VALUES = 10_000
"""Values of a whole body."""
DEEPEST = 128
"""Lists and objects within each other."""


class Bounds(NamedTuple):
    """What a body may have: ``longest`` is the entries of one list or object, ``most_values`` those of all."""

    longest: int = LONGEST
    most_values: int = MOST_VALUES


USUAL = Bounds()

# A string may end with the body, or each of its quotes would be tried as the beginning of another one.
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+\\?(?:"|\Z)', re.DOTALL)
_OTHERS = bytes(set(range(256)) - set(b"[]{},"))


def check(body: bytes, bounds: Bounds = USUAL) -> None:
    """Raise Malformed for a body with more or deeper values than any request needs; whether it is JSON others say."""
    opened = body.count(b"[") + body.count(b"{")
    if opened <= DEEPEST and (len(body) <= LONGEST or opened + body.count(b",") <= LONGEST):
        return
    most = 2 * bounds.most_values  # names and values
    bare, strings = _STRING.subn(b"", body, most + 1)
    flaw = _too_many(bounds) if strings > most else _flaw(bare.translate(None, _OTHERS), bounds)
    if flaw:
        raise Malformed([Violation("body", flaw)])


def _too_many(bounds: Bounds) -> str:
    return f"Must have at most {bounds.most_values} values"


def _flaw(signs: bytes, bounds: Bounds) -> str | None:
    closed = signs.count(b"]") + signs.count(b"}")
    if len(signs) - closed > bounds.most_values:
        return _too_many(bounds)
    if closed > len(signs) - closed:
        return None  # no JSON
    entries = [0]
    for sign in signs:
        if sign in b"[{":
            entries.append(1)
            if len(entries) > DEEPEST + 1:
                return f"Must not be nested deeper than {DEEPEST} levels"
        elif sign in b"]}" and len(entries) > 1:
            entries.pop()
        elif sign in b",":
            entries[-1] += 1
            if entries[-1] > bounds.longest:
                return f"Lists and objects must have at most {bounds.longest} entries"
    return None
