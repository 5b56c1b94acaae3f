"""Packages fixtures/: the default world as JSON and as rows of the store, and the scenario profiles."""

import shutil
from pathlib import Path

from mockserver.world import files
from mockserver.world.store.world import rows_of

FIXTURES = Path(__file__).parents[1] / "fixtures"
PACKAGE = Path(files.__file__).parents[1]


def main() -> None:
    """Write everything again."""
    world = files.read(FIXTURES / "worlds" / "default.yaml")
    worlds, profiles = PACKAGE / "world", PACKAGE / "scenarios" / "profiles"
    (worlds / files.DEFAULT).write_text(files.to_json(world), "utf-8")
    (worlds / files.ROWS).write_text(rows_of(world), "utf-8")
    for old in profiles.glob("*.yaml"):
        old.unlink()
    for profile in sorted((FIXTURES / "scenarios").glob("*.yaml")):
        shutil.copyfile(profile, profiles / profile.name)


if __name__ == "__main__":
    main()
