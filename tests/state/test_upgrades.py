"""What earlier versions have written is taken up: data directories and state files, kept as they were made then."""

import gzip
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from mockserver.core.database import FILE_NAME, SCHEMA_VERSION, StoreError
from tests.harness import Emulator
from tests.state.history import export, imported

KEPT = Path(__file__).parents[2] / "fixtures" / "upgrades"
VERSIONS = [7]


def data_of(version: int, directory: Path) -> Path:
    """A data directory as that version of the schema left it; gives its file."""
    file = directory / FILE_NAME
    with gzip.open(KEPT / f"data-schema-{version}.sqlite3.gz") as kept, file.open("wb") as made:
        shutil.copyfileobj(kept, made)
    return file


def version_of(file: Path) -> int:
    connection = sqlite3.connect(file)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    connection.close()
    return int(version)


def test_there_is_data_of_every_version_that_can_be_taken_up() -> None:
    assert [*range(VERSIONS[0], SCHEMA_VERSION)] == VERSIONS


@pytest.mark.parametrize("version", VERSIONS)
def test_a_data_directory_goes_on(start: Callable[..., Emulator], tmp_path: Path, version: int) -> None:
    file = data_of(version, tmp_path)
    emulator = start(data=tmp_path)

    assert emulator.get("approved")["aggregate"]["capturedAmount"]["value"] == 6000
    assert emulator.modify("refund", 500, "approved").status_code == 200
    assert emulator.create("a-new-one").status_code == 201
    assert emulator.control("POST", "/payments/123456/a-new-one/decline").status_code == 200
    [decline] = emulator.control("GET", "/payments/123456/a-new-one").json()["declines"]
    assert decline["reason"] == "refused-by-issuer"
    assert len(json.loads(export(emulator))["payments"]) > 3
    emulator.server.runtime.engine.database.connection.close()
    assert version_of(file) == SCHEMA_VERSION


@pytest.mark.parametrize("version", VERSIONS)
def test_a_state_file_is_read(start: Callable[..., Emulator], version: int) -> None:
    emulator = start()
    imported(emulator, gzip.decompress((KEPT / f"state-schema-{version}.json.gz").read_bytes()))

    assert emulator.get("approved")["aggregate"]["capturedAmount"]["value"] == 6000
    assert emulator.modify("refund", 500, "approved").status_code == 200


@pytest.mark.parametrize("version", VERSIONS)
def test_an_upgrade_that_fails_changes_nothing(start: Callable[..., Emulator], tmp_path: Path, version: int) -> None:
    file = data_of(version, tmp_path)
    connection = sqlite3.connect(file)
    connection.execute("DROP TABLE payment_events")
    connection.commit()
    connection.close()

    with pytest.raises(StoreError, match="cannot be brought up to date, and is as it was: no such table"):
        start(data=tmp_path)
    assert version_of(file) == version


@pytest.mark.parametrize(("version", "reason"), [(SCHEMA_VERSION + 1, "newer version"), (6, "export it with that")])
def test_what_cannot_be_taken_up_is_left_alone(
    start: Callable[..., Emulator], tmp_path: Path, version: int, reason: str
) -> None:
    file = data_of(7, tmp_path)
    connection = sqlite3.connect(file)
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()

    with pytest.raises(StoreError, match=reason) as caught:
        start(data=tmp_path)
    assert "\n" not in str(caught.value)
    assert version_of(file) == version


def test_what_an_earlier_version_took_can_still_be_imported(start: Callable[..., Emulator]) -> None:
    emulator = start()
    emulator.create(returnUrl="https://shop.example.com/")
    state = json.loads(export(emulator))
    state["payments"][0]["terms"]["return_url"] = "https://☃.com:0/"
    state["payments"][0]["terms"]["customer"] = {"key": "phoneNumber", "value": "004712345678"}
    state["customers"][0]["customer"]["phone"] = "0987654321"
    state["sales_units"][0]["unit"].setdefault("login", {})["redirect_uris"] = ["ftp://a/b"]

    imported(emulator, json.dumps(state).encode())
    imported(emulator, export(emulator))
