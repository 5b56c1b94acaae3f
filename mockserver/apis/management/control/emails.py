"""Emails to merchants and partners, through the control API."""

from typing import Any

from starlette.requests import Request

from mockserver.apis.management.control import views
from mockserver.apis.management.services import emails
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
    return {"emails": [views.email(each) for each in found]}


ROWS = (("GET", "/emails", get_emails),)
"""Method, path under /_mock, handler."""
