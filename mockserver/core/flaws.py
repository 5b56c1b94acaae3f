"""What the validating library says of a value, in words that people read."""

import re
from typing import Final

_MEMBER: Final = re.compile(r"<\w+\.\w+: ('[^']*')>")


def in_words(message: str) -> str:
    """The library's message, with the values of enumerations as they are written in files and requests."""
    return _MEMBER.sub(r"\1", message)
