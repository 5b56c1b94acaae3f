"""Emails to merchants and partners, through the control API."""

from typing import Any

from starlette.requests import Request

from mockserver.core.instants import timestamp
from mockserver.mail import services as emails
from mockserver.mail.domain import StoredEmail
from mockserver.web import control as requests
from mockserver.web.runtime import Runtime


@requests.takes("address", "order", "limit")
async def get_emails(runtime: Runtime, request: Request) -> Any:
    """Lists emails to merchants and partners, the latest first; filters: address, order, limit."""
    filters = dict(request.query_params)
    found = emails.newest(
        runtime.engine.reading(),
        address=filters.get("address"),
        order_id=filters.get("order"),
        limit=requests.number(filters, "limit", 100) or 0,
    )
    return {"emails": [_view(each) for each in found]}


def _view(stored: StoredEmail) -> dict[str, Any]:
    email = stored.email
    return {
        "id": stored.id,
        "kind": email.kind,
        "order": email.order_id or None,
        "address": email.address,
        "subject": email.subject,
        "text": email.text,
        "writtenAt": timestamp(email.written_at),
        "state": email.state,
        "tries": email.tries,
        "failure": email.failure,
    }


ROWS = (("GET", "/emails", get_emails),)
"""Method, path under /_mock, handler."""
