"""The README and the pages under docs/, by their headings."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
FILES = (ROOT / "README.md", ROOT / "docs" / "README.md", *sorted((ROOT / "docs").glob("[a-z]*.md")))
EVERYTHING = "\n".join(file.read_text("utf-8") for file in FILES)


def section(heading: str) -> str:
    """What stands under a heading: a whole page, or one part of a page."""
    for file in FILES:
        text = file.read_text("utf-8")
        if text.startswith(f"# {heading}\n"):
            return text
        for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
            if part.startswith(f"{heading}\n"):
                return part
    raise LookupError(f"no page has the heading {heading}")
