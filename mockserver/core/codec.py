"""Domain values as JSON text and back."""

from typing import Any, TypeVar

from pydantic_core import to_json

from mockserver.core.adapters import adapter

T = TypeVar("T")


def dump(kind: type[Any], value: object) -> str:
    """A domain value as JSON text, what equals the default left out."""
    return adapter(kind).dump_json(value, exclude_defaults=True).decode()


def to_text(content: object) -> str:
    """Plain values as JSON text."""
    return to_json(content).decode()


def load(kind: type[T], text: str) -> T:
    """The domain value that ``dump`` wrote."""
    return adapter(kind).validate_json(text)


def load_exact(kind: type[T], text: bytes) -> T:
    """The value in JSON that somebody may have written by hand: no other fields, nothing taken for something else."""
    return adapter(kind).validate_json(text, strict=True, extra="forbid")
