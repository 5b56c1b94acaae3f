"""Judges of which states and events of payments the integration has learnt, by a get, an event log or a webhook."""

from mockserver.domain.checklist.finding import Finding, Judge, not_seen, shown, wrong
from mockserver.domain.checklist.seen import History, Request
from mockserver.domain.payment import EventName
from mockserver.domain.webhook import PAYMENT_EVENTS

_AMOUNTS = {
    EventName.CAPTURED: "capturedAmount",
    EventName.REFUNDED: "refundedAmount",
    EventName.CANCELLED: "cancelledAmount",
}
_NOT_CAPTURABLE = (EventName.CREATED, EventName.ABORTED, EventName.EXPIRED, EventName.TERMINATED)


def learnt(name: EventName) -> Judge:
    """A judge of whether this state or event reached the integration, and was not acted against."""

    def judge(history: History) -> Finding:
        requests = [each for each in history.requests if each.accepted and not each.lost and _tells(each, name)]
        deliveries = [
            each
            for each in history.deliveries
            if each.event == PAYMENT_EVENTS[name]
            and each.success
            and any(one.accepted and one.genuine for one in each.tries)
        ]
        against = _captured_against(history, name) if name in _NOT_CAPTURABLE else []
        if against:
            return wrong(f"A capture was sent, and refused, for a payment just seen as {name}.", against)
        if requests or deliveries:
            ways = [way for way, found in (("a request", requests), ("a webhook", deliveries)) if found]
            return shown(f"{name} was told by {' and by '.join(ways)}.", requests, deliveries)
        missed = [each for each in history.deliveries if each.event == PAYMENT_EVENTS[name] and each.success]
        return not_seen(f"No get, event log or accepted webhook has told of {name}.", (), missed)

    return judge


def _tells(request: Request, name: EventName) -> bool:
    if request.operation == "getPaymentEventLog":
        events = request.answer if isinstance(request.answer, list) else []
        return any(each.get("name") == name and each.get("success") for each in events if isinstance(each, dict))
    if request.operation != "getPayment":
        return False
    if name in _AMOUNTS:
        return bool(request.value("aggregate", _AMOUNTS[name], "value"))
    return bool(request.value("state") == name)


def _captured_against(history: History, name: EventName) -> list[Request]:
    """Refused captures of payments whose latest get said ``name``."""
    latest: dict[tuple[str | None, str | None], Request] = {}
    found = []
    for each in history.of("getPayment", "capturePayment"):
        payment = (each.msn, each.reference)
        if each.operation == "getPayment":
            if each.accepted and not each.lost:
                latest[payment] = each
        elif each.refused and payment in latest and latest[payment].value("state") == name:
            found.append(each)
    return found
