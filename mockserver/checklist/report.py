"""The checklist as it is told: every point with its verdict, and the requests and webhooks that bear it out."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import mockserver
from mockserver.checklist import examples
from mockserver.checklist.history import history
from mockserver.checklist.points.finding import Finding, Verdict
from mockserver.checklist.points.points import Checklist, Point
from mockserver.checklist.points.stated import LONGEST, NAMES, Statements
from mockserver.core.background import in_background
from mockserver.core.engine import Tx
from mockserver.core.errors import Malformed, Violation
from mockserver.core.instants import timestamp
from mockserver.core.values import frozen
from mockserver.web.inturn import in_turn
from mockserver.web.known import Known
from mockserver.web.runtime import Runtime
from mockserver.web.secrets import known
from mockserver.world.services.directory import directory


@frozen
class Asked:
    """What somebody wants to know: of one sales unit, of one checklist, each None for all; and what they say."""

    msn: str | None
    api: str | None
    statements: Statements


def asked(tx: Tx, checklist: Checklist, given: Mapping[str, str]) -> Asked:
    """A query or the fields of a form as a question; raises Malformed with what is wrong with each field."""
    api, msn = given.get("api"), given.get("msn")
    said = {name: given.get(name, "").strip() for name in NAMES}
    violations = [
        Violation(name, f"Must have at most {LONGEST} characters") for name in NAMES if len(said[name]) > LONGEST
    ]
    if api is not None and api not in checklist.apis:
        there_are = ", ".join(checklist.apis)
        violations.append(Violation("api", f"There is no such checklist; there are: {there_are}"))
    if msn is not None and not _exists(tx, msn):
        violations.append(Violation("msn", "There is no such sales unit"))
    if violations:
        raise Malformed(violations)
    return Asked(msn, api, Statements(**said, pilot_exists=_exists(tx, said["pilot"])))


def _exists(tx: Tx, msn: str) -> bool:
    return directory(tx).unit(tx.connection, msn) is not None


async def report(runtime: Runtime, tx: Tx, checklist: Checklist, question: Asked) -> dict[str, Any]:
    """The answer, as JSON has it, without secrets."""
    seen = await history(runtime, tx, checklist, question.msn, question.statements)
    findings = await in_background(partial(checklist.judge, seen, question.api))
    secrets = known(runtime.engine.reading())
    shown = examples.of(seen, [found for _, found in findings], secrets)
    return {
        "at": timestamp(runtime.engine.clock.now()),
        "version": mockserver.__version__,
        "msn": question.msn,
        "checklists": [{"api": each.api, "name": each.told_as} for each in checklist.all if each.points],
        "statements": {name: secrets.without(said) for name, said in question.statements.as_given().items()},
        "points": [_point(point, found, secrets) for point, found in findings],
        "examples": [each async for each in in_turn(shown)],
        "summary": _counted(found for _, found in findings),
        "journal": {"size": runtime.journal.size, "lost": runtime.journal.lost()},
    }


def _counted(findings: Iterable[Finding]) -> dict[str, int]:
    verdicts = [found.verdict for found in findings]
    return {str(each): verdicts.count(each) for each in Verdict}


def _point(point: Point, found: Finding, secrets: Known) -> dict[str, Any]:
    return {
        "id": point.id,
        "api": point.api,
        "title": point.title,
        "source": point.source,
        "verdict": found.verdict,
        "explanation": secrets.without(found.words),
        "requests": list(found.requests),
        "deliveries": list(found.deliveries),
        "facts": [secrets.without(each) for each in found.facts],
    }
