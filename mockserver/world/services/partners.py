"""Partners: who they are, what they may, and the keys that come and go with their level."""

from mockserver.core.engine import Tx
from mockserver.core.errors import Forbidden, NotFound
from mockserver.world.domain.merchant import ClientKind
from mockserver.world.domain.partner import Partner, Permission
from mockserver.world.domain.world import partner_clients
from mockserver.world.services import world
from mockserver.world.services.access import Caller
from mockserver.world.store import world as store

NOT_AUTHORIZED = "Not authorized to create a product order"
"""The title of a refused prefill (official specification)."""


def find(tx: Tx, id_: str) -> Partner:
    """The partner of this id; raises NotFound."""
    found = store.partner(tx.connection, id_)
    if found is None:
        raise NotFound(f"There is no partner {id_}")
    return found


def every(tx: Tx) -> list[Partner]:
    """All partners, by id."""
    return list(store.partners(tx.connection))


def add(tx: Tx, partner: Partner) -> None:
    """Store a new partner; raises ValueError, naming the field, when somebody else has one of its keys."""
    world.replace_clients(tx, (), partner_clients(partner))
    store.save_partner(tx.connection, partner)
    tx.memory.clear()


def save(tx: Tx, partner: Partner) -> None:
    """Store a changed partner: keys that it has no more stop at once, others begin to work.

    Raises ValueError, naming the field, when somebody else has one of its keys.
    """
    world.replace_clients(tx, partner_clients(find(tx, partner.id)), partner_clients(partner))
    store.save_partner(tx.connection, partner)
    tx.memory.clear()


def acting(tx: Tx, caller: Caller) -> Partner:
    """The partner that calls the Management API; raises Forbidden for merchants, and where that right is missing."""
    if caller.kind not in (ClientKind.PARTNER, ClientKind.MANAGEMENT):
        raise Forbidden("Only partners may do this: use partner keys or management keys")
    partner = find(tx, caller.owner)
    if not partner.may(Permission.MANAGEMENT):
        raise Forbidden("The partner may not use the Management API")
    return partner


def prefilling(tx: Tx, caller: Caller) -> Partner:
    """The partner that prefills a product order; raises Forbidden as the specification words it."""
    try:
        partner = acting(tx, caller)
    except Forbidden as refused:
        raise Forbidden(str(refused), NOT_AUTHORIZED) from None
    if not partner.may(Permission.PREFILL):
        raise Forbidden("The partner may not prefill product orders", NOT_AUTHORIZED)
    return partner
