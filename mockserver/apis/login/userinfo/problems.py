"""How Userinfo refuses: problems of its own shape, with the status as text and an id as instance."""

from mockserver.core.errors import AccessDenied, DomainError, Forbidden, NotFound, Refusal
from mockserver.core.ids import Ids
from mockserver.web.http import Answer, json_answer
from mockserver.web.problems import TYPE, HttpRefused

CONTENT_TYPE = b"application/json;charset=UTF-8"


def refuse(ids: Ids, path: str, refusal: Refusal) -> Answer:
    """The answer to a refused request."""
    match refusal:
        case AccessDenied():
            answer = problem(ids, 401, "Unauthorized", str(refusal))
            answer.headers = [(b"www-authenticate", b'Bearer realm="userinfo", error="invalid_token"')]
            return answer
        case Forbidden():
            return problem(ids, 403, "Forbidden", str(refusal))
        case NotFound():
            return problem(ids, 404, "Not Found", str(refusal))
        case HttpRefused():
            return problem(ids, refusal.status, refusal.title, str(refusal))
        case DomainError() if refusal.code.status >= 500:
            return problem(ids, 500, "Internal Server Error", refusal.detail)
        case _:
            return problem(ids, 400, "Bad Request", str(refusal))


def problem(ids: Ids, status: int, title: str, detail: str) -> Answer:
    """A problem as the specification has it."""
    content = {
        "type": TYPE,
        "title": title,
        "status": str(status),
        "detail": detail,
        "instance": ids.guid(),
        "extraInfo": {},
    }
    return json_answer(status, content, CONTENT_TYPE)
