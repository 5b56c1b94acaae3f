"""What a customer's phone knows of agreements and charges."""

import datetime
from collections import Counter
from typing import Final

from mockserver.apis.recurring.domain import dates
from mockserver.apis.recurring.domain.agreement import Status, StoredAgreement
from mockserver.apis.recurring.domain.charge import State, StoredCharge
from mockserver.apis.recurring.services import agreements
from mockserver.apis.recurring.store import phones as store
from mockserver.core.engine import Tx
from mockserver.world.services import world

MOST_WAITING: Final = 20
MOST_RUNNING: Final = 50
MOST_UPCOMING: Final = 12
"""Of one agreement."""


def waiting_for(tx: Tx, phone: str) -> list[StoredAgreement]:
    """The drafts that name a customer and can be answered, the latest first."""
    found = store.agreements(tx.connection, phone, Status.PENDING, MOST_WAITING)
    return [each for each in found if not agreements.is_processing(tx, each)]


def waiting_by_phone(tx: Tx) -> Counter[str]:
    """How many drafts wait for each number that one names."""
    return Counter(dict(agreements.waiting_by_phone(tx)))


def running(tx: Tx, phone: str) -> list[StoredAgreement]:
    """A customer's active agreements, the latest first."""
    return store.agreements(tx.connection, phone, Status.ACTIVE, MOST_RUNNING)


def upcoming(tx: Tx, stored: StoredAgreement) -> list[StoredCharge]:
    """The charges that the customer sees before they are charged, the first due first."""
    today = dates.local_day(tx.at, world.market_of_unit(tx, stored.agreement.msn))
    since = today - datetime.timedelta(days=dates.LONGEST_RETRY + 1)
    return store.charges(tx.connection, stored.id, (State.DUE,), since.isoformat(), MOST_UPCOMING)


def can_stop(tx: Tx, stored: StoredAgreement) -> bool:
    """Whether the merchant lets its customers stop agreements in the app."""
    return world.sales_unit(tx, stored.agreement.msn).configuration.customer_stop_allowed
