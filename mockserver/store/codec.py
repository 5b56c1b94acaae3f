"""Domain values as JSON text and back."""

from typing import Any, TypeVar

from pydantic import TypeAdapter
from pydantic_core import to_json

T = TypeVar("T")


_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}


def adapter(kind: type[T]) -> TypeAdapter[T]:
    """The adapter of a domain dataclass, built once and only when it is needed."""
    known = _ADAPTERS.get(kind)
    if known is None:
        known = _ADAPTERS[kind] = TypeAdapter(kind)
    return known


def dump(kind: type[Any], value: object) -> str:
    """A domain value as JSON text, what equals the default left out."""
    return adapter(kind).dump_json(value, exclude_defaults=True).decode()


def to_text(content: object) -> str:
    """Plain values as JSON text."""
    return to_json(content).decode()


def load(kind: type[T], text: str) -> T:
    """The domain value that ``dump`` wrote."""
    return adapter(kind).validate_json(text)
