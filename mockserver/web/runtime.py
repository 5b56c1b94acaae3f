"""What every edge of the server holds on to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mockserver.core.engine import Engine
from mockserver.core.fetching import Fetcher
from mockserver.scenarios.rulebook import NoProfiles, Profiles, Rulebook
from mockserver.state.snapshots import Snapshots
from mockserver.web.callers import Callers
from mockserver.web.flights import Flights
from mockserver.web.journal import Entry, Journal
from mockserver.web.origin import Origins
from mockserver.web.policies import Policies
from mockserver.web.ratelimits import RateLimits
from mockserver.webhooks.domain import Registration
from mockserver.webhooks.inbox import Inboxes
from mockserver.webhooks.services import webhooks
from mockserver.webhooks.services.webhooks import Receivers, Sender
from mockserver.world.services import world
from mockserver.world.services.access import Access
from mockserver.world.services.tokens import Tokens

if TYPE_CHECKING:
    from mockserver.scenarios.domain.scenario import Vocabulary
    from mockserver.scenarios.staging.faulty import Pause


@dataclass(slots=True)
class Runtime:
    """Built once by the composition root.

    ``largest_body`` in bytes; ``log`` is told of every journal entry; ``flights`` and ``limits`` are there where
    operations take time and are limited. ``rules`` are the scenario rules in force, ``profiles`` the
    packaged ones, ``vocabulary`` the operations that there are. ``pause`` waits in real time, for faults.
    ``authority`` is whom to trust over TLS (PEM), where the server speaks it.
    ``variables`` gives what clients need, by the names of environment variables.
    """

    engine: Engine
    tokens: Tokens
    access: Access
    callers: Callers
    journal: Journal
    origins: Origins
    policies: Policies
    fetch: Fetcher
    outbox: Sender
    receivers: Receivers
    log: Callable[[Entry], None]
    rules: Rulebook
    profiles: Profiles = field(default_factory=NoProfiles)
    vocabulary: Callable[[], Vocabulary] = dict
    pause: Pause = asyncio.sleep
    largest_body: int = 1024 * 1024
    inboxes: Inboxes = field(default_factory=Inboxes)
    snapshots: Snapshots = field(default_factory=Snapshots)
    flights: Flights | None = None
    limits: RateLimits | None = None
    admin_token: str | None = None
    authority: bytes | None = None
    variables: Callable[[], Mapping[str, str]] = dict

    def record(self, entry: Entry) -> None:
        """Keep an entry in the journal and tell the log."""
        self.journal.add(entry)
        self.log(entry)

    def reset(self, *, keep_webhooks: bool = False) -> list[Registration]:
        """Back to what the server was started with; journal and inboxes are empty again.

        Gives the registrations of webhooks that are gone by it, since they were made after the start.
        """
        tx = self.engine.reading()
        before = webhooks.every(tx)
        owners = {each.owner.id for each in before} if keep_webhooks else set()
        let_in = [each for each in world.let_in(tx) if each.owner in owners]
        dropped: list[Registration] = []

        def change() -> None:
            self.engine.reset()
            with self.engine.transaction() as tx:
                self.access.let_in_again(tx, let_in)
                dropped.extend(webhooks.carry_over(tx, before, keep=keep_webhooks))

        self.leap(change)
        self.journal.clear()
        self.inboxes.clear()
        return dropped

    def leap(self, change: Callable[[], None]) -> None:
        """Let ``change`` put something else in the place of all that is stored, and go on from there."""
        change()
        if self.flights is not None:
            self.flights.land_all()
        self.rules.load()
        self.callers.clear()
        if self.limits is not None:
            self.limits.clear()
        self.outbox.wake()
