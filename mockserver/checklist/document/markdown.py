"""The document as Markdown (CommonMark with the tables of GitHub)."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from mockserver.checklist.document.sheet import Evidence, Example, Field, Line, Sheet

_MEANT: Final = re.compile(r"[\\`*_\[\]|~!$]")
"""What would format something in the middle of a line."""
_LINKED: Final = re.compile(r":(?=//)|@|(?<=www)\.", re.IGNORECASE)
"""What makes a link of what stands around it."""
_CUTS_CELLS: Final = str.maketrans({"|": "%7C", "`": "%60", "\\": "%5C", "<": "%3C", ">": "%3E"})


def as_markdown(sheet: Sheet) -> str:
    """The document, as a file's content."""
    return "\n".join(_document(sheet)) + "\n"


def escaped(text: str) -> str:
    """A line of text as Markdown that says just that, in a paragraph, a list or a cell of a table."""
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    unlinked = _LINKED.sub(lambda found: f"&#{ord(found[0])};", plain)
    return _MEANT.sub(lambda found: f"\\{found[0]}", unlinked)


def _document(sheet: Sheet) -> Iterator[str]:
    yield "# Checklist\n"
    yield from _table(("about", "what"), sheet.about)
    yield "\n" + ", ".join(f"{count} {escaped(verdict)}" for verdict, count in sheet.counts) + "."
    yield "\nAll of it happened at an emulator, which looked at what was sent and received. Nobody has ticked anything."
    if sheet.gone:
        yield f"\n{escaped(sheet.gone)}"
    for part in sheet.parts:
        yield f"\n## {escaped(part.name)}\n"
        yield "| verdict | point | what was seen | evidence | source |\n|---|---|---|---|---|"
        yield from map(_row, part.lines)
    if sheet.examples:
        yield "\n## Examples"
    for example in sheet.examples:
        yield from _example(example)


def _table(head: Field, rows: Iterable[Field]) -> Iterator[str]:
    yield f"| {head[0]} | {head[1]} |\n|---|---|"
    for name, said in rows:
        yield f"| {escaped(name)} | {escaped(said)} |"


def _row(line: Line) -> str:
    evidence = ", ".join(map(_evidence, line.evidence)) or "none"
    point = f"{escaped(line.title)} ({escaped(line.id)})"
    cells = (f"**{escaped(line.verdict)}**", point, escaped(line.words), evidence, escaped(line.source))
    return f"| {' | '.join(cells)} |"


def _evidence(evidence: Evidence) -> str:
    return escaped(evidence.text) if evidence.link is None else f"<{evidence.link.translate(_CUTS_CELLS)}>"


def _example(example: Example) -> Iterator[str]:
    yield f"\n### {escaped(example.title)}\n"
    for name, said in example.fields:
        yield f"- {escaped(name)}: {escaped(said)}"
