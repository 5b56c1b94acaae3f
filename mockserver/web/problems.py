"""The two shapes of error that APIs share: the gateway's and RFC 7807 problems."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus

from mockserver.core.errors import (
    AccessDenied,
    Code,
    DomainError,
    Forbidden,
    Locked,
    Malformed,
    NamedRefusal,
    NotFound,
    Refusal,
)
from mockserver.core.ids import Ids
from mockserver.web.http import PROBLEM_JSON, Answer, json_answer

TYPE = "https://developer.vippsmobilepay.com/docs/knowledge-base/errors"
"""Where the platform documents its problems."""
INVALID = "The request is not valid"

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
        "type": f"https://httpstatuses.io/{status}",
        "title": title,
        "detail": detail,
        "instance": path,
        "status": status,
        "traceId": ids.trace_id(),
        "extraDetails": [{"name": name, "reason": reason} for name, reason in extra],
    }
    return json_answer(status, content, PROBLEM_JSON)


def within_product(path: str) -> str:
    """A path as problems name it: without the product in front (``/v1/payments``)."""
    return path[path.index("/", 1) :] if "/" in path[1:] else path


def of_refusal(
    ids: Ids, path: str, refusal: Refusal, *, invalid: str = INVALID, texts: Mapping[Code, str] | None = None
) -> Answer:
    """The answer to a refused request, by what refused it.

    ``invalid`` is the detail of a malformed request, ``texts`` are the documented details of errors with a code.
    """
    match refusal:
        case DomainError():
            code = refusal.code
            extra = [("ErrorCode", code.number)]
            if refusal.field:
                extra.append((refusal.field, refusal.detail))
            detail = refusal.detail if refusal.verbatim else (texts or {}).get(code, refusal.detail)
            return problem(ids, path, code.status, code.title, detail, extra)
        case Malformed():
            extra = [(violation.field, violation.reason) for violation in refusal.violations]
            return problem(ids, path, 400, "Bad Request", invalid, extra)
        case NamedRefusal():
            extra = [(violation.field, violation.reason) for violation in refusal.violations]
            return problem(ids, path, refusal.status, HTTPStatus(refusal.status).phrase, refusal.detail, extra)
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
