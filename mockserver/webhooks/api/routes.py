"""The three operations of the Webhooks API (official specification v1)."""

from mockserver.core.engine import Tx
from mockserver.web.http import Answer, never_kept
from mockserver.web.operations import Api, Call, Operation
from mockserver.webhooks.api import schemas
from mockserver.webhooks.api.problems import refuse
from mockserver.webhooks.domain import Faults, Owner, OwnerKind
from mockserver.webhooks.services import webhooks
from mockserver.webhooks.services.webhooks import Receivers
from mockserver.world.domain.merchant import ClientKind
from mockserver.world.services.access import Audience


def list_webhooks(tx: Tx, call: Call) -> Answer:
    """listWebhooks: the caller's registrations, without their secrets."""
    return Answer(200, schemas.list_response(webhooks.of_owner(tx, _owner(call))))


def register_webhook(tx: Tx, call: Call) -> Answer:
    """registerWebhook: 201 with the id and, this once, the secret."""
    request = schemas.read_register(call.body, call.lenience)
    registration = webhooks.register(
        tx, _owner(call), request.url, request.events, tx.parts.of(Receivers), call.lenience
    )
    faults = call.choice(Faults)
    if faults is not None:
        webhooks.change(tx, registration.id, faults=faults)
    return never_kept(Answer(201, schemas.register_response(registration)))


def delete_webhook(tx: Tx, call: Call) -> Answer:
    """deleteWebhook: 204, and what was on its way is dropped."""
    webhooks.delete(tx, _owner(call), call.scope["path_params"]["id"])
    return Answer(204, b"")


def _owner(call: Call) -> Owner:
    caller = call.known_caller
    if caller.kind is ClientKind.DONATIONS:
        return webhooks.owner_of_merchant(caller.owner)
    if caller.kind is ClientKind.PARTNER:
        return Owner(OwnerKind.PARTNER, caller.owner, caller.msn)
    return webhooks.owner_of_unit(call.unit.msn)


API = Api(
    name="webhooks",
    prefix="/webhooks/v1",
    refuse=refuse,
    any_type=True,
    rights=frozenset({"connection"}),
    operations=(
        Operation("listWebhooks", "GET", "/webhooks", list_webhooks, audience=Audience.PARTNER),
        Operation("registerWebhook", "POST", "/webhooks", register_webhook, audience=Audience.PARTNER),
        Operation("deleteWebhook", "DELETE", "/webhooks/{id}", delete_webhook, audience=Audience.PARTNER),
    ),
)
