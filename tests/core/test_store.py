"""The store: transactions, the way back to the start, and what it holds."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import pytest

from mockserver.app import PRODUCTS, known_to, schema
from mockserver.core import codec, meta, schedule
from mockserver.core.database import FILE_NAME, Database, StoreError, StoreFull
from mockserver.core.digests import name_sum
from mockserver.core.schedule import Due
from mockserver.world.domain.world import World
from mockserver.world.store import world as world_store
from tests.harness import WORLD

SCHEMA = schema()


@pytest.fixture(params=["memory", "file"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    database = Database(SCHEMA, tmp_path / "data" if request.param == "file" else None, 4)
    database.create()
    yield database
    database.close()


def names(database: Database) -> list[str]:
    found = database.connection.execute("SELECT name FROM meta WHERE name != 'tables' ORDER BY name")
    return [name for (name,) in found]


def test_a_new_store_is_empty_until_it_is_made(tmp_path: Path) -> None:
    for directory in (None, tmp_path / "a" / "b"):
        database = Database(SCHEMA, directory)
        before = database.empty
        database.create()
        assert (before, database.empty) == (True, False)
        database.close()


def test_what_is_committed_is_there(database: Database) -> None:
    with database.transaction() as connection:
        meta.put(connection, "a", "1")
        meta.put(connection, "a", "2")
    assert meta.get(database.connection, "a") == "2"
    assert meta.get(database.connection, "b") is None


def test_an_error_inside_undoes_everything(database: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError), database.transaction() as connection:
        connection.executemany("INSERT INTO meta VALUES (?, ?)", [("a", "1"), ("a", "2")])
    assert names(database) == []
    assert not database.connection.in_transaction


def test_at_the_limit_a_transaction_changes_nothing_and_says_so(database: Database) -> None:
    with database.transaction() as connection:
        meta.put(connection, "kept", "1")

    with pytest.raises(StoreFull), database.transaction() as connection:
        connection.executemany("INSERT INTO meta VALUES (?, ?)", [("small", "1"), ("large", "x" * 8 * 1024 * 1024)])

    assert names(database) == ["kept"]
    with database.transaction() as connection:
        meta.put(connection, "after", "1")
    assert names(database) == ["after", "kept"]


def test_reset_goes_back_to_what_was_remembered_every_time(database: Database) -> None:
    with database.transaction() as connection:
        meta.put(connection, "first", "1")
    database.remember(database)
    for _ in range(3):
        with database.transaction() as connection:
            meta.put(connection, "second", "2")
            meta.put(connection, "first", "changed")
        database.reset()
        assert names(database) == ["first"]
        assert meta.get(database.connection, "first") == "1"


def fill(database: Database) -> None:
    for number in range(1000):
        with database.transaction() as connection:
            meta.put(connection, f"large-{number}", "x" * 100_000)


def test_reset_makes_room_in_a_full_store(database: Database) -> None:
    database.remember(database)
    with pytest.raises(StoreFull):
        fill(database)
    database.reset()
    with database.transaction() as connection:
        meta.put(connection, "large", "x" * 1_000_000)


def test_nothing_to_go_back_to_is_an_error(database: Database) -> None:
    with pytest.raises(StoreError, match="nothing was remembered"):
        database.reset()


def test_a_world_is_kept_whole(database: Database) -> None:
    with database.transaction() as connection:
        world_store.insert_world(connection, WORLD)

    connection = database.connection
    assert tuple(world_store.customers(connection)) == WORLD.customers
    assert set(world_store.merchants(connection)) == set(WORLD.merchants)
    assert set(world_store.partners(connection)) == set(WORLD.partners)
    assert set(world_store.sales_units(connection)) == set(WORLD.sales_units)
    assert world_store.first_world(connection) == WORLD


@pytest.mark.parametrize("secondary", [False, True])
def test_a_client_is_found_by_either_subscription_key(database: Database, secondary: bool) -> None:
    with database.transaction() as connection:
        world_store.insert_world(connection, WORLD)
    for unit in WORLD.sales_units:
        key = unit.keys.secondary_subscription_key if secondary else unit.keys.subscription_key
        assert world_store.client_of_subscription_key(database.connection, key) == unit.keys.client_id


def test_values_are_written_short_and_read_back() -> None:
    customer = WORLD.customers[0]
    text = codec.dump(type(customer), customer)
    assert "has_approved" not in text
    assert codec.load(type(customer), text) == customer
    assert codec.load(World, codec.dump(World, WORLD)) == WORLD


def test_what_is_due_comes_in_order_and_once(database: Database) -> None:
    connection = database.connection
    for due in (Due(30, "a", 1), Due(10, "b", 2), Due(10, "a", 9), Due(10, "a", 9)):
        schedule.add(connection, due)

    seen = []
    while (first := schedule.first(connection)) is not None:
        seen.append(first)
        schedule.remove(connection, first)
    assert seen == [Due(10, "a", 9), Due(10, "b", 2), Due(30, "a", 1)]


def test_a_second_server_on_the_same_directory_is_refused(tmp_path: Path) -> None:
    first = Database(SCHEMA, tmp_path)
    first.create()
    with pytest.raises(StoreError, match="another server is using it") as caught:
        Database(SCHEMA, tmp_path)
    assert "\n" not in str(caught.value)
    first.close()
    Database(SCHEMA, tmp_path).close()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"not a database, " * 1000)
    with pytest.raises(StoreError, match="no SQLite database"):
        Database(SCHEMA, tmp_path)
    assert (tmp_path / FILE_NAME).read_bytes().startswith(b"not a database")


def test_a_directory_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for directory in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(StoreError, match=r"cannot open|is no directory"):
            Database(SCHEMA, directory)


def test_a_state_file_has_every_table_and_every_column(database: Database) -> None:
    tables = {name for (name,) in database.connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    assert {kind.table for kind in known_to(PRODUCTS).form.kinds} | {"meta"} == tables
    for kind in known_to(PRODUCTS).form.kinds:
        told = {each.column for each in kind.columns} | set(kind.derived) | {(kind.inside or ("", ""))[1]} - {""}
        columns = {row[1] for row in database.connection.execute(f"PRAGMA table_info({kind.table})")}
        # Kept answers stand in the order of their numbers, which nobody else uses.
        assert columns - told <= ({"id"} if kind.name == "answers" else set()), kind.name


def test_names_with_one_checksum_have_different_sums() -> None:
    """CRC-32 is linear: whoever has one pair of names with one sum has as many as they want."""
    pair = ("plumless", "buckeroo")
    assert len({crc32(name.encode()) for name in pair}) == 1
    assert len({name_sum(name) for name in pair}) == 2
    assert len({name_sum(f"reference-{number}") for number in range(1000)}) == 1000
