"""Data of an earlier version: a copy is put beside them, and they are brought up to date, all or nothing.

The steps are statements of the transaction in which a start takes the store up: whatever that cannot read undoes them.
"""

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import count, zip_longest
from pathlib import Path

from mockserver.core.datafile import FILE_NAME, SCHEMA_VERSION, StoreError, connect, read, version

logger = logging.getLogger(__name__)


class Upgrade:
    """One that is to be done: where the data are, which schema they have, and where the copy of them stands."""

    def __init__(self, path: Path, written_by: int, copy: Path) -> None:
        self._path = path
        self._written_by = written_by
        self._copy = copy

    def run(self, connection: sqlite3.Connection) -> None:
        """Within a transaction: every step from the schema of the data to today's."""
        for number in range(self._written_by + 1, SCHEMA_VERSION + 1):
            for statement in statements(read("mockserver.core", f"migrations/{number}.sql")):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def tell(self) -> None:
        """Say in a line what was done, once it is."""
        done = f"brought up to date from schema {self._written_by} to {SCHEMA_VERSION}"
        logger.warning("data: %s was %s; as it was before, it is kept in %s", self._path, done, self._copy)

    def failed(self, reason: object) -> StoreError:
        """What to say when it was undone."""
        told = " ".join(str(reason).split())[:300]
        as_it_was = f"cannot be brought up to date, and is as it was: {told}"
        return StoreError(f"data: {self._path} {as_it_was}; a copy is in {self._copy}")


def prepared(connection: sqlite3.Connection, path: Path) -> Upgrade | None:
    """The upgrade of a store that has just been opened, with its copy made; None when it has today's schema.

    Raises StoreError when there is no room for the copy; nothing is changed then.
    """
    written_by = version(connection)
    if written_by in (0, SCHEMA_VERSION):
        return None
    try:
        return Upgrade(path, written_by, _copied(connection, path, written_by))
    except (sqlite3.Error, OSError) as error:
        way_out = "make room for one, and start again"
        reason = f"no copy of it can be made in {path.parent} ({error})"
        raise StoreError(f"data: {path} is of an earlier version, and is as it was: {reason}; {way_out}") from error


def _copied(connection: sqlite3.Connection, path: Path, written_by: int) -> Path:
    """A copy of the store that stands under its name whole or not at all; one of before that is equal will do.

    The file itself must not be opened here by other means than SQLite: closing it would give its lock away.
    """
    for number in count(1):
        copy = path.with_name(copy_name(written_by, number))
        if not copy.exists():
            break
        if copy.is_file() and _equal(connection, copy):  # SQLite would wait for ever at a pipe
            return copy
    part = copy.with_name(copy.name + ".part")
    part.unlink(missing_ok=True)
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))  # it holds keys and secrets
        with closing(connect(str(part))) as made:
            made.execute("PRAGMA journal_mode = OFF")
            connection.backup(made)
        part.replace(copy)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    return copy


def copy_name(written_by: int, number: int = 1) -> str:
    """The name of a copy, which says the schema; later ones that differ are numbered."""
    name, _, ending = FILE_NAME.partition(".")
    return f"{name}.schema-{written_by}{'' if number == 1 else f'.{number}'}.{ending}"


def _equal(connection: sqlite3.Connection, copy: Path) -> bool:
    """Whether a copy of before holds the same; one that cannot be read does not."""
    try:
        with closing(connect(f"{copy.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as other:
            if version(other) != version(connection):
                return False
            return all(one == two for one, two in zip_longest(connection.iterdump(), other.iterdump()))
    except (sqlite3.Error, ValueError):
        return False


def statements(text: str) -> Iterator[str]:
    """The statements of a script, one by one, for within a transaction."""
    statement = ""
    for part in text.split(";"):
        statement += part + ";"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
