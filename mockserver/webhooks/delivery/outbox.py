"""The outbox: deliveries that are due go out, in order for each registration and payment, a few at a time.

What is due is in the store; here is only what is in the air. A slow receiver holds up nobody but itself.
"""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Iterator

from mockserver.core.clock import stopwatch, wall_clock
from mockserver.core.engine import Engine, StoreFull
from mockserver.core.fetching import MerchantUnreachable, NoConnection
from mockserver.core.urls import on_the_wire
from mockserver.webhooks import signature as signing
from mockserver.webhooks.delivery.outgoing import Answer, Outgoing
from mockserver.webhooks.delivery.waking import Waking
from mockserver.webhooks.domain import Attempt, Registration, StoredDelivery
from mockserver.webhooks.services import webhooks

logger = logging.getLogger(__name__)

AT_ONCE = 4
"""Deliveries in the air to one registration."""
KEPT_ANSWER = 2048
"""Bytes of a receiver's answer that are kept."""
_NEVER = 1 << 62


def headers_of(registration: Registration, body: bytes, seconds: float) -> dict[str, str]:
    """The headers of a delivery that is sent at ``seconds`` since 1970, by the wall clock."""
    secret = f"not {registration.secret}" if registration.faults.wrong_signature else registration.secret
    signed = signing.sign(secret, on_the_wire(registration.url), body, seconds)
    return signed | {"Webhook-Id": registration.id, "Content-Type": "application/json; charset=utf-8"}


class Outbox(Waking):
    """Sends what is due whenever there is something. ``own_origins`` are this server's names."""

    def __init__(self, engine: Engine, outgoing: Outgoing, own_origins: frozenset[str]) -> None:
        super().__init__()
        self._engine = engine
        self._outgoing = outgoing
        self._own_origins = own_origins
        self._flying: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._news = asyncio.Event()
        self._alarm_at = _NEVER
        self._tried = 0
        self._deaf: dict[str, str] | None = None

    def start(self) -> None:
        """Begin to send, what an earlier start left first."""
        with self._engine.transaction() as tx:
            webhooks.recover(tx)
        super().start()

    async def stop(self) -> None:
        """Let what is in the air land, and send no more."""
        self._stopped = True
        if self._tasks:
            await asyncio.wait(self._tasks)

    def wake(self) -> None:
        """Look soon for what is due."""
        self._tell()
        super().wake()

    def _look(self) -> None:
        reading = self._engine.reading()
        for registration_id in webhooks.ids(reading):
            self._fill(registration_id)
        due_at = webhooks.next_due(reading)
        if due_at is not None and due_at < self._alarm_at:
            self._alarm_at = due_at
            self._engine.clock.call_at(due_at, self._ring)

    def _ring(self) -> None:
        self._alarm_at = _NEVER
        self.wake()

    def _fill(self, registration_id: str) -> None:
        while self._flying[registration_id] < AT_ONCE and webhooks.has_ready(self._engine.reading(), registration_id):
            with self._engine.transaction() as tx:
                claimed = webhooks.claim(tx, registration_id)
            if claimed is None:
                return
            self._flying[registration_id] += 1
            task = asyncio.create_task(self._deliver(*claimed))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _deliver(self, registration: Registration, claimed: StoredDelivery) -> None:
        try:
            attempt = await self._try(registration, claimed)
            self._tried += 1
            with self._engine.transaction() as tx:
                webhooks.finish(tx, claimed, attempt)
                if self._tried % webhooks.FORGET_AFTER == 0:
                    webhooks.forget_old(tx)
        except StoreFull:
            logger.error("the store is full, so a delivery cannot be written down: it is sent again at the next start")
        except Exception:
            logger.exception("a delivery failed in the emulator itself: it is sent again at the next start")
        finally:
            self._flying[registration.id] -= 1
            if not self._flying[registration.id]:
                del self._flying[registration.id]
            self.wake()

    async def _try(self, registration: Registration, claimed: StoredDelivery) -> Attempt:
        url, body = registration.url, claimed.delivery.body.encode()
        headers = headers_of(registration, body, wall_clock() / 1000)
        at, start = self._engine.clock.now(), stopwatch()
        try:
            if webhooks.is_own_control(url, self._own_origins):
                raise MerchantUnreachable("the emulator's control API takes no webhooks")
            answer = await self._send(url, headers, body)
        except MerchantUnreachable as error:
            answer = Answer(0, str(error).encode())
        return Attempt(
            at=at,
            status=answer.status,
            headers=tuple(headers.items()),
            answer=answer.body.decode("utf-8", "replace"),
            duration=(stopwatch() - start) // 1_000_000,
        )

    async def _send(self, url: str, headers: dict[str, str], body: bytes) -> Answer:
        if self._deaf is not None and url in self._deaf:
            raise MerchantUnreachable(self._deaf[url])
        try:
            return await self._outgoing.post(url, headers, body, look=KEPT_ANSWER)
        except NoConnection as error:
            if self._deaf is not None:
                self._deaf[url] = str(error)
            raise

    @contextlib.contextmanager
    def moving(self) -> Iterator[None]:
        """While the clock is moved, all tries to an address that cannot be connected to end as the first one did."""
        if self._deaf is not None:
            yield
            return
        self._deaf = {}
        try:
            yield
        finally:
            self._deaf = None

    async def settle(self) -> None:
        """Return when all that is due now was tried, and nothing is in the air."""
        self._look()
        while self._tasks:
            await asyncio.wait(self._tasks)
            self._look()

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def something_happened(self, seconds: float) -> None:
        """Return when a delivery is new or a try has ended, or after so many seconds of real time."""
        waiter = self._news
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(waiter.wait(), seconds)

    def next_due(self) -> int | None:
        """When the next delivery after now is due."""
        return webhooks.next_due(self._engine.reading())
