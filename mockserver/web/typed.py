"""What people type into forms: read field by field, with everything that is wrong kept for its field."""

import unicodedata
from collections.abc import Collection, Mapping
from typing import Final

from mockserver.core.errors import Malformed, Violation
from mockserver.web.texts import text

LONGEST_TEXT: Final = 5000
"""Characters of a text that nothing else bounds: as many as a prefill may bring."""


class Typed:
    """The fields of a form, and what is wrong with them."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = fields
        self.violations: list[Violation] = []

    def wrong(self, name: str, reason: str) -> None:
        """Something is wrong with a field."""
        self.violations.append(Violation(name, reason))

    def check(self) -> None:
        """Raise Malformed when anything was wrong."""
        if self.violations:
            raise Malformed(self.violations)

    def line(self, name: str, most: int = LONGEST_TEXT, missing: str | None = None) -> str | None:
        """A text on one line, without needless spaces; None when empty or wrong. ``missing``: why it is needed."""
        return self._text(name, " ".join(self._fields.get(name, "").split()), most, missing)

    def text(self, name: str, most: int = LONGEST_TEXT) -> str | None:
        """A text of several lines; None when empty or wrong."""
        return self._text(name, "\n".join(self._fields.get(name, "").splitlines()).strip(), most, None)

    def _text(self, name: str, value: str, most: int, missing: str | None) -> str | None:
        if len(value) > most:
            self.wrong(name, text("Must have at most {most} characters", most=most))
        elif any(unicodedata.category(sign) == "Cc" and sign not in "\n\t" for sign in value):
            self.wrong(name, "Must not contain control characters")
        elif value:
            return value
        elif missing:
            self.wrong(name, missing)
        return None

    def digits(self, name: str, separators: str) -> str | None:
        """Digits, with what people put between them taken out; None when empty."""
        return self._fields.get(name, "").translate(str.maketrans("", "", separators)) or None

    def choice(self, name: str, offered: Collection[str], missing: str | None = None) -> str | None:
        """One of what the field offers; None when empty or wrong. ``missing``: why it is needed."""
        value = self._fields.get(name, "")
        if value in offered:
            return value
        if value:
            self.wrong(name, "Pick one of the list")
        elif missing:
            self.wrong(name, missing)
        return None

    def ticked(self, name: str) -> bool:
        """Whether a box is ticked."""
        return self._fields.get(name) == "yes"
