"""Things by their names, so that who speaks of one need not import it."""

from importlib import import_module
from typing import Generic, TypeVar, cast

T_co = TypeVar("T_co", covariant=True)


class Named(Generic[T_co]):
    """What ``module:name`` is, imported when it is asked for."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def get(self) -> T_co:
        """The thing itself; raises ImportError and AttributeError where there is none."""
        module, _, name = self.name.partition(":")
        return cast("T_co", getattr(import_module(module), name))
