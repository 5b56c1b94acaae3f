"""Who pays: the number of a payment's customer, before and after there is an approval."""

from mockserver.apis.epayment.store import payments as store
from mockserver.core.engine import Tx
from mockserver.core.errors import Refusal
from mockserver.world.domain.customer import CustomerReference
from mockserver.world.services import world

_MOST = 10_000
_UNKNOWN = "unknown"
"""No number, and not None either: that stands for a payment that nobody pays yet."""


class Payers:
    """The numbers of payments' customers, None where there is none yet, by MSN and reference."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], str | None] = {}

    def clear(self) -> None:
        """Forget all of them."""
        self.known.clear()


def forget(tx: Tx, msn: str, reference: str) -> None:
    """Somebody else may pay now."""
    tx.memory.of(Payers).known.pop((msn, reference), None)


def phone(tx: Tx, msn: str, reference: str) -> str | None:
    """The number of who approved the payment, was asked on the landing page, or was named by the merchant."""
    payment = (msn, reference)
    known = tx.memory.of(Payers).known
    if (found := known.get(payment, _UNKNOWN)) is not _UNKNOWN:
        return found
    try:
        phone, named = store.payer(tx.connection, msn, reference)
    except LookupError:
        return None
    if phone is None and named is not None:
        phone = phone_of(tx, named)
    if len(known) >= _MOST:
        known.clear()
    known[payment] = phone
    return phone


def phone_of(tx: Tx, named: CustomerReference) -> str | None:
    """The number that a reference stands for; None for one that is no good."""
    try:
        return named.phone or world.customer_of_token(tx, named).phone
    except Refusal:
        return None
