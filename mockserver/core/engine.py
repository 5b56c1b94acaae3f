"""What every use case stands on: the store, the clock, the ids and the rules; transactions; what falls due."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from sqlite3 import Connection, DatabaseError
from typing import Protocol

from mockserver.core import codec, meta, schedule
from mockserver.core.clock import Clock, ClockState, stopwatch
from mockserver.core.database import Database, StoreError, StoreFull
from mockserver.core.errors import IllegalAction
from mockserver.core.ids import Ids
from mockserver.core.named import Named
from mockserver.core.news import News
from mockserver.core.places import Memory, Places
from mockserver.core.policy import Policy
from mockserver.core.schedule import Due

__all__ = ["DueHandler", "Engine", "StoreError", "StoreFull", "Transaction", "Tx"]

logger = logging.getLogger(__name__)

REPLACED = "A reset, an imported state or a restored snapshot has replaced what this was about"
IDS = "ids"
"""The name that the ids which are drawn now belong to, in the store."""
_NEVER = 1 << 62
_TRY_AGAIN = 1000
"""Milliseconds."""
SLICE = 100
"""Due things that are done before others have their turn."""
_SLICE_TIME = 10_000_000
"""Nanoseconds of real time that they may take."""


@dataclass(slots=True)
class Tx:
    """One transaction: where to read and write, and the time that counts for all of it.

    ``at`` is in milliseconds since 1970 (UTC), ``token_at`` the same moment by the clock that tokens go by, and
    ``ahead`` how far the emulator's clock is before the real one. ``earliest`` is the earliest thing that it wrote
    down as due, ``emitted`` whether there is something to deliver. ``memory`` is what was learnt from the store,
    ``parts`` what the products of this server brought for others to use. ``late`` is told what others add while
    somebody moves the clock.
    """

    connection: Connection
    at: int
    token_at: int
    ahead: int
    ids: Ids
    policy: Policy
    memory: Memory
    parts: Places
    late: set[Due | int] | None = None
    earliest: int = _NEVER
    emitted: bool = False

    @property
    def token_ahead(self) -> int:
        """How far the clock of tokens is before the real one, in milliseconds."""
        return self.ahead - (self.at - self.token_at)

    def add_due(self, due: Due) -> None:
        """Write down something to be done at its time."""
        schedule.add(self.connection, due)
        self.earliest = min(self.earliest, due.due_at)
        self.note(due)

    def note(self, thing: Due | int) -> None:
        """Something is due, or the delivery of this number: if somebody moves the clock, they do not wait for it."""
        if self.late is not None:
            self.late.add(thing)

    def due(self, limit: int) -> list[Due]:
        """What is due, the next first, ``limit`` of it at most."""
        return schedule.upcoming(self.connection, limit)

    def remove_due(self, due: Due) -> None:
        """Cross out something that need not be done."""
        schedule.remove(self.connection, due)


DueHandler = Callable[[Tx, int], None]


class Beginning(Protocol):
    """What a server is started with."""

    def fill(self, database: Database) -> None:
        """Fill an empty store, whole or not at all."""
        ...

    def go_on(self, connection: Connection, pristine: Connection) -> None:
        """Go on with a store that was filled before, and make again what it was at first."""
        ...


class Engine:
    """Runs transactions at the clock's time, each after everything that fell due before it.

    ``wall_tokens``: tokens go by the real time, wherever the emulator's clock is. ``keeps_keys``: signing keys are the
    server's own, and stay whatever it goes back to.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: Ids,
        policy: Policy,
        handlers: Mapping[str, Named[DueHandler]],
        parts: Places,
        *,
        wall_tokens: bool = True,
        keeps_keys: bool = False,
    ) -> None:
        self.database = database
        self.clock = clock
        self.ids = ids
        self.policy = policy
        self.memory = Memory()
        self.parts = parts
        self.news = parts.of(News)
        self.emitted = False
        self.on_emitted: Callable[[], None] = lambda: None
        self.on_going_back: list[Callable[[Connection], None]] = []
        self._handlers = handlers
        self._keeps_keys = keeps_keys
        self._wall_tokens = wall_tokens
        self._next_due = _NEVER
        self._alarm_at = _NEVER
        self._stepping = self._going_on = False
        self._late: set[Due | int] | None = None
        self.era = 0
        """Goes up whenever something else comes in the place of all that is stored."""
        self._first_state = clock.state

    def start(self, beginning: Beginning) -> None:
        """Fill an empty store, or go on with what an earlier start left, of which no id comes again.

        Raises StoreError when it began with something else than what is asked for now, Malformed for a bad state file.
        """
        database = self.database
        if database.empty:
            beginning.fill(database)
            database.remember(database)
        else:
            self._begin_again(beginning)
        self._branch()
        self._resume()

    def _begin_again(self, beginning: Beginning) -> None:
        database = self.database
        with closing(Database(database.schema)) as pristine:
            pristine.create()
            try:
                with database.transaction() as connection, pristine.transaction() as first:
                    database.take_up()
                    beginning.go_on(connection, first)
                    self._stored_clock()
            except (DatabaseError, ValueError) as error:
                raise database.unreadable(error) from error
            database.taken_up()
            database.index()
            database.remember(pristine)

    def check(self, era: int) -> None:
        """Raise IllegalAction when what was stored in ``era`` has been replaced, for who waited since then."""
        if era != self.era:
            raise IllegalAction(REPLACED)

    def _branch(self) -> None:
        name = meta.get(self.database.connection, IDS)
        if name is not None:
            self.ids.branch(name)

    def transaction(self, policy: Policy | None = None, view: Tx | None = None) -> "Transaction":
        """A context in which everything happens at one time, whole or not at all.

        ``policy``: the rules of the request, by default the server's own, as for all that falls due. ``view``: what
        has just been looked at, and is to be changed now. Leaving it raises StoreFull, and changes nothing, when the
        store has reached its limit.
        """
        return Transaction(self, view or self.reading(policy))

    def consequence(self) -> "Transaction":
        """The same for what comes of something that was due: who moves the clock waits for it."""
        tx = self.reading()
        tx.late = None
        return Transaction(self, tx)

    def reading(self, policy: Policy | None = None) -> Tx:
        """A view at the clock's time, for what only reads.

        Where more is due than can be done at once, it is the time up to which all has been done.
        """
        at = self.clock.now()
        if at >= self._next_due:
            at = self._catch_up(at)
        return self._at(at, policy, self._late)

    def _at(self, at: int, policy: Policy | None = None, late: set[Due | int] | None = None) -> Tx:
        ahead, rules = self.clock.ahead, policy or self.policy
        token_at = at - ahead if self._wall_tokens else at
        return Tx(self.database.connection, at, token_at, ahead, self.ids, rules, self.memory, self.parts, late)

    def _catch_up(self, until: int) -> int:
        """Do a slice of what is due, and leave the rest to the event loop's next rounds; gives the time reached."""
        try:
            done = self._run_slice(until)
        except StoreFull:
            logger.error("the store is full, so what is due has to wait")
            self._next_due = until + _TRY_AGAIN
            return until
        self._look_ahead()
        if done:
            return until
        self._go_on_soon()
        return min(until, self._next_due)

    def _go_on_soon(self) -> None:
        if self._going_on:
            return
        with suppress(RuntimeError):  # without an event loop, who looks next goes on
            asyncio.get_running_loop().call_soon(self._go_on)
            self._going_on = True

    def _go_on(self) -> None:
        self._going_on = False
        if self.clock.now() >= self._next_due:
            self._catch_up(self.clock.now())

    def _run_slice(self, until: int) -> bool:
        """Do what is due up to ``until``, in order and each at its own time; False when there is more to do."""
        end = stopwatch() + _SLICE_TIME
        for _ in range(SLICE):
            due = schedule.first(self.database.connection)
            if due is None or due.due_at > until:
                return True
            self._run(due)
            if stopwatch() > end:
                break
        return False

    def _run(self, due: Due, late: set[Due | int] | None = None) -> None:
        if due.kind not in self._handlers:
            logger.error("%s of %s is dropped: the products of this server do not know it", due.kind, due.key)
            with Transaction(self, self._at(due.due_at)) as tx:
                tx.remove_due(due)
            return
        try:
            with Transaction(self, self._at(due.due_at, late=late)) as tx:
                tx.remove_due(due)
                self._handlers[due.kind].get()(tx, due.key)
        except StoreFull:
            raise
        except Exception:
            logger.exception("%s of %s failed and is dropped", due.kind, due.key)
            with Transaction(self, self._at(due.due_at)) as tx:
                tx.remove_due(due)

    @contextmanager
    def moving(self) -> Iterator[None]:
        """To be held while the clock is moved: what others add meanwhile is done, and not waited for."""
        if self._late is not None:
            yield
            return
        self._late = set()
        try:
            yield
        finally:
            self._late = None

    def advance_to(self, at: int) -> bool:
        """Move the clock towards ``at``, doing what falls due on the way at its own time.

        False when there is more to do than fits into a slice, or something to deliver first (``emitted``): call again,
        after letting others have their turn.
        """
        self.emitted = False
        end = stopwatch() + _SLICE_TIME
        for _ in range(SLICE):
            due = schedule.first(self.database.connection)
            if due is None or due.due_at > at:
                self.change_clock(partial(self.clock.move_to, at))
                self._look_ahead()
                return True
            self._step_over(due)
            if self.emitted or stopwatch() > end:
                break
        self._look_ahead()
        return False

    def _step_over(self, due: Due) -> None:
        """Move the clock without what its alarm would do: whoever moves it does that, one after the other."""
        late = self._late if self._late is not None and due in self._late else None
        self._stepping = True
        try:
            with self.clock.trying():
                self.clock.move_to(due.due_at)
                self._run(due, late)
        finally:
            self._stepping = False
        if late is not None:
            late.discard(due)
            self.emitted = False

    def change_clock(self, change: Callable[[], None]) -> None:
        """Move, stop or start the clock, and write down how it stands; raises StoreFull, and then it is as it was."""
        with self.clock.trying():
            change()
            self.keep_clock()

    def keep_clock(self) -> None:
        """Write down how the clock stands, for a later start."""
        with self.database.transaction() as connection:
            meta.put(connection, "clock", codec.dump(ClockState, self.clock.state))

    def _stored_clock(self) -> ClockState:
        state = meta.get(self.database.connection, "clock")
        return self._first_state if state is None else codec.load(ClockState, state)

    def reset(self) -> None:
        """Back to what the server was started with: payments, customers, merchants, clock, rules."""
        self.database.reset(self._hand_on_keys)
        self._resume()

    def _hand_on_keys(self, copy: Connection) -> None:
        """Give the server's own keys to what comes in the place of all that is stored: clients have tokens."""
        for name, value in self._own_keys().items():
            meta.put(copy, name, value)

    def _own_keys(self) -> Mapping[str, str]:
        return meta.keys(self.database.connection) if self._keeps_keys else {}

    def snapshot(self) -> Connection:
        """All that is now, the clock included, to go back to."""
        self.keep_clock()
        return self.database.copy()

    def go_back_to(self, snapshot: Connection) -> None:
        """Be again as then; what was in the air is sent again."""
        self._hand_on_keys(snapshot)
        self.database.go_back_to(snapshot)
        with self.database.transaction() as connection:
            for take_up in self.on_going_back:
                take_up(connection)
        self._resume()

    def put_instead(self, put: Callable[[Connection], object], name: str) -> None:
        """Let ``put`` write something else in the place of all that is stored, or change nothing; raises StoreFull.

        The ids that come after it belong to ``name``: others than before, and with a seed the same ones each time.
        """
        with self.database.transaction() as connection:
            own = self._own_keys()
            put(connection)
            for each in own.keys() - meta.keys(connection).keys():
                meta.put(connection, each, own[each])
            meta.put(connection, IDS, name)
        self.database.index()
        self._branch()
        self._resume()

    def _resume(self) -> None:
        """Go on from what the store holds now, whatever was remembered of it."""
        self.era += 1
        self.memory.clear()
        self.clock.restore(self._stored_clock())
        self._look_ahead()

    def _look_ahead(self) -> None:
        due = schedule.first(self.database.connection)
        self._next_due = _NEVER
        if due is not None:
            self._expect(due.due_at)

    def expect(self, due_at: int) -> None:
        """Something was written down as due: wake up for it, if it comes before everything else."""
        if due_at < self._next_due:
            self._expect(due_at)

    def _expect(self, due_at: int) -> None:
        self._next_due = due_at
        if due_at < self._alarm_at:
            self._alarm_at = due_at
            self.clock.call_at(due_at, self._ring)

    def _ring(self) -> None:
        self._alarm_at = _NEVER
        if self._stepping:
            return
        now = self.clock.now()
        if now >= self._next_due:
            self._catch_up(now)
        elif self._next_due < _NEVER:
            self._expect(self._next_due)


class Transaction:
    """The context of ``Engine.transaction``; a class of its own because every request goes through it."""

    __slots__ = ("_database", "_engine", "_tx")

    def __init__(self, engine: Engine, tx: Tx) -> None:
        self._engine = engine
        self._database = engine.database
        self._tx = tx

    def __enter__(self) -> Tx:
        """Begin."""
        self._database.begin()
        return self._tx

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """Commit, or roll back for an error."""
        engine = self._engine
        if error is None:
            try:
                self._database.commit()
            except BaseException:
                engine.news.roll_back()
                raise
            if engine.news.pending:
                engine.news.commit()
            if self._tx.earliest < _NEVER:
                engine.expect(self._tx.earliest)
            if self._tx.emitted:
                engine.emitted = True
                engine.on_emitted()
            return
        engine.news.roll_back()
        engine.memory.clear()
        self._database.roll_back(error)
