"""All that a server knows of one payment, without secrets: to be attached to a bug report."""

from collections.abc import Iterator
from typing import Any

from mockserver import __version__
from mockserver.apis.epayment.domain.payment import Payment
from mockserver.core.engine import Tx
from mockserver.core.instants import timestamp
from mockserver.web.inturn import in_turn
from mockserver.web.known import Known
from mockserver.web.runtime import Runtime
from mockserver.web.scrubbing import scrubbed
from mockserver.web.secrets import known
from mockserver.webhooks.control.webhooks import delivered, shown
from mockserver.webhooks.services import webhooks

_MOST = 1_000
"""Deliveries."""


async def report(runtime: Runtime, tx: Tx, payment: Payment, whole: dict[str, Any]) -> dict[str, Any]:
    """The ``whole`` payment with its journal entries, deliveries and their registrations, oldest first."""
    deliveries = webhooks.deliveries(
        tx, webhook_id=None, subject=f"{payment.msn}/{payment.reference}", event=None, state=None, limit=_MOST
    )
    registrations = webhooks.every(tx)
    told = {stored.delivery.registration_id for stored, _ in deliveries}
    secrets = known(tx)
    content = {
        "version": __version__,
        "at": timestamp(tx.at),
        "environment": tx.policy.environment,
        "payment": whole,
        "requests": [],
        "webhooks": [shown(each) for each in registrations if each.id in told],
        "deliveries": [delivered(*each) for each in reversed(deliveries)],
    }
    cleaned: dict[str, Any] = scrubbed(content, secrets)
    entries = [each async for each in in_turn(_requests(runtime, payment, secrets))]
    cleaned["requests"] = [each async for each in in_turn(scrubbed(each, secrets) for each in entries)]
    return cleaned


def _requests(runtime: Runtime, payment: Payment, secrets: Known) -> Iterator[dict[str, Any]]:
    about = (payment.msn, payment.reference)
    entries = [entry for entry in runtime.journal.newest() if (entry.msn, entry.reference) == about]
    return (entry.public(secrets) for entry in reversed(entries))
