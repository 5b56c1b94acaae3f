"""What stands in the document, whatever its format: made of the answer of the control API, each text in one line."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from mockserver.core.urls import UrlKind, classify
from mockserver.core.values import frozen

_STATED: Final = {
    "description": "The solution",
    "documentation": "Documentation for merchants",
    "pilot": "Pilot customer (MSN)",
    "demo": "Demo, screenshots or video",
}
Field = tuple[str, str]
"""What it is called, and what it says."""


@frozen
class Evidence:
    """What bears a verdict out: an example further down (``anchor``), an address (``link``), or just a name."""

    text: str
    anchor: str | None = None
    link: str | None = None


@frozen
class Line:
    """A point with its verdict."""

    id: str
    title: str
    source: str
    verdict: str
    words: str
    evidence: tuple[Evidence, ...]


@frozen
class Part:
    """One checklist."""

    name: str
    lines: tuple[Line, ...]


@frozen
class Example:
    """One request or webhook."""

    anchor: str
    title: str
    fields: tuple[Field, ...]


@frozen
class Sheet:
    """The whole document. ``gone`` says what could not be looked at any more; empty when nothing."""

    about: tuple[Field, ...]
    counts: tuple[tuple[str, int], ...]
    parts: tuple[Part, ...]
    examples: tuple[Example, ...]
    gone: str


def one_line(text: object) -> str:
    """The text without line breaks, and with escapes for what cannot be printed: it may come from anybody."""
    words = " ".join(str(text).split())
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in words)


def sheet(report: Mapping[str, Any]) -> Sheet:
    """The document of an answer to ``GET /_mock/checklist``."""
    examples = tuple(_example(each) for each in report["examples"])
    known = {each.anchor for each in examples}
    parts = (
        Part(one_line(each["name"]), _lines(report["points"], each["api"], known)) for each in report["checklists"]
    )
    return Sheet(
        tuple(_about(report)),
        tuple((one_line(verdict), int(count)) for verdict, count in report["summary"].items()),
        tuple(part for part in parts if part.lines),
        examples,
        _gone(report["journal"]),
    )


def _about(report: Mapping[str, Any]) -> Iterator[Field]:
    yield "Made at", moment(report["at"])
    yield "Made by", f"vipps-mockserver {one_line(report['version'])}"
    yield "Sales unit (MSN)", one_line(report["msn"] or "all")
    for name, called in _STATED.items():
        if report["statements"].get(name):
            yield called, one_line(report["statements"][name])


def _gone(journal: Mapping[str, Any]) -> str:
    if not journal["lost"] and journal["size"]:
        return ""
    return f"The journal keeps {int(journal['size'])} requests; {int(journal['lost'])} older ones are not judged."


def _lines(points: Sequence[Mapping[str, Any]], api: str, known: set[str]) -> tuple[Line, ...]:
    return tuple(_line(each, known) for each in points if each["api"] == api)


def _line(point: Mapping[str, Any], known: set[str]) -> Line:
    id_, title, source, verdict, words = (
        one_line(point[name]) for name in ("id", "title", "source", "verdict", "explanation")
    )
    return Line(id_, title, source, verdict, words, tuple(_evidence(point, known)))


def _evidence(point: Mapping[str, Any], known: set[str]) -> Iterator[Evidence]:
    for kind, numbers in (("request", point["requests"]), ("webhook", point["deliveries"])):
        for number in numbers:
            anchor = f"{kind}-{int(number)}"
            yield Evidence(f"{kind} {int(number)}", anchor if anchor in known else None)
    for fact in point["facts"]:
        yield Evidence(one_line(fact), link=fact if classify(fact) is UrlKind.PUBLIC else None)


def _example(given: Mapping[str, Any]) -> Example:
    kind, number = ("webhook", given["delivery"]) if given["request"] is None else ("request", given["request"])
    title = f"{kind.capitalize()} {int(number)}: {one_line(given['operation'])}"
    return Example(f"{kind}-{int(number)}", title, tuple(_fields(given)))


def _fields(given: Mapping[str, Any]) -> Iterator[Field]:
    yield "time", moment(given["at"])
    if given["path"] is not None:
        yield "call", one_line(f"{given['method']} {given['path']}")
    yield "answer", one_line(given["status"] or "none")
    named = {"Merchant-Serial-Number": given["msn"], "reference": given["reference"], **given["details"]}
    yield from ((one_line(name), one_line(value)) for name, value in named.items() if value)
    if given["request"] is not None:
        sent = "; ".join(f"{name}: {value}" for name, value in given["headers"].items())
        yield "HTTP headers", one_line(sent or "none of those that are asked for")


def moment(at: str) -> str:
    """A time of the control API, to the second."""
    return one_line(f"{at[:10]} {at[11:19]} UTC")
