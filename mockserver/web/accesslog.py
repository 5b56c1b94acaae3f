"""One line on standard error for every request to an emulated API, as text or JSON; never a secret.

Lines are in real time, so that they fit between those of other programs; the emulator's own time stands in them when
it is another.
"""

import asyncio
import json
import sys
from collections.abc import Callable
from typing import TextIO

from mockserver.core.clock import wall_clock
from mockserver.core.instants import timestamp
from mockserver.web.journal import Entry
from mockserver.web.known import Known
from mockserver.web.redaction import redact

_DELAY = 0.05
"""Seconds between a request and its line: lines are written together, since writing costs more than answering."""
_SAME = 1000
"""Milliseconds that the two clocks may differ by and still count as one."""


class AccessLog:
    """Writes entries in one form: ``off``, ``text`` or ``json``; never one of the ``secrets``, which are asked for."""

    def __init__(
        self,
        form: str,
        out: TextIO | None = None,
        wall: Callable[[], int] = wall_clock,
        secrets: Callable[[], Known] = Known,
    ) -> None:
        self._format = {"off": None, "text": _text, "json": _json}[form]
        self._out = out
        self._wall = wall
        self._secrets = secrets
        self._waiting: list[tuple[int, Entry]] = []
        self._soon: asyncio.TimerHandle | None = None

    def __call__(self, entry: Entry) -> None:
        """Log an entry, soon."""
        if self._format is None:
            return
        self._waiting.append((self._wall(), entry))
        if self._soon is None:
            self._soon = asyncio.get_running_loop().call_later(_DELAY, self.flush)

    def flush(self) -> None:
        """Write what is waiting."""
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None
        waiting, self._waiting = self._waiting, []
        if waiting and self._format is not None:
            known = self._secrets()
            lines = (self._format(wall, entry, known) for wall, entry in waiting)
            print("\n".join(lines), file=self._out or sys.stderr, flush=True)


def _text(wall: int, entry: Entry, known: Known) -> str:
    path = _clean(redact(known.without(entry.path, cut="path" in entry.cut)))
    line = (
        f"{timestamp(wall)} {entry.status} {entry.operation or '-'} {entry.method} {path} {entry.duration / 1000:.1f}ms"
    )
    if abs(wall - entry.at) >= _SAME:
        line += f" clock={timestamp(entry.at)}"
    if entry.msn:
        line += f" msn={entry.msn}"
    if entry.warnings:
        line += f" warnings={','.join(warning.kindness for warning in entry.warnings)}"
    return line


def _json(wall: int, entry: Entry, known: Known) -> str:
    return json.dumps(
        {
            "at": timestamp(wall),
            "clock": timestamp(entry.at),
            "status": entry.status,
            "operation": entry.operation,
            "method": entry.method,
            "path": redact(known.without(entry.path, cut="path" in entry.cut)),
            "durationMs": entry.duration / 1000,
            "msn": entry.msn,
            "reference": (
                None if entry.reference is None else known.without(entry.reference, cut="reference" in entry.cut)
            ),
            "warnings": [warning.kindness for warning in entry.warnings],
        }
    )


def _clean(path: str) -> str:
    return path if path.isascii() and path.isprintable() else ascii(path)
