"""Emails: what merchants and partners are told by mail, and what became of it."""

from enum import StrEnum
from typing import Final

from mockserver.core.instants import MINUTE
from mockserver.core.values import frozen

MOST_TRIES: Final = 5
"""Tries to hand one email to the mail server before giving up: our choice."""


class EmailState(StrEnum):
    """Where it stands."""

    KEPT = "kept"
    """No mail server is set: it can be read here."""
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


@frozen
class Email:
    """One email; ``written_at`` in milliseconds since 1970 (UTC), ``failure`` what the mail server last said.

    ``kind`` says why it was written, in a word of whoever wrote it. ``order_id`` is empty when it is about no product
    order.
    """

    kind: str
    order_id: str
    address: str
    subject: str
    text: str
    written_at: int
    state: EmailState = EmailState.KEPT
    tries: int = 0
    failure: str | None = None


@frozen
class StoredEmail:
    """An email with the number it is stored under."""

    id: int
    email: Email


def retry_delay(tries: int) -> int:
    """Milliseconds from try number ``tries`` (1 is the first) to the next one."""
    return MINUTE * tries


def one_line(text: str) -> str:
    """A text as a header can hold it: names that stand in it may have lines, which would be headers of their own."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())
