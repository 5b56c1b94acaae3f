"""Snapshots by name: all that is stored at a moment, in memory, to go back to during a test run."""

import re
from sqlite3 import Connection
from typing import Final

from mockserver.core.engine import Engine
from mockserver.core.errors import IllegalAction, Malformed, NotFound, Violation
from mockserver.core.values import frozen

MOST: Final = 20
"""Snapshots that there may be at a time."""
_NAME = re.compile(r"[A-Za-z0-9._-]{1,50}", re.ASCII)


@frozen
class Snapshot:
    """What was stored; ``taken_at`` by the clock of then, in milliseconds since 1970 (UTC)."""

    content: Connection
    taken_at: int


class Snapshots:
    """Those that were taken, by name."""

    def __init__(self) -> None:
        self._taken: dict[str, Snapshot] = {}

    def take(self, engine: Engine, name: str) -> Snapshot:
        """Take one, in the place of another of this name; raises Malformed, and IllegalAction for one too many."""
        if not _NAME.fullmatch(name):
            raise Malformed([Violation("name", "Must be 1 to 50 letters, digits, dots, underscores and hyphens")])
        if name not in self._taken and len(self._taken) >= MOST:
            raise IllegalAction(f"There are {MOST} snapshots already: delete one")
        taken = Snapshot(engine.snapshot(), engine.clock.now())
        if name in self._taken:
            self.delete(name)
        self._taken[name] = taken
        return taken

    def find(self, name: str) -> Snapshot:
        """The snapshot of this name; raises NotFound."""
        found = self._taken.get(name)
        if found is None:
            raise NotFound(f"There is no snapshot {name[:50]}")
        return found

    def all(self) -> list[tuple[str, Snapshot]]:
        """All of them, by name."""
        return sorted(self._taken.items(), key=lambda item: item[0])

    def delete(self, name: str) -> None:
        """Forget one; raises NotFound."""
        self.find(name).content.close()
        del self._taken[name]

    def clear(self) -> None:
        """Forget all of them."""
        for name in list(self._taken):
            self.delete(name)
