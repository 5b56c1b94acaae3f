"""The checklist as a page, to be printed and sent in."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from mockserver.checklist import report
from mockserver.checklist.document.html import PACKAGE
from mockserver.checklist.document.sheet import Sheet, sheet
from mockserver.checklist.points.points import Checklist
from mockserver.core.errors import Malformed
from mockserver.web import links, pages
from mockserver.web.pages import PageRoute, Who
from mockserver.web.runtime import Runtime

_LABELS: Final = {
    "msn": "Sales unit (MSN)",
    "api": "Checklist",
    "description": "The solution",
    "documentation": "Documentation for merchants",
    "pilot": "Pilot customer (MSN)",
    "demo": "Demo, screenshots or video",
}


class ChecklistPages:
    """The page of one server; its points are put together when somebody first looks."""

    def __init__(self, runtime: Runtime, points: Callable[[], Checklist]) -> None:
        self._runtime = runtime
        self._points = points

    @cached_property
    def _checklist(self) -> Checklist:
        return self._points()

    def routes(self) -> list[PageRoute]:
        """One page, which shows what the journal has."""
        page = pages.guarded(self.show, "There is no checklist.")
        return [PageRoute(links.CHECKLIST, page, "GET", Who.OPERATOR)]

    async def show(self, request: Request) -> Response:
        """The points that were asked for, or what is wrong with the question."""
        typed = {name: request.query_params.get(name, "").strip() for name in _LABELS}
        try:
            shown, wrong = await self._sheet({name: said for name, said in typed.items() if said}), {}
        except Malformed as error:
            shown, wrong = None, {each.field: each.reason for each in error.violations}
        return pages.render(
            request,
            PACKAGE,
            "checklist.html",
            400 if wrong else 200,
            sheet=shown,
            wrong=wrong,
            typed=typed,
            labels=_LABELS,
            apis=[(each.api, each.told_as) for each in self._checklist.all if each.points],
        )

    async def _sheet(self, given: Mapping[str, str]) -> Sheet:
        tx = self._runtime.engine.reading()
        question = report.asked(tx, self._checklist, given)
        return sheet(await report.report(self._runtime, tx, self._checklist, question))
