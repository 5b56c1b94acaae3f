"""What leaves the server by itself."""

from contextlib import AbstractContextManager
from typing import Protocol

from mockserver.core.engine import Engine
from mockserver.core.fetching import Fetch
from mockserver.core.values import frozen


@frozen
class Sending:
    """What senders are made of: the engine, how to reach merchants, and the mail server (host:port) if there is one."""

    engine: Engine
    fetch: Fetch
    smtp: str | None = None


class Sender(Protocol):
    """Sends what is due."""

    @property
    def idle(self) -> bool:
        """Whether nothing that others do has left it with more to do since it last settled."""
        ...

    def start(self) -> None:
        """Begin to send."""
        ...

    async def stop(self, within: float) -> None:
        """Send nothing more, and let what is on its way arrive, for at most so many seconds of real time.

        What does not is sent again after the next start.
        """
        ...

    def wake(self) -> None:
        """Look soon for what is due."""
        ...

    def next_due(self) -> int | None:
        """When the next thing after now is due, in milliseconds since 1970 (UTC)."""
        ...

    def moving(self) -> AbstractContextManager[None]:
        """To be held while the clock is moved: what takes real time is then not done again and again."""
        ...

    async def settle(self) -> None:
        """Return when all that was due when this began was tried, whatever others add meanwhile."""
        ...

    async def something_happened(self, seconds: float) -> None:
        """Return when something is new or a try has ended, or after so many seconds of real time."""
        ...
