"""The outbox: deliveries that are due go out, in order for each registration and payment, a few at a time.

What is due is in the store; here is only what is in the air. A slow receiver holds up nobody but itself: all that is
in the air has a bound, of which receivers that have not answered well lately have a share, and nobody waits in it.
"""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Collection, Iterator
from functools import partial

from mockserver.core.clock import stopwatch, wall_clock
from mockserver.core.engine import Engine, StoreFull
from mockserver.core.fetching import MerchantUnreachable, NoConnection
from mockserver.core.pace import Pace
from mockserver.core.urls import on_the_wire
from mockserver.webhooks import signature as signing
from mockserver.webhooks.delivery.outgoing import Answer, Outgoing
from mockserver.webhooks.delivery.waking import Waking
from mockserver.webhooks.domain import Attempt, Registration, StoredDelivery
from mockserver.webhooks.services import webhooks

logger = logging.getLogger(__name__)

AT_ONCE = 4
"""Deliveries in the air to one registration."""
IN_ALL = 200
"""Deliveries in the air."""
UNPROVEN = 150
"""Of these, to registrations whose latest try did not succeed soon, or that had none."""
_PLENTY = 50
"""With fewer of them in the air, a registration may have ``AT_ONCE``, beyond it only one."""
_SOON = 1_000_000_000
"""Nanoseconds in which a receiver answers that is not slow."""
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

    def __init__(self, engine: Engine, outgoing: Outgoing, own_origins: frozenset[str], pace: Pace) -> None:
        super().__init__()
        self._pace = pace
        self._proven: set[str] = set()
        self._unproven = 0
        self._first = 0
        self._engine = engine
        self._outgoing = outgoing
        self._own_origins = own_origins
        self._flying: Counter[str] = Counter()
        self._tasks: dict[asyncio.Task[None], int] = {}
        self._news = asyncio.Event()
        self._alarm_at = _NEVER
        self._tried = 0
        self._deaf: dict[str, str] | None = None

    def start(self) -> None:
        """Begin to send, what an earlier start left first."""
        with self._engine.transaction() as tx:
            webhooks.recover(tx)
        super().start()

    def _in_the_air(self) -> Collection["asyncio.Task[None]"]:
        return self._tasks

    def wake(self) -> None:
        """Look soon for what is due."""
        self._tell()
        super().wake()

    def _look(self) -> None:
        reading = self._engine.reading()
        ids = webhooks.ids(reading)
        self._proven.intersection_update(ids)
        # Where there are more than may be in the air, each look begins with another one.
        first = self._first % len(ids) if ids else 0
        self._first += 1
        for registration_id in (*ids[first:], *ids[:first]):
            self._fill(registration_id)
        due_at = webhooks.next_due(reading)
        if due_at is not None and due_at < self._alarm_at:
            self._alarm_at = due_at
            self._engine.clock.call_at(due_at, self._ring)

    def _ring(self) -> None:
        self._alarm_at = _NEVER
        self.wake()

    def _fill(self, registration_id: str) -> None:
        while self._may_fly(registration_id):
            if not webhooks.has_ready(self._engine.reading(), registration_id):
                self._pace.note(registration_id, 0)
                return
            with self._engine.transaction() as tx:
                claimed = webhooks.claim(tx, registration_id)
            if claimed is None:
                self._pace.note(registration_id, 0)
                return
            self._note_late(*claimed, tx.at)
            self._fly(*claimed)

    def _may_fly(self, registration_id: str) -> bool:
        flying = self._flying[registration_id]
        if len(self._tasks) >= IN_ALL:
            return False
        if registration_id in self._proven:
            return flying < AT_ONCE
        return flying < (AT_ONCE if self._unproven < _PLENTY else 1) and self._unproven < UNPROVEN

    def _note_late(self, registration: Registration, claimed: StoredDelivery, at: int) -> None:
        # Requests are in the way only of a receiver that would keep up without them.
        prompt = registration.id in self._proven and not registration.faults.reorder
        self._pace.note(registration.id, at - claimed.delivery.due_at if prompt else 0)

    def _fly(self, registration: Registration, claimed: StoredDelivery) -> None:
        proven = registration.id in self._proven
        self._flying[registration.id] += 1
        self._unproven += not proven
        task = asyncio.create_task(self._deliver(registration, claimed))
        self._tasks[task] = claimed.id
        task.add_done_callback(partial(self._landed, registration.id, proven))

    def _landed(self, registration_id: str, proven: bool, task: asyncio.Task[None]) -> None:
        del self._tasks[task]
        self._unproven -= not proven
        self._flying[registration_id] -= 1
        if not self._flying[registration_id]:
            del self._flying[registration_id]
        self.wake()

    async def _deliver(self, registration: Registration, claimed: StoredDelivery) -> None:
        start, era = stopwatch(), self._engine.era
        try:
            attempt = await self._try(registration, claimed)
            if era == self._engine.era:
                self._finish(claimed, attempt)
                self._judge(registration.id, attempt.success and stopwatch() - start < _SOON)
        except StoreFull:
            logger.error("the store is full, so a delivery cannot be written down: it is sent again at the next start")
        except Exception:
            logger.exception("a delivery failed in the emulator itself: it is sent again at the next start")

    def _judge(self, registration_id: str, prompt: bool) -> None:
        if prompt:
            self._proven.add(registration_id)
            self._pace.sent()
        else:
            self._proven.discard(registration_id)
            self._pace.note(registration_id, 0)

    def _finish(self, claimed: StoredDelivery, attempt: Attempt) -> None:
        self._tried += 1
        with self._engine.consequence() as tx:
            webhooks.finish(tx, claimed, attempt)
            if self._tried % webhooks.FORGET_AFTER == 0:
                webhooks.forget_old(tx)

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

    @property
    def idle(self) -> bool:
        """Whether nothing is in the air, and nothing is due that could be."""
        return not self._tasks and not self._owes(webhooks.newest(self._engine.reading()))

    async def settle(self) -> None:
        """Return when all that was due when this began was tried, and none of it is in the air."""
        newest = webhooks.newest(self._engine.reading())
        self._look()
        while self._tasks and self._owes(newest):
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
            self._look()

    def _owes(self, newest: int) -> bool:
        """Whether something up to this number is in the air or due."""
        tx = self._engine.reading()
        late = tx.late or ()
        flying = any(each <= newest and each not in late for each in self._tasks.values())
        return flying or webhooks.owes(tx, newest)

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
