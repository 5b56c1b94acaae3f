"""Webhooks: who is told of what, in which words, and when it is tried again (webhooks guide).

Times are milliseconds since 1970 (UTC).
"""

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import field
from enum import StrEnum
from hashlib import blake2b
from typing import Any, Final
from uuid import UUID

from mockserver.apis.epayment.domain.payment import EventName, LoggedEvent, Payment
from mockserver.core.exact import EXACT
from mockserver.core.instants import DAY, HOUR, parse_timestamp, timestamp, timestamp_with_offset
from mockserver.core.values import frozen

PAYMENT_EVENTS: Final = {name: f"epayments.payment.{name.lower()}.v1" for name in EventName}
"""The full event name of each short one."""
RECURRING_EVENTS: Final = tuple(
    [f"recurring.agreement-{each}.v1" for each in ("activated", "rejected", "stopped", "expired")]
    + [
        f"recurring.charge-{each}.v1"
        for each in ("reserved", "captured", "canceled", "refunded", "failed", "creation-failed")
    ]
)
DONATION_EVENTS: Final = tuple(
    f"donations.agreement.{each}.v1" for each in ("started", "stopped", "withdrawal-day-changed", "amount-changed")
)
LOGIN_PING: Final = "login.merchant-initiated.ping.v1"
CHECKED_IN: Final = "user.checked-in.v1"
EVENTS: Final = frozenset({*PAYMENT_EVENTS.values(), *RECURRING_EVENTS, *DONATION_EVENTS, LOGIN_PING, CHECKED_IN})
"""Everything that can be registered for."""

FIRST: Final = parse_timestamp("2024-01-02T09:00:00Z")
"""When those were registered that a world begins with."""
_SECRET = re.compile(r"[\x21-\x7e]{1,255}")
PATIENCE: Final = 7 * DAY
"""For how long after its event a delivery is tried."""
DEAD_AFTER: Final = 14 * DAY
"""A registration whose receiver failed for so long is deleted."""


def most_registrations(event: str) -> int:
    """How many registrations for an event one owner may have."""
    return 1 if event == CHECKED_IN else 25


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


@frozen
class FirstWebhook:
    """A registration that is there from the start: of a sales unit, of a partner, or of a partner for one unit.

    Without ``id`` and ``secret`` it has ones that are the same at every start.
    """

    __pydantic_config__ = EXACT

    url: str
    events: tuple[str, ...]
    msn: str | None = None
    partner_id: str | None = None
    id: str | None = None
    secret: str | None = None

    @property
    def owner(self) -> Owner:
        """Whose registration it is."""
        if self.partner_id is not None:
            return Owner(OwnerKind.PARTNER, self.partner_id, self.msn)
        return Owner(OwnerKind.SALES_UNIT, self.msn or "")

    def registration(self, number: int) -> Registration:
        """The registration that it stands for, as number so and so of its world."""
        made = blake2b(f"{number} {self.partner_id} {self.msn} {self.url}".encode())
        id_ = self.id or str(UUID(bytes=made.digest()[:16], version=4))
        secret = self.secret or b64encode(blake2b(f"secret {id_}".encode(), digest_size=48).digest()).decode()
        return Registration(id_, self.owner, self.url, tuple(dict.fromkeys(self.events)), secret, FIRST)


def event_flaws(events: tuple[str, ...]) -> Iterator[tuple[int | None, str]]:
    """What is wrong with the events of a registration: the number of each that there is not, or None for all."""
    if not events:
        yield None, "At least one event is needed"
    for index, event in enumerate(events):
        if event not in EVENTS:
            yield index, f"There is no event {event[:80]!r}"


def secret_flaw(secret: str) -> str | None:
    """Why nobody should sign with a secret that somebody chose; None when it is fine."""
    return None if _SECRET.fullmatch(secret) else "Must be 1 to 255 characters of ASCII without spaces"


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


def payment_payload(payment: Payment, logged: LoggedEvent) -> dict[str, Any]:
    """The payload of an ePayment event; what the customer shared is there when it was authorised."""
    event = logged.event
    payload: dict[str, Any] = {
        "msn": payment.msn,
        "reference": payment.reference,
        "pspReference": logged.psp_reference,
        "name": event.name,
        "amount": {"currency": payment.currency, "value": event.amount},
        "timestamp": timestamp(logged.at),
        "success": event.success,
    }
    if logged.idempotency_key is not None:
        payload["idempotencyKey"] = logged.idempotency_key
    approval = payment.approval
    if event.name is EventName.AUTHORIZED and event.success and approval is not None:
        shared = {
            "userDetails": approval.user_details,
            "shippingDetails": approval.shipping_details,
            "sub": approval.subject,
        }
        payload |= {name: value for name, value in shared.items() if value}
        if payment.capture_guaranteed_until is not None:
            payload["captureGuaranteedUntil"] = timestamp_with_offset(payment.capture_guaranteed_until)
    return payload


def after_failure(delivery: Delivery, at: int) -> tuple[DeliveryState, int]:
    """What becomes of a delivery whose latest try (counted in ``tries``) failed, and when it is due again."""
    due_at = at + retry_delay(delivery.tries)
    if due_at > delivery.created_at + PATIENCE:
        return DeliveryState.GIVEN_UP, at
    return DeliveryState.WAITING, due_at
