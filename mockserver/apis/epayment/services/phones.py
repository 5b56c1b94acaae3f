"""Payments that name a customer and wait for an answer."""

from collections import Counter
from itertools import islice

from mockserver.apis.epayment.domain.payment import StoredPayment
from mockserver.apis.epayment.services.payments import EXPIRE
from mockserver.apis.epayment.store import payments as store
from mockserver.core.engine import Tx
from mockserver.core.errors import DomainError
from mockserver.world.domain.customer import Customer, CustomerReference
from mockserver.world.services import world

MOST_PAYMENTS = 20


def waiting_for(tx: Tx, customer: Customer) -> list[StoredPayment]:
    """The payments that name a customer and wait, the latest first: by phone number, personal QR or customer token."""
    values = (customer.phone, customer.token, customer.personal_qr)
    found = store.waiting_for(tx.connection, EXPIRE, values, f"/{customer.phone}")
    mine = (stored for stored, named in found if _phone(tx, named) == customer.phone)
    return list(islice(mine, MOST_PAYMENTS))


def waiting_by_phone(tx: Tx) -> Counter[str]:
    """How many wait on each phone that one waits on."""
    counts: Counter[str] = Counter()
    for named, count in store.waiting_by_customer(tx.connection, EXPIRE):
        phone = _phone(tx, named)
        if phone is not None:
            counts[phone] += count
    return counts


def _phone(tx: Tx, named: CustomerReference) -> str | None:
    try:
        return named.phone or world.customer_of_token(tx, named).phone
    except DomainError:
        return None
