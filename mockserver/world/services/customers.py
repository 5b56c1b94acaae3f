"""From the customer that a merchant names to the customer who is meant."""

from mockserver.core.engine import Tx
from mockserver.core.money import Market
from mockserver.core.policy import Lenience
from mockserver.world.domain.customer import Customer, CustomerReference
from mockserver.world.services import world


def resolve(tx: Tx, named: CustomerReference, market: Market, lenience: Lenience, *, keep: bool = True) -> Customer:
    """The customer that a reference stands for; without ``keep`` nobody new is stored.

    Raises DomainError: 4050, 4060, 4070 for a reference that is no good, 7010 for a number that nobody has.
    """
    phone = named.phone
    if phone is None:
        return world.customer_of_token(tx, named)
    return world.customer_for(tx, phone, market, lenience, keep=keep)
