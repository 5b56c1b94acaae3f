"""Webhooks: who is told of what, in which words, and when it is tried again (webhooks guide).

Times are milliseconds since 1970 (UTC).
"""

from dataclasses import field
from enum import StrEnum
from typing import Final

from mockserver.core.instants import DAY, HOUR
from mockserver.core.values import frozen

PATIENCE: Final = 7 * DAY
"""For how long after its event a delivery is tried."""
LONGEST_DELAY: Final = 366 * 86_400
"""Seconds that deliveries may be delayed by, on purpose."""
DEAD_AFTER: Final = 14 * DAY
"""A registration whose receiver failed for so long is deleted."""


def retry_delay(tries: int) -> int:
    """Milliseconds from try number ``tries`` (1 is the first) to the next one."""
    if tries < 4:
        return 2_000
    if tries == 4:
        return 60_000
    if tries == 5:
        return 120_000
    return HOUR if tries < 29 else DAY


class OwnerKind(StrEnum):
    """Whose events a registration is about."""

    SALES_UNIT = "sales-unit"
    PARTNER = "partner"
    """Units of the partner: all of them, later ones included, or one."""
    MERCHANT = "merchant"
    """Donations to an organisation."""


@frozen
class Owner:
    """An MSN, a merchant's id, or a partner's with the ``msn`` of the unit where it is only about one."""

    kind: OwnerKind
    id: str
    msn: str | None = None


@frozen
class Faults:
    """What goes wrong on purpose with the deliveries of a registration.

    ``delay`` in milliseconds of the clock. ``drop_first``: so many deliveries more are lost. ``reorder``: the latest
    payment's events go first.
    """

    duplicate: bool = False
    delay: int = 0
    reorder: bool = False
    wrong_signature: bool = False
    drop_first: int = 0

    def __str__(self) -> str:
        return "webhook faults"


@frozen
class Registration:
    """A registered webhook; ``url`` is kept byte for byte, ``failing_since`` is when its receiver last stopped
    answering, None while it does.
    """

    id: str
    owner: Owner
    url: str
    events: tuple[str, ...]
    secret: str
    created_at: int
    paused: bool = False
    failing_since: int | None = None
    faults: Faults = field(default_factory=Faults)


class DeliveryState(StrEnum):
    """Where a delivery stands. The last three are final."""

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    GIVEN_UP = "given-up"
    DROPPED = "dropped"


@frozen
class Delivery:
    """One event on its way to one registration; ``subject`` is what order is kept within."""

    registration_id: str
    event: str
    subject: str
    body: str
    created_at: int
    due_at: int
    state: DeliveryState = DeliveryState.WAITING
    tries: int = 0


@frozen
class StoredDelivery:
    """A delivery with the number it is stored under."""

    id: int
    delivery: Delivery


@frozen
class Attempt:
    """One try: ``status`` 0 when there was no answer, ``answer`` then says why. ``duration`` in milliseconds."""

    at: int
    status: int
    headers: tuple[tuple[str, str], ...]
    answer: str
    duration: int

    @property
    def success(self) -> bool:
        """Any 2xx."""
        return 200 <= self.status < 300


def after_failure(delivery: Delivery, at: int) -> tuple[DeliveryState, int]:
    """What becomes of a delivery whose latest try (counted in ``tries``) failed, and when it is due again."""
    due_at = at + retry_delay(delivery.tries)
    if due_at > delivery.created_at + PATIENCE:
        return DeliveryState.GIVEN_UP, at
    return DeliveryState.WAITING, due_at
