"""Server-rendered pages: escaped templates, a strict content security policy, CSRF tokens."""

import secrets
from functools import cache
from hmac import compare_digest
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response

from mockserver.domain.errors import Refusal
from mockserver.web.http import read_body

if TYPE_CHECKING:
    from jinja2 import Environment

CSRF = "csrf"
_COOKIE = "mock_csrf"
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_LARGEST_FORM = 64 * 1024


class BadForm(Refusal):
    """The form did not come from our own page, or is no form."""


@cache
def _templates(package: str) -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(loader=PackageLoader(package), autoescape=True, undefined=StrictUndefined)


def render(request: Request, package: str, template: str, status: int = 200, **values: Any) -> Response:
    """A page of a room's template; every form in it must hold ``csrf`` in a field of that name."""
    token = request.cookies.get(_COOKIE) or secrets.token_urlsafe(24)
    html = _templates(package).get_template(template).render(values | {CSRF: token})
    response = Response(html, status, _HEADERS, media_type="text/html; charset=utf-8")
    if _COOKIE not in request.cookies:
        secure = request.url.scheme == "https"
        response.set_cookie(_COOKIE, token, httponly=True, samesite="lax", secure=secure)
    return response


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form that our own page sent; raises BadForm otherwise, BodyTooLarge when it is huge."""
    body = await read_body(request.receive, _LARGEST_FORM)
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=100)
    except ValueError:
        raise BadForm("This is not a form") from None
    form = {name: values[-1] for name, values in fields.items()}
    cookie = request.cookies.get(_COOKIE, "")
    if not cookie or not compare_digest(form.get(CSRF, "").encode(), cookie.encode()):
        raise BadForm("This form has expired: go back, load the page again, and send it once more")
    return form
