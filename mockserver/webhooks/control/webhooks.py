"""Webhooks through the control API: deliveries to look at, wait for and replay; registrations to pause and break."""

import asyncio
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from pydantic import Field, StrictBool, StrictInt, StrictStr
from starlette.requests import Request

from mockserver.core.errors import Malformed, Violation
from mockserver.core.instants import DAY, timestamp
from mockserver.core.policy import Lenience
from mockserver.web import control as requests
from mockserver.web.control import ControlBody, EmptyBody
from mockserver.web.runtime import Runtime
from mockserver.web.waits import Waits
from mockserver.webhooks.domain import Attempt, DeliveryState, Faults, Registration, StoredDelivery
from mockserver.webhooks.events import EventTypes
from mockserver.webhooks.services import inspection, samples, webhooks
from mockserver.webhooks.services.webhooks import Receivers

_FILTERS = frozenset({"webhook", "msn", "reference", "event", "state", "limit", "wait"})


class FaultsBody(ControlBody):
    """What goes wrong on purpose; what is left out goes right."""

    duplicate: StrictBool = False
    delaySeconds: float = Field(0, ge=0, le=7 * DAY / 1000, allow_inf_nan=False, strict=True)  # noqa: N815
    reorder: StrictBool = False
    wrongSignature: StrictBool = False  # noqa: N815
    dropFirst: StrictInt = Field(0, ge=0, le=1_000_000)  # noqa: N815


class RegistrationBody(ControlBody):
    """A registration of a sales unit, of a partner, or of a partner for one unit; it makes up what is left out."""

    url: StrictStr
    events: list[StrictStr]
    msn: StrictStr | None = None
    partnerId: StrictStr | None = None  # noqa: N815 - control bodies are written as the wire's
    id: StrictStr | None = None
    secret: StrictStr | None = None


class VerifyBody(ControlBody):
    """The secret that the receiver goes by, where it is not to be that of the registration."""

    secret: StrictStr | None = None


class SampleBody(ControlBody):
    """Which event to send a sample of."""

    event: StrictStr


async def get_webhooks(runtime: Runtime, request: Request) -> Any:
    """Lists all registrations with their faults, without their secrets."""
    return {"webhooks": [shown(each) for each in webhooks.every(runtime.engine.reading())]}


async def register(runtime: Runtime, request: Request) -> Any:
    """Registers a webhook for an msn, a partnerId or both, with a secret and id of your choice; shows the secret."""
    body = await requests.read(request, RegistrationBody, runtime.largest_body)
    everything = Lenience(replace(runtime.engine.policy, refused=frozenset()))
    with runtime.engine.transaction() as tx:
        owner = webhooks.owner_of(tx, body.msn, body.partnerId)
        registration = webhooks.register(
            tx, owner, body.url, body.events, runtime.parts.of(Receivers), everything, id_=body.id, secret=body.secret
        )
    return shown(registration) | {"secret": registration.secret}


@requests.takes(*_FILTERS)
async def get_deliveries(runtime: Runtime, request: Request) -> Any:
    """Lists deliveries, the latest first; filters: webhook, msn, reference, event, state, limit; wait for one."""
    filters = dict(request.query_params)
    wait = requests.number(filters, "wait", 0, requests.LONGEST_WAIT) or 0
    found = _find_deliveries(runtime, filters)
    if not found and wait:
        waiting = partial(_wait_for_deliveries, runtime, filters, wait)
        found = await runtime.parts.of(Waits).poll(waiting, request.receive)
    return {"deliveries": found}


async def _wait_for_deliveries(runtime: Runtime, filters: dict[str, str], wait: int) -> list[dict[str, Any]]:
    loop = asyncio.get_running_loop()
    end = loop.time() + wait
    while True:
        found = _find_deliveries(runtime, filters)
        left = end - loop.time()
        if found or left <= 0:
            return found
        await runtime.outbox.something_happened(left)


def _find_deliveries(runtime: Runtime, filters: dict[str, str]) -> list[dict[str, Any]]:
    reference, msn = filters.get("reference"), filters.get("msn")
    if (reference is None) != (msn is None):
        raise Malformed([Violation("msn", "Must be given together with reference")])
    state = requests.to_value(DeliveryState, filters["state"]) if "state" in filters else None
    found = webhooks.deliveries(
        runtime.engine.reading(),
        webhook_id=filters.get("webhook"),
        subject=f"{msn}/{reference}" if reference else None,
        event=requests.one_of(filters, "event", lambda: runtime.parts.of(EventTypes).names),
        state=state,
        limit=requests.number(filters, "limit", 100) or 0,
    )
    return [delivered(stored, attempts) for stored, attempts in found]


async def replay_delivery(runtime: Runtime, request: Request) -> Any:
    """Sends a delivery again."""
    await requests.read(request, EmptyBody, runtime.largest_body)
    with runtime.engine.transaction() as tx:
        webhooks.replay(tx, _number(request))
    return {"status": "ok"}


async def verify_delivery(runtime: Runtime, request: Request) -> Any:
    """Checks the signatures of a delivery again, by the secret of its registration or by the one given."""
    body = await requests.read(request, VerifyBody, runtime.largest_body)
    tx = runtime.engine.reading()
    registration, stored, attempts = webhooks.find_delivery(tx, _number(request))
    return {
        "delivery": stored.id,
        "webhook": registration.id,
        "url": registration.url,
        "attempts": [
            {
                "at": timestamp(attempt.at),
                "genuine": all(finding.right for finding in findings),
                "findings": [asdict(finding) for finding in findings],
            }
            for attempt in attempts
            if (findings := inspection.again(registration, stored.delivery, attempt, body.secret))
        ],
    }


def _number(request: Request) -> int:
    return requests.number(dict(request.path_params), "id", most=999_999_999) or 0


async def replay_all(runtime: Runtime, request: Request) -> Any:
    """Sends all kept deliveries of a registration again, the oldest first."""
    await requests.read(request, EmptyBody, runtime.largest_body)
    with runtime.engine.transaction() as tx:
        registration = webhooks.find(tx, request.path_params["id"])
        found = webhooks.deliveries(
            tx, webhook_id=registration.id, subject=None, event=None, state=None, limit=webhooks.MOST_FINISHED
        )
        for stored, _ in reversed(found):
            webhooks.replay(tx, stored.id)
    return {"replayed": len(found)}


async def settle(runtime: Runtime, request: Request) -> Any:
    """Delivers everything due now; answers when it has been tried."""
    await requests.read(request, EmptyBody, runtime.largest_body)
    with runtime.parts.of(Waits).one():
        await runtime.lasting.run(runtime.outbox.settle(), request.receive)
    return {"status": "ok"}


async def pause(runtime: Runtime, request: Request) -> Any:
    """Holds back all deliveries of a registration."""
    return await _change(runtime, request, paused=True)


async def resume(runtime: Runtime, request: Request) -> Any:
    """Releases held deliveries."""
    return await _change(runtime, request, paused=False)


async def _change(runtime: Runtime, request: Request, *, paused: bool) -> Any:
    await requests.read(request, EmptyBody, runtime.largest_body)
    with runtime.engine.transaction() as tx:
        return shown(webhooks.change(tx, request.path_params["id"], paused=paused))


async def set_faults(runtime: Runtime, request: Request) -> Any:
    """Breaks a registration's deliveries: duplicate, delaySeconds, reorder, wrongSignature, dropFirst."""
    body = await requests.read(request, FaultsBody, runtime.largest_body)
    faults = Faults(
        duplicate=body.duplicate,
        delay=round(body.delaySeconds * 1000),
        reorder=body.reorder,
        wrong_signature=body.wrongSignature,
        drop_first=body.dropFirst,
    )
    with runtime.engine.transaction() as tx:
        return shown(webhooks.change(tx, request.path_params["id"], faults=faults))


async def send_sample(runtime: Runtime, request: Request) -> Any:
    """Sends a sample of any event to a registration, whether it registered for it or not."""
    body = await requests.read(request, SampleBody, runtime.largest_body)
    types = runtime.parts.of(EventTypes)
    event = types.get(body.event)
    if event is None:
        raise Malformed([Violation("event", f"There is no such event; there are: {', '.join(types.names)}")])
    with runtime.engine.transaction() as tx:
        samples.send(tx, webhooks.find(tx, request.path_params["id"]), event)
    return {"status": "ok"}


def _faults(faults: Faults) -> dict[str, Any]:
    """As they were asked for."""
    return {
        "duplicate": faults.duplicate,
        "delaySeconds": faults.delay / 1000,
        "reorder": faults.reorder,
        "wrongSignature": faults.wrong_signature,
        "dropFirst": faults.drop_first,
    }


def shown(registration: Registration) -> dict[str, Any]:
    """A registration without its secret."""
    since, owner = registration.failing_since, registration.owner
    return {
        "id": registration.id,
        "owner": {"kind": owner.kind, "id": owner.id} | ({} if owner.msn is None else {"msn": owner.msn}),
        "url": registration.url,
        "events": list(registration.events),
        "createdAt": timestamp(registration.created_at),
        "paused": registration.paused,
        "failingSince": None if since is None else timestamp(since),
        "faults": _faults(registration.faults),
    }


def delivered(stored: StoredDelivery, attempts: list[Attempt]) -> dict[str, Any]:
    """A delivery with its attempts, as it went over the wire."""
    delivery = stored.delivery
    waiting = delivery.state is DeliveryState.WAITING and delivery.due_at < requests.LATEST
    return {
        "id": stored.id,
        "webhook": delivery.registration_id,
        "event": delivery.event,
        "subject": delivery.subject,
        "state": delivery.state,
        "createdAt": timestamp(delivery.created_at),
        "dueAt": timestamp(delivery.due_at) if waiting else None,
        "tries": delivery.tries,
        "body": delivery.body,
        "attempts": [
            {
                "at": timestamp(attempt.at),
                "status": attempt.status,
                "durationMs": attempt.duration,
                "headers": dict(attempt.headers),
                "response": attempt.answer,
            }
            for attempt in attempts
        ],
    }


ROWS = (
    ("GET", "/webhooks", get_webhooks),
    ("POST", "/webhooks", register),
    ("POST", "/webhooks/settle", settle),
    ("GET", "/webhooks/deliveries", get_deliveries),
    ("POST", "/webhooks/deliveries/{id}/replay", replay_delivery),
    ("POST", "/webhooks/deliveries/{id}/verify", verify_delivery),
    ("POST", "/webhooks/{id}/pause", pause),
    ("POST", "/webhooks/{id}/resume", resume),
    ("POST", "/webhooks/{id}/faults", set_faults),
    ("POST", "/webhooks/{id}/sample", send_sample),
    ("POST", "/webhooks/{id}/replay", replay_all),
)
"""Method, path under /_mock, handler."""
