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


@dataclass(slots=True)
class Entry:
    """One request; ``headers`` as ``packed`` makes them. ``scenario``: the rule that decided, and its outcome.

    ``at`` in milliseconds since 1970 (UTC), ``duration`` in microseconds of real time. ``started`` is when it began on
    a real clock, in nanoseconds of any beginning. ``replayed``: its idempotency key gave the first answer again.
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

    def public(self, known: Known) -> dict[str, Any]:
        """The entry for the control API, without secrets; ``known`` ones are taken out wherever they stand."""
        # First by their values: names may lead to a part of a secret only.
        return {
            "id": self.number,
            "at": timestamp(self.at),
            "direction": "outgoing" if self.outgoing else "incoming",
            "api": self.api,
            "operation": self.operation,
            "msn": self.msn,
            "reference": None if self.reference is None else known.without(self.reference),
            "method": self.method,
            "path": redact(known.without(self.path)),
            "query": redact_query(known.without(self.query)),
            "status": self.status,
            "durationMs": self.duration / 1000,
            "replayed": self.replayed,
            "warnings": [
                {"kindness": warning.kindness, "message": redact(known.without(warning.message), loose=False)}
                for warning in self.warnings
            ],
            "scenario": None if self.scenario is None else dict(zip(("rule", "outcome"), self.scenario, strict=True)),
            "request": {
                "headers": _public_headers(known.without_bytes(self.headers)),
                "body": _public_body(self.body, known),
            },
            "response": {"body": _public_body(self.answer, known)},
        }


def packed(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Headers in one piece: a thousand entries of many small ones would be slow to keep and to let go."""
    return b"\n".join(map(b":".join, headers))


def _public_headers(headers: bytes) -> list[list[str]]:
    decoded = (line.decode("latin-1").partition(":")[::2] for line in headers.split(b"\n") if line)
    return [[name, redact_header(name, value)] for name, value in decoded]


def _public_body(body: bytes, known: Known) -> str:
    return redact(known.without_bytes(body, cut=len(body) >= LONGEST_BODY).decode("utf-8", "replace"))


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
        if len(entry.body) > LONGEST_BODY:
            entry.body = entry.body[:LONGEST_BODY]
        if len(entry.answer) > LONGEST_BODY:
            entry.answer = entry.answer[:LONGEST_BODY]
        self._entries.append(entry)

    def clear(self) -> None:
        """Forget all entries."""
        if self._entries:
            self._cleared = self._entries[-1].number
        self._entries.clear()

    def lost(self) -> int:
        """How many entries are gone because there were too many; those forgotten on demand do not count."""
        return self._entries[0].number - 1 - self._cleared if self._entries else 0

    def newest(self) -> Iterator[Entry]:
        """The entries, the latest first."""
        return reversed(self._entries)
