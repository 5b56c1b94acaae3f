"""Files of the wrong kind: what somebody has probably named in the place of another one."""

import re
from typing import Final

STATE: Final = "a state file, which the setting state takes"
WORLD: Final = "a world file, which the setting world takes"
SCENARIO: Final = "a scenario, which the setting scenario takes"
_SQLITE: Final = b"SQLite format 3\0"
_DATA: Final = "the file of a data directory, which the setting data takes"
_KEYS: Final = ((re.compile(rb"^merchants:", re.M), WORLD), (re.compile(rb"^rules:", re.M), SCENARIO))
"""Keys of YAML that say what it is."""


def of_bytes(content: bytes) -> str | None:
    """What is wrong with a file whatever it should be: it is empty, or no text at all; None when that is not so."""
    if not content.strip():
        return "is empty"
    if content.startswith(_SQLITE):
        return f"is {_DATA}"
    return "cannot be read: it is no text" if b"\0" in content[:4096] else None


def of_yaml(content: bytes) -> str | None:
    """What a text is that is no JSON; None when its keys do not say so."""
    return next((f"is {kind}" for keys, kind in _KEYS if keys.search(content)), None)


def of_content(content: object, wanted: str) -> str | None:
    """What a file holds that should be of the ``wanted`` kind; None when it is, or nothing that is known."""
    if not isinstance(content, dict):
        return None
    keys = content.keys()
    found = None
    if "clock" in keys:
        found = STATE
    elif "merchants" in keys:
        found = WORLD
    elif "rules" in keys:
        found = SCENARIO
    return None if found in (None, wanted) else f"is {found}"
