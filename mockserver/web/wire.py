"""The wire forms of every API: JSON objects with exact types."""

from typing import ClassVar, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict


class Body(BaseModel):
    """A JSON object of the wire: exact types, no other fields.

    ``NULLABLE`` names the optional fields that may be null; the others may only be absent.
    """

    NULLABLE: ClassVar[frozenset[str]] = frozenset()

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)


def _written_out(value: object) -> object:
    return str(value) if type(value) is int else value


NUMBER_AS_TEXT: Final = BeforeValidator(_written_out)
"""For digits that are text, and that official examples write as a number too."""
