"""Server-rendered pages: escaped templates, a strict content security policy, CSRF tokens."""

import datetime
import hashlib
import re
import secrets
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import Enum
from functools import cache
from hmac import compare_digest
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mockserver.core.engine import StoreFull
from mockserver.core.errors import NotFound, Refusal
from mockserver.core.urls import leads_away
from mockserver.web import links, texts
from mockserver.web.http import LARGEST_FORM, Answer, BodyTooLarge, ClientGone, read_body
from mockserver.web.sessions import Sessions

if TYPE_CHECKING:
    from jinja2 import BytecodeCache, Environment

CSRF = "csrf"
SESSIONS = "mockserver.sessions"
"""Under this name the scope of a request has what makes the tokens of forms."""
_COOKIE = "mock_visitor"
NOSNIFF = {"X-Content-Type-Options": "nosniff"}
_HEADERS = NOSNIFF | {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",  # with no-referrer, browsers send forms of ours with Origin: null
}
_HOST_SOURCE = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?")
"""What a content security policy can name; not an IPv6 address."""
_POST_BY_ITSELF = "document.forms[0].submit()"
_SHARED = "mockserver.web"
"""Where the templates are that all rooms extend."""
_UNSAID: dict[str, Any] = {
    "message": None,
    "told": None,
    "undone": "",
    "wrong": {},
    "warnings": {},
    "typed": {},
    "labels": {},
    "starts": (),
}
"""What shared templates ask for, where a page has nothing of it to say."""

Page = Callable[[Request], Awaitable[Response]]


class Who(Enum):
    """Who may open a page; the value says it in the documents."""

    ANYBODY = "anybody"
    LINK = "whoever has the link, which cannot be guessed"
    OPERATOR = "whoever has the admin token, if there is one"


class PageRoute(Route):
    """A page, or what is sent to it: ``who`` may."""

    def __init__(self, path: str, page: Page, method: Literal["GET", "POST"], who: Who) -> None:
        super().__init__(path, page, methods=[method])
        self.who = who


class BadForm(Refusal):
    """The form did not come from our own page, or is no form."""


@cache
def _templates(*packages: str) -> "Environment":
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    loader = ChoiceLoader([PackageLoader(each) for each in (*packages, _SHARED)])
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        bytecode_cache=_compiled(),
    )
    environment.install_gettext_callables(texts.text, texts.counted, newstyle=True)  # type: ignore[attr-defined]
    environment.filters["link"] = _link
    environment.globals.update(text=texts.text, style=links.STYLE, icon=links.ICON, **_UNSAID)
    return environment


@cache
def _compiled() -> "BytecodeCache":
    from mockserver.web.compiled import Compiled

    return Compiled()


def prepare() -> None:
    """Load and compile what all pages share, which takes a tenth of a second; may run in a thread."""
    environment = _templates(_SHARED)
    for name in environment.list_templates(("html",)):
        environment.get_template(name)


def _link(url: str) -> str:
    """An address from elsewhere as links name it; a page that is empty in the place of one that leads nowhere good."""
    return url if leads_away(url) else "about:blank"


def visitor(request: Request) -> str:
    """What tells the browsers of visitors apart; empty for one that has seen no page yet."""
    return request.cookies.get(_COOKIE, "")


def wants_html(request: Request) -> bool:
    """Whether whoever asks is a browser rather than a program: those name HTML."""
    return "text/html" in request.headers.get("accept", "")


def _sessions(request: Request) -> Sessions:
    sessions: Sessions = request.scope[SESSIONS]
    return sessions


def moment(at: int) -> str:
    """A time for people; ``at`` in milliseconds since 1970 (UTC)."""
    when = datetime.datetime.fromtimestamp(at / 1000, datetime.UTC)
    month = texts.text(f"{when:%B}")
    return texts.text("{day} {month} {at} UTC", day=when.day, month=month, at=f"{when:%Y, %H:%M}")


def render(
    request: Request,
    package: str,
    template: str,
    status: int = 200,
    also: tuple[str, ...] = (),
    *,
    scripts: bool = False,
    **values: Any,
) -> Response:
    """A page of a room's template; every form in it must hold ``csrf`` in a field of that name.

    ``also``: packages whose templates it includes. ``scripts``: it may run those that this server has as files, and
    these may ask this server.
    """
    known = visitor(request)
    cookie = known or secrets.token_urlsafe(24)
    for name in ("message", "told", "undone"):
        if values.get(name):
            values[name] = texts.text(values[name])
    for name in ("labels", "wrong", "warnings"):
        values[name] = {field: texts.text(said) for field, said in values.get(name, {}).items()}
    html = _templates(package, *also).get_template(template).render(values | {CSRF: _sessions(request).of_form(cookie)})
    response = Response(html, status, _HEADERS, media_type="text/html; charset=utf-8")
    if scripts:
        response.headers["Content-Security-Policy"] += "; script-src 'self'; connect-src 'self'"
    if not known:
        secure = request.url.scheme == "https"
        response.set_cookie(_COOKIE, cookie, httponly=True, samesite="lax", secure=secure)
    return response


def rendered(package: str, template: str, **values: Any) -> str:
    """A room's template as the text of a file, which no server has to answer for: without forms."""
    return _templates(package).get_template(template).render(values)


def plain(status: int, title: str, text: str) -> Answer:
    """A page that says one thing, for an API that has to answer a browser."""
    html = _templates(_SHARED).get_template("message.html").render(title=texts.text(title), text=texts.text(text))
    headers = [(name.lower().encode(), value.encode()) for name, value in _HEADERS.items()]
    return Answer(status, html.encode(), b"text/html; charset=utf-8", headers)


def posting(action: str, fields: Mapping[str, str]) -> Answer:
    """A page that posts a form to a client by itself, and by a button where scripts are off.

    It alone may run a script, that one, and send a form elsewhere: to the client, and on to wherever that sends the
    browser, since browsers hold the redirects of a form to the page's policy.
    """
    from markupsafe import Markup

    parts = urlsplit(action)
    where = f"{parts.scheme}://{parts.netloc}"
    sources = f"{where} https: http:" if _HOST_SOURCE.fullmatch(where) else "https: http:"
    values = {"action": action, "fields": fields, "where": where}
    template = _templates(_SHARED).get_template("post.html")
    html = template.render(values, script=Markup(_POST_BY_ITSELF))  # noqa: S704 - our own constant
    digest = b64encode(hashlib.sha256(_POST_BY_ITSELF.encode()).digest()).decode()
    policy = _HEADERS["Content-Security-Policy"].replace("form-action 'self'", f"form-action {sources}")
    own = {"Content-Security-Policy": f"{policy}; script-src 'sha256-{digest}'", "Referrer-Policy": "origin"}
    headers = [(name.lower().encode(), value.encode()) for name, value in (_HEADERS | own).items()]
    return Answer(200, html.encode(), b"text/html; charset=utf-8", headers)


def response(answer: Answer) -> Response:
    """An answer of an API as one of a page."""
    headers = {name.decode(): value.decode() for name, value in answer.headers or ()}
    return Response(answer.body, answer.status, headers, media_type=answer.content_type.decode())


def message(request: Request, status: int, title: str, text: str, starts: Sequence[tuple[str, str]] = ()) -> Response:
    """A page that says one thing, with links to pages to start from (address, name)."""
    where = [(address, texts.text(name)) for address, name in starts]
    return render(
        request, _SHARED, "message.html", status, title=texts.text(title), text=texts.text(text), starts=where
    )


def guarded(page: Page, nothing: str) -> Page:
    """The page, or one that says why there is none; ``nothing`` is what to say instead of NotFound."""

    async def answer(request: Request) -> Response:
        try:
            return await page(request)
        except NotFound:
            return message(request, 404, "Not found", nothing, links.STARTS)
        except BadForm as error:
            return message(request, 403, "Not accepted", str(error))
        except BodyTooLarge:
            return message(request, 413, "Not accepted", "The form is too large.")
        except ClientGone:
            return Response(status_code=400)
        except StoreFull:
            text = "The emulator's store is full: reset it, or raise store_limit."
            return message(request, 507, "Not possible", text)

    return answer


async def _style(request: Request) -> Response:
    css = resources.files(_SHARED).joinpath("templates/style.css").read_bytes()
    return Response(css, media_type="text/css", headers={"Cache-Control": "max-age=3600"} | NOSNIFF)


async def _icon(request: Request) -> Response:
    from mockserver.web import icon

    return Response(
        icon.ico(), media_type="image/vnd.microsoft.icon", headers={"Cache-Control": "max-age=86400"} | NOSNIFF
    )


def shared() -> list[PageRoute]:
    """What all pages load, for one server: style sheet and icon."""
    return [
        PageRoute(links.STYLE, _style, "GET", Who.ANYBODY),
        PageRoute(links.ICON, _icon, "GET", Who.ANYBODY),
    ]


async def read_form(request: Request, largest: int = LARGEST_FORM) -> dict[str, str]:
    """The fields of a form that our own page sent; raises BadForm otherwise, BodyTooLarge above ``largest`` bytes."""
    body = await read_body(request.receive, largest)
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=100)
    except ValueError:
        raise BadForm("This is not a form") from None
    form = {name: values[-1] for name, values in fields.items()}
    known = visitor(request)
    if not known or not compare_digest(form.get(CSRF, "").encode(), _sessions(request).of_form(known).encode()):
        raise BadForm("This form has expired: go back, load the page again, and send it once more")
    return form
