"""What the store knows of an integration that takes payments, for the checklist."""

from collections.abc import Sequence

from mockserver.apis.epayment.domain.payment import EventName, State
from mockserver.apis.epayment.services import payments
from mockserver.core.engine import Tx
from mockserver.core.values import frozen
from mockserver.webhooks.domain import OwnerKind
from mockserver.webhooks.services import webhooks
from mockserver.world.services.directory import directory

MOST = 1000
"""How many payments are looked at, the latest."""


@frozen
class Reservation:
    """A payment that was approved: minor units still reserved, and whether the deadline released some of them."""

    msn: str
    reference: str
    left: int
    lapsed: bool


@frozen
class Payments:
    """Payments that were approved, and the ids of the webhook registrations for payment events that there are now."""

    reservations: Sequence[Reservation] = ()
    registered: Sequence[str] = ()


def evidence(tx: Tx, msn: str | None) -> Payments:
    """What there is to know, of one unit or of all."""
    return Payments(_reservations(tx, msn), _registered(tx, msn))


def _registered(tx: Tx, msn: str | None) -> list[str]:
    """The registrations for payment events, of one unit (its partner's included) or of all."""
    unit = directory(tx).unit(tx.connection, msn) if msn is not None else None
    owners = {(OwnerKind.SALES_UNIT, msn), (OwnerKind.PARTNER, unit.partner_id if unit else None)}
    return [
        each.id
        for each in webhooks.every(tx)
        if any(event.startswith("epayments.") for event in each.events)
        and (msn is None or (each.owner.kind, each.owner.id) in owners)
    ]


def _reservations(tx: Tx, msn: str | None) -> list[Reservation]:
    """The latest payments that were approved, with what is still reserved."""
    found = []
    for stored in payments.newest(tx, msn=msn, state=State.AUTHORIZED, limit=MOST):
        payment = stored.payment
        deadline = payment.capture_deadline
        lapsed = deadline is not None and any(
            logged.event.name is EventName.CANCELLED and logged.at >= deadline
            for logged in payments.events_of(tx, stored)
        )
        found.append(Reservation(payment.msn, payment.reference, payment.uncaptured, lapsed))
    return found
