"""Charges through the control API: look at any of them, and be the bank."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from starlette.requests import Request

from mockserver.apis.recurring.control import views
from mockserver.apis.recurring.control.bodies import FailBody, RunBody
from mockserver.apis.recurring.domain.charge import State, StoredCharge
from mockserver.apis.recurring.services import agreements, attempts, charges, runs
from mockserver.core.engine import Tx
from mockserver.web import control as requests
from mockserver.web.control import EmptyBody
from mockserver.web.inturn import in_turn
from mockserver.web.runtime import Runtime
from mockserver.world.services import world

_SLICE = 25
"""Charges that are tried before others have a turn."""
_FILTERS = frozenset({"msn", "state", "agreement", "limit"})


@requests.takes(*_FILTERS)
async def get_charges(runtime: Runtime, request: Request) -> Any:
    """Lists charges of agreements, the latest first; filters: msn, state, agreement, limit."""
    filters = dict(request.query_params)
    state = requests.to_value(State, filters["state"], "state") if "state" in filters else None
    limit = requests.number(filters, "limit", 100) or 0
    tx = runtime.engine.reading()
    number = agreements.by_name(tx, filters["agreement"]).id if "agreement" in filters else None
    found = charges.newest(tx, msn=filters.get("msn"), state=state, agreement=number, limit=limit)
    return {"charges": [views.charge(each.charge) for each in found]}


async def get_charge(runtime: Runtime, request: Request) -> Any:
    """Shows one charge with its history."""
    tx = runtime.engine.reading()
    stored = _find(tx, request)
    return views.charge(stored.charge) | {"events": [views.event(each) for each in charges.events_of(tx, stored)]}


async def succeed_charge(runtime: Runtime, request: Request) -> Any:
    """Charges the customer now, whatever day and hour it is, and whatever cards and amounts say."""
    await requests.read(request, EmptyBody, runtime.largest_body)
    with runtime.engine.transaction() as tx:
        return views.charge(attempts.process_now(tx, _find(tx, request)).charge)


async def fail_charge(runtime: Runtime, request: Request) -> Any:
    """Makes it fail now for a reason: for good, or this time only."""
    body = await requests.read(request, FailBody, runtime.largest_body)
    fail = attempts.process_now if body.forGood else runs.fail_once
    with runtime.engine.transaction() as tx:
        return views.charge(fail(tx, _find(tx, request), body.reason).charge)


async def attempt_due(runtime: Runtime, request: Request) -> Any:
    """Tries every charge whose day has come, once, without waiting for the hour; retries among them."""
    body = await requests.read(request, RunBody, runtime.largest_body)
    return await runtime.lasting.run(_run(runtime, body.msn), request.receive)


async def _run(runtime: Runtime, msn: str | None) -> dict[str, int]:
    came_to: Counter[str] = Counter()
    async for tried in in_turn(_tries(runtime, msn)):
        came_to.update(tried)
    return {"attempted": came_to.total(), "succeeded": came_to["succeeded"], "failed": came_to["failed"]}


def _tries(runtime: Runtime, msn: str | None) -> Iterator[list[str]]:
    """What comes of the attempts, slice by slice, each in a transaction of its own."""
    tx = runtime.engine.reading()
    if msn is not None:
        world.sales_unit(tx, msn)
    waiting = runs.due_today(tx, msn)
    for start in range(0, len(waiting), _SLICE):
        with runtime.engine.transaction() as tx:
            tried = [runs.attempt_now(tx, id_) for id_ in waiting[start : start + _SLICE]]
        yield [_said(after) for after in tried if after is not None]


def _said(after: StoredCharge) -> str:
    if after.charge.state is State.PROCESSING:
        return "processing"
    return "failed" if after.charge.failure is not None else "succeeded"


def _find(tx: Tx, request: Request) -> StoredCharge:
    world.sales_unit(tx, request.path_params["msn"])
    return charges.by_charge_id(tx, request.path_params["msn"], request.path_params["charge"])


ROWS = (
    ("GET", "/charges", get_charges),
    ("POST", "/charges/attempt-due", attempt_due),
    ("GET", "/charges/{msn}/{charge}", get_charge),
    ("POST", "/charges/{msn}/{charge}/succeed", succeed_charge),
    ("POST", "/charges/{msn}/{charge}/fail", fail_charge),
)
"""Method, path under /_mock, handler."""
