"""Asks a running server for its checklist, and makes text or a document of it."""

import json
import textwrap
from typing import Any
from urllib.parse import urlencode

from mockserver.process import remote
from mockserver.process.printing import clean
from mockserver.process.remote import NoAnswer

_MARKS = {"shown": "ok", "not seen": "-", "wrong": "WRONG", "cannot tell": "?"}
_EVIDENCE = ("requests", "deliveries", "facts")
_LEGEND = ", ".join(f"{mark} {verdict}" for verdict, mark in _MARKS.items())


def fetch(url: str, token: str | None, **asked: str | None) -> dict[str, Any]:
    """The checklist of the server at ``url``; what is None is not asked for. Raises NoAnswer."""
    query = urlencode({name: value for name, value in asked.items() if value is not None})
    answer = remote.call(url, token, f"/checklist?{query}")
    try:
        content = json.loads(answer)
    except ValueError as error:
        raise NoAnswer(f"no server answers at {url}") from error
    if not isinstance(content, dict) or "points" not in content:
        raise NoAnswer(f"{url} is not a vipps-mockserver with a checklist")
    if "examples" not in content:
        raise NoAnswer(f"{url} is a vipps-mockserver of an earlier version: use the command of the same one")
    return content


def printed(report: dict[str, Any], form: str) -> str:
    """The checklist as text, json, markdown or html, without the line break at its end."""
    if form == "json":
        return json.dumps(report, indent=2)
    return table(report) if form == "text" else _document(report, form)


def _document(report: dict[str, Any], form: str) -> str:
    from mockserver.checklist.document.html import as_html
    from mockserver.checklist.document.markdown import as_markdown
    from mockserver.checklist.document.sheet import sheet

    made = sheet(report)
    return (as_html(made) if form == "html" else as_markdown(made)).rstrip("\n")


def table(report: dict[str, Any]) -> str:
    """The checklist as text, a few lines for each point."""
    lines = []
    for point in report["points"]:
        lines.append(f"{_MARKS[point['verdict']]:6}{point['id']:32}{point['title']}")
        proof = [f"{name} {', '.join(map(str, point[name]))}" for name in _EVIDENCE if point[name]]
        words = clean(point["explanation"]) + (f" ({clean('; '.join(proof))})" if proof else "")
        lines += textwrap.wrap(words, 100, initial_indent=" " * 6, subsequent_indent=" " * 6)
    lines.append(", ".join(f"{count} {verdict}" for verdict, count in report["summary"].items()))
    lines.append(f"Marks: {_LEGEND}. Numbers are those of GET /_mock/requests and /_mock/webhooks/deliveries.")
    journal = report["journal"]
    if journal["lost"] or not journal["size"]:
        lines.append(
            f"The journal keeps {journal['size']} requests; {journal['lost']} older ones are gone and not judged."
        )
    return "\n".join(lines)
