"""One line on standard error for every request to an emulated API, as text (logfmt) or JSON; never a secret."""

import json
import sys
from collections.abc import Callable

from mockserver.domain.instants import timestamp
from mockserver.web.journal import Entry, redact


def writer(form: str) -> Callable[[Entry], None]:
    """What writes entries in this form: ``off``, ``text`` or ``json``."""
    return {"off": _ignore, "text": _write_text, "json": _write_json}[form]


def _ignore(entry: Entry) -> None:
    pass


def _write_text(entry: Entry) -> None:
    line = (
        f"{timestamp(entry.at)} {entry.status} {entry.operation or '-'} {entry.method} {_clean(entry.path)}"
        f" {entry.duration / 1000:.1f}ms"
    )
    if entry.msn:
        line += f" msn={entry.msn}"
    if entry.warnings:
        line += f" warnings={','.join(warning.kindness for warning in entry.warnings)}"
    sys.stderr.write(f"{line}\n")


def _write_json(entry: Entry) -> None:
    content = {
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
    sys.stderr.write(f"{json.dumps(content)}\n")


def _clean(path: str) -> str:
    return path if path.isascii() and path.isprintable() else ascii(path)
