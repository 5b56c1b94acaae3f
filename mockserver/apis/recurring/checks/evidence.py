"""What the store knows of an integration that sells subscriptions, for the checklist."""

from collections.abc import Sequence
from typing import Final

from mockserver.apis.recurring.domain.agreement import Agreement
from mockserver.apis.recurring.domain.charge import Charge
from mockserver.apis.recurring.services import agreements, charges
from mockserver.core.engine import Tx
from mockserver.core.values import frozen
from mockserver.webhooks.domain import OwnerKind
from mockserver.webhooks.services import webhooks
from mockserver.world.services.directory import directory

MOST: Final = 1000
"""How many agreements, and how many charges, are looked at: the latest."""


@frozen
class Subscriptions:
    """Agreements and charges, and the ids of the webhook registrations for their events that there are now."""

    agreements: Sequence[Agreement] = ()
    charges: Sequence[Charge] = ()
    registered: Sequence[str] = ()


def evidence(tx: Tx, msn: str | None) -> Subscriptions:
    """What there is to know, of one unit or of all."""
    return Subscriptions(
        [each.agreement for each in agreements.newest(tx, msn=msn, limit=MOST)],
        [each.charge for each in charges.newest(tx, msn=msn, limit=MOST)],
        _registered(tx, msn),
    )


def _registered(tx: Tx, msn: str | None) -> list[str]:
    unit = directory(tx).unit(tx.connection, msn) if msn is not None else None
    owners = {(OwnerKind.SALES_UNIT, msn), (OwnerKind.PARTNER, unit.partner_id if unit else None)}
    return [
        each.id
        for each in webhooks.every(tx)
        if any(event.startswith("recurring.") for event in each.events)
        and (msn is None or (each.owner.kind, each.owner.id) in owners)
    ]
