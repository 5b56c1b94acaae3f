"""What the control API shows."""

from typing import Any

from mockserver.core.clock import Clock
from mockserver.core.instants import timestamp
from mockserver.web.control import plain
from mockserver.world.domain.customer import Customer


def clock(clock: Clock) -> dict[str, Any]:
    """The time, and whether it stands still. ``aheadSeconds``: of the wall clock."""
    return {
        "now": timestamp(clock.now()),
        "frozen": clock.frozen,
        "aheadSeconds": round(clock.ahead / 1000, 3),
    }


def customer(customer: Customer) -> dict[str, Any]:
    """A customer with what follows from its token."""
    return {**plain(customer), "personal_qr": customer.personal_qr}
