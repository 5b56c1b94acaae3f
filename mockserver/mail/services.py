"""The outbox of emails: written with the change that causes them, sent where a mail server is set."""

from collections.abc import Iterable
from dataclasses import replace

from mockserver.core.engine import Tx
from mockserver.core.errors import NotFound
from mockserver.core.news import News
from mockserver.mail import domain as rules
from mockserver.mail import store
from mockserver.mail.domain import Email, EmailState, StoredEmail
from mockserver.mail.told import of_email

MOST = 10_000
"""Emails that are kept to be looked at."""


def write(tx: Tx, kind: str, address: str, subject: str, lines: Iterable[str], *, order_id: str = "") -> None:
    """Write one email of these lines; it is sent when the change is committed, where a mail server is set."""
    text = "\n".join([*lines, "", "This was written by an emulator."])
    email = Email(kind, order_id, address, rules.one_line(subject), text, tx.at)
    tx.parts.of(News).note("email", of_email, email)
    if tx.policy.mail:
        store.add(tx.connection, replace(email, state=EmailState.WAITING), tx.at)
        tx.emitted = True
    else:
        store.add(tx.connection, email)
    store.forget_old(tx.connection, MOST)


def newest(
    tx: Tx, *, address: str | None, order_id: str | None, limit: int, before: int | None = None
) -> list[StoredEmail]:
    """Emails, the latest first; ``before``: only those that were written before the one with this number."""
    return list(store.newest(tx.connection, address=address, order_id=order_id, limit=limit, before=before))


def addresses(tx: Tx, most: int) -> list[tuple[str, int]]:
    """Who has emails, and how many; who got the latest one comes first."""
    return store.addresses(tx.connection, most)


def find(tx: Tx, number: int) -> StoredEmail:
    """The email with this number; raises NotFound."""
    found = store.get(tx.connection, number)
    if found is None:
        raise NotFound(f"There is no email {number}")
    return found


def next_due(tx: Tx) -> tuple[int, StoredEmail] | None:
    """The email to be sent next, and when (milliseconds since 1970, UTC)."""
    return store.next_due(tx.connection)


def last(tx: Tx) -> int:
    """The number of the latest email; 0 when there is none."""
    return store.last(tx.connection)


def finish(tx: Tx, stored: StoredEmail, failure: str | None) -> None:
    """Write down what came of a try: sent, to be tried again, or failed for good."""
    tried = replace(stored.email, tries=stored.email.tries + 1, failure=failure)
    if failure is None:
        store.save(tx.connection, StoredEmail(stored.id, replace(tried, state=EmailState.SENT)))
    elif tried.tries < rules.MOST_TRIES:
        store.save(tx.connection, StoredEmail(stored.id, tried), tx.at + rules.retry_delay(tried.tries))
    else:
        store.save(tx.connection, StoredEmail(stored.id, replace(tried, state=EmailState.FAILED)))
