"""The checklist through the control API."""

from typing import Any

from starlette.requests import Request as HttpRequest

from mockserver.checklist import report
from mockserver.checklist.points.points import Checklist
from mockserver.checklist.points.stated import NAMES
from mockserver.web import control as requests
from mockserver.web.runtime import Runtime


@requests.takes("msn", "api", *NAMES)
async def get_checklist(runtime: Runtime, request: HttpRequest) -> Any:
    """Says which points of the official checklists have been shown, and by what, with examples; filters: msn, api.

    description, documentation, pilot and demo are what only you can say; nothing of it is kept.
    """
    checklist = runtime.parts.of(Checklist)
    tx = runtime.engine.reading()
    return await report.report(runtime, tx, checklist, report.asked(tx, checklist, request.query_params))


ROWS = (("GET", "/checklist", get_checklist),)
"""Method, path under /_mock, handler."""
