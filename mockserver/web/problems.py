"""The two shapes of error that APIs share: the gateway's and RFC 7807 problems."""

from collections.abc import Iterable

from mockserver.domain.errors import (
    AccessDenied,
    DomainError,
    Forbidden,
    Locked,
    Malformed,
    NotFound,
    Refusal,
)
from mockserver.ids import Ids
from mockserver.web.http import PROBLEM_JSON, Answer, json_answer

TYPE = "https://developer.vippsmobilepay.com/docs/knowledge-base/errors"
"""Where the platform documents its problems."""

Detail = tuple[str, str]


class HttpRefused(Refusal):
    """HTTP itself is the matter: a body too large, a content type that is no JSON."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title


class RateLimited(Refusal):
    """Too many calls in a minute; to be tried again in ``seconds``."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Rate limit is exceeded. Try again in {seconds} seconds.")
        self.seconds = seconds


def gateway(status: int, message: str) -> Answer:
    """An error in the gateway's own shape: 401, 404 of unknown paths, 429."""
    return json_answer(status, {"statusCode": status, "message": message})


def problem(ids: Ids, path: str, status: int, title: str, detail: str, extra: Iterable[Detail] = ()) -> Answer:
    """A problem as ePayment and Webhooks write it: ``extraDetails`` with name and reason, and a traceId."""
    content = {
        "type": TYPE,
        "title": title,
        "detail": detail,
        "instance": path,
        "status": status,
        "traceId": ids.trace_id(),
        "extraDetails": [{"name": name, "reason": reason} for name, reason in extra],
    }
    return json_answer(status, content, PROBLEM_JSON)


def of_refusal(ids: Ids, path: str, refusal: Refusal) -> Answer:
    """The answer to a refused request, by what refused it."""
    match refusal:
        case DomainError():
            code = refusal.code
            extra = [("ErrorCode", code.number)]
            if refusal.field:
                extra.append((refusal.field, refusal.detail))
            return problem(ids, path, code.status, code.title, refusal.detail, extra)
        case Malformed():
            extra = [(violation.field, violation.reason) for violation in refusal.violations]
            return problem(ids, path, 400, "Bad Request", "The request is not valid", extra)
        case HttpRefused():
            return problem(ids, path, refusal.status, refusal.title, str(refusal))
        case RateLimited():
            answer = gateway(429, str(refusal))
            answer.headers = [(b"retry-after", str(refusal.seconds).encode())]
            return answer
        case AccessDenied():
            return gateway(401, str(refusal))
        case Forbidden():
            return problem(ids, path, 403, refusal.title, str(refusal))
        case Locked():
            return problem(ids, path, 423, "Locked", str(refusal))
        case NotFound():
            return problem(ids, path, 404, "Not Found", str(refusal))
        case _:
            raise refusal
