"""Secrets that this server has, which are taken out of what people read wherever they stand."""

from collections.abc import Callable, Iterable

from mockserver.core.engine import Tx
from mockserver.web.known import Known
from mockserver.world.services import world

MOST = 10_000
"""Secrets of one kind that are read from the store: the latest, and those of so many clients."""
_TOO_MANY = 100_000
_AT_ONCE = 500
"""Secrets that wait to be taken in: many thousands of them would hold up everybody."""

Source = Callable[[Tx, int], Iterable[str]]
"""Gives the latest of its secrets that the store holds, so many at most."""


class _Read:
    """Whether the store was read since something changed in it that nobody tells of one by one."""

    def __init__(self) -> None:
        self.done = False

    def clear(self) -> None:
        """It has to be read again."""
        self.done = False


class Secrets:
    """What must be told to nobody: what ``sources`` read from the store, what is learnt later, and some for ``ever``.

    What was a secret once stays one: the journal may still have it.
    """

    def __init__(self, sources: Callable[[], Iterable[Source]] = tuple, ever: Iterable[str] = ()) -> None:
        self._sources = sources
        self._ever = tuple(ever)
        self._known = Known()
        self._fresh: list[str] = []

    def learn(self, *secrets: str) -> None:
        """There is another secret, which the store has or will have."""
        self._fresh += secrets
        if len(self._fresh) > _AT_ONCE:
            self._take_in()

    def known(self, tx: Tx) -> Known:
        """All of them."""
        read = tx.memory.of(_Read)
        self._take_in()
        if len(self._known) > _TOO_MANY:
            self._known.clear()
            read.clear()
        if not read.done:
            self._known.add(self._ever)
            self._known.add(world.secrets(tx, MOST))
            for source in self._sources():
                self._known.add(source(tx, MOST))
            read.done = True
        return self._known

    def _take_in(self) -> None:
        fresh, self._fresh = self._fresh, []
        self._known.add(fresh)


def learn(tx: Tx, *secrets: str) -> None:
    """What a use case has just made is a secret."""
    tx.parts.of(Secrets).learn(*secrets)


def known(tx: Tx) -> Known:
    """All secrets of this server."""
    return tx.parts.of(Secrets).known(tx)
