"""Telling merchants of agreements and charges."""

from functools import partial
from typing import Any, Final

from mockserver.apis.recurring.domain import events as rules
from mockserver.apis.recurring.domain.agreement import Actor, Agreement
from mockserver.apis.recurring.domain.charge import Charge, Event
from mockserver.apis.recurring.domain.events import AgreementEvent, ChargeEvent
from mockserver.core.engine import Tx
from mockserver.core.ids import Ids
from mockserver.webhooks.events import EventType
from mockserver.webhooks.services import webhooks


def tell_of_agreement(tx: Tx, agreement: Agreement, name: AgreementEvent, actor: Actor | None = None) -> None:
    """Tell everybody who registered for it what happened to an agreement, in the transaction that caused it."""
    payload = partial(rules.of_agreement, agreement, name, actor, tx.at)
    webhooks.emit(tx, name, agreement.msn, agreement.id, payload)


def tell_of_charge(tx: Tx, charge: Charge, event: Event, transaction_id: str | None) -> None:
    """The same of a charge; events of one agreement and its charges arrive in their order."""
    payload = partial(rules.of_charge, charge, event, transaction_id, tx.at)
    webhooks.emit(tx, rules.NAMES[event.name], charge.msn, charge.agreement_id, payload)


def tell_of_refused_item(tx: Tx, charge: Charge) -> None:
    """Tell that an item of a batch became no charge."""
    payload = partial(rules.payload, charge, ChargeEvent.CREATION_FAILED, tx.at)
    webhooks.emit(tx, ChargeEvent.CREATION_FAILED, charge.msn, charge.agreement_id, payload)


def _agreement(name: AgreementEvent, ids: Ids, msn: str, at: str) -> dict[str, Any]:
    actor = None if name is AgreementEvent.EXPIRED else Actor.USER
    return {
        "agreementId": f"agr_{ids.characters(7)}",
        "agreementUUID": ids.guid(),
        "agreementExternalId": None,
        "eventType": name,
        "occurred": at,
        "actor": actor,
        "msn": msn,
    }


_MOVED: Final = {
    ChargeEvent.CAPTURED: "amountCaptured",
    ChargeEvent.CANCELED: "amountCanceled",
    ChargeEvent.REFUNDED: "amountRefunded",
}


def _charge(name: ChargeEvent, ids: Ids, msn: str, at: str) -> dict[str, Any]:
    amounts = {each: 1000 if each == _MOVED.get(name) else 0 for each in _MOVED.values()}
    if name is ChargeEvent.REFUNDED:
        amounts["amountCaptured"] = 1000
    told: dict[str, Any] = {
        "agreementId": f"agr_{ids.characters(7)}",
        "chargeId": f"chr-{ids.characters(7)}",
        "transactionId": ids.number(10),
        "msn": msn,
        "amount": 1000,
        "currency": "NOK",
        "chargeType": "RECURRING",
        "eventType": name,
        "occurred": at,
        **amounts,
    }
    return told | {"failureReason": "user_action_required"} if name is ChargeEvent.FAILED else told


EVENTS: Final = (
    *(EventType(each, partial(_agreement, each)) for each in AgreementEvent),
    *(EventType(each, partial(_charge, each)) for each in ChargeEvent),
)
