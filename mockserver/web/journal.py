"""The journal: the latest requests to the emulated APIs, with what was answered and what was warned of.

Entries keep what came over the wire, shortened; secrets are taken out when they are read.
"""

import itertools
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from mockserver.core.instants import timestamp
from mockserver.core.policy import Forgiven
from mockserver.web.known import Known
from mockserver.web.redaction import redact, redact_header, redact_query

LONGEST_BODY = 16 * 1024
"""Bytes of a body that are kept."""
LONGEST_HEADERS = 16 * 1024
"""Bytes of all headers together that are kept."""
LONGEST_PATH = 2 * 1024
"""Characters of a path that are kept."""
LONGEST_QUERY = 8 * 1024
"""Characters of a query that are kept."""
LONGEST_NAME = 200
"""Characters of a reference that are kept."""
LONGEST_MESSAGE = 1024
"""Characters of a warning that are kept."""


@dataclass(slots=True)
class Entry:
    """One request; ``headers`` as ``packed`` makes them. ``scenario``: the rule that decided, and its outcome.

    ``at`` in milliseconds since 1970 (UTC), ``duration`` in microseconds of real time. ``started`` is when it began on
    a real clock, in nanoseconds of any beginning. ``replayed``: its idempotency key gave the first answer again.
    ``cut`` names the parts that are not whole.
    """

    number: int
    at: int
    method: str
    path: str
    query: str
    headers: bytes
    body: bytes
    status: int
    answer: bytes
    duration: int
    api: str | None = None
    operation: str | None = None
    msn: str | None = None
    reference: str | None = None
    outgoing: bool = False
    scenario: tuple[str | None, str] | None = None
    warnings: list[Forgiven] = field(default_factory=list)
    started: int = 0
    replayed: bool = False
    cut: tuple[str, ...] = ()

    def shorten(self) -> None:
        """Cut off what is too long to be kept."""
        if len(self.body) > LONGEST_BODY:
            self.body, self.cut = self.body[:LONGEST_BODY], (*self.cut, "request.body")
        if len(self.answer) > LONGEST_BODY:
            self.answer, self.cut = self.answer[:LONGEST_BODY], (*self.cut, "response.body")
        if len(self.headers) > LONGEST_HEADERS:
            self.headers, self.cut = self.headers[:LONGEST_HEADERS], (*self.cut, "request.headers")
        if len(self.path) > LONGEST_PATH:
            self.path, self.cut = self.path[:LONGEST_PATH], (*self.cut, "path")
        if len(self.query) > LONGEST_QUERY:
            self.query, self.cut = self.query[:LONGEST_QUERY], (*self.cut, "query")
        if self.reference is not None and len(self.reference) > LONGEST_NAME:
            self.reference, self.cut = self.reference[:LONGEST_NAME], (*self.cut, "reference")
        if self.warnings and any(len(each.message) > LONGEST_MESSAGE for each in self.warnings):
            told = (Forgiven(each.kindness, each.message[:LONGEST_MESSAGE], each.times) for each in self.warnings)
            self.warnings, self.cut = list(told), (*self.cut, "warnings")

    def public(self, known: Known) -> dict[str, Any]:
        """The entry for the control API, without secrets; ``known`` ones are taken out wherever they stand."""
        return self.brief(known) | {
            "request": {
                "headers": _public_headers(known.without_bytes(self.headers, cut="request.headers" in self.cut)),
                "body": _public_body(self.body, known, cut="request.body" in self.cut),
            },
            "response": {"body": _public_body(self.answer, known, cut="response.body" in self.cut)},
            "cut": list(self.cut),
        }

    def brief(self, known: Known) -> dict[str, Any]:
        """The same without headers and bodies, which takes a small part of the time."""
        # First by their values: names may lead to a part of a secret only.
        return {
            "id": self.number,
            "at": timestamp(self.at),
            "direction": "outgoing" if self.outgoing else "incoming",
            "api": self.api,
            "operation": self.operation,
            "msn": self.msn,
            "reference": None if self.reference is None else known.without(self.reference, cut="reference" in self.cut),
            "method": self.method,
            "path": redact(known.without(self.path, cut="path" in self.cut)),
            "query": redact_query(known.without(self.query, cut="query" in self.cut)),
            "status": self.status,
            "durationMs": self.duration / 1000,
            "replayed": self.replayed,
            "warnings": [
                {
                    "kindness": warning.kindness,
                    "message": redact(known.without(warning.message, cut="warnings" in self.cut), loose=False),
                }
                for warning in self.warnings
            ],
            "scenario": None if self.scenario is None else dict(zip(("rule", "outcome"), self.scenario, strict=True)),
        }


def packed(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Headers in one piece: a thousand entries of many small ones would be slow to keep and to let go."""
    return b"\n".join(map(b":".join, headers))


def unpacked(headers: bytes) -> list[tuple[str, str]]:
    """Headers as they were before they were ``packed``, as text."""
    lines = (line.decode("latin-1").partition(":") for line in headers.split(b"\n") if line)
    return [(name, value) for name, _, value in lines]


def _public_headers(headers: bytes) -> list[list[str]]:
    return [[name, redact_header(name, value)] for name, value in unpacked(headers)]


def _public_body(body: bytes, known: Known, *, cut: bool) -> str:
    return redact(known.without_bytes(body, cut=cut).decode("utf-8", "replace"))


class Journal:
    """Keeps the latest ``size`` entries, which can be 0."""

    def __init__(self, size: int) -> None:
        self._entries: deque[Entry] = deque(maxlen=size)
        self._numbers = itertools.count(1)
        self._cleared = 0
        self.size = size

    def next_number(self) -> int:
        """The number of the next entry."""
        return next(self._numbers)

    def add(self, entry: Entry) -> None:
        """Keep an entry; the oldest goes when there are too many."""
        entry.shorten()
        self._entries.append(entry)

    def clear(self) -> None:
        """Forget all entries."""
        if self._entries:
            self._cleared = self._entries[-1].number
        self._entries.clear()

    def lost(self) -> int:
        """How many entries are gone because there were too many; those forgotten on demand do not count."""
        return self._entries[0].number - 1 - self._cleared if self._entries else 0

    def find(self, number: int) -> Entry | None:
        """The entry of this number; None when it is gone."""
        return next((entry for entry in self.newest() if entry.number == number), None)

    def shown(self, number: int, known: Known, brief: bool = False) -> dict[str, Any] | None:
        """The entry of this number for the control API, without secrets; None when it is gone."""
        entry = self.find(number)
        if entry is None:
            return None
        return entry.brief(known) if brief else entry.public(known)

    def newest(self) -> Iterator[Entry]:
        """The entries, the latest first."""
        return reversed(self._entries)
