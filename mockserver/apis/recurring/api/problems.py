"""How the Recurring API refuses: problems with a type of its own; 401 and 429 in the gateway's shape."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from mockserver.apis.recurring.domain.refusals import INVALID_INPUT, Problem
from mockserver.core.errors import (
    Code,
    DomainError,
    Forbidden,
    Locked,
    Malformed,
    NamedRefusal,
    NotFound,
    Refusal,
    Violation,
)
from mockserver.core.ids import Ids
from mockserver.web import problems
from mockserver.web.http import PROBLEM_JSON, Answer, json_answer
from mockserver.web.idempotency import HEADER
from mockserver.web.problems import HttpRefused

TYPES: Final = "https://developer.vippsmobilepay.com/docs/APIs/recurring-api/recurring-api-problems#"
NO_TYPE: Final = "about:blank"
INNER: Final = "/vipps-recurring-merchant-api"
"""What the paths of problems begin with, in the place of /recurring."""
_PRODUCT: Final = "/recurring"
_BY_STATUS: Final = {
    405: Problem.INVALID_METHOD,
    406: Problem.NOT_ACCEPTABLE,
    409: Problem.CONFLICT,
    415: Problem.UNSUPPORTED_MEDIA_TYPE,
}


def refuse(ids: Ids, path: str, refusal: Refusal) -> Answer:
    """The answer to a refused request."""
    match refusal:
        case NamedRefusal():
            return _problem(ids, path, refusal.name, refusal.status, refusal.detail, refusal.violations)
        case Malformed():
            name, detail = _of_malformed(refusal)
            return _problem(ids, path, name, 400, detail, refusal.violations)
        case Forbidden():
            return _problem(ids, path, Problem.INVALID_UNIT, 403, str(refusal))
        case NotFound():
            return _problem(ids, path, Problem.NOT_FOUND, 404, str(refusal))
        case Locked():
            return _problem(ids, path, Problem.CONFLICT, 409, str(refusal))
        case HttpRefused():
            return _problem(ids, path, _BY_STATUS.get(refusal.status), refusal.status, str(refusal))
        case DomainError():
            return _of_code(ids, path, refusal)
    return problems.of_refusal(ids, path, refusal)


def _of_malformed(refusal: Malformed) -> tuple[Problem, str]:
    first = refusal.violations[0]
    if first.field == HEADER:
        return Problem.IDEMPOTENCY_KEY, f"{HEADER}: {first.reason}"
    if first.field == "body" and first.reason.startswith("The body is not valid JSON"):
        return Problem.INVALID_JSON, first.reason
    return Problem.VALIDATION, INVALID_INPUT


def _of_code(ids: Ids, path: str, refusal: DomainError) -> Answer:
    name = None if refusal.code is Code.INTERNAL else Problem.VALIDATION
    violations = (Violation(refusal.field, refusal.detail),) if refusal.field else ()
    return _problem(ids, path, name, refusal.code.status, refusal.detail, violations)


def _problem(
    ids: Ids, path: str, name: str | None, status: int, detail: str, violations: Sequence[Violation] = ()
) -> Answer:
    content = {
        "type": NO_TYPE if name is None else f"{TYPES}{name}",
        "title": _PHRASES.get(status) or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": inner(path),
        "contextId": ids.guid(),
        "extraDetails": [{"name": each.field, "reason": each.reason} for each in violations],
    }
    return json_answer(status, content, PROBLEM_JSON)


_PHRASES: Final = {413: "Content Too Large"}
"""As RFC 9110 has them; Python 3.12 and before have older ones."""


def inner(path: str) -> str:
    """A path as problems name it: the platform's own one behind the gateway."""
    return f"{INNER}{path.removeprefix(_PRODUCT)}"
