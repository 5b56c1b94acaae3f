"""What a product of the platform brings to the house. ``app`` has the list of them; nothing else names one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Protocol

from mockserver.core.named import Named
from mockserver.core.values import frozen

if TYPE_CHECKING:
    from mockserver.checklist.points.points import Checks
    from mockserver.core.database import NamedRows
    from mockserver.core.engine import DueHandler, Tx
    from mockserver.core.sending import Sender, Sending
    from mockserver.core.stored import Part
    from mockserver.dashboard.views import View
    from mockserver.phone.waiting import Having, Waiting
    from mockserver.scenarios.domain.vocabulary import Condition, OutcomeKind
    from mockserver.web.control import Row
    from mockserver.web.described import Described
    from mockserver.web.operations import Api
    from mockserver.web.pages import PageRoute
    from mockserver.web.runtime import Runtime
    from mockserver.webhooks.events import EventType
    from mockserver.world.services.closings import Closing


@frozen
class ApiOf:
    """An API and where it is found: ``table`` is imported when a path with ``segment`` is first asked for.

    Without a segment it is there from the start, under those of its table. ``partners``: it is only there where
    partner keys are. ``pages``: it answers browsers with pages.
    """

    table: Named[Api]
    segment: str | None = None
    partners: bool = False
    pages: bool = False


class Pages(Protocol):
    """Pages of one server."""

    def routes(self) -> Sequence[PageRoute]:
        """Their routes."""
        ...


@frozen
class Product:
    """One product, by the names of what it brings: each is imported when somebody asks, so that a start stays fast."""

    name: str
    apis: tuple[ApiOf, ...] = ()
    asks: tuple[tuple[str, str], ...] = ()
    """API and operation of the requests that it sends to merchants."""
    due: Mapping[str, Named[DueHandler]] = field(default_factory=dict)
    """What time does, by the kind that is written down."""
    tables: str | None = None
    """The package whose ``schema.sql`` has its tables."""
    names: Mapping[str, NamedRows] = field(default_factory=dict)
    """Those of its tables that are found by names which clients choose, by the index of each."""
    stored: Named[Part] | None = None
    """How its tables stand in state files."""
    control: tuple[Named[Sequence[Row]], ...] = ()
    """Its rows of the control API."""
    described: tuple[Named[Mapping[str, Described]], ...] = ()
    """What the document says of them, by method and path."""
    pages: tuple[Named[Callable[[Runtime], Pages]], ...] = ()
    """What people see in a browser."""
    waiting: tuple[Named[Waiting], ...] = ()
    """What waits on customers' phones."""
    having: tuple[Named[Having], ...] = ()
    """What customers have, and change on their phones."""
    views: tuple[Named[Sequence[View]], ...] = ()
    """What the dashboard lists of it."""
    events: tuple[Named[Sequence[EventType]], ...] = ()
    """What merchants can be told of."""
    conditions: tuple[Named[Sequence[Condition]], ...] = ()
    """What scenario rules may ask for."""
    outcomes: tuple[Named[Sequence[OutcomeKind]], ...] = ()
    """What scenario rules may bring about."""
    checks: Named[Checks] | None = None
    """Its points of the checklist."""
    closed: Named[Closing] | None = None
    """What becomes of a customer's things when its account is closed."""
    secrets: Named[Callable[[Tx, int], Iterable[str]]] | None = None
    """What of its tables is a secret: the latest, so many at most."""
    senders: tuple[Callable[[Sending], Sender | None], ...] = ()
    """Make what leaves the server by itself."""
