"""A typed place where rooms and products put what is theirs, so that who holds it need not know what it is."""

from typing import Any, TypeVar

T = TypeVar("T")


class Places:
    """One thing of each class."""

    def __init__(self, *things: object) -> None:
        self._things: dict[type[Any], Any] = {type(thing): thing for thing in things}

    def of(self, kind: type[T]) -> T:
        """The thing of this class, made now if it is asked for the first time."""
        thing = self._things.get(kind)
        if thing is None:
            thing = self._things[kind] = kind()
        return thing

    def put(self, thing: object) -> None:
        """Put it here, in the place of another one of its class."""
        self._things[type(thing)] = thing

    def __iter__(self) -> Any:
        return iter(self._things.values())
