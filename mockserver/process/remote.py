"""Calls the control API of a running server, for commands."""

import http.client
import json
import re
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from mockserver.core.values import frozen
from mockserver.settings import PREFIX

_TIMEOUT = 120
_TOKEN = f"the control API asks for the admin token: set {PREFIX}ADMIN_TOKEN to it, or use --admin-token"


class NoAnswer(Exception):
    """The server did not do what it was asked for; the message says why, in one line."""


class Refused(NoAnswer):
    """It answered, and said no for this ``reason``."""

    def __init__(self, url: str, status: int, reason: str) -> None:
        super().__init__(f"{url} answers {status}: {reason}")
        self.status = status
        self.reason = reason


def call(url: str, token: str | None, path: str, body: bytes | None = None, method: str = "PUT") -> bytes:
    """What the server at ``url`` answers to a GET of a path under /_mock, or to a PUT of a body; raises NoAnswer.

    ``method`` is another one for the body.
    """
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if body is not None:
        headers["Content-Type"] = "application/json"
    address = f"{with_scheme(url).rstrip('/')}/_mock{path}"
    try:
        asked = urllib.request.Request(address, data=body, headers=headers, method="GET" if body is None else method)  # noqa: S310
        with opener.open(asked, timeout=_TIMEOUT) as answer:
            content: bytes = answer.read()
            return content
    except urllib.error.HTTPError as error:
        with error:
            raise Refused(url, error.code, _reason(error)) from error
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as error:
        raise NoAnswer(f"no server answers at {url}") from error


@frozen
class Server:
    """A running server, by its address and the token of its control API; its calls raise NoAnswer."""

    url: str
    token: str | None

    def get(self, *parts: str, **query: Any) -> Any:
        """The JSON of a GET of ``/part/part``; what is None is left out of the query."""
        known = {name: value for name, value in query.items() if value is not None}
        return self._understood(call(self.url, self.token, f"{_path(parts)}?{urlencode(known)}"))

    def post(self, *parts: str, **body: Any) -> Any:
        """The JSON of a POST; what is None is left out of the body."""
        known = {name: value for name, value in body.items() if value is not None}
        return self._understood(call(self.url, self.token, _path(parts), json.dumps(known).encode(), "POST"))

    def _understood(self, answer: bytes) -> Any:
        try:
            return json.loads(answer)
        except ValueError as error:
            raise NoAnswer(f"{self.url} is not a vipps-mockserver") from error


def _path(parts: tuple[str, ...]) -> str:
    return "/" + "/".join(quote(part, safe="") for part in parts)


def with_scheme(url: str) -> str:
    """The address of a server; ``host:port`` stands for plain HTTP. Raises NoAnswer for what is no address."""
    address = url if "://" in url else f"http://{url}"
    if not address.startswith(("http://", "https://")):
        raise NoAnswer(f"--url: {url} is not an http or https address")
    try:
        parts = urlsplit(address)
        if parts.port == 0:
            raise ValueError
    except ValueError:
        raise NoAnswer(f"--url: {url!r:.200} has no valid host, or its port is not a number from 1 to 65535") from None
    if "@" in parts.netloc:
        raise NoAnswer("--url: must not contain a user name or password; the control API takes --admin-token")
    if not parts.hostname or re.search(r"[\x00-\x20]", url):
        raise NoAnswer(f"--url: {url!r:.200} names no host")
    return address


def variables(url: str, token: str | None) -> dict[str, str]:
    """The variables that clients of the server at ``url`` need, safe for a shell to take; raises NoAnswer."""
    try:
        found: dict[str, str] = json.loads(call(url, token, "/keys"))["variables"]
        if found and all(re.fullmatch("VIPPS_[A-Z_]+", name) and isinstance(found[name], str) for name in found):
            return found
    except (ValueError, KeyError, TypeError):
        pass
    raise NoAnswer(f"{url} is not a vipps-mockserver")


def _reason(error: urllib.error.HTTPError) -> str:
    if error.code == 401 and '"_mock"' in error.headers.get("WWW-Authenticate", ""):
        return _TOKEN
    try:
        problem = json.load(error)
        details = {each["name"]: each["reason"] for each in problem.get("extraDetails") or []}
        code = details.pop("ErrorCode", None)
        named = "; ".join(f"{name}: {reason}" for name, reason in details.items())
        return (named or str(problem.get("detail") or problem["message"])) + (f" ({code})" if code else "")
    except (ValueError, KeyError, TypeError, AttributeError):
        return error.reason
