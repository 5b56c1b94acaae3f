"""Agreements and their charges, as control calls give them. Times are datetimes in UTC, amounts minor units."""

from datetime import datetime

from mockserver.core.values import frozen


@frozen
class Pricing:
    """What an agreement costs: ``amount`` of LEGACY; ``max_amount`` is what its customer chose for VARIABLE."""

    type: str
    currency: str
    amount: int | None
    suggested_max_amount: int | None
    max_amount: int | None


@frozen
class Interval:
    """How often it is paid: every ``count`` units of YEAR, MONTH, WEEK or DAY."""

    unit: str
    count: int


@frozen
class ChargeEvent:
    """Something that happened to a charge."""

    name: str
    amount: int
    success: bool
    at: datetime
    transaction_id: str | None
    idempotency_key: str


@frozen
class Charge:
    """A charge; ``due`` is a day (ISO 8601). ``events``, oldest first, are there when a single one was asked for."""

    id: str
    msn: str
    agreement: str
    type: str
    transaction_type: str
    state: str
    currency: str
    amount: int
    captured: int
    refunded: int
    cancelled: int
    description: str
    due: str
    retry_days: int
    attempts: int
    next_attempt: datetime | None
    processing_until: datetime | None
    capture_deadline: datetime | None
    failure_reason: str | None
    transaction_id: str | None
    external_id: str | None
    created_at: datetime
    events: tuple[ChargeEvent, ...] = ()


@frozen
class Agreement:
    """An agreement; its page and ``charges``, the latest first, are there when a single one was asked for.

    ``declined`` is why its initial charge failed, right after somebody tried to accept it.
    """

    id: str
    uuid: str
    msn: str
    status: str
    pricing: Pricing
    interval: Interval | None
    product_name: str
    product_description: str | None
    external_id: str | None
    asked: str | None
    customer: str | None
    created_at: datetime
    expires_at: datetime
    start: datetime | None
    stop: datetime | None
    landing_page: str | None = None
    charges: tuple[Charge, ...] = ()
    declined: str | None = None


@frozen
class Run:
    """How many charges were tried, how many went through, and how many attempts failed."""

    attempted: int
    succeeded: int
    failed: int
