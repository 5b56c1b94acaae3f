"""Queries and form bodies of the operations that take them, and the cookies of browsers."""

from urllib.parse import parse_qs

from starlette.requests import cookie_parser

from mockserver.apis.login.domain.authorization import OAuthError, Parameters
from mockserver.web.http import LARGEST_FORM, query_string, text
from mockserver.web.operations import Call

FORM = b"application/x-www-form-urlencoded"
_MOST_FIELDS = 100


def query(call: Call) -> Parameters:
    """The query's parameters; raises OAuthError for what is none."""
    return _parse(query_string(call.scope))


def form(call: Call) -> Parameters:
    """The form body's parameters; raises OAuthError for another content type, and for what is no form."""
    kind = call.headers.get(b"content-type", FORM).partition(b";")[0].strip().lower()
    if kind != FORM and call.body.strip():
        raise OAuthError(400, "invalid_request", "The Content-Type must be application/x-www-form-urlencoded.")
    if len(call.body) > LARGEST_FORM:
        raise OAuthError(400, "invalid_request", f"A form is not larger than {LARGEST_FORM} bytes.")
    return _parse(call.body.decode("latin-1"))


def _parse(content: str) -> Parameters:
    try:
        return parse_qs(content, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:
        raise OAuthError(400, "invalid_request", "The parameters are not form encoded UTF-8.") from None


def cookie(call: Call, name: str) -> str | None:
    """A cookie of the browser that calls."""
    return cookie_parser(text(call.headers, b"cookie") or "").get(name)
