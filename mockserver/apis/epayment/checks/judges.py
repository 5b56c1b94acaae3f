"""Judges of the ePayment checklist: money, polling, idempotency, webhooks."""

import itertools
from collections import defaultdict
from typing import Final

from mockserver.apis.epayment.checks.evidence import Payments
from mockserver.checklist.points.finding import Finding, Judge, cannot_tell, done, not_seen, shown, times, wrong
from mockserver.checklist.points.seen import History, Request, dig

POLL_START: Final = 5_000
"""Milliseconds from creation to the first poll (polling guidelines)."""
POLL_INTERVAL: Final = 2_000
"""Milliseconds from one poll to the next (polling guidelines)."""
_JITTER: Final = 100
"""Milliseconds that a timer may be early."""
_POLLS: Final = 3
"""So many gets of a payment that waits are polling; fewer may have other reasons."""
_CHANGES: Final = ("createPayment", "capturePayment", "refundPayment", "cancelPayment")
_LOOKS: Final = ("getPayment", "getPaymentEventLog")


def moved(operation: str, of: str, *, full: bool) -> Judge:
    """A judge of captures or refunds in full, or in part, of the amount that the answer's aggregate calls ``of``."""
    kind = "in full" if full else "in part"

    def judge(history: History) -> Finding:
        calls = history.of(operation)
        found = [each for each in calls if each.accepted and _moves(each, of, full=full)]
        if found:
            return shown(f"{operation} {kind} succeeded {times(done(found), 'time')}.", found)
        refused = [each for each in calls if each.refused]
        if refused and not any(each.accepted for each in calls):
            return wrong(f"{operation} never succeeded; the latest answer was {refused[-1].status}.", refused)
        return not_seen(f"No {operation} {kind} that succeeded.", calls)

    return judge


def _moves(request: Request, of: str, *, full: bool) -> bool:
    value, whole = dig(request.content, "modificationAmount", "value"), request.value("aggregate", of, "value")
    if not isinstance(value, int) or not isinstance(whole, int):
        return False
    return value == whole if full else value < whole


def described(history: History) -> Finding:
    """Whether customers are told what they pay for; a partner's payments must say so."""
    created = [each for each in history.of("createPayment") if each.accepted]
    bare = [each for each in created if not dig(each.content, "paymentDescription")]
    if created and not bare:
        return shown(f"All {times(done(created), 'payment')} have a paymentDescription.", created)
    partners = [each for each in bare if each.by_partner]
    if partners:
        return wrong(f"{times(done(partners), 'payment')} with partner keys and without paymentDescription.", partners)
    if len(bare) < len(created):
        return wrong(f"{times(done(bare), 'payment')} of {done(created)} without paymentDescription.", bare)
    return not_seen("No payment has a paymentDescription.", bare)


def polling(history: History) -> Finding:
    """Whether payments that wait are asked for no sooner and no more often than the guidelines say.

    Time counts on the real clock or on the server's, whichever saw more of it: tests move the one, servers wait for
    the other.
    """
    created = {
        (each.msn, dig(each.content, "reference")): each for each in history.of("createPayment") if each.accepted
    }
    by_payment: dict[tuple[str | None, str | None], list[Request]] = defaultdict(list)
    for each in history.of("getPayment"):
        if each.accepted:
            by_payment[each.msn, each.reference].append(each)
    fast, good = [], []
    for payment, gets in by_payment.items():
        waiting = [each for each in gets if each.value("state") == "CREATED"]
        polls = gets[: len(waiting) + 1]
        if len(polls) < _POLLS:
            continue
        close = [new for old, new in itertools.pairwise(polls) if _passed(old, new) < POLL_INTERVAL - _JITTER]
        early = payment in created and _passed(created[payment], polls[0]) < POLL_START - _JITTER
        if len(close) > 1 or early:
            fast += close or polls[:1]
        elif not close:
            good += polls
    if fast:
        return wrong(
            f"{times(len(fast), 'poll')} sooner than 5 seconds after creation or 2 after the one before.", fast
        )
    if good:
        return shown(
            f"{times(len(good), 'poll')}, the first after 5 seconds, each 2 or more after the one before.", good
        )
    return not_seen(f"No waiting payment was asked for {_POLLS} times at a steady pace.", history.of("getPayment"))


def _passed(old: Request, new: Request) -> int:
    return max(new.at - old.at, new.started - old.started)


def keys_sent(history: History) -> Finding:
    """Whether every change carries an idempotency key."""
    changes = history.of(*_CHANGES)
    bare = [each for each in changes if each.key is None]
    if bare:
        return wrong(f"{times(len(bare), 'change')} of {len(changes)} without Idempotency-Key.", bare)
    if not changes:
        return not_seen("No payment was created or changed.")
    return shown(f"All {times(len(changes), 'change')} carry an Idempotency-Key.", changes)


def keys_reused(history: History) -> Finding:
    """Whether a retry carries the key and the body of the first try."""
    by_key: dict[tuple[str | None, ...], list[Request]] = defaultdict(list)
    for each in history.of(*_CHANGES, "orderProduct"):
        if each.key is not None:
            by_key[each.client, each.msn, each.path, each.key].append(each)
    repeated = [group for group in by_key.values() if len(group) > 1]
    mixed = [group for group in repeated if any(each.body != group[0].body for each in group)]
    if mixed:
        words = f"{times(len(mixed), 'key')} sent again with another body."
        return wrong(words, [each for group in mixed for each in group])
    fresh = _retried_with_another_key(history)
    if fresh:
        return wrong(
            "After an unclear answer, the same change was sent with another key, without a look before.", fresh
        )
    if repeated:
        words = f"{times(len(repeated), 'change')} sent again with the same key and the same body."
        return shown(words, [each for group in repeated for each in group])
    return not_seen("No change was sent a second time; faults such as answer-lost make it necessary.")


def _retried_with_another_key(history: History) -> list[Request]:
    found = []
    pending: dict[tuple[str | None, str, bytes], Request] = {}
    for each in history.of(*_CHANGES, *_LOOKS):
        if each.operation in _LOOKS:
            if each.accepted and not each.lost:
                looked = (each.msn, each.reference)
                pending = {what: old for what, old in pending.items() if _about(old) != looked}
            continue
        what = (each.msn, each.path, each.body)
        old = pending.pop(what, None)
        if old is not None and old.key != each.key:
            found += [old, each]
        if each.unclear:
            pending[what] = each
    return found


def _about(request: Request) -> tuple[str | None, str | None]:
    return request.msn, request.reference or dig(request.content, "reference")


def unused_cancelled(history: History) -> Finding:
    """Whether money that is not needed goes back by a cancel, and not by a deadline."""
    lapsed = [each for each in history.evidence.of(Payments).reservations if each.lapsed]
    if lapsed:
        names = [f"payment {each.reference}" for each in lapsed]
        return wrong(f"{times(len(lapsed), 'reservation')} ran into the capture deadline.", facts=names)
    cancels = [
        each
        for each in history.of("cancelPayment")
        if each.accepted and each.value("state") == "AUTHORIZED" and each.value("aggregate", "cancelledAmount", "value")
    ]
    if cancels:
        return shown(f"{times(done(cancels), 'reservation')} released by cancelPayment.", cancels)
    left = sum(1 for each in history.evidence.of(Payments).reservations if each.left)
    return not_seen(f"No reserved money was released by cancelPayment; {times(left, 'payment')} still hold some.")


def captured_after_shipping(history: History) -> Finding:
    """When goods leave is known to the shop alone."""
    captures = [each for each in history.of("capturePayment") if each.accepted]
    if not captures:
        return not_seen("Nothing was captured.")
    return cannot_tell(f"{times(done(captures), 'capture')}; when goods were sent is not known here.", captures)


def return_handled(history: History) -> Finding:
    """What the page at returnUrl does, and in which browser, is seen by the customer alone."""
    created = [each for each in history.of("createPayment") if each.accepted and dig(each.content, "returnUrl")]
    if not created:
        return not_seen("No payment with a returnUrl was created.")
    return cannot_tell(f"{times(done(created), 'payment')} with a returnUrl; its page is not seen from here.", created)


def webhooks_registered(history: History) -> Finding:
    """Whether somebody listens for payment events."""
    calls = history.of("registerWebhook")
    accepted = [each for each in calls if each.accepted and _payment_events(each)]
    registered = history.evidence.of(Payments).registered
    if accepted or registered:
        facts = [f"webhook {each}" for each in registered]
        return shown(f"{times(len(registered), 'registration')} for payment events now.", accepted, facts=facts)
    refused = [each for each in calls if each.refused]
    if refused:
        return wrong(f"registerWebhook never succeeded; the latest answer was {refused[-1].status}.", refused)
    return not_seen("No webhook is registered for payment events.", calls)


def _payment_events(request: Request) -> bool:
    events = dig(request.content, "events")
    return isinstance(events, list) and any(str(each).startswith("epayments.") for each in events)


def webhooks_answered(history: History) -> Finding:
    """Whether deliveries are answered with 2xx within 10 seconds, at the latest when they are sent again."""
    tried = [(each, [one for one in each.tries if one.genuine]) for each in history.deliveries]
    failing = [each for each, tries in tried if tries and not tries[-1].accepted]
    if failing:
        return wrong(
            f"{times(len(failing), 'delivery').replace('ys', 'ies')} without a 2xx in time so far.", (), failing
        )
    done = [(each, tries) for each, tries in tried if tries]
    if not done:
        return not_seen("No webhook was delivered to the integration yet.")
    first = sum(1 for _, tries in done if tries[0].accepted)
    return shown(
        f"All {len(done)} webhooks got a 2xx in time, {first} at the first try.", (), [each for each, _ in done]
    )


def webhooks_verified(history: History) -> Finding:
    """Whether a webhook with a wrong signature is turned away."""
    forged = [(each, [one for one in each.tries if not one.genuine]) for each in history.deliveries]
    fooled = [each for each, tries in forged if any(one.accepted for one in tries)]
    if fooled:
        return wrong("A webhook with a wrong signature was answered with 2xx.", (), fooled)
    refused = [each for each, tries in forged if any(400 <= one.status < 500 for one in tries)]
    genuine = any(one.genuine and one.accepted for each in history.deliveries for one in each.tries)
    if refused and genuine:
        return shown("A wrong signature was refused with 4xx, a right one accepted.", (), refused)
    return not_seen("No wrong signature was refused and right one accepted; wrongSignature sends some.", (), refused)
