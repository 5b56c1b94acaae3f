"""How the Login API refuses: OAuth's JSON for servers; for browsers, back to the client or a page."""

from urllib.parse import quote

from mockserver.apis.login.domain.authorization import OAuthError, PageError, RedirectError, Return
from mockserver.apis.login.domain.backchannel import BackchannelError
from mockserver.core.errors import DomainError, Refusal
from mockserver.core.ids import Ids
from mockserver.core.urls import leads_away
from mockserver.web import pages
from mockserver.web.http import NEVER_KEPT, Answer, Headers, json_answer
from mockserver.web.problems import HttpRefused

NO_STORE: Headers = [*NEVER_KEPT, (b"pragma", b"no-cache")]

LOGOUT = "/oauth2/sessions/logout"
"""What the path of a logout ends with."""

_AS_IT_IS = "".join(map(chr, range(0x21, 0x7F)))


def refuse(ids: Ids, path: str, refusal: Refusal) -> Answer:
    """The answer to a refused request."""
    match refusal:
        case PageError():
            text = f"{refusal.description} ({refusal.error})"
            title = "This logout has failed" if path.endswith(LOGOUT) else "This login cannot start"
            return pages.plain(refusal.status, title, text)
        case RedirectError():
            return send_back(refusal.way_back)
        case BackchannelError():
            return _backchannel(refusal)
        case OAuthError():
            return oauth(refusal.status, refusal.error, refusal.description, debug=refusal.debug)
        case HttpRefused():
            return oauth(refusal.status, "invalid_request", str(refusal))
        case DomainError() if refusal.code.status >= 500:
            return oauth(500, "server_error", refusal.detail)
        case _:
            return oauth(400, "invalid_request", str(refusal))


def _backchannel(refusal: BackchannelError) -> Answer:
    answer = oauth(refusal.status, refusal.error, refusal.description, refusal.error_code)
    if refusal.retry_after is not None:
        answer.headers = [*(answer.headers or ()), (b"retry-after", str(refusal.retry_after).encode())]
    return answer


def oauth(status: int, error: str, description: str, code: str | None = None, debug: str | None = None) -> Answer:
    """An error in OAuth's shape; ``error_code`` is the status, as the specification has it, or a documented word."""
    content = {"error": error, "error_description": description, "error_code": code or status}
    if debug is not None:
        content["error_debug"] = debug
    answer = json_answer(status, content)
    challenge = [(b"www-authenticate", b'Basic realm="login"')] if status == 401 else []
    answer.headers = [*NO_STORE, *challenge]
    return answer


def send_back(back: Return) -> Answer:
    """Send the browser back to the client, the way that the client asked for."""
    url = back.url
    return pages.posting(back.redirect_uri, back.parameters) if url is None else redirect(url)


def redirect(url: str) -> Answer:
    """Send the browser on, if it can go there."""
    if not leads_away(url):
        return pages.plain(
            400, "This login cannot go back", "The address of the client is none that a browser may follow."
        )
    location = quote(url, safe=_AS_IT_IS).encode()
    return Answer(302, b"", b"text/plain", [(b"location", location), *NO_STORE])
