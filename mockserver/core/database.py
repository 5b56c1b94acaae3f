"""Opens the database, runs transactions, and goes back to the world as it was at the start."""

import os
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from functools import cache
from importlib import resources
from pathlib import Path

from mockserver.core.values import frozen

SCHEMA_VERSION = 8
_OLDEST = 7
"""The version whose data can be brought up to date, by one migration after the other."""
FILE_NAME = "vipps-mockserver.sqlite3"
_PAGE_SIZE = 8192
"""Bytes: twice the usual, so that pages are split half as often."""
_NAMES_PAGE_SIZE = 4096
_PATIENCE = 1.0
"""Seconds to wait for another server to let go of the file."""


_TABLE = re.compile(r"^CREATE TABLE (\w+)", re.MULTILINE)


@frozen
class Schema:
    """The tables of a server: those of each room by the package whose ``schema.sql`` has them.

    ``names``: tables with names that clients choose (``lookup``, their CRC-32 sums, and ``id``), by the index of each.
    The index is a database of its own, in memory; equality is checked on the row. Names come in any order, so pages
    of their index split all the time, and each split makes SQLite walk over all pages of that database in its cache:
    here there are few.
    """

    packages: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    def texts(self) -> list[str]:
        """The definitions, room by room."""
        return [_read(package, "schema.sql") for package in ("mockserver.core", *self.packages)]

    def make_names(self) -> str:
        """Makes the indexes of names."""
        columns = "(lookup INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (lookup, id)) WITHOUT ROWID"
        return "".join(f"CREATE TABLE names.{index} {columns};" for index in self.names)

    def fill_names(self) -> str:
        """Makes their contents again."""
        steps = (
            f"DELETE FROM {index};"  # noqa: S608 - our own names
            f"INSERT INTO {index} (lookup, id) SELECT lookup, id FROM {table} ORDER BY lookup, id;"
            for index, table in self.names.items()
        )
        return f"BEGIN; {' '.join(steps)} COMMIT;"


class StoreError(Exception):
    """The store cannot be opened; the message is one line for the user."""


class StoreFull(Exception):
    """The store has reached its limit; the transaction changed nothing."""


class Database:
    """One SQLite database with one connection, used from one thread.

    ``schema`` has its tables. ``directory`` None keeps everything in memory. ``limit`` bounds its size, in MiB.
    """

    def __init__(self, schema: Schema, directory: Path | None = None, limit: int = 4096) -> None:
        self.schema = schema
        self.connection = _open_file(directory) if directory else _connect(":memory:")
        self.connection.execute(f"PRAGMA max_page_count = {limit * 1024 * 1024 // _PAGE_SIZE}")
        self._pristine: sqlite3.Connection | None = None
        self.connection.execute("ATTACH ':memory:' AS names")
        self.connection.execute(f"PRAGMA names.page_size = {_NAMES_PAGE_SIZE}")
        self.connection.executescript(schema.make_names())
        if not self.empty:
            self._add_missing()
            self.index()

    @property
    def empty(self) -> bool:
        """Whether nothing was ever stored here."""
        return _version(self.connection) == 0

    def create(self) -> None:
        """Make the tables of an empty database."""
        tables = "".join(self.schema.texts())
        self.connection.executescript(f"BEGIN; {tables} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")

    def _add_missing(self) -> None:
        """Make the tables of rooms that were not there when the file was made."""
        there = {name for (name,) in self.connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        new = [text for text in self.schema.texts() if there.isdisjoint(_TABLE.findall(text))]
        if new:
            self.connection.executescript(f"BEGIN; {''.join(new)} COMMIT;")

    def remember(self, other: "Database") -> None:
        """Keep the present contents of a database, this one or another, as what ``reset`` goes back to."""
        if self._pristine is not None:
            self._pristine.close()
        self._pristine = other.copy()

    def reset(self) -> None:
        """Go back to what was remembered, all or nothing."""
        if self._pristine is None:
            raise StoreError("nothing was remembered to go back to")
        self.go_back_to(self._pristine)

    def copy(self) -> sqlite3.Connection:
        """The present contents, as a database of their own in memory."""
        made = _connect(":memory:")
        self.connection.backup(made)
        return made

    def go_back_to(self, copy: sqlite3.Connection) -> None:
        """Put a copy's contents in the place of the present ones, all or nothing; raises StoreFull at the limit."""
        try:
            copy.backup(self.connection)
        except sqlite3.OperationalError as error:
            raise StoreFull from error
        self.index()

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
        """Undo everything since ``begin``; raises StoreFull when the limit was what went wrong."""
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")
        if isinstance(error, sqlite3.OperationalError) and "full" in str(error):
            raise StoreFull from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All that is written inside, or nothing of it; raises StoreFull at the limit."""
        self.begin()
        try:
            yield self.connection
        except BaseException as error:
            self.roll_back(error)
            raise
        self.commit()

    def close(self) -> None:
        """Close the database; what is in memory is gone."""
        self.connection.close()
        if self._pristine is not None:
            self._pristine.close()


def _connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, cached_statements=256)
    connection.execute(f"PRAGMA page_size = {_PAGE_SIZE}")
    return connection


def _open_file(directory: Path) -> sqlite3.Connection:
    path = directory / FILE_NAME
    try:
        directory.mkdir(parents=True, exist_ok=True)
        connection = _connect(str(path))
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"data: cannot open {path}: {_locked_out(path) or error}") from error
    try:
        _take(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _take(connection: sqlite3.Connection, path: Path) -> None:
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("COMMIT")
    except sqlite3.DatabaseError as error:
        reason = "another server is using it" if "locked" in str(error) else _locked_out(path) or error
        raise StoreError(f"data: cannot open {path}: {reason}") from error
    _bring_up_to_date(connection, path)


def _bring_up_to_date(connection: sqlite3.Connection, path: Path) -> None:
    """Take the data of an earlier version up, all or nothing; raises StoreError for what cannot be."""
    version = _version(connection)
    if version in (0, SCHEMA_VERSION):
        return
    if version > SCHEMA_VERSION:
        raise StoreError(f"data: {path} was written by a newer version of the server; start that one, or name another")
    if version < _OLDEST:
        way_out = "export it with that version, and start this one with --state in an empty directory"
        raise StoreError(f"data: {path} was written by an older version of the server: {way_out}")
    steps = "".join(
        _read("mockserver.core", f"migrations/{number}.sql") for number in range(version + 1, SCHEMA_VERSION + 1)
    )
    try:
        connection.executescript(f"BEGIN IMMEDIATE; {steps} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")
    except sqlite3.DatabaseError as error:
        raise StoreError(f"data: {path} cannot be brought up to date, and is as it was: {error}") from error


def _locked_out(path: Path) -> str | None:
    # SQLite calls this a disk I/O error, or says that it was unable.
    missing = [each for each in (path.parent, path) if each.exists() and not os.access(each, os.W_OK)]
    return f"this user may not write to {missing[0]}" if missing else None


@cache
def _read(package: str, name: str) -> str:
    return resources.files(package).joinpath(name).read_text("utf-8")


def _version(connection: sqlite3.Connection) -> int:
    row: tuple[int] = connection.execute("PRAGMA user_version").fetchone()
    return row[0]
