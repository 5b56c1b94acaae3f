"""A subscription as simple as the guide: what charges and agreements have to look like, written down once more.

Times are milliseconds since 1970 (UTC); days and hours of the markets come from the time zone database.
"""

import datetime
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from mockserver.core.instants import DAY, HOUR, MINUTE

ZONES = {"1": ZoneInfo("Europe/Oslo"), "2": ZoneInfo("Europe/Copenhagen")}
SLOTS = {"1": (9, 17), "2": (3, 13, 18, 20, 22, 23)}
HELD = {"1": 180 * DAY, "2": 14 * DAY}
REFUNDED_WITHIN = 365 * DAY
NO_LUCK, NO_ANSWER = 151, 201
"""Magic amounts."""


def local(at: int, market: str) -> datetime.datetime:
    """What the clocks of a market (first digit of its MSNs) show."""
    return datetime.datetime.fromtimestamp(at / 1000, ZONES[market])


def moment(day: datetime.date, hour: int, market: str) -> int:
    """When they show this hour."""
    shown = datetime.datetime.combine(day, datetime.time(hour), ZONES[market])
    return round(shown.timestamp()) * 1000


def first_day(at: int, market: str) -> datetime.date:
    """The earliest day that a charge may be due on."""
    utc = datetime.datetime.fromtimestamp(at / 1000, datetime.UTC).date()
    return min(utc, local(at, market).date()) + datetime.timedelta(days=1)


@dataclass
class ChargeModel:
    """What a charge has to look like."""

    id: str
    market: str
    type: str
    amount: int
    direct: bool
    due: datetime.date
    retry_days: int = 0
    state: str = "PENDING"
    failed: bool = False
    captured: int = 0
    refunded: int = 0
    cancelled: int = 0
    until: int = 0
    deadline: int | None = None
    captured_at: int = 0
    slots: list[int] = field(default_factory=list)
    log: list[tuple[str, int]] = field(default_factory=list)
    told: list[tuple[str, int, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.log.append(("CREATE", self.amount))
        if self.type == "RECURRING":
            hours = SLOTS[self.market] if self.retry_days else SLOTS[self.market][:1]
            days = [self.due + datetime.timedelta(days=each) for each in range(self.retry_days + 1)]
            self.slots = [moment(day, hour, self.market) for day in days for hour in hours]

    @property
    def rest(self) -> int:
        return self.amount - self.captured - self.cancelled

    def note(self, name: str, amount: int, event: str) -> None:
        self.log.append((name, amount))
        self.told.append((f"charge-{event}", self.captured, self.cancelled, self.refunded))

    def attempt(self, at: int, *, rich: bool) -> bool | None:
        """Whether it went through; None when that is not known yet."""
        if not rich or self.amount == NO_LUCK:
            self.failed = True
            if self.type == "UNSCHEDULED" or (self.type == "RECURRING" and not self.slots):
                self.give_up()
            return False
        if self.amount == NO_ANSWER:
            self.state, self.until = "PROCESSING", at + HOUR
            return None
        self.succeed(at)
        return True

    def give_up(self) -> None:
        self.state = "FAILED"
        self.note("FAIL", self.amount, "failed")

    def succeed(self, at: int) -> None:
        self.failed = False
        if self.direct:
            self.state, self.captured, self.captured_at = "CHARGED", self.amount, at
            self.note("CAPTURE", self.amount, "captured")
        else:
            self.state, self.deadline = "RESERVED", at + HELD[self.market]
            self.note("RESERVE", self.amount, "reserved")

    def drop(self, state: str = "CANCELLED") -> None:
        """Nothing more is taken."""
        rest, self.state, self.deadline = self.rest, state, None
        self.cancelled += rest
        self.note("CANCEL", rest, "canceled")

    def pass_time(self, now: int, *, rich: bool) -> None:
        shown = moment(self.due - datetime.timedelta(days=29), 0, self.market)
        if self.type == "RECURRING" and self.state == "PENDING" and now >= shown:
            self.state = "DUE"
        while self.state == "DUE" and self.slots[0] <= now:
            self.attempt(self.slots.pop(0), rich=rich)
        if self.state == "PROCESSING" and self.until <= now:
            self.succeed(self.until)
        if self.deadline is not None and self.deadline <= now:
            self.drop({"RESERVED": "CANCELLED", "PARTIALLY_CAPTURED": "CHARGED"}.get(self.state, self.state))

    def capture(self, value: int, now: int) -> str | None:
        """The problem that a capture meets, if any."""
        if value <= 0:
            return "validation-error"
        if self.state not in ("RESERVED", "PARTIALLY_CAPTURED") or value > self.rest:
            return "charge-capture-failed"
        self.captured, self.captured_at = self.captured + value, now
        self.state = "PARTIALLY_CAPTURED" if self.rest else "CHARGED"
        self.deadline = self.deadline if self.rest else None
        self.note("CAPTURE", value, "captured")
        return None

    def cancel(self) -> str | None:
        """The same of a cancellation."""
        if self.state == "PROCESSING":
            return "conflict"
        if self.state == "PARTIALLY_CAPTURED":
            self.drop("CHARGED")
        elif self.state in ("DUE", "RESERVED") or (self.state == "PENDING" and self.type != "INITIAL"):
            self.drop()
        else:
            return "cancel-charge-failed"
        return None

    def refund(self, value: int, now: int) -> str | None:
        """The same of a refund."""
        if value <= 0:
            return "validation-error"
        wrong = self.state not in ("CHARGED", "PARTIALLY_CAPTURED", "PARTIALLY_REFUNDED")
        if wrong or value > self.captured - self.refunded or now >= self.captured_at + REFUNDED_WITHIN:
            return "operation-failed"
        self.refunded += value
        self.state = "REFUNDED" if self.refunded == self.captured else "PARTIALLY_REFUNDED"
        self.note("REFUND", value, "refunded")
        return None

    def stop(self, *, by_merchant: bool) -> None:
        """Its agreement is stopped."""
        if self.state in ("PENDING", "DUE") or (by_merchant and self.state == "RESERVED"):
            self.drop()


@dataclass
class AgreementModel:
    """What an agreement has to look like."""

    id: str
    made_at: int
    initial: ChargeModel | None = None
    status: str = "PENDING"
    started: bool = False
    stopped: bool = False
    charges: list[ChargeModel] = field(default_factory=list)
    told: list[tuple[str, str | None]] = field(default_factory=list)

    def activate(self) -> None:
        self.status, self.started = "ACTIVE", True
        self.told.append(("agreement-activated", "USER"))

    @property
    def processing(self) -> bool:
        return self.initial is not None and self.initial.state == "PROCESSING"

    def accept(self, now: int, *, rich: bool) -> bool:
        """Whether a forced acceptance is taken."""
        if self.status != "PENDING" or self.processing:
            return False
        went = True if self.initial is None else self.initial.attempt(now, rich=rich)
        if went:
            self.activate()
        elif went is False:
            self.expire()
        return went is not False

    def expire(self) -> None:
        self.status = "EXPIRED"
        self.told.append(("agreement-expired", None))
        self._end_initial()

    def reject(self) -> None:
        self.status, self.stopped = "STOPPED", True
        self.told.append(("agreement-rejected", "USER"))
        self._end_initial()

    def _end_initial(self) -> None:
        if self.initial is not None and self.initial.failed:
            self.initial.give_up()
        elif self.initial is not None:
            self.initial.drop()

    def stop(self, actor: str) -> None:
        self.status, self.stopped = "STOPPED", True
        self.told.append(("agreement-stopped", actor))
        for each in self.charges:
            each.stop(by_merchant=actor == "MERCHANT")

    def pass_time(self, now: int, *, rich: bool) -> None:
        processing = self.processing
        for each in self.charges:
            each.pass_time(now, rich=rich)
        if processing and not self.processing:
            self.activate()
        elif self.status == "PENDING" and not processing and now >= self.made_at + 10 * MINUTE:
            self.expire()
