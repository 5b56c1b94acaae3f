"""Secrets are taken out of what people read by their values: in any letter case, escaped or not, glued to other text.

Time grows with the text, whatever stands in it and however many secrets there are. Secrets are looked for by pieces of
a few characters, in what was written and in what it says once its escapes are undone: ``%2F``, ``\\u002f``, ``\\/``,
and escapes of escapes.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from string import ascii_lowercase, ascii_uppercase

from mockserver.web.redaction import REDACTED

SHORTEST = 8
"""Characters of a secret that is looked for: shorter ones are found in other words."""
_PIECE = 6
_STEP = SHORTEST - _PIECE + 1
"""Whatever stands in a text and is as long as a secret has a whole piece at a multiple of this."""
_BEGINNING = 4
"""Characters at the end of a text that was cut off which could be the beginning of a secret."""
_DEEPEST = 4
"""How often a text is escaped, and escaped again."""

# A blank stands for a plus in forms, and a plus for a blank.
_SAME = bytes.maketrans(f"{ascii_uppercase} ".encode(), f"{ascii_lowercase}+".encode())
# Runs of one kind at a time: one match for each escape would take ten times as long.
_ESCAPES = re.compile(
    rb"((?:%[0-9a-fA-F]{2})++)|((?:\\u00[0-7][0-9a-fA-F])++)|((?:\\x[0-9a-fA-F]{2})++)"
    rb"|((?:\\(?!u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}).)++)|\\u([0-9a-fA-F]{4})",
    re.DOTALL,
)
_MARKS = {1: (b"%", 3), 2: (b"\\u00", 6), 3: (b"\\x", 4)}
"""What stands before the digits of an escape, and how long it is."""
_HALF_ESCAPE = re.compile(rb"(?:%[0-9a-fA-F]?|\\(?:u[0-9a-fA-F]{0,3}|x[0-9a-fA-F]?)?)\Z")
_LONGEST_ESCAPE = 6
# One match for all that is joined by dots, so that nothing is looked at twice.
_DOTTED = re.compile(rb"(?<![\w.-])[\w.-]{7,}+")
_TOKEN = b"eyj"
"""What JWTs begin with: ``{"``, in base64."""
_LEAST = 8
"""Characters of each of the first two parts of a JWT."""

Span = tuple[int, int]


class Known:
    """Secrets, to be found by their values; and JWTs, which are known by their form."""

    def __init__(self) -> None:
        self._secrets: set[bytes] = set()
        self._pieces: dict[bytes, frozenset[Span]] = {}
        self._in_order: list[bytes] | None = None
        self._longest = 0

    def __len__(self) -> int:
        return len(self._secrets)

    def add(self, secrets: Iterable[str]) -> None:
        """Look for these too; those shorter than ``SHORTEST`` are passed over."""
        # A secret may have what looks like an escape, and is undone with the others.
        written = (secret.encode("utf-8", "surrogatepass") for secret in secrets)
        for value in (text.translate(_SAME) for secret in written for text, _ in _layers(secret, cut=False)):
            if len(value) < SHORTEST or value in self._secrets:
                continue
            self._secrets.add(value)
            self._in_order = None
            self._longest = max(self._longest, len(value))
            for offset in range(_STEP):
                piece = value[offset : offset + _PIECE]
                self._pieces[piece] = self._pieces.get(piece, frozenset()) | {(offset, len(value))}

    def clear(self) -> None:
        """Look for none any more."""
        self._secrets.clear()
        self._pieces.clear()
        self._in_order = None
        self._longest = 0

    def without(self, text: str, *, cut: bool = False) -> str:
        """The text without secrets; of what was ``cut`` off at its end, a secret's beginning is taken out there too."""
        content = text.encode("utf-8", "surrogatepass")
        cleaned = self.without_bytes(content, cut=cut)
        return text if cleaned is content else cleaned.decode("utf-8", "surrogatepass")

    def without_bytes(self, content: bytes, *, cut: bool = False) -> bytes:
        """The same of bytes."""
        spans: list[Span] = []
        for text, places in _layers(content, cut):
            spans += self._spans(text, places, cut)
        if not spans:
            return content
        parts: list[bytes] = []
        done = 0
        for start, end in sorted(spans):
            if start >= done:
                parts += (content[done:start], REDACTED.encode())
            done = max(done, end)
        return b"".join((*parts, content[done:]))

    def _spans(self, text: bytes, places: Sequence[int], cut: bool) -> list[Span]:
        plain = text.translate(_SAME)
        spans = self._whole(plain)
        if _TOKEN in plain:
            spans += _jwts(plain, cut)
        if cut:
            spans += self._begun(plain)
        return [(places[start], places[end]) for start, end in spans] if spans else spans

    def _whole(self, text: bytes) -> list[Span]:
        pieces, secrets = self._pieces, self._secrets
        return [
            (at - offset, at - offset + length)
            for at in range(0, len(text) - _PIECE + 1, _STEP)
            if (piece := text[at : at + _PIECE]) in pieces
            for offset, length in pieces[piece]
            if at >= offset and text[at - offset : at - offset + length] in secrets
        ]

    def _begun(self, text: bytes) -> Iterator[Span]:
        """The longest end of the text that is a secret's beginning."""
        if self._in_order is None:
            self._in_order = sorted(self._secrets)
        for start in range(max(0, len(text) - self._longest), len(text) - _BEGINNING + 1):
            tail = text[start:]
            at = bisect_left(self._in_order, tail)
            if at < len(self._in_order) and self._in_order[at].startswith(tail):
                yield start, len(text)
                return


def _layers(content: bytes, cut: bool) -> list[tuple[bytes, Sequence[int]]]:
    """What is written, and what it says with its escapes undone, each with the place in ``content`` of every byte.

    Half an escape at the end of what was ``cut`` belongs to the byte before it.
    """
    places: Sequence[int] = range(len(content) + 1)
    layers = [(content, places)]
    for _ in range(_DEEPEST):
        if b"%" not in content and b"\\" not in content:
            break
        if cut and (half := _HALF_ESCAPE.search(content[-_LONGEST_ESCAPE:])) and half[0]:
            content = content[: -len(half[0])]
            places = [*places[: len(content)], places[-1]]
            layers.append((content, places))
        content, places = _undone(content, places)
        layers.append((content, places))
    return layers


def _undone(content: bytes, places: Sequence[int]) -> tuple[bytes, Sequence[int]]:
    parts: list[bytes] = []
    kept: list[int] = []
    done = 0
    for escapes in _ESCAPES.finditer(content):
        at, end = escapes.span()
        said, length = _said(escapes)
        parts += (content[done:at], said)
        kept += places[done:at]
        kept += places[at:end:length] if length else [places[at]] * len(said)
        done = end
    return b"".join((*parts, content[done:])), [*kept, *places[done:]]


def _said(escapes: re.Match[bytes]) -> tuple[bytes, int]:
    """What escapes say, and how long each is that says one byte; 0 when it says more."""
    kind = escapes.lastindex or 0
    written = escapes[0]
    if kind in _MARKS:
        mark, length = _MARKS[kind]
        return bytes.fromhex(written.replace(mark, b"").decode()), length
    if kind == 4:
        return written[1::2], 2
    return chr(int(escapes[5], 16)).encode("utf-8", "surrogatepass"), 0


def _jwts(text: bytes, cut: bool) -> Iterator[Span]:
    for dotted in _DOTTED.finditer(text):
        if _TOKEN in dotted[0]:
            yield from _within(dotted[0], dotted.start(), cut and dotted.end() == len(text))


def _within(dotted: bytes, at: int, cut: bool) -> Iterator[Span]:
    parts = dotted.split(b".")
    for number, part in enumerate(parts):
        begin = part.find(_TOKEN)
        told = parts[number : number + 3]
        if begin >= 0:
            whole = len(told) == 3 and len(part) - begin >= len(_TOKEN) + _LEAST and len(told[1]) >= _LEAST
            if whole or (cut and number + 3 >= len(parts)):
                yield at + begin, at + len(b".".join(told))
        at += len(part) + 1
