"""What every edge of the server holds on to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.types import Scope

from mockserver.core.engine import Engine
from mockserver.core.fetching import Fetcher
from mockserver.core.instants import timestamp
from mockserver.core.pace import Pace
from mockserver.core.places import Places
from mockserver.core.policy import Lenience, Policy
from mockserver.core.sending import Sender
from mockserver.web.callers import Callers
from mockserver.web.flights import Flights
from mockserver.web.guard import Guard
from mockserver.web.journal import Entry, Journal
from mockserver.web.lasting import Lasting
from mockserver.web.origin import Origins
from mockserver.web.policies import Policies
from mockserver.web.ratelimits import RateLimits
from mockserver.web.sessions import Sessions
from mockserver.web.signing import Signing
from mockserver.world.services.access import Access
from mockserver.world.services.tokens import Tokens


def _replaced(replaced: tuple[int, str], secrets: Any, brief: bool = False) -> dict[str, Any]:
    at, by = replaced
    return {"at": timestamp(at), "by": by, "msn": None, "reference": None}


@dataclass(slots=True)
class Runtime:
    """Built once by the composition root.

    ``largest_body`` in bytes; ``log`` is told of every journal entry; ``flights`` and ``limits`` are there where
    operations take time and are limited. ``outbox`` sends what is due, ``fetch`` what is
    asked of merchants. ``variables`` gives what clients need, by the names of environment
    variables. ``on_leap``: what else goes on from new contents of the store; ``lasting``: what they end. What rooms and
    products put here besides is in ``parts``.
    """

    engine: Engine
    tokens: Tokens
    access: Access
    callers: Callers
    journal: Journal
    origins: Origins
    guard: Guard
    policies: Policies
    fetch: Fetcher
    outbox: Sender
    log: Callable[[Entry], None]
    pace: Pace
    largest_body: int = 1024 * 1024
    flights: Flights | None = None
    limits: RateLimits | None = None
    admin_token: str | None = None
    sessions: Sessions = field(default_factory=Sessions)
    signing: Signing = field(default_factory=Signing)
    variables: Callable[[], Mapping[str, str]] = dict
    on_leap: list[Callable[[], None]] = field(default_factory=list)
    lasting: Lasting = field(default_factory=Lasting)

    @property
    def parts(self) -> Places:
        """What rooms and products put here for their own edges."""
        return self.engine.parts

    def rules(self, scope: Scope) -> Policy:
        """The rules that a page follows: those of the host at which it is opened."""
        return self.policies.of(scope, dict(scope["headers"]))

    def record(self, entry: Entry) -> None:
        """Keep an entry in the journal and tell the log."""
        self.journal.add(entry)
        self.engine.news.tell("request", self.journal.shown, entry.number)
        self.log(entry)

    def tell(self, lenience: Lenience, method: str, path: str, msn: str, reference: str | None = None) -> None:
        """Keep in the journal what somebody on a page, or of the control API, was forgiven: few look elsewhere."""
        if not lenience.warnings:
            return
        self.record(
            Entry(
                number=self.journal.next_number(),
                at=self.engine.clock.now(),
                method=method,
                path=path,
                query="",
                headers=b"",
                body=b"",
                status=200,
                answer=b"",
                duration=0,
                msn=msn,
                reference=reference,
                warnings=lenience.warnings,
            )
        )

    def leap(self, change: Callable[[], None], by: str) -> None:
        """Let ``change`` put something else in the place of all that is stored, and go on from there.

        ``by``: what that is, for whoever watches the server.
        """
        change()
        self.engine.news.tell("replaced", _replaced, (self.engine.clock.now(), by))
        self.lasting.end()
        if self.flights is not None:
            self.flights.land_all()
        for go_on in self.on_leap:
            go_on()
        self.callers.clear()
        if self.limits is not None:
            self.limits.clear()
        self.outbox.wake()
