"""Customers who delete their profile."""

from dataclasses import replace

from mockserver.apis.recurring.services import agreements
from mockserver.core.engine import Tx
from mockserver.core.errors import NotFound
from mockserver.world.domain.customer import Customer
from mockserver.world.services import world


def delete_profile(tx: Tx, phone: str) -> Customer:
    """The customer is no user any more, and the platform stops its agreements; raises NotFound."""
    customer = world.customer(tx, phone)
    if customer is None:
        raise NotFound(f"There is no customer {phone[:20]}")
    gone = replace(customer, active=False)
    world.save_customer(tx, gone)
    agreements.stop_all_of(tx, phone)
    return gone
