"""One line on standard error for every request to an emulated API, as text or JSON; never a secret."""

import asyncio
import json
import sys
from typing import TextIO

from mockserver.domain.instants import timestamp
from mockserver.web.journal import Entry, redact

_DELAY = 0.05
"""Seconds between a request and its line: lines are written together, since writing costs more than answering."""


class AccessLog:
    """Writes entries in one form: ``off``, ``text`` or ``json``."""

    def __init__(self, form: str, out: TextIO | None = None) -> None:
        self._format = {"off": None, "text": _text, "json": _json}[form]
        self._out = out
        self._waiting: list[Entry] = []

    def __call__(self, entry: Entry) -> None:
        """Log an entry, soon."""
        if self._format is None:
            return
        self._waiting.append(entry)
        if len(self._waiting) == 1:
            asyncio.get_running_loop().call_later(_DELAY, self.flush)

    def flush(self) -> None:
        """Write what is waiting."""
        waiting, self._waiting = self._waiting, []
        if waiting and self._format is not None:
            print("\n".join(map(self._format, waiting)), file=self._out or sys.stderr, flush=True)


def _text(entry: Entry) -> str:
    line = (
        f"{timestamp(entry.at)} {entry.status} {entry.operation or '-'} {entry.method} {_clean(redact(entry.path))}"
        f" {entry.duration / 1000:.1f}ms"
    )
    if entry.msn:
        line += f" msn={entry.msn}"
    if entry.warnings:
        line += f" warnings={','.join(warning.kindness for warning in entry.warnings)}"
    return line


def _json(entry: Entry) -> str:
    return json.dumps(
        {
            "at": timestamp(entry.at),
            "status": entry.status,
            "operation": entry.operation,
            "method": entry.method,
            "path": redact(entry.path),
            "durationMs": entry.duration / 1000,
            "msn": entry.msn,
            "reference": entry.reference,
            "warnings": [warning.kindness for warning in entry.warnings],
        }
    )


def _clean(path: str) -> str:
    return path if path.isascii() and path.isprintable() else ascii(path)
