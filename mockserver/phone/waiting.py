"""What waits on customers' phones for an answer: logins that ask them, payments that name them."""

from collections import Counter
from itertools import islice

from mockserver.apis.epayment.domain.payment import StoredPayment
from mockserver.apis.epayment.services import payments
from mockserver.apis.epayment.store import payments as payment_store
from mockserver.apis.login.store import logins as login_store
from mockserver.core.engine import Tx
from mockserver.core.errors import DomainError
from mockserver.world.domain.customer import Customer, CustomerReference
from mockserver.world.services import world

MOST_PAYMENTS = 20


def payments_for(tx: Tx, customer: Customer) -> list[StoredPayment]:
    """The payments that name a customer and wait, the latest first: by phone number, personal QR or customer token."""
    values = (customer.phone, customer.token, customer.personal_qr)
    found = payment_store.waiting_for(tx.connection, payments.EXPIRE, values, f"/{customer.phone}")
    mine = (stored for stored, named in found if _phone(tx, named) == customer.phone)
    return list(islice(mine, MOST_PAYMENTS))


def waiting(tx: Tx) -> Counter[str]:
    """How much waits on each phone that something waits on."""
    counts = Counter(dict(login_store.waiting_by_phone(tx.connection)))
    for named, count in payment_store.waiting_by_customer(tx.connection, payments.EXPIRE):
        phone = _phone(tx, named)
        if phone is not None:
            counts[phone] += count
    return counts


def _phone(tx: Tx, named: CustomerReference) -> str | None:
    try:
        return named.phone or world.customer_of_token(tx, named).phone
    except DomainError:
        return None
