"""All products of a server together."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from mockserver.core.database import NamedRows, Schema
from mockserver.core.errors import DomainError
from mockserver.core.named import Named
from mockserver.product import ApiOf, Product

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mockserver.checklist.points.points import Checklist, Checks
    from mockserver.core.engine import DueHandler, Tx
    from mockserver.core.sending import Sender, Sending
    from mockserver.core.stored import Part
    from mockserver.dashboard.views import View
    from mockserver.phone.waiting import Having, Waiting
    from mockserver.scenarios.domain.vocabulary import Vocabulary
    from mockserver.web.control import Row
    from mockserver.web.described import Described
    from mockserver.web.operations import Api
    from mockserver.web.pages import PageRoute
    from mockserver.web.runtime import Runtime
    from mockserver.webhooks.events import EventType
    from mockserver.world.services.closings import Closing


class Products:
    """All products of a server, asked for all that they bring."""

    def __init__(self, *products: Product) -> None:
        self.all = products

    @property
    def apis(self) -> tuple[ApiOf, ...]:
        """Where the APIs are found."""
        return tuple(api for product in self.all for api in product.apis)

    def every_api(self, *, partners: bool = True) -> tuple[Api, ...]:
        """The APIs themselves; those that partner keys are for only with ``partners``."""
        return tuple(each.table.get() for each in self.apis if partners or not each.partners)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What scenario rules can say."""
        # Most servers have no rules, and start without learning what one is.
        from mockserver.scenarios.domain.vocabulary import OperationWords, Vocabulary, together

        operations: dict[str, OperationWords] = {}
        for api in self.every_api():
            for each in api.operations:
                names = operations[each.id].apis if each.id in operations else frozenset()
                refusal = each.conflict() if each.conflict is not None else None
                operations[each.id] = OperationWords(
                    names | {api.name},
                    api.prefix + each.path,
                    api.rights | each.rights,
                    api.codes,
                    refusal.code if isinstance(refusal, DomainError) else None,
                )
        conditions = (each for product in self.all for some in product.conditions for each in some.get())
        outcomes = (each for product in self.all for some in product.outcomes for each in some.get())
        return Vocabulary(operations, together(conditions), tuple(outcomes))

    def senders(self, sending: Sending) -> list[Sender]:
        """What leaves the server by itself, webhooks aside."""
        made = (make(sending) for product in self.all for make in product.senders)
        return [each for each in made if each is not None]

    @property
    def due(self) -> dict[str, Named[DueHandler]]:
        """What time does, by the kind that is written down."""
        return {kind: handler for product in self.all for kind, handler in product.due.items()}

    def events(self) -> list[EventType]:
        """What merchants can be told of."""
        return [each for product in self.all for events in product.events for each in events.get()]

    def closings(self) -> list[Closing]:
        """What becomes of the things of a customer whose account is closed."""
        return [product.closed.get() for product in self.all if product.closed is not None]

    def schema(self, *packages: str, **names: NamedRows) -> Schema:
        """Their tables, with those of shared rooms."""
        own = (product.tables for product in self.all if product.tables is not None)
        indexes = {index: table for product in self.all for index, table in product.names.items()}
        return Schema((*packages, *own), names | indexes)

    def stored(self) -> list[Part]:
        """What they store, as state files have it."""
        return [product.stored.get() for product in self.all if product.stored is not None]

    def secrets(self) -> list[Callable[[Tx, int], Iterable[str]]]:
        """What of their tables is secret."""
        return [product.secrets.get() for product in self.all if product.secrets is not None]

    def operations(self) -> list[tuple[str, str]]:
        """Every operation with its API, and what they ask merchants for."""
        own = [(api.name, each.id) for api in self.every_api() for each in api.operations]
        return own + [asked for product in self.all for asked in product.asks]

    def control(self) -> tuple[Row, ...]:
        """Their rows of the control API."""
        return tuple(row for product in self.all for rows in product.control for row in rows.get())

    def described(self) -> dict[str, Described]:
        """What the document of the control API says of their rows."""
        found = (each.get() for product in self.all for each in product.described)
        return {name: row for rows in found for name, row in rows.items()}

    def checks(self) -> list[Checks]:
        """Their points of the checklist."""
        return [product.checks.get() for product in self.all if product.checks is not None]

    def checklist(self) -> Checklist:
        """These points together with those of the platform."""
        from mockserver.checklist.points.points import Checklist

        return Checklist(self.checks())

    def phones(self) -> tuple[list[Waiting], list[Having]]:
        """What waits on phones, and what customers have there."""
        waiting = [each.get() for product in self.all for each in product.waiting]
        return waiting, [each.get() for product in self.all for each in product.having]

    def views(self) -> list[View]:
        """What the dashboard lists."""
        return [view for product in self.all for views in product.views for view in views.get()]

    def pages(self, runtime: Runtime) -> list[PageRoute]:
        """The routes of their pages."""
        return [route for product in self.all for pages in product.pages for route in pages.get()(runtime).routes()]
