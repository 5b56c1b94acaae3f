"""What can be registered for: the events that products bring."""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any

from mockserver.core.ids import Ids
from mockserver.core.values import frozen


@frozen
class EventType:
    """An event under its full name.

    ``sample`` makes a payload of it with made-up content, for a sales unit (MSN) and a time (as it is written).
    ``most``: registrations for it that one owner may have. ``donations``: organisations may register by their keys.
    """

    name: str
    sample: Callable[[Ids, str, str], dict[str, Any]]
    most: int = 25
    donations: bool = False


class EventTypes:
    """Everything that can be registered for on a server; ``load`` is asked when somebody does."""

    def __init__(self, load: Callable[[], Iterable[EventType]] = tuple) -> None:
        self._load = load

    @cached_property
    def _types(self) -> dict[str, EventType]:
        return {each.name: each for each in self._load()}

    @property
    def names(self) -> list[str]:
        """All of them, in the order of their names."""
        return sorted(self._types)

    def get(self, name: str) -> EventType | None:
        """The event of this name."""
        return self._types.get(name)

    def most(self, name: str) -> int:
        """How many registrations for an event one owner may have."""
        return self._types[name].most

    def flaws(self, events: tuple[str, ...]) -> Iterator[tuple[int | None, str]]:
        """What is wrong with the events of a registration: the number of each that there is not, or None for all."""
        if not events:
            yield None, "At least one event is needed"
        for index, event in enumerate(events):
            if event not in self._types:
                yield index, f"There is no event {event[:80]!r}"
