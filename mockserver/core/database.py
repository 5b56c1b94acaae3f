"""Opens the database, runs transactions, and goes back to the world as it was at the start."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import field
from pathlib import Path

from mockserver.core import meta
from mockserver.core.datafile import (
    APPLICATION_ID,
    FILE_NAME,
    PAGE_SIZE,
    SCHEMA_VERSION,
    StoreError,
    columns,
    connect,
    damaged,
    open_file,
    read,
    version,
)
from mockserver.core.reserve import Reserve
from mockserver.core.upgrades import prepared, statements
from mockserver.core.values import frozen

__all__ = ["FILE_NAME", "SCHEMA_VERSION", "Database", "Schema", "StoreError", "StoreFull"]

_NAMES_PAGE_SIZE = 4096
_TABLES = "tables"
"""Names the tables that were there when the store was last opened, so that one that is lost is missed."""
_SHARE = 3
"""How often what is gone back to fits into the room that is kept for a full disk: log, file, and some to spare."""
_NO_ROOM = ("SQLITE_FULL", "SQLITE_IOERR_WRITE")
"""A full disk, and a quota or limit of the system that is reached."""
_TABLE = re.compile(r"^CREATE TABLE (\w+)", re.MULTILINE)


@frozen
class NamedRows:
    """A table with names that clients choose: ``name`` is its SQL expression for them, ``id`` its key."""

    table: str
    name: str


@frozen
class Schema:
    """The tables of a server: those of each room by the package whose ``schema.sql`` has them.

    ``names``: tables with names that clients choose, by the index of each, which has their sums (``lookup``) and
    ``id``. The index is a database of its own, in memory; equality is checked on the row. Names come in any order, so
    pages of their index split all the time, and each split makes SQLite walk over all pages of that database in its
    cache: here there are few.
    """

    packages: tuple[str, ...] = ()
    names: Mapping[str, NamedRows] = field(default_factory=dict)

    def texts(self) -> list[str]:
        """The definitions, room by room."""
        return [read(package, "schema.sql") for package in ("mockserver.core", *self.packages)]

    def flaw(self, connection: sqlite3.Connection) -> str | None:
        """What the tables of a store lack, None when nothing; rooms that were never there may be missing whole."""
        there = columns(connection)
        known = meta.get(connection, _TABLES) if "meta" in there else None
        once = frozenset(json.loads(known)) if known else frozenset[str]()
        with closing(connect(":memory:")) as whole:
            whole.executescript("".join(self.texts()))
            wanted = columns(whole)
        rooms = [set(_TABLE.findall(text)) for text in self.texts()]
        expected = set().union(rooms[0], *(room for room in rooms if room & (there.keys() | once)))
        for table in sorted(expected):
            if table not in there:
                return f"the table {table} is missing"
            if lost := wanted[table] - there[table]:
                return f"the table {table} has no column {min(lost)}"
        return None

    def make_names(self) -> str:
        """Makes the indexes of names."""
        columns = "(lookup INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (lookup, id)) WITHOUT ROWID"
        return "".join(f"CREATE TABLE names.{index} {columns};" for index in self.names)

    def fill_names(self) -> str:
        """Makes their contents again."""
        steps = (
            f"DELETE FROM {index}; INSERT INTO {index} (lookup, id)"  # noqa: S608 - our own names
            f" SELECT name_sum({each.name}) AS sum, id FROM {each.table} ORDER BY sum, id;"
            for index, each in self.names.items()
        )
        return f"BEGIN; {' '.join(steps)} COMMIT;"


class StoreFull(Exception):
    """The store has reached its limit; the transaction changed nothing."""


class Database:
    """One SQLite database with one connection, used from one thread.

    ``schema`` has its tables. ``directory`` None keeps everything in memory. ``limit`` bounds its size, in MiB.
    """

    def __init__(self, schema: Schema, directory: Path | None = None, limit: int = 4096) -> None:
        self.schema = schema
        self._file = directory / FILE_NAME if directory else None
        self.connection = open_file(directory, schema.flaw) if directory else connect(":memory:")
        self._reserve = Reserve(directory) if directory else None
        self._pristine: sqlite3.Connection | None = None
        try:
            self._upgrade = prepared(self.connection, self._file) if self._file else None
            self.connection.execute(f"PRAGMA max_page_count = {limit * 1024 * 1024 // PAGE_SIZE}")
            self.connection.execute("ATTACH ':memory:' AS names")
            self.connection.execute(f"PRAGMA names.page_size = {_NAMES_PAGE_SIZE}")
            self.connection.executescript(schema.make_names())
        except BaseException:
            self.connection.close()
            raise

    @property
    def empty(self) -> bool:
        """Whether nothing was ever stored here."""
        return version(self.connection) == 0

    def create(self) -> None:
        """Make the tables of an empty database."""
        with self.creation():
            pass

    @contextmanager
    def creation(self) -> Iterator[sqlite3.Connection]:
        """The tables of an empty database, and all that is written inside, or nothing; raises StoreFull."""
        tables = "".join(self.schema.texts())
        marks = f"PRAGMA user_version = {SCHEMA_VERSION}; PRAGMA application_id = {APPLICATION_ID};"
        with self._all_or_nothing():
            # Neither COMMIT here nor a second script inside: Python ends a transaction before each script.
            self.connection.executescript(f"BEGIN IMMEDIATE; {tables} {marks}")
            yield self.connection
            self._note_tables()

    def take_up(self) -> None:
        """Within a transaction: bring a store of before up to date, mark it as ours, make tables of new rooms.

        Raises sqlite3.DatabaseError for what cannot be brought up to date.
        """
        if self._upgrade is not None:
            self._upgrade.run(self.connection)
            if wrong := self.schema.flaw(self.connection):
                raise sqlite3.DatabaseError(wrong)  # as SQLite says it when a step needs what is missing
        there = columns(self.connection)
        for text in self.schema.texts():
            if there.keys().isdisjoint(_TABLE.findall(text)):
                for statement in statements(text):
                    self.connection.execute(statement)
        self.connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        self._note_tables()

    def _note_tables(self) -> None:
        tables = sorted(each for each in columns(self.connection) if not each.startswith("sqlite_"))
        meta.put(self.connection, _TABLES, json.dumps(tables))

    def taken_up(self) -> None:
        """Tell of what ``take_up`` has brought up to date, once that is committed."""
        if self._upgrade is not None:
            self._upgrade.tell()
            self._upgrade = None

    def unreadable(self, reason: object) -> StoreError:
        """What to say when what is stored cannot be understood, also after steps that were undone."""
        if self._upgrade is not None:
            return self._upgrade.failed(reason)
        return damaged(self._file or Path(FILE_NAME), reason)

    def remember(self, other: "Database") -> None:
        """Keep the present contents of a database, this one or another, as what ``reset`` goes back to."""
        if self._pristine is not None:
            self._pristine.close()
        self._pristine = other.copy()
        self._keep_reserve()

    def reset(self, hand_on: Callable[[sqlite3.Connection], None] = lambda copy: None) -> None:
        """Go back to what was remembered, to which ``hand_on`` adds what stays, all or nothing."""
        if self._pristine is None:
            raise StoreError("nothing was remembered to go back to")
        hand_on(self._pristine)
        self.go_back_to(self._pristine)

    def copy(self, *, handed_over: bool = False) -> sqlite3.Connection:
        """The present contents, as a database of their own in memory; ``handed_over``: for another thread."""
        made = connect(":memory:", handed_over=handed_over)
        self.connection.backup(made)
        return made

    def _keep_reserve(self) -> None:
        if self._reserve is not None and self._pristine is not None:
            (pages,) = self._pristine.execute("PRAGMA page_count").fetchone()
            self._reserve.keep(_SHARE * pages * PAGE_SIZE)

    def go_back_to(self, copy: sqlite3.Connection) -> None:
        """Put a copy's contents in the place of the present ones, all or nothing; raises StoreFull at the limit."""
        try:
            copy.backup(self.connection)
        except sqlite3.OperationalError as error:
            if self._reserve is None or not self._reserve.release():
                raise StoreFull from error
            self._go_back_on_full_disk(copy)
        self.index()

    def _go_back_on_full_disk(self, copy: sqlite3.Connection) -> None:
        """Once more, with the room that was kept for this; what was in the way is given back to the disk."""
        try:
            copy.backup(self.connection)
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.OperationalError as error:
            raise StoreFull from error
        finally:
            self._keep_reserve()

    def index(self) -> None:
        """Make the index of names again, after rows came in another way than one by one."""
        self.connection.executescript(self.schema.fill_names())

    def begin(self) -> None:
        """Begin a transaction."""
        self.connection.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Commit it, or nothing of it; raises StoreFull at the limit."""
        try:
            self.connection.execute("COMMIT")
        except sqlite3.Error as error:
            self.roll_back(error)
            raise

    def roll_back(self, error: BaseException) -> None:
        """Undo everything since ``begin``; raises StoreFull when there was no room for it."""
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")
        if isinstance(error, sqlite3.OperationalError) and getattr(error, "sqlite_errorname", None) in _NO_ROOM:
            raise StoreFull from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All that is written inside, or nothing of it; raises StoreFull at the limit."""
        with self._all_or_nothing():
            self.begin()
            yield self.connection

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            self.roll_back(error)
            raise
        self.commit()

    def close(self) -> None:
        """Close the database; what is in memory is gone."""
        self.connection.close()
        if self._pristine is not None:
            self._pristine.close()
