"""Webhooks that are registered from the start."""

import re

from mockserver.core.exact import EXACT
from mockserver.core.values import frozen

_SECRET = re.compile(r"[\x21-\x7e]{1,255}")


@frozen
class FirstWebhook:
    """A registration that is there from the start: of a sales unit, of a partner, or of a partner for one unit.

    Without ``id`` and ``secret`` it has ones that are the same at every start.
    """

    __pydantic_config__ = EXACT

    url: str
    events: tuple[str, ...]
    msn: str | None = None
    partner_id: str | None = None
    id: str | None = None
    secret: str | None = None


def secret_flaw(secret: str) -> str | None:
    """Why nobody should sign with a secret that somebody chose; None when it is fine."""
    return None if _SECRET.fullmatch(secret) else "Must be 1 to 255 characters of ASCII without spaces"
