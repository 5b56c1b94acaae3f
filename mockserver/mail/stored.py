"""Emails in state files."""

from typing import Final

from mockserver.core.stored import DUE, Kind, Part, plain, taken, value
from mockserver.core.values import frozen
from mockserver.mail.domain import Email


@frozen
class EmailEntry:
    """An email; without ``due_at`` it is not to be sent."""

    id: int
    email: Email
    due_at: int | None = None


PART: Final = Part(
    kinds=(
        Kind(
            "emails",
            "emails",
            "id",
            (*plain("id"), DUE, value("email", Email)),
            taken("email", "order_id", "address", "state"),
            entry=EmailEntry,
        ),
    ),
)
