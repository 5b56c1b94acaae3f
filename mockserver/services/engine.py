"""What every use case stands on: the store, the clock, the ids and the rules; transactions; what falls due."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from sqlite3 import Connection

from mockserver.clock import Clock, ClockState
from mockserver.domain.policy import Policy
from mockserver.domain.world import World
from mockserver.ids import Ids
from mockserver.services.directory import Directory
from mockserver.store import codec, meta, schedule
from mockserver.store import world as world_store
from mockserver.store.database import Database
from mockserver.store.schedule import Due

logger = logging.getLogger(__name__)

_NEVER = 1 << 62


@dataclass(slots=True)
class Tx:
    """One transaction: where to read and write, and the time that counts for all of it.

    ``at`` is in milliseconds since 1970 (UTC). ``earliest`` is the earliest thing that it wrote down as due.
    """

    connection: Connection
    at: int
    ids: Ids
    policy: Policy
    directory: Directory
    earliest: int = _NEVER

    def add_due(self, due: Due) -> None:
        """Write down something to be done at its time."""
        schedule.add(self.connection, due)
        self.earliest = min(self.earliest, due.due_at)

    def remove_due(self, due: Due) -> None:
        """Cross out something that need not be done."""
        schedule.remove(self.connection, due)


DueHandler = Callable[[Tx, int], None]


class Engine:
    """Runs transactions at the clock's time, each after everything that fell due before it."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: Ids,
        policy: Policy,
        handlers: Mapping[str, DueHandler],
    ) -> None:
        self.database = database
        self.clock = clock
        self.ids = ids
        self.policy = policy
        self.directory = Directory()
        self._handlers = handlers
        self._next_due = _NEVER
        self._alarm_at = _NEVER
        self._first_state = clock.state

    def start(self, world: World) -> None:
        """Fill an empty store with the world, or go on with what an earlier start left; remember the world."""
        database = self.database
        if database.empty:
            database.create()
            with database.transaction() as connection:
                world_store.insert_world(connection, world)
            database.remember()
        else:
            pristine = Database()
            pristine.create()
            with pristine.transaction() as connection:
                world_store.insert_world(connection, world)
            database.remember_other(pristine)
            kept = meta.get(database.connection, "clock")
            if kept is not None:
                self.clock.restore(codec.load(ClockState, kept))
        self._look_ahead()

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """Everything inside happens at one time, whole or not at all."""
        at = self.clock.now()
        if at >= self._next_due:
            self.run_due(at)
        with self._transaction(at) as tx:
            yield tx

    @contextmanager
    def _transaction(self, at: int) -> Iterator[Tx]:
        try:
            with self.database.transaction() as connection:
                tx = Tx(connection, at, self.ids, self.policy, self.directory)
                yield tx
        except BaseException:
            self.directory.clear()
            raise
        if tx.earliest < self._next_due:
            self._expect(tx.earliest)

    def reading(self) -> Tx:
        """A view at the clock's time, for what only reads."""
        at = self.clock.now()
        if at >= self._next_due:
            self.run_due(at)
        return Tx(self.database.connection, at, self.ids, self.policy, self.directory)

    def run_due(self, until: int) -> None:
        """Do what is due up to ``until``, in order and each at its own time."""
        while (due := schedule.first(self.database.connection)) is not None and due.due_at <= until:
            self._run(due)
        self._look_ahead()

    def _run(self, due: Due) -> None:
        try:
            with self._transaction(due.due_at) as tx:
                tx.remove_due(due)
                self._handlers[due.kind](tx, due.key)
        except Exception:
            logger.exception("%s of %s failed and is dropped", due.kind, due.key)
            with self._transaction(due.due_at) as tx:
                tx.remove_due(due)

    def advance_to(self, at: int, limit: int = 500) -> bool:
        """Move the clock towards ``at``, doing what falls due on the way at its own time.

        False when there is more to do than ``limit``: call again, after letting others have their turn.
        """
        for _ in range(limit):
            due = schedule.first(self.database.connection)
            if due is None or due.due_at > at:
                self.clock.set(max(at, self.clock.now()))
                self.keep_clock()
                self._look_ahead()
                return True
            self.clock.set(max(due.due_at, self.clock.now()))
            self._run(due)
        return False

    def keep_clock(self) -> None:
        """Write down how the clock stands, for a later start."""
        with self.database.transaction() as connection:
            meta.put(connection, "clock", codec.dump(ClockState, self.clock.state))

    def reset(self) -> None:
        """Back to the world as started: payments, customers, merchants, clock."""
        self.database.reset()
        self.directory.clear()
        self.clock.restore(self._first_state)
        self._look_ahead()

    def _look_ahead(self) -> None:
        due = schedule.first(self.database.connection)
        self._next_due = _NEVER
        if due is not None:
            self._expect(due.due_at)

    def _expect(self, due_at: int) -> None:
        self._next_due = due_at
        if due_at < self._alarm_at:
            self._alarm_at = due_at
            self.clock.call_at(due_at, self._ring)

    def _ring(self) -> None:
        self._alarm_at = _NEVER
        now = self.clock.now()
        if now >= self._next_due:
            self.run_due(now)
        elif self._next_due < _NEVER:
            self._expect(self._next_due)
