"""Files of another kind than the setting takes: one line names the file, and says what it is."""

import gzip
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import PRODUCTS, build
from mockserver.core.database import FILE_NAME, StoreError
from mockserver.scenarios import BadScenario
from mockserver.scenarios.files import find
from mockserver.settings import Settings
from mockserver.world.domain.world import BadWorld
from mockserver.world.files import read
from tools.keep import KEPT

FIXTURES = KEPT.parent


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The working directory, with one file of each kind."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").touch()
    (tmp_path / "binary").write_bytes(random.Random(1).randbytes(5000))
    (tmp_path / "folder").mkdir()
    shutil.copyfile(FIXTURES / "worlds" / "default.yaml", "world.yaml")
    shutil.copyfile(FIXTURES / "scenarios" / "declines.yaml", "scenario.yaml")
    (tmp_path / "world.json").write_text('{"merchants": []}')
    state = gzip.decompress((KEPT / "state-schema-8.json.gz").read_bytes())
    (tmp_path / "state.json").write_bytes(state)
    (tmp_path / "newer.json").write_bytes(state.replace(b'"format": 1', b'"format": 2'))
    with closing(sqlite3.connect(FILE_NAME)) as connection:
        connection.executescript("CREATE TABLE meta (name TEXT)")


def started(**settings: Any) -> None:
    build(Settings(access_log="off", **settings))


USES: dict[str, tuple[Callable[[str], object], type[Exception]]] = {
    "state": (lambda name: started(state=Path(name)), StoreError),
    "world": (lambda name: read(Path(name)), BadWorld),
    "scenario": (lambda name: find(name, PRODUCTS.vocabulary), BadScenario),
    "data": (lambda name: started(data=Path(name)), StoreError),
}
DATA = "is the file of a data directory, which the setting data takes"
WRONG = [
    ("state", "empty", "is empty"),
    ("state", "binary", "cannot be read: it is no text"),
    ("state", "folder", "cannot be read: Is a directory"),
    ("state", "missing", "cannot be read: No such file or directory"),
    ("state", "world.yaml", "is a world file, which the setting world takes"),
    ("state", "world.json", "is a world file, which the setting world takes"),
    ("state", "scenario.yaml", "is a scenario, which the setting scenario takes"),
    ("state", FILE_NAME, DATA),
    ("state", "newer.json", "is 2; this server reads 1; a newer version of the server wrote it, so start that one"),
    ("world", "empty", "is empty"),
    ("world", "binary", "cannot be read: it is no text"),
    ("world", "folder", "cannot be read: Is a directory"),
    ("world", "missing", "cannot be read: No such file or directory"),
    ("world", "state.json", "is a state file, which the setting state takes"),
    ("world", "scenario.yaml", "is a scenario, which the setting scenario takes"),
    ("world", FILE_NAME, DATA),
    ("scenario", "./binary", "cannot be read: it is no text"),
    ("scenario", "./folder", "cannot be read: Is a directory"),
    ("scenario", "./missing", "cannot be read: No such file or directory"),
    ("scenario", "missing.yaml", "cannot be read: No such file or directory"),
    ("scenario", "state.json", "is a state file, which the setting state takes"),
    ("scenario", "world.yaml", "is a world file, which the setting world takes"),
    ("scenario", f"./{FILE_NAME}", DATA),
    ("data", "empty", "is no directory"),
    ("data", "state.json", "is no directory"),
    ("data", FILE_NAME, "is no directory"),
]


@pytest.mark.parametrize(("setting", "name", "reason"), WRONG)
def test_a_file_of_the_wrong_kind_is_named(setting: str, name: str, reason: str) -> None:
    use, refusal = USES[setting]
    with pytest.raises(refusal) as caught:
        use(name)
    text = str(caught.value)
    assert reason in text
    assert name.removeprefix("./") in text
    assert "\n" not in text


def test_files_of_the_right_kind_are_taken() -> None:
    started(state=Path("state.json"))
    assert read(Path("world.yaml")).merchants
    assert find("scenario.yaml", PRODUCTS.vocabulary).rules
