"""Asks a running server for its checklist, and prints it."""

import http.client
import json
import textwrap
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlencode

_TIMEOUT = 30
_MARKS = {"shown": "ok", "not seen": "-", "wrong": "WRONG", "cannot tell": "?"}


class NoReport(Exception):
    """The server gave no checklist; the message says why, in one line."""


def fetch(url: str, token: str | None, msn: str | None, api: str | None) -> dict[str, Any]:
    """The checklist of the server at ``url``; raises NoReport."""
    query = urlencode({name: value for name, value in (("msn", msn), ("api", api)) if value is not None})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if not url.startswith(("http://", "https://")):
        raise NoReport(f"--url: {url} is no http or https address")
    try:
        asked = urllib.request.Request(f"{url.rstrip('/')}/_mock/checklist?{query}", headers=headers)  # noqa: S310
        with opener.open(asked, timeout=_TIMEOUT) as answer:
            content = json.load(answer)
    except urllib.error.HTTPError as error:
        raise NoReport(f"{url} answers {error.code}: {_reason(error)}") from error
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as error:
        raise NoReport(f"no server answers at {url}") from error
    if not isinstance(content, dict) or "points" not in content:
        raise NoReport(f"{url} is no vipps-mockserver with a checklist")
    return content


def _reason(error: urllib.error.HTTPError) -> str:
    try:
        problem = json.load(error)
        details = [f"{each['name']}: {each['reason']}" for each in problem.get("extraDetails") or []]
        return "; ".join(details) or str(problem["detail"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return error.reason


def table(report: dict[str, Any]) -> str:
    """The checklist as text, a few lines for each point."""
    lines = []
    for point in report["points"]:
        lines.append(f"{_MARKS[point['verdict']]:6}{point['id']:32}{point['title']}")
        proof = [f"{name} {', '.join(map(str, point[name]))}" for name in ("requests", "deliveries") if point[name]]
        words = point["explanation"] + (f" ({'; '.join(proof)})" if proof else "")
        lines += textwrap.wrap(words, 100, initial_indent=" " * 6, subsequent_indent=" " * 6)
    lines.append(", ".join(f"{count} {verdict}" for verdict, count in report["summary"].items()))
    journal = report["journal"]
    if journal["lost"] or not journal["size"]:
        lines.append(
            f"The journal keeps {journal['size']} requests; {journal['lost']} older ones are gone and not judged."
        )
    return "\n".join(lines)
