"""Judges of which states and events of payments the integration has learnt, by a get, an event log or a webhook."""

from mockserver.apis.epayment.domain.events import NAMES as PAYMENT_EVENTS
from mockserver.apis.epayment.domain.payment import TRANSITIONS, Action, EventName, State
from mockserver.checklist.points.finding import Finding, Judge, not_seen, shown, wrong
from mockserver.checklist.points.seen import History, Request, dig
from mockserver.core.errors import Code

_AMOUNTS = {
    EventName.CAPTURED: "capturedAmount",
    EventName.REFUNDED: "refundedAmount",
    EventName.CANCELLED: "cancelledAmount",
}
_NOT_CAPTURABLE = {
    EventName(state): code.number for state in State if isinstance(code := TRANSITIONS[state, Action.CAPTURE], Code)
}
"""States that forbid a capture, with the code that says so: a capture may be refused for other reasons later."""


def learnt(name: EventName) -> Judge:
    """A judge of whether this state or event reached the integration, and was not acted against."""
    return _respected(name) if name in _NOT_CAPTURABLE else _told(name)


def _told(name: EventName) -> Judge:
    def judge(history: History) -> Finding:
        requests = [each for each in history.requests if each.accepted and not each.lost and _tells(each, name)]
        deliveries = [
            each
            for each in history.deliveries
            if each.event == PAYMENT_EVENTS[name]
            and each.success
            and any(one.accepted and one.genuine for one in each.tries)
        ]
        if requests or deliveries:
            ways = [way for way, found in (("a request", requests), ("a webhook", deliveries)) if found]
            return shown(f"{name} was told by {' and by '.join(ways)}.", requests, deliveries)
        missed = [each for each in history.deliveries if each.event == PAYMENT_EVENTS[name] and each.success]
        return not_seen(f"No get, event log or accepted webhook has told of {name}.", (), missed)

    return judge


def _respected(name: EventName) -> Judge:
    told = _told(name)

    def judge(history: History) -> Finding:
        against = _captured_against(history, name)
        if against:
            return wrong(f"A capture was sent, and refused, for a payment just seen as {name}.", against)
        return told(history)

    return judge


def _tells(request: Request, name: EventName) -> bool:
    if request.operation == "getPaymentEventLog":
        events = request.answer if isinstance(request.answer, list) else []
        return any(each.get("name") == name and each.get("success") for each in events if isinstance(each, dict))
    if request.operation != "getPayment":
        return False
    if name in _AMOUNTS:
        reserved = request.value("state") == State.AUTHORIZED
        return reserved and bool(request.value("aggregate", _AMOUNTS[name], "value"))
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
            found += [each] if _code(each) == _NOT_CAPTURABLE[name] else []
    return found


def _code(request: Request) -> str | None:
    details = request.value("extraDetails")
    codes = (dig(each, "reason") for each in details or () if dig(each, "name") == "ErrorCode")
    return next(codes, None)
