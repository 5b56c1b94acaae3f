"""Questions to merchants how they ship, for customers who approve dynamic Express payments by themselves.

What is to be asked is in the store; here is only what is in the air.
"""

import asyncio
import logging
from collections.abc import Collection

from mockserver.apis.epayment.services import personas, shipping
from mockserver.apis.epayment.services.personas import Inquiry
from mockserver.core.engine import Engine, StoreFull
from mockserver.core.fetching import Fetch, MerchantUnreachable
from mockserver.webhooks.delivery.waking import Waking

logger = logging.getLogger(__name__)

AT_ONCE = 20
"""Questions in the air."""


class Inquiries(Waking):
    """Asks what is to be asked whenever there is something; one try each, as on the landing page."""

    def __init__(self, engine: Engine, fetch: Fetch) -> None:
        super().__init__()
        self._engine = engine
        self._fetch = fetch
        self._flying: set[str] = set()
        self._tasks: dict[asyncio.Task[None], Inquiry] = {}

    def _in_the_air(self) -> Collection["asyncio.Task[None]"]:
        return self._tasks

    def _look(self) -> None:
        for inquiry in self._new()[: AT_ONCE - len(self._tasks)]:
            self._flying.add(inquiry.secret)
            task = asyncio.create_task(self._ask(inquiry))
            self._tasks[task] = inquiry
            task.add_done_callback(self._tasks.pop)

    def _new(self) -> list[Inquiry]:
        most = AT_ONCE + len(self._flying)
        return [each for each in personas.inquiries(self._engine.reading(), most) if each.secret not in self._flying]

    async def _ask(self, inquiry: Inquiry) -> None:
        era = self._engine.era
        try:
            question = personas.question(self._engine.reading(), inquiry)
            groups = None
            if question is not None:
                try:
                    groups = await shipping.ask(self._fetch, *question)
                except (shipping.CannotShip, MerchantUnreachable):
                    logger.debug("payment %s goes on waiting: no shipping options", inquiry.payment)
            if era == self._engine.era:
                with self._engine.consequence() as tx:
                    personas.go_on(tx, inquiry, groups)
        except StoreFull:
            logger.error("the store is full, so a customer cannot go on: the merchant is asked again at the next start")
        except Exception:
            logger.exception("a question to a merchant failed in the emulator itself; it is asked at the next start")
        else:
            self._flying.discard(inquiry.secret)
        finally:
            self.wake()

    @property
    def idle(self) -> bool:
        """Whether there is nothing to ask."""
        return not self._tasks and not self._new()

    def next_due(self) -> int | None:
        """Nothing is asked later: what is to be asked is asked at once."""
        return None

    async def settle(self) -> None:
        """Return when all that was to be asked when this began was asked, and none of it is in the air."""
        newest = personas.newest_inquiry(self._engine.reading())
        self._look()
        while self._tasks and any(each.payment <= newest for each in (*self._tasks.values(), *self._new())):
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
            self._look()

    async def something_happened(self, seconds: float) -> None:
        """Return at once: nobody waits for questions."""
