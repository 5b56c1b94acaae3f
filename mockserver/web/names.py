"""What requests in the journal can be to: operations of the APIs, and those that merchants are asked for."""

from collections.abc import Callable, Iterable
from functools import cached_property


class Names:
    """``load`` gives pairs of API and operation when somebody asks for the first time."""

    def __init__(self, load: Callable[[], Iterable[tuple[str, str]]] = tuple) -> None:
        self._load = load

    @cached_property
    def _pairs(self) -> list[tuple[str, str]]:
        return list(self._load())

    @property
    def apis(self) -> frozenset[str]:
        """Names of APIs."""
        return frozenset(api for api, _ in self._pairs)

    @property
    def operations(self) -> frozenset[str]:
        """Operation ids."""
        return frozenset(operation for _, operation in self._pairs)
