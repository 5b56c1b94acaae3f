"""Emails on their way to a mail server, one after the other; a failed one is tried again on the emulator's clock."""

import asyncio
import logging
from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING

from mockserver.core.background import in_background
from mockserver.core.engine import Engine, StoreFull
from mockserver.core.values import frozen
from mockserver.mail import services as emails
from mockserver.mail.domain import Email, StoredEmail, one_line
from mockserver.webhooks.delivery.waking import Waking

if TYPE_CHECKING:
    from email.headerregistry import Address
    from email.message import EmailMessage

logger = logging.getLogger(__name__)

SENDER = "Emulator <no-reply@emulator.example.com>"
TIMEOUT = 10.0
"""Seconds of real time for each answer of the mail server."""


@frozen
class MailServer:
    """Where emails are handed in, without encryption or login: a mail catcher on the same network."""

    host: str
    port: int

    def send(self, email: Email) -> str | None:
        """Hand one email in; gives what went wrong. Blocks."""
        import smtplib

        try:
            message = _message(email)
            with smtplib.SMTP(self.host, self.port, timeout=TIMEOUT) as connection:
                connection.send_message(message, to_addrs=[email.address])
        except (OSError, smtplib.SMTPException, ValueError, OverflowError) as error:
            return f"{type(error).__name__}: {error}"
        return None


def _message(email: Email) -> "EmailMessage":
    """The email as it is handed in, to its one address; raises ValueError and OverflowError for what cannot be sent."""
    from email.message import EmailMessage
    from email.utils import formatdate, make_msgid

    message = EmailMessage()
    message["From"], message["To"] = SENDER, _one(email.address)
    message["Subject"] = one_line(email.subject)
    message["Date"] = formatdate(email.written_at / 1000)
    message["Message-ID"] = make_msgid(domain="emulator.example.com")
    message["X-Mock-Kind"] = one_line(email.kind)
    if email.order_id:
        message["X-Mock-Product-Order"] = one_line(email.order_id)
    message.set_content(email.text)
    return message


def _one(address: str) -> "Address":
    """The address, which a comma in it would make two, so that somebody else read the email; raises ValueError."""
    from email.headerregistry import Address

    try:
        found = Address(addr_spec=address)
    except Exception:  # the standard library has many ways to say it
        found = None
    if found is None or str(found) != address:
        raise ValueError("this is not one email address")
    return found


class Mailer(Waking):
    """Sends the emails that are due whenever there are some."""

    def __init__(self, engine: Engine, server: MailServer) -> None:
        super().__init__()
        self._engine = engine
        self._server = server
        self._task: asyncio.Task[None] | None = None
        self._sending = 0

    def _in_the_air(self) -> Collection["asyncio.Task[None]"]:
        return () if self._task is None else (self._task,)

    def _look(self) -> None:
        if self._stopped or self._task is not None:
            return
        due = emails.next_due(self._engine.reading())
        if due is None:
            return
        due_at, stored = due
        if due_at <= self._engine.clock.now():
            self._sending = stored.id
            self._task = asyncio.create_task(self._send(stored))
        else:
            self._engine.clock.call_at(due_at, self.wake)

    async def _send(self, stored: StoredEmail) -> None:
        era = self._engine.era
        try:
            failure = await self._tried(stored.email)
            if era == self._engine.era:
                with self._engine.consequence() as tx:
                    emails.finish(tx, stored, failure)
        except StoreFull:
            self._stopped = True
            logger.error("the store is full, so no emails are sent until the next start")
        finally:
            self._task = None
            self.wake()

    async def _tried(self, email: Email) -> str | None:
        try:
            return await in_background(partial(self._server.send, email))
        except Exception as error:  # an email that nobody foresaw must not hold up those behind it
            logger.exception("an email could not be handed in")
            return f"{type(error).__name__}: {error}"

    def next_due(self) -> int | None:
        """When the next email after now is due, in milliseconds since 1970 (UTC)."""
        due = None if self._stopped else emails.next_due(self._engine.reading())
        return due[0] if due is not None else None

    async def settle(self) -> None:
        """Return when all that was due when this began was tried."""
        newest = emails.last(self._engine.reading())
        self._look()
        while self._task is not None and self._sending <= newest:
            await asyncio.wait([self._task])
            self._look()

    async def something_happened(self, seconds: float) -> None:
        """Return at once: nobody waits for emails."""
