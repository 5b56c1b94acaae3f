"""What there is to tell of emails to whoever watches the server."""

from typing import Any

from mockserver.core.instants import timestamp
from mockserver.mail.domain import Email
from mockserver.web.known import Known
from mockserver.web.redaction import redact


def of_email(email: Email, secrets: Known, brief: bool = False) -> dict[str, Any]:
    """An email that was written; without its text in ``brief``."""
    shown = {
        "at": timestamp(email.written_at),
        "address": email.address,
        "subject": redact(secrets.without(email.subject)),
        "order": email.order_id or None,
        "msn": None,
        "reference": None,
    }
    return shown if brief else shown | {"text": redact(secrets.without(email.text))}
