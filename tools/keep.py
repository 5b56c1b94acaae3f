"""Keeps in fixtures/upgrades what today's server writes, for later ones to be tested with: ``python -m tools.keep``.

What has been kept of a schema stays as it is; before a release it may be removed and made again.
"""

import asyncio
import gzip
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from mockserver.core.database import FILE_NAME, SCHEMA_VERSION
from tests.harness import Emulator
from tests.state import history

KEPT: Final = Path(__file__).parents[1] / "fixtures" / "upgrades"


def main() -> None:
    """Write a data directory's file and a state file in which everything has happened once."""
    data, state = kept(SCHEMA_VERSION)
    if there := [each for each in (data, state) if each.exists()]:
        sys.exit(f"{there[0]} is there already")
    loop = asyncio.new_event_loop()
    with TemporaryDirectory() as made:
        emulator = Emulator(loop, data=Path(made))
        history.make(emulator)
        text = history.export(emulator)
        emulator.close()
        _write(data, (Path(made) / FILE_NAME).read_bytes())
    _write(state, text)
    loop.close()


def kept(version: int) -> tuple[Path, Path]:
    """Where the two files of a schema stand."""
    return KEPT / f"data-schema-{version}.sqlite3.gz", KEPT / f"state-schema-{version}.json.gz"


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(gzip.compress(content, mtime=0))
    print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
