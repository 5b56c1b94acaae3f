"""Documents as JSON, and as pages for people."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from mockserver.core.background import Making
from mockserver.web import links, pages
from mockserver.web.control import Row
from mockserver.web.described import Document
from mockserver.web.http import json_answer
from mockserver.web.operations import Api
from mockserver.web.pages import PageRoute, Who
from mockserver.web.problems import gateway
from mockserver.web.routing import response_of
from mockserver.web.runtime import Runtime
from mockserver.web.texts import text

CONTROL: Final = "control"
_PACKAGE: Final = "mockserver.openapi"


class OpenApi:
    """The documents of these APIs and of the control API, each made when it is first asked for, in a thread."""

    def __init__(
        self, runtime: Runtime, apis: Iterable[Api], control: Callable[[], tuple[Iterable[Row], Document]]
    ) -> None:
        self._runtime = runtime
        self._control = control
        self._apis: dict[str, list[Api]] = {}
        for api in apis:
            self._apis.setdefault(api.name, []).append(api)
        self._documents = Making(self._make)

    @property
    def names(self) -> tuple[str, ...]:
        """What there are documents of."""
        return (*self._apis, CONTROL)

    def routes(self) -> list[PageRoute]:
        """The routes of documents and pages."""
        return [
            PageRoute("/openapi", self.index, "GET", Who.ANYBODY),
            PageRoute(f"/openapi/{CONTROL}.json", self.of_control, "GET", Who.OPERATOR),
            PageRoute(f"/openapi/{CONTROL}", self.page_of_control, "GET", Who.OPERATOR),
            PageRoute("/openapi/{name}.json", self.document, "GET", Who.ANYBODY),
            PageRoute("/openapi/{name}", self.page, "GET", Who.ANYBODY),
        ]

    def _make(self, name: str) -> Mapping[str, Any]:
        if name == CONTROL:
            from mockserver.openapi.control import of_control

            rows, document = self._control()
            return of_control(rows, document, guarded=self._runtime.admin_token is not None)
        from mockserver.openapi.build import of_apis

        return of_apis(self._apis[name])

    async def document(self, request: Request) -> Response:
        """One document; its server is where the client reached us."""
        return await self._shown(request, request.path_params["name"])

    async def of_control(self, request: Request) -> Response:
        """The document of the control API."""
        return await self._shown(request, CONTROL)

    async def _shown(self, request: Request, name: str) -> Response:
        if name not in self.names:
            return response_of(gateway(404, f"There is no document {name[:40]}. There are: {', '.join(self.names)}."))
        origin = self._runtime.origins.of(request.scope, dict(request.scope["headers"]))
        openapi, info, *rest = (await self._documents.get(name)).items()
        return response_of(json_answer(200, dict([openapi, info, ("servers", [{"url": origin}]), *rest])))

    async def index(self, request: Request) -> Response:
        """A page of all documents."""
        found = [(name, await self._documents.get(name)) for name in self.names]
        rows = [(name, each["info"], sum(map(len, each["paths"].values()))) for name, each in found]
        return pages.render(request, _PACKAGE, "index.html", rows=rows)

    async def page(self, request: Request) -> Response:
        """One document as a page."""
        return await self._page(request, request.path_params["name"])

    async def page_of_control(self, request: Request) -> Response:
        """Its page."""
        return await self._page(request, CONTROL)

    async def _page(self, request: Request, name: str) -> Response:
        if name not in self.names:
            nothing = text("There is no API {name}. There are: {names}.", name=name[:40], names=", ".join(self.names))
            return pages.message(request, 404, "Not found", nothing, links.STARTS)
        from mockserver.openapi.view import view

        document = await self._documents.get(name)
        return pages.render(request, _PACKAGE, "api.html", name=name, **view(document))
