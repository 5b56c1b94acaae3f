"""Each line that docs/upgrading.md quotes: a start is refused with it, and leaves what is there alone."""

import gzip
import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import build
from mockserver.core.database import FILE_NAME, StoreError
from mockserver.core.upgrades import copy_name
from mockserver.settings import BadSetting, Settings, load
from mockserver.world.domain.world import BadWorld
from mockserver.world.files import read
from tools.keep import kept

PAGE = Path(__file__).parents[2] / "docs" / "upgrading.md"
Refused = Callable[[Path], object]
REFUSED: dict[str, Refused] = {}


def lines() -> list[str]:
    """What the table quotes, row by row."""
    table = PAGE.read_text("utf-8").partition("| the line says |")[2]
    return [found[1] for found in re.finditer(r"^\| [^`|]*?`([^`]+)`", table, re.MULTILINE)]


def refused(line: str) -> Callable[[Refused], Refused]:
    def decorate(made: Refused) -> Refused:
        REFUSED[line] = made
        return made

    return decorate


def start(**settings: Any) -> None:
    build(Settings(access_log="off", **settings))


def served(directory: Path, script: str = "") -> None:
    """A start on the oldest data that are kept, after this was done to them."""
    file = directory / FILE_NAME
    file.write_bytes(gzip.decompress(kept(7)[0].read_bytes()))
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(script)
    before = file.read_bytes()
    try:
        start(data=directory)
    finally:
        assert file.read_bytes() == before


@refused("was written by a newer version of the server")
def newer(directory: Path) -> None:
    served(directory, "PRAGMA user_version = 99")


@refused("was written by an older version of the server")
def older(directory: Path) -> None:
    served(directory, "PRAGMA user_version = 6")


@refused("cannot be brought up to date, and is as it was")
def broken(directory: Path) -> None:
    served(directory, "DROP TABLE payment_events")


@refused("is of an earlier version, and is as it was: no copy of it can be made")
def no_copy(directory: Path) -> None:
    (directory / f"{copy_name(7)}.part").mkdir()
    served(directory)


@refused("a scenario rule in the store cannot be read any more")
def rule(directory: Path) -> None:
    served(directory, "UPDATE rules SET body = replace(body, 'cancelPayment', 'cancelPaiment')")


@refused("another server is using it")
def used(directory: Path) -> None:
    with closing(sqlite3.connect(directory / FILE_NAME)) as other:
        other.executescript("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE")
        start(data=directory)


@refused("this user may not write to")
def not_ours(directory: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    directory.chmod(0o500)
    try:
        start(data=directory)
    finally:
        directory.chmod(0o700)


@refused("format: is 2; this server reads 1; a newer version of the server wrote it")
def newer_state(directory: Path) -> None:
    file = directory / "state.json"
    file.write_text('{"format": 2}')
    start(state=file)


@refused("is a state file, which the setting state takes")
def state_as_world(directory: Path) -> None:
    file = directory / "state.json"
    file.write_bytes(gzip.decompress(kept(7)[1].read_bytes()))
    read(file)


@refused("there is no such setting")
def setting(directory: Path) -> None:
    load({}, {"VIPPS_MOCKSERVER_CAPTURE": "direct"})


def test_every_line_of_the_table_is_tried() -> None:
    assert lines() == list(REFUSED)


@pytest.mark.parametrize("line", REFUSED)
def test_a_start_is_refused_as_the_page_says(tmp_path: Path, line: str) -> None:
    with pytest.raises((StoreError, BadWorld, BadSetting)) as caught:
        REFUSED[line](tmp_path)
    text = str(caught.value)
    assert line in text
    assert "\n" not in text
