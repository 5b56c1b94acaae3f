"""The phone of each customer, as a page: what waits there for an answer, and what the customer has."""

from collections.abc import Iterable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mockserver.core.engine import Tx
from mockserver.core.errors import NotFound
from mockserver.core.money import Market
from mockserver.phone import numbers, waiting
from mockserver.phone.refusals import LABELS, REFUSALS, sorry
from mockserver.phone.waiting import Having, Waiting
from mockserver.web import links, pages
from mockserver.web.notes import Note, Notes
from mockserver.web.pages import Page, PageRoute, Who
from mockserver.web.runtime import Runtime
from mockserver.web.texts import text
from mockserver.world.domain.customer import Customer
from mockserver.world.services import world

PACKAGE = "mockserver.phone"
_TOLD = {"rejected": "Rejected."}
_MOST_CUSTOMERS = 200


class PhonePages:
    """The phones of all customers, on one server."""

    def __init__(self, runtime: Runtime, kinds: Iterable[Waiting], having: Iterable[Having] = ()) -> None:
        self._runtime = runtime
        self._notes = Notes()
        self._kinds = sorted(kinds, key=lambda kind: kind.name)
        self._having = sorted(having, key=lambda kind: kind.name)
        self._forms: list[Waiting | Having] = [*self._kinds, *self._having]
        self._packages = tuple(dict.fromkeys(kind.package for kind in self._forms))
        self._labels = LABELS | {name: label for kind in self._forms for name, label in kind.labels.items()}
        self._told = _TOLD | {name: told for kind in self._forms for name, told in kind.told.items()}

    def routes(self) -> list[PageRoute]:
        """The list of phones, and each of them."""
        return [
            PageRoute(links.PHONES, _guarded(self.all), "GET", Who.OPERATOR),
            PageRoute(links.PHONE, _guarded(self.show), "GET", Who.OPERATOR),
            PageRoute(links.PHONE, _guarded(self.act), "POST", Who.OPERATOR),
        ]

    async def all(self, request: Request) -> Response:
        """Every customer, those first on whose phone something waits; or on to the phone of a typed number."""
        tx = self._runtime.engine.reading(self._runtime.rules(request.scope))
        typed = numbers.plain(request.query_params.get("phone", ""))
        if typed and world.customer(tx, typed) is not None:
            return RedirectResponse(links.phone_page(typed), 303)
        counts = waiting.counts(tx, self._kinds)
        busy = [customer for phone in counts if (customer := world.customer(tx, phone)) is not None]
        others = [each for each in world.customers(tx, limit=_MOST_CUSTOMERS) if each.phone not in counts]
        listed = [(customer, counts[customer.phone]) for customer in (*busy, *others)]
        values: dict[str, Any] = {"customers": listed, "example": numbers.EXAMPLES[Market.NO], "labels": self._labels}
        if typed:
            values |= {
                "wrong": {"phone": text("Nobody has the number {number}", number=typed[:20])},
                "typed": {"phone": typed[:20]},
            }
        return pages.render(request, PACKAGE, "phones.html", 404 if typed else 200, **values)

    async def show(self, request: Request) -> Response:
        """What waits on one phone, and what its customer has."""
        tx = self._runtime.engine.reading(self._runtime.rules(request.scope))
        customer = _customer(tx, request)
        note = self._notes.read(request, links.phone_page(customer.phone))
        shown = note.shown | {"labels": self._labels}
        shown["told"] = note.told or self._told.get(request.query_params.get("told", ""))
        shown["confirming"] = note.typed.get(self._kind(note.typed).name) if note.step == "confirm" else None
        things = [(kind.template, kind.waiting(tx, customer)) for kind in self._kinds]
        shown |= {"customer": customer, "things": things, "busy": any(each for _, each in things)}
        shown["having"] = [(kind.title, kind.template, kind.things(tx, customer)) for kind in self._having]
        more = (link for kind in self._kinds for link in kind.links)
        shown["links"] = [(address.replace("{phone}", customer.phone), text(name)) for address, name in more]
        return pages.render(request, PACKAGE, "phone.html", also=self._packages, **shown)

    def _kind(self, form: Mapping[str, str]) -> Waiting | Having:
        """The kind of thing that a form is about."""
        found = next((kind for kind in self._forms if kind.name in form), None)
        if found is None:
            raise NotFound("The form names nothing that is on phones")
        return found

    async def act(self, request: Request) -> Response:
        """What the customer does with one of them."""
        form = await pages.read_form(request)
        came_to: str | Note
        kind = self._kind(form)
        try:
            with self._runtime.engine.transaction(self._runtime.rules(request.scope)) as tx:
                customer = _customer(tx, request)
                came_to = kind.answer(tx, customer, form)
        except REFUSALS as error:
            came_to = sorry(error, form, kind.fields)
        if isinstance(came_to, Note):
            return self._notes.redirect(request, links.phone_page(request.path_params["phone"]), came_to)
        return RedirectResponse(came_to, 303)


def _guarded(page: Page) -> Page:
    return pages.guarded(page, "There is no such phone, or nothing of that kind waits there.")


def _customer(tx: Tx, request: Request) -> Customer:
    customer = world.customer(tx, request.path_params["phone"])
    if customer is None:
        raise NotFound("There is no such customer")
    return customer
