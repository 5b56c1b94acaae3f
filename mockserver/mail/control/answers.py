"""What the control API answers about emails, as types for its document."""

from typing_extensions import TypedDict

from mockserver.mail.domain import EmailState


class EmailView(TypedDict):
    """An email and what became of it; ``order`` is the product order that it is about."""

    id: int
    kind: str
    order: str | None
    address: str
    subject: str
    text: str
    writtenAt: str
    state: EmailState
    tries: int
    failure: str | None


class Emails(TypedDict):
    """The latest first."""

    emails: list[EmailView]
