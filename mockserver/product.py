"""What a product of the platform brings to the house. ``app`` has the list of them; nothing else names one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from mockserver.core.named import Named
from mockserver.core.values import frozen

if TYPE_CHECKING:
    from starlette.routing import Route

    from mockserver.core.engine import DueHandler
    from mockserver.web.control import Row
    from mockserver.web.operations import Api
    from mockserver.web.runtime import Runtime
    from mockserver.webhooks.events import EventType


@frozen
class ApiOf:
    """An API and where it is found: ``table`` is imported when a path with ``segment`` is first asked for.

    Without a segment it is there from the start, under those of its table. ``partners``: it is only there where
    partner keys are.
    """

    table: Named[Api]
    segment: str | None = None
    partners: bool = False


class Pages(Protocol):
    """Pages of one server."""

    def routes(self) -> Sequence[Route]:
        """Their routes."""
        ...


@frozen
class Product:
    """One product, by the names of what it brings: each is imported when somebody asks, so that a start stays fast.

    ``due``: what time does, by the kind that is written down. ``control``: its rows of the control API.
    ``pages``: what people see in a browser.
    ``events``: what merchants can be told of.
    """

    name: str
    apis: tuple[ApiOf, ...] = ()
    due: Mapping[str, Named[DueHandler]] = field(default_factory=dict)
    control: tuple[Named[Sequence[Row]], ...] = ()
    pages: tuple[Named[Callable[[Runtime], Pages]], ...] = ()
    events: tuple[Named[Sequence[EventType]], ...] = ()


class Products:
    """All products of a server, asked for all that they bring."""

    def __init__(self, *products: Product) -> None:
        self._products = products

    @property
    def apis(self) -> tuple[ApiOf, ...]:
        """Where the APIs are found."""
        return tuple(api for product in self._products for api in product.apis)

    def every_api(self, *, partners: bool = True) -> tuple[Api, ...]:
        """The APIs themselves; those that partner keys are for only with ``partners``."""
        return tuple(each.table.get() for each in self.apis if partners or not each.partners)

    @cached_property
    def vocabulary(self) -> Mapping[str, frozenset[str]]:
        """Every operation id with the APIs that have it, for scenario rules."""
        known: dict[str, set[str]] = {}
        for api in self.every_api():
            for operation in api.operations:
                known.setdefault(operation.id, set()).add(api.name)
        return {id_: frozenset(names) for id_, names in known.items()}

    @property
    def due(self) -> dict[str, Named[DueHandler]]:
        """What time does, by the kind that is written down."""
        return {kind: handler for product in self._products for kind, handler in product.due.items()}

    def events(self) -> list[EventType]:
        """What merchants can be told of."""
        return [each for product in self._products for events in product.events for each in events.get()]

    def control(self) -> tuple[Row, ...]:
        """Their rows of the control API."""
        return tuple(row for product in self._products for rows in product.control for row in rows.get())

    def pages(self, runtime: Runtime) -> list[Route]:
        """The routes of their pages."""
        return [
            route for product in self._products for pages in product.pages for route in pages.get()(runtime).routes()
        ]
