"""What only the people behind an integration can say of it, as texts that nobody keeps."""

from typing import Final

from mockserver.core.values import frozen

NAMES: Final = ("description", "documentation", "pilot", "demo")
"""What can be said, by the names that options, parameters and fields of forms have."""
LONGEST: Final = 2_000
"""Characters of each."""


@frozen
class Statements:
    """Nothing that is empty was said.

    ``documentation`` and ``demo`` hold addresses, with blanks or commas between them. ``pilot`` is the MSN of the first
    customer; ``pilot_exists``: there is such a sales unit.
    """

    description: str = ""
    documentation: str = ""
    pilot: str = ""
    demo: str = ""
    pilot_exists: bool = False

    def as_given(self) -> dict[str, str]:
        """All of them by their names, empty where nothing was said."""
        return {name: getattr(self, name) for name in NAMES}
