"""Judges of the Recurring checklist: states that are reached, how they are followed, keys."""

from collections.abc import Callable
from typing import Final

from mockserver.apis.recurring.checks.evidence import Subscriptions
from mockserver.apis.recurring.domain.agreement import Agreement, Status
from mockserver.apis.recurring.domain.charge import Charge, State, Type
from mockserver.apis.recurring.domain.events import AgreementEvent
from mockserver.apis.recurring.domain.refusals import Problem
from mockserver.checklist.points.finding import Finding, Judge, cannot_tell, not_seen, shown, times, wrong
from mockserver.checklist.points.seen import History, Request, dig

_CHARGES: Final = ("CreateChargeV3", "CreateChargeAsyncV3")
_CHANGES: Final = (
    "DraftAgreementV3", "UpdateAgreementPatchV3", *_CHARGES, "CaptureChargeV3", "CancelChargeV3", "RefundChargeV3",
)  # fmt: skip
_ANSWERED: Final = frozenset({Status.ACTIVE, Status.STOPPED, Status.EXPIRED})


def agreement_that(words: str, fits: Callable[[Agreement], bool]) -> Judge:
    """A judge of whether some agreement has come so far."""

    def judge(history: History) -> Finding:
        found = [each for each in history.evidence.of(Subscriptions).agreements if fits(each)]
        if found:
            facts = (f"agreement {each.id}" for each in found)
            return shown(f"{times(len(found), 'agreement')} {words}.", facts=facts)
        return not_seen(f"No agreement {words}.", history.of("DraftAgreementV3"))

    return judge


def charge_that(words: str, fits: Callable[[Charge], bool]) -> Judge:
    """A judge of whether some charge of type RECURRING has come so far."""

    def judge(history: History) -> Finding:
        all_ = history.evidence.of(Subscriptions).charges
        found = [each for each in all_ if each.type is Type.RECURRING and fits(each)]
        if found:
            facts = (f"charge {each.id} of {each.agreement_id}" for each in found)
            return shown(f"{times(len(found), 'charge')} {words}.", facts=facts)
        return not_seen(f"No charge of type RECURRING {words}.", history.of(*_CHARGES))

    return judge


def active(agreement: Agreement) -> bool:
    """Whether a customer has accepted it."""
    return agreement.start is not None


def stopped(agreement: Agreement) -> bool:
    """Whether it was active once, and is stopped."""
    return agreement.status is Status.STOPPED and agreement.start is not None


def charged(charge: Charge) -> bool:
    """Whether all of it was captured."""
    return charge.captured == charge.amount


def refunded(charge: Charge) -> bool:
    """Whether all of it is back."""
    return charge.state is State.REFUNDED


def followed(history: History) -> Finding:
    """Whether the integration learns how drafts end, by asking or by a webhook, and not by the redirect alone."""
    asked = [each for each in history.of("FetchAgreementV3") if _tells(each)]
    accepted = {each.value for each in AgreementEvent}
    deliveries = [
        each
        for each in history.deliveries
        if each.event in accepted and any(one.accepted and one.genuine for one in each.tries)
    ]
    if asked or deliveries:
        ways = [way for way, found in (("a request", asked), ("a webhook", deliveries)) if found]
        return shown(f"The end of a draft was told by {' and by '.join(ways)}.", asked, deliveries)
    return not_seen("No get or accepted webhook has told how a draft ended.", history.of("FetchAgreementV3"))


def _tells(request: Request) -> bool:
    return request.accepted and not request.lost and request.value("status") in _ANSWERED


def webhooks_registered(history: History) -> Finding:
    """Whether somebody listens for events of agreements and charges."""
    calls = [each for each in history.of("registerWebhook") if _recurring_events(each)]
    registered = history.evidence.of(Subscriptions).registered
    accepted = [each for each in calls if each.accepted]
    if accepted or registered:
        facts = [f"webhook {each}" for each in registered]
        return shown(f"{times(len(registered), 'registration')} for recurring events now.", accepted, facts=facts)
    refused = [each for each in calls if each.refused]
    if refused:
        return wrong(f"registerWebhook never succeeded; the latest answer was {refused[-1].status}.", refused)
    return not_seen("No webhook is registered for recurring events.", calls)


def _recurring_events(request: Request) -> bool:
    events = dig(request.content, "events")
    return isinstance(events, list) and any(str(each).startswith("recurring.") for each in events)


def stop_heeded(history: History) -> Finding:
    """Whether nothing more is charged once the integration has seen that an agreement is stopped."""
    seen: dict[tuple[str | None, str | None], Request] = {}
    against = []
    for each in history.of("FetchAgreementV3", "UpdateAgreementPatchV3", "CreateChargeV3"):
        agreement = (each.msn, _agreement(each))
        if each.operation == "CreateChargeV3":
            if each.refused and agreement in seen and _inactive(each):
                against += [seen[agreement], each]
        elif each.accepted and not each.lost and _stops(each):
            seen[agreement] = each
    if against:
        return wrong("A charge was sent, and refused, for an agreement that was known to be stopped.", against)
    if seen:
        return shown(f"{times(len(seen), 'stopped agreement')} got no more charges.", seen.values())
    return not_seen("No stopped agreement was seen by the integration.")


def _agreement(request: Request) -> str:
    return request.path.partition("/agreements/")[2].partition("/")[0]


def _stops(request: Request) -> bool:
    told = request.answer if request.operation == "FetchAgreementV3" else request.content
    return bool(dig(told, "status") == Status.STOPPED)


def _inactive(request: Request) -> bool:
    return str(request.value("type") or "").endswith(f"#{Problem.CREATION_FAILED}")


def keys_sent(history: History) -> Finding:
    """Whether every change carries an idempotency key."""
    changes = history.of(*_CHANGES)
    bare = [each for each in changes if each.key is None]
    if bare:
        return wrong(f"{times(len(bare), 'change')} of {len(changes)} without Idempotency-Key.", bare)
    if not changes:
        return not_seen("No agreement or charge was made or changed.")
    return shown(f"All {times(len(changes), 'change')} carry an Idempotency-Key.", changes)


def complete(history: History) -> Finding:
    """Whether drafts say what is sold and how often it is paid."""
    drafts = [each for each in history.of("DraftAgreementV3") if each.accepted]
    bare = [each for each in drafts if not dig(each.content, "productDescription") or not dig(each.content, "interval")]
    if bare:
        words = f"{times(len(bare), 'draft')} of {len(drafts)} without productDescription or interval."
        return wrong(words, bare)
    if not drafts:
        return not_seen("No agreement was drafted.")
    return shown(f"All {times(len(drafts), 'draft')} have a productDescription and an interval.", drafts)


def manageable(history: History) -> Finding:
    """What customers find at merchantAgreementUrl is seen by them alone."""
    drafts = [
        each
        for each in history.of("DraftAgreementV3")
        if each.accepted and isinstance(each.content, dict) and each.content.get("merchantAgreementUrl")
    ]
    if not drafts:
        return not_seen("No agreement with a merchantAgreementUrl was drafted.")
    return cannot_tell(f"{times(len(drafts), 'draft')} with a merchantAgreementUrl; its page is not seen here.", drafts)
