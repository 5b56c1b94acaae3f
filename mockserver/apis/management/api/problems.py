"""How the Management API refuses: RFC 7807 with key and value in ``extraDetails`` and a URN as ``instance``.

401 and 429 come from the gateway, in its own shape.
"""

from collections.abc import Iterable

from mockserver.core.errors import AccessDenied, DomainError, Forbidden, IllegalAction, Malformed, NotFound, Refusal
from mockserver.core.ids import Ids
from mockserver.web import problems
from mockserver.web.http import PROBLEM_JSON, Answer, json_answer
from mockserver.web.problems import HttpRefused


def refuse(ids: Ids, path: str, refusal: Refusal) -> Answer:
    """The answer to a refused request, by what refused it."""
    match refusal:
        case AccessDenied():
            return problems.gateway(401, str(refusal))
        case Malformed():
            extra = [(violation.field, violation.reason) for violation in refusal.violations]
            return _problem(ids, 400, "Bad Request", "The request is not valid", extra)
        case IllegalAction():
            return _problem(ids, 400, "Bad Request", str(refusal))
        case DomainError():
            return _problem(ids, refusal.code.status, refusal.code.title, refusal.detail)
        case Forbidden():
            return _problem(ids, 403, refusal.title, str(refusal))
        case NotFound():
            return _problem(ids, 404, "Not Found", str(refusal))
        case HttpRefused():
            return _problem(ids, refusal.status, refusal.title, str(refusal))
        case _:
            return problems.of_refusal(ids, path, refusal)


def _problem(ids: Ids, status: int, title: str, detail: str, extra: Iterable[tuple[str, str]] | None = None) -> Answer:
    content = {
        "type": problems.TYPE,
        "title": title,
        "status": status,
        "detail": detail,
        "instance": f"urn:uuid:{ids.guid()}",
        "extraDetails": None if extra is None else [{"key": key, "value": value} for key, value in extra],
    }
    return json_answer(status, content, PROBLEM_JSON)
