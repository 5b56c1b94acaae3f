"""What failed assertions say: what came instead, nearest first, a line each, without secrets."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, TypeVar

from mockserver.testing.values import Delivery, Payment, Request, Webhook

T = TypeVar("T")
Misses = tuple[tuple[str, Any, Any], ...]
"""What did not fit: a name, what was wanted, and what there was."""

MOST_LINES = 10
_WEIGHTS = {"operation": 2, "event": 2, "reference": 2}
"""How far away something is that differs in one of these; anything else counts 1."""
REDACTED = "[redacted]"
_SECRET = re.compile(r"secret|token|password|authorization|assertion|verifier|subscription-key|nin$", re.IGNORECASE)
_SECRET_FIELD = re.compile(r"([?&\w-]*(?:secret|token|password|code|key)=)[^&\s\"]*", re.IGNORECASE)
_NOTHING = object()


def misses(actual: Mapping[str, Any], wanted: Mapping[str, Any]) -> Misses:
    """The fields that are not as ``wanted``; what is wanted None is not asked for, objects are compared in part."""
    found: list[tuple[str, Any, Any]] = []
    for name, want in wanted.items():
        if want is not None:
            found += _differences(name, actual.get(name, _NOTHING), want)
    return tuple(found)


def _differences(name: str, had: Any, want: Any) -> Iterable[tuple[str, Any, Any]]:
    if isinstance(want, Mapping) and isinstance(had, Mapping):
        for key, inner in want.items():
            yield from _differences(f"{name}.{key}", had.get(key, _NOTHING), inner)
    elif had != want:
        yield name, want, had


def words(found: Misses) -> str:
    """Misses for people."""
    return ", ".join(f"{name} is {_shown(name, had)}" for name, _, had in found)


def wishes(wanted: Mapping[str, Any]) -> str:
    """What was asked for, for people."""
    given = [f"{name}={_shown(name, value)}" for name, value in wanted.items() if value is not None]
    return " ".join(given)


def _shown(name: str, value: Any) -> str:
    if value is _NOTHING:
        return "missing"
    if _SECRET.search(name):
        return REDACTED
    text = json.dumps(_readable(value), default=str) if isinstance(value, Mapping | list) else str(value)
    return _short(text)


def _readable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: REDACTED if _SECRET.search(name) else _readable(inner) for name, inner in value.items()}
    return [_readable(each) for each in value] if isinstance(value, list) else value


def _short(text: str) -> str:
    text = _SECRET_FIELD.sub(rf"\1{REDACTED}", text)
    return text if len(text) <= 100 else f"{text[:100]}..."


def message(head: str, what: str, near: Sequence[tuple[Misses, str]]) -> str:
    """The head, then a line for each of ``near`` (the latest first), those with the fewest and closest misses first."""
    if not near:
        return f"{head}\nNo {what} at all."
    ranked = sorted(near, key=lambda each: (sum(_WEIGHTS.get(name, 1) for name, _, _ in each[0]), _distance(each[0])))
    lines = [f"  {text}" + (f"   ({words(found)})" if found else "") for found, text in ranked[:MOST_LINES]]
    if len(ranked) > MOST_LINES:
        lines.append(f"  and {len(ranked) - MOST_LINES} more")
    return "\n".join([head, f"What came, nearest first ({what}):", *lines])


def _distance(found: Misses) -> float:
    return sum(1 - SequenceMatcher(None, str(want), str(had)).ratio() for _, want, had in found)


def request_line(entry: Request) -> str:
    """A journal entry in a line."""
    about = "".join(f" {name}={value}" for name, value in (("reference", entry.reference), ("msn", entry.msn)) if value)
    contrived = f" by rule {entry.scenario['rule']}" if entry.scenario and entry.scenario.get("rule") else ""
    name = entry.operation or f"{entry.method} {entry.path}"
    return f"#{entry.id} {name}{about} -> {entry.status or 'no answer'}{contrived}"


def delivery_line(delivery: Delivery) -> str:
    """A delivery in a line, with what its latest try met."""
    last = delivery.attempts[-1] if delivery.attempts else None
    met = "" if last is None else f", answered {last.status}" if last.status else f", {_short(last.response)}"
    return f"#{delivery.id} {delivery.event} of {delivery.subject}: {delivery.state}, tries {delivery.tries}{met}"


def payment_line(payment: Payment) -> str:
    """A payment in a line."""
    amounts = " ".join(
        f"{name}={getattr(payment, name)}" for name in ("authorized", "captured", "refunded", "cancelled")
    )
    return f"{payment.reference} of {payment.msn}: {payment.state} {payment.amount} {payment.currency}, {amounts}"


def seen(delivery: Delivery) -> dict[str, Any]:
    """What can be asked of a delivery."""
    try:
        body = json.loads(delivery.body)
    except ValueError:
        body = delivery.body
    msn, _, reference = delivery.subject.partition("/")
    return {
        "event": delivery.event, "reference": reference, "msn": msn,
        "webhook": delivery.webhook, "state": delivery.state, "body": body,
    }  # fmt: skip


def _may_hear(webhook: Webhook, msn: str) -> bool:
    owner = webhook.owner
    return owner.get("msn", msn if owner["kind"] == "partner" else owner["id"]) == msn


def no_webhook(others: Sequence[Delivery], wanted: Mapping[str, Any], when: str, registered: Sequence[Webhook]) -> str:
    """That no webhook was delivered, what was, and whether anybody registered for one."""
    event, unit = wanted.get("event"), wanted.get("msn")
    wanted = {name: value for name, value in wanted.items() if name != "msn"} | {"state": "delivered"}
    near = [(misses(seen(each), wanted), delivery_line(each)) for each in others]
    text = message(f"No webhook {wishes(wanted)} {when}.", "deliveries", near)
    theirs = [each for each in registered if unit is None or _may_hear(each, unit)]
    if not theirs:
        return f"{text}\nNo webhook is registered{f' for {unit}' if unit else ''}."
    if event is not None and all(event not in each.events for each in theirs):
        return f"{text}\nNo webhook is registered for {event}."
    return text
