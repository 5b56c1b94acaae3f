"""The file of a data directory: looked at before anything is written, and taken.

What is not ours, or is damaged, is refused in one line and left alone, to the byte.
"""

import logging
import os
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import cache
from importlib import resources
from pathlib import Path

from mockserver.core.digests import name_sum

SCHEMA_VERSION = 8
OLDEST = 7
"""The version whose data can be brought up to date, by one migration after the other."""
FILE_NAME = "vipps-mockserver.sqlite3"
APPLICATION_ID = 0x56697070
"""``Vipp``, as ``PRAGMA application_id`` of our files; schema 8 and older had none at first."""
PAGE_SIZE = 8192
"""Bytes: twice SQLite's usual, so that pages are split half as often."""
_PATIENCE = 1.0
"""Seconds to wait for another server to let go of the file."""
_CHECKING = 20_000_000
"""Steps of SQLite's virtual machine, about a second, after which ``quick_check`` of a large file goes unfinished."""
_EMPTY = 1
"""Bytes: SQLite, too, takes a file of one byte for an empty one; on some systems it begins with that."""
_OURS = frozenset({"meta", "due"})
"""Tables that every file of ours has."""

Columns = Mapping[str, frozenset[str]]
"""The columns of each table."""

logger = logging.getLogger(__name__)


class StoreError(Exception):
    """The store cannot be opened; the message is one line for the user."""


def connect(path: str, *, uri: bool = False, handed_over: bool = False) -> sqlite3.Connection:
    """A connection without transactions of its own; ``handed_over``: another thread than this one may use it later."""
    connection = sqlite3.connect(
        path,
        timeout=_PATIENCE,
        isolation_level=None,
        cached_statements=256,
        uri=uri,
        check_same_thread=not handed_over,
    )
    connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
    connection.create_function("name_sum", 1, name_sum)
    return connection


def open_file(directory: Path, flaw: Callable[[sqlite3.Connection], str | None]) -> sqlite3.Connection:
    """The store of a directory, which is made if there is none; raises StoreError.

    ``flaw`` says what the tables lack that this version needs; it is asked of data that is up to date. Older ones are
    left to ``upgrades``.
    """
    path = directory / FILE_NAME
    try:
        if directory.exists() and not directory.is_dir():
            raise StoreError(f"data: {directory} is no directory; name the one that the file is to stand in")
        directory.mkdir(parents=True, exist_ok=True)
        if path.exists():
            if not path.is_file():  # SQLite would wait for ever at a pipe
                raise StoreError(f"data: {path} is no file; remove it, or name another directory")
            _examine(path, flaw)
        else:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))  # it holds keys and secrets
        connection = connect(str(path))
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"data: cannot open {path}: {_hindrance(path, error)}") from error
    try:
        _take(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def damaged(path: Path, reason: object) -> StoreError:
    """What to say of a file of ours that cannot be used."""
    told = " ".join(str(reason).split())[:300]
    return StoreError(f"data: {path} is damaged ({told}); put a copy in its place, or remove it to start anew")


def version(connection: sqlite3.Connection) -> int:
    """The version of the schema; 0 when nothing was ever stored."""
    return _number(connection, "user_version")


def columns(connection: sqlite3.Connection) -> Columns:
    """The tables that are there, with their columns."""
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    return {
        name: frozenset(column for (column,) in connection.execute("SELECT name FROM pragma_table_info(?)", (name,)))
        for name in tables
    }


def _examine(path: Path, flaw: Callable[[sqlite3.Connection], str | None]) -> None:
    """Raise StoreError unless the file is ours and whole, or empty; nothing is written, or made beside it."""
    if path.stat().st_size <= _EMPTY:
        logger.warning("data: %s was empty, so the store begins anew", path)
        return
    log, shared = path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")
    # With a log beside it the file is read through that, which SQLite does with a third file.
    reading = "mode=ro" if log.exists() else "mode=ro&immutable=1"
    shared_before = shared.exists()
    try:
        with closing(connect(f"{path.absolute().as_uri()}?{reading}", uri=True)) as connection:
            _judge(connection, path, flaw)
    except sqlite3.OperationalError as error:
        raise StoreError(f"data: cannot open {path}: {_hindrance(path, error)}") from error
    except sqlite3.DatabaseError as error:
        if "not a database" in str(error):
            raise StoreError(f"data: {path} is no SQLite database; remove it, or name another directory") from error
        raise damaged(path, error) from error
    except ValueError as error:
        raise damaged(path, error) from error
    finally:
        if not shared_before:
            shared.unlink(missing_ok=True)


def _judge(connection: sqlite3.Connection, path: Path, flaw: Callable[[sqlite3.Connection], str | None]) -> None:
    owner, written_by = _number(connection, "application_id"), version(connection)
    tables = columns(connection).keys()
    foreign = owner not in (0, APPLICATION_ID) or (owner == 0 and tables and not _OURS & tables)
    if foreign:
        raise StoreError(f"data: {path} belongs to another program; name another directory")
    if not tables:
        return  # a start was interrupted before it stored anything
    if written_by > SCHEMA_VERSION:
        raise StoreError(f"data: {path} was written by a newer version of the server; start that one, or name another")
    if written_by <= 0:
        raise damaged(path, f"schema version {written_by}")
    if written_by < OLDEST:
        way_out = "export it with that version, and start this one with --state in an empty directory"
        raise StoreError(f"data: {path} was written by an older version of the server: {way_out}")
    if wrong := _quick_check(connection) or (written_by == SCHEMA_VERSION and flaw(connection)):
        raise damaged(path, wrong)


def _quick_check(connection: sqlite3.Connection) -> str | None:
    """What is wrong with the pages, as far as a second's work shows."""
    connection.set_progress_handler(lambda: 1, _CHECKING)
    try:
        row: tuple[str] = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise
        logger.info("data: the file is large, so not all of it was checked")
        return None
    finally:
        connection.set_progress_handler(None, 0)
    return None if row[0] == "ok" else row[0]


def _take(connection: sqlite3.Connection, path: Path) -> None:
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("COMMIT")
    except sqlite3.DatabaseError as error:
        raise StoreError(f"data: cannot open {path}: {_hindrance(path, error)}") from error


def _hindrance(path: Path, error: Exception) -> object:
    if "locked" in str(error):
        return "another server is using it"
    if "full" in str(error):
        return "the disk is full"
    # SQLite calls this a disk I/O error, or says that it was unable.
    missing = [each for each in (path.parent, path) if each.exists() and not os.access(each, os.W_OK)]
    return f"this user may not write to {missing[0]}" if missing else error


@cache
def read(package: str, name: str) -> str:
    """A file of SQL."""
    return resources.files(package).joinpath(name).read_text("utf-8")


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    row: tuple[int] = connection.execute(f"PRAGMA {pragma}").fetchone()
    return row[0]
