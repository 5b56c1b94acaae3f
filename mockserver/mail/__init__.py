"""Emails that the platform writes, to be read here or handed to a mail server: whatever product writes them."""

from typing import TYPE_CHECKING

from mockserver.core.named import Named
from mockserver.product import Product

if TYPE_CHECKING:
    from mockserver.core.sending import Sender, Sending

_HERE = "mockserver.mail"


def _mailer(sending: "Sending") -> "Sender | None":
    if sending.smtp is None:
        return None
    from mockserver.mail.delivery import Mailer, MailServer

    host, _, port = sending.smtp.rpartition(":")
    return Mailer(sending.engine, MailServer(host.strip("[]"), int(port)))


PRODUCT = Product(
    "mail",
    control=(Named(f"{_HERE}.control.rows:ROWS"),),
    described=(Named(f"{_HERE}.control.described:DESCRIBED"),),
    pages=(Named(f"{_HERE}.pages.inbox:MailPages"),),
    senders=(_mailer,),
    stored=Named(f"{_HERE}.stored:PART"),
    tables=_HERE,
)
