"""Typed places where rooms and products put what is theirs, so that who holds it need not know what it is."""

from typing import Any, Protocol, TypeVar

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


class Clears(Protocol):
    """Something that can forget."""

    def clear(self) -> None:
        """Forget everything."""
        ...


M = TypeVar("M", bound=Clears)


class Memory:
    """What was learnt from the store, one thing of each class, until something may have changed."""

    def __init__(self) -> None:
        self._things: dict[type[Any], Any] = {}

    def of(self, kind: type[M]) -> M:
        """The thing of this class, made now if it is asked for the first time."""
        thing = self._things.get(kind)
        if thing is None:
            thing = self._things[kind] = kind()
        return thing

    def clear(self) -> None:
        """Forget all of it."""
        for thing in self._things.values():
            thing.clear()
