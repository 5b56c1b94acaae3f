"""Text for people: tables, amounts and times. It has no colours, and prints nothing that a terminal would obey."""

import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence

_GAP = "  "


def clean(text: object) -> str:
    """The text in one line, with escapes for what cannot be printed: it may come from anybody."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in str(text))


def amount(value: int, currency: str) -> str:
    """Minor units as people write them: 49900 and NOK give 499.00 NOK."""
    sign, units = "-" if value < 0 else "", abs(value)
    return f"{sign}{units // 100}.{units % 100:02} {currency}"


def time(text: str | None) -> str:
    """A time of the control API, in UTC, to the second."""
    return "-" if text is None else clean(f"{text[:10]} {text[11:19]}Z")


def table(head: Sequence[str], rows: Iterable[Sequence[object]], nothing: str) -> str:
    """Aligned columns, or one block for each row where a terminal is too narrow; ``nothing`` when there are none."""
    lines = [[clean(cell) for cell in row] for row in rows]
    if not lines:
        return nothing
    widths = [max(map(len, column)) for column in zip(head, *lines, strict=True)]
    if sum(widths) + len(_GAP) * (len(widths) - 1) > _columns():
        return "\n\n".join(fields(dict(zip(head, line, strict=True))) for line in lines)
    aligned = (
        _GAP.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in (head, *lines)
    )
    return "\n".join(line.rstrip() for line in aligned)


def fields(values: Mapping[str, object]) -> str:
    """One line for each value, aligned; those that are None or empty are left out."""
    known = {name: clean(value) for name, value in values.items() if value not in (None, "")}
    width = max(map(len, known), default=0)
    return "\n".join(f"{name.ljust(width)}{_GAP}{value}" for name, value in known.items())


def _columns() -> float:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else float("inf")
