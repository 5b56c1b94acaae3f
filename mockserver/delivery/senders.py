"""Webhooks and emails as one: the clock moves on only when both have sent what was due."""

from mockserver.delivery.mail import Mailer
from mockserver.delivery.outbox import Outbox


class Senders:
    """Everything that leaves the server by itself."""

    def __init__(self, outbox: Outbox, mailer: Mailer) -> None:
        self.outbox = outbox
        self.mailer = mailer

    def start(self) -> None:
        """Begin to send."""
        self.outbox.start()
        self.mailer.start()

    async def stop(self) -> None:
        """Let what is on its way arrive, and send no more."""
        await self.outbox.stop()
        await self.mailer.stop()

    def wake(self) -> None:
        """Look soon for what is due."""
        self.outbox.wake()
        self.mailer.wake()

    def next_due(self) -> int | None:
        """When the next delivery or email after now is due, in milliseconds since 1970 (UTC)."""
        return min((due for due in (self.outbox.next_due(), self.mailer.next_due()) if due is not None), default=None)

    async def settle(self) -> None:
        """Return when all that is due now was tried, and nothing is on its way."""
        await self.outbox.settle()
        await self.mailer.settle()

    async def something_happened(self, seconds: float) -> None:
        """Return when a delivery is new or a try has ended, or after so many seconds of real time."""
        await self.outbox.something_happened(seconds)
