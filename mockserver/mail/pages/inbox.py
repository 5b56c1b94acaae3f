"""The pages of emails: all addresses, one inbox, one email."""

import re
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from mockserver.core.engine import Tx
from mockserver.core.instants import timestamp
from mockserver.mail import services as emails
from mockserver.mail.domain import EmailState, StoredEmail
from mockserver.mail.pages.linked import pieces
from mockserver.web import links, pages
from mockserver.web.pages import Page, PageRoute, Who
from mockserver.web.runtime import Runtime
from mockserver.web.texts import text

PACKAGE: Final = "mockserver.mail.pages"
ON_A_PAGE: Final = 25
"""Emails."""
MOST_ADDRESSES: Final = 100
"""Addresses that are listed, those with the latest emails."""
LONGEST: Final = 200
"""Characters of an address or an order's id that somebody asks for."""
LABELS: Final = {"address": "Email address"}
STATES: Final = {
    EmailState.WAITING: "Waits for the mail server",
    EmailState.SENT: "Handed to the mail server",
    EmailState.FAILED: "The mail server did not take it",
}
"""What became of an email, where a mail server is set."""
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


class MailPages:
    """Everybody's emails, on one server."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def routes(self) -> list[PageRoute]:
        """The list, which is an inbox when it is asked for one, and each email."""
        return [
            PageRoute(links.MAIL, _guarded(self.show), "GET", Who.OPERATOR),
            PageRoute(f"{links.MAIL}/{{id}}", _guarded(self.read), "GET", Who.OPERATOR),
        ]

    async def show(self, request: Request) -> Response:
        """The latest emails, a page of them: to one address, about one order, or all, with who has got some."""
        query, tx = request.query_params, self._runtime.engine.reading()
        address, order = query.get("address", "").strip()[:LONGEST], query.get("order", "")[:LONGEST]
        values = _page(tx, address or None, order or None, _number(query.get("before", "")))
        if not (address or order):
            values["addresses"] = emails.addresses(tx, MOST_ADDRESSES)
        return pages.render(request, PACKAGE, "inbox.html", **values)

    async def read(self, request: Request) -> Response:
        """One email."""
        number = _number(request.path_params["id"])
        stored = emails.find(self._runtime.engine.reading(), number or 0)
        return pages.render(
            request,
            PACKAGE,
            "email.html",
            shown=_shown(stored),
            pieces=list(pieces(stored.email.text)),
            inbox=_address(address=stored.email.address),
            about=_address(order=stored.email.order_id) if stored.email.order_id else None,
            mail=links.MAIL,
        )


def _guarded(page: Page) -> Page:
    return pages.guarded(page, "There is no such email. The oldest ones are forgotten when there are many.")


def _number(typed: str) -> int | None:
    """A number of an email; None for what is none."""
    return int(typed) if _NUMBER.fullmatch(typed) else None


def _page(tx: Tx, address: str | None, order: str | None, before: int | None) -> dict[str, Any]:
    found = emails.newest(tx, address=address, order_id=order, limit=ON_A_PAGE + 1, before=before)
    shown, more = found[:ON_A_PAGE], len(found) > ON_A_PAGE
    asked = {"address": address, "order": order}
    first = _address(**asked)
    return {
        "address": address,
        "order": order,
        "emails": [_shown(each) for each in shown],
        "older": _address(**asked, before=str(shown[-1].id)) if more else None,
        "newest": first if before is not None else None,
        "addresses": [],
        "labels": LABELS,
        "mail": links.MAIL,
    }


def _address(**query: str | None) -> str:
    given = {name: value for name, value in query.items() if value}
    return f"{links.MAIL}?{urlencode(given)}" if given else links.MAIL


def _shown(stored: StoredEmail) -> dict[str, Any]:
    email = stored.email
    return {
        "page": f"{links.MAIL}/{stored.id}",
        "subject": email.subject,
        "address": email.address,
        "at": timestamp(email.written_at),
        "moment": pages.moment(email.written_at),
        "state": text(STATES[email.state]) if email.state in STATES else None,
        "failure": email.failure,
    }
