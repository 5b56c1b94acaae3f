"""The pages of the dashboard: each asks the control API, and shows what that says."""

import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from importlib import resources
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from mockserver import __version__
from mockserver.control.news import stream
from mockserver.core.errors import NotFound
from mockserver.dashboard.asking import Asking
from mockserver.dashboard.doing import DO, Doing
from mockserver.dashboard.story import Step, of_delivery, of_entry, story
from mockserver.dashboard.views import HOME, View, filled
from mockserver.web import pages
from mockserver.web.http import json_answer
from mockserver.web.inturn import in_turn
from mockserver.web.notes import Notes
from mockserver.web.pages import Page, PageRoute, Who
from mockserver.web.routing import response_of
from mockserver.web.runtime import Runtime
from mockserver.web.scrubbing import scrubbed
from mockserver.web.secrets import known

PACKAGE: Final = "mockserver.dashboard"
STREAM: Final = f"{HOME}/stream"
SHARE: Final = 0.005
"""Of the time, for the stream of one dashboard: it only tells that something happened."""
_FILES: Final = {"dashboard.js": "text/javascript", "dashboard.css": "text/css"}
_SHOWN: Final = 100
_NEWS: Final = 1_000
_ENTRIES: Final = 50
_IN_STORY: Final = 30
"""Requests, and webhooks, the latest; each may be large."""
_OWN: Final = (
    ("requests", "Requests"),
    ("webhooks", "Webhooks"),
    ("clock", "Clock"),
    ("scenarios", "Scenarios"),
    ("world", "World"),
    ("emails", "Emails"),
    ("checklist", "Checklist"),
    ("connect", "Connect"),
)
_KINDS: Final = ("request", "rule", "event", "delivery", "email", "clock", "replaced")


class Dashboard:
    """The dashboard of one server; ``views`` are what its products bring."""

    def __init__(self, runtime: Runtime, asking: Asking, views: Iterable[View]) -> None:
        self._runtime = runtime
        self._asking = asking
        self._views = {each.name: each for each in views}
        self._notes = Notes()
        self._doing = Doing(asking, self._notes)

    def routes(self) -> list[PageRoute]:
        """All routes."""
        own: dict[str, Page] = {
            "/": self.now,
            f"{HOME}/requests": self.requests,
            f"{HOME}/requests/{{id}}": self.request,
            f"{HOME}/webhooks": self.webhooks,
            f"{HOME}/clock": self.clock,
            f"{HOME}/scenarios": self.scenarios,
            f"{HOME}/world": self.world,
            f"{HOME}/emails": self.emails,
            f"{HOME}/checklist": self.checklist,
            f"{HOME}/connect": self.connect,
            STREAM: self.stream,
        }
        for view in self._views.values():
            own[f"{HOME}/{view.name}"] = self._listing(view)
            key = "/".join(f"{{{name}}}" for name in view.key)
            own[f"{HOME}/{view.name}/{key}"] = self._showing(view)
        return [
            *(PageRoute(path, _guarded(page), "GET", Who.OPERATOR) for path, page in own.items()),
            PageRoute(DO, _guarded(self._doing.act), "POST", Who.OPERATOR),
            *(PageRoute(f"{HOME}/{name}", _file(name, media), "GET", Who.ANYBODY) for name, media in _FILES.items()),
        ]

    def _page(self, request: Request, template: str, here: str, status: int = 200, **values: Any) -> Response:
        address = request.url.path + (f"?{query}" if (query := _without_note(request)) else "")
        nav = [("", "Now"), *((view.name, view.title) for view in self._views.values()), *_OWN]
        values |= {"nav": nav, "here": here, "to": address, "query": request.query_params, "labels": {}}
        note = self._notes.read(request, address)
        return pages.render(request, PACKAGE, template, status, scripts=True, **note.shown, **values)

    # What happens

    async def now(self, request: Request) -> Response:
        """Everything in order, the latest first; links for programs."""
        if not pages.wants_html(request):
            return self._links(request)
        last = (await self._asking.get(request, "/news", {"limit": 0}))["next"]
        wanted = {name: request.query_params.get(name, "") for name in ("kind", "msn", "reference")}
        most = _NEWS if any(wanted.values()) else _SHOWN
        query = {"after": max(0, last - most), "limit": most, "brief": "true"}
        news = (await self._asking.get(request, "/news", query))["news"]
        fitting = [each for each in news if all(value in ("", each[name]) for name, value in wanted.items())]
        latest = [
            each | {"to": each.get("address"), "address": self._address(each)} for each in reversed(fitting[-_SHOWN:])
        ]
        units = await self._units(request)
        return self._page(request, "now.html", "", news=latest, last=last, units=units, kinds=_KINDS)

    def _links(self, request: Request) -> Response:
        origin = self._runtime.origins.of(request.scope, dict(request.scope["headers"]))
        paths = {"dashboard": "/", "control": "/_mock/health", "keys": "/_mock/keys", "stream": "/_mock/stream"}
        paths |= {"documents": "/openapi/", "phones": "/wallet"}
        links = {name: f"{origin}{path}" for name, path in paths.items()}
        return response_of(json_answer(200, {"name": "vipps-mockserver", "version": __version__, "links": links}))

    def _address(self, piece: dict[str, Any]) -> str | None:
        """Where what a piece of news is about is shown."""
        words = {piece.get("api"), str(piece.get("event", "")).partition(".")[0]}
        for view in self._views.values():
            if view.about & words and (address := view.address(piece)):
                return address
        if piece["kind"] == "request":
            return f"{HOME}/requests/{piece['id']}"
        return f"{HOME}/webhooks?webhook={piece['webhook']}" if piece["kind"] == "delivery" else None

    async def _units(self, request: Request) -> list[str]:
        return [each["msn"] for each in (await self._asking.get(request, "/sales-units"))["salesUnits"]]

    async def stream(self, request: Request) -> Response:
        """That something happened, for the script of these pages."""
        return stream(self._runtime, request, share=SHARE)

    # What products bring

    def _listing(self, view: View) -> Page:
        async def listing(request: Request) -> Response:
            filters = {each.name: request.query_params.get(each.name, "") for each in view.filters}
            told = await self._asking.ask(request, "GET", view.call, query=_query(filters | {"limit": str(_SHOWN)}))
            found = told.content[view.items] if told.good else []
            rows = [(view.address(each), [column.show(each) for column in view.columns], each) for each in found]
            problem = None if told.good else told.problem
            return self._page(request, "list.html", view.name, view=view, rows=rows, filters=filters, problem=problem)

        return listing

    def _showing(self, view: View) -> Page:
        async def showing(request: Request) -> Response:
            thing = await self._asking.get(request, filled(view.whole, request.path_params))
            if thing is None:
                raise NotFound("There is no such thing")
            asked = await self._found(request, view.requests, thing, "requests")
            sent = await self._found(request, view.deliveries, thing, "deliveries")
            asked_steps = [step async for step in in_turn(of_entry(each) for each in reversed(asked))]
            steps = story(view.moments(thing), asked_steps, await self._sent(sent))
            state = thing.get(view.state)
            buttons = [
                (each, filled(each.path, thing)) for each in view.buttons if each.states is None or state in each.states
            ]
            return self._page(
                request,
                "thing.html",
                view.name,
                view=view,
                state=state,
                steps=steps,
                buttons=buttons,
                bars=view.bars(thing),
                links=view.links(thing),
                name=thing[view.key[-1]],
                whole=json.dumps(self._scrubbed(thing), indent=2, ensure_ascii=False),
            )

        return showing

    async def _found(self, request: Request, call: str | None, thing: dict[str, Any], items: str) -> Sequence[Any]:
        if call is None:
            return ()
        found = await self._asking.get(request, f"{filled(call, thing, quoted=True)}&limit={_IN_STORY}")
        return found[items] if found else ()

    async def _sent(self, deliveries: Iterable[Any]) -> list[Step]:
        return [step async for step in in_turn(of_delivery(self._scrubbed(each)) for each in deliveries)]

    def _scrubbed(self, content: Any) -> Any:
        return scrubbed(content, known(self._runtime.engine.reading()))

    # What all servers have

    async def requests(self, request: Request) -> Response:
        """The journal."""
        names = ("operation", "api", "msn", "reference", "status", "warnings")
        filters = {name: request.query_params.get(name, "") for name in names}
        told = await self._asking.ask(request, "GET", "/requests", query=_query(filters | {"limit": str(_ENTRIES)}))
        found = told.content["requests"] if told.good else []
        problem = None if told.good else told.problem
        return self._page(request, "requests.html", "requests", found=found, filters=filters, problem=problem)

    async def request(self, request: Request) -> Response:
        """One journal entry."""
        entry = await self._asking.get(request, f"/requests/{request.path_params['id']}")
        if entry is None:
            raise NotFound("There is no such request")
        about = self._address(entry | {"kind": "entry"})
        return self._page(request, "request.html", "requests", step=of_entry(entry), about=about)

    async def webhooks(self, request: Request) -> Response:
        """Registrations, and deliveries with their attempts."""
        filters = {name: request.query_params.get(name, "") for name in ("webhook", "state")}
        registered = (await self._asking.get(request, "/webhooks"))["webhooks"]
        found = await self._asking.get(request, "/webhooks/deliveries", filters | {"limit": 50})
        steps = await self._sent(found["deliveries"] if found else ())
        return self._page(
            request, "webhooks.html", "webhooks", registered=self._scrubbed(registered), steps=steps, filters=filters
        )

    async def clock(self, request: Request) -> Response:
        """The time, what to do about it, and what it will do."""
        clock, due = await self._asking.get(request, "/clock"), await self._asking.get(request, "/clock/due")
        times = [each["at"] for each in due["due"][:1]] + [due["nextSending"]] * (due["nextSending"] is not None)
        upcoming = min((each for each in times if each > clock["now"]), default=None)
        return self._page(request, "clock.html", "clock", clock=clock, due=due["due"], upcoming=upcoming)

    async def scenarios(self, request: Request) -> Response:
        """Rules and profiles."""
        found = await self._asking.get(request, "/scenarios")
        return self._page(request, "scenarios.html", "scenarios", **found)

    async def world(self, request: Request) -> Response:
        """Who is there, with their keys."""
        units = (await self._asking.get(request, "/sales-units"))["salesUnits"]
        partners = (await self._asking.get(request, "/partners"))["partners"]
        people = (await self._asking.get(request, "/customers", {"limit": 200}))["customers"]
        return self._page(request, "world.html", "world", units=units, partners=partners, customers=people)

    async def emails(self, request: Request) -> Response:
        """Emails to merchants and partners."""
        found = await self._asking.get(request, "/emails", {"limit": _SHOWN})
        return self._page(request, "emails.html", "emails", emails=self._scrubbed(found["emails"] if found else []))

    async def checklist(self, request: Request) -> Response:
        """What an integration has shown."""
        found = await self._asking.get(request, "/checklist")
        return self._page(request, "checklist.html", "checklist", **found)

    async def connect(self, request: Request) -> Response:
        """How to reach the server, to copy."""
        keys = (await self._asking.ask(request, "GET", "/keys", query="format=export")).content
        origin = self._runtime.origins.of(request.scope, dict(request.scope["headers"]))
        return self._page(request, "connect.html", "connect", keys=keys, origin=origin)


def _query(given: dict[str, str]) -> str:

    return urlencode({name: value for name, value in given.items() if value})


def _without_note(request: Request) -> str:
    return _query({name: value for name, value in request.query_params.items() if name != "note"})


def _guarded(page: Page) -> Page:
    return pages.guarded(page, "There is nothing here, or it is forgotten.")


def _file(name: str, media: str) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        content = resources.files(PACKAGE).joinpath(f"templates/{name}").read_bytes()
        return Response(content, media_type=media, headers={"Cache-Control": "no-cache"} | pages.NOSNIFF)

    return answer
