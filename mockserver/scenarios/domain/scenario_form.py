"""Reading scenario rules from plain values, strictly: what is wrong is named with its place and the nearest right name.

A place is the path to the value: keys and positions.
"""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final

from mockserver.core.errors import Code
from mockserver.core.instants import parse_timestamp
from mockserver.scenarios.domain.faults import LONGEST, Fault, FaultKind, Moment, Span
from mockserver.scenarios.domain.scenario import (
    CONDITIONS,
    LARGEST,
    TEXTS,
    Conditions,
    Drop,
    Error,
    OrderChoice,
    Outcome,
    Rule,
    Vocabulary,
)
from mockserver.webhooks.domain import Faults
from mockserver.world.domain.conduct import LONGEST_DELAY, Conduct, DeclineReason, PaymentBehaviour
from mockserver.world.domain.order_policy import LONGEST_WAIT, Decision, HoldReason

Place = tuple[str | int, ...]

OUTCOMES: Final = {
    "payment": "what the customer does: a behaviour of the table above, with `reason`, `after` and `for` (seconds)",
    "order": "`complete`, `hold` (`reason`), `reject` or `wait`, `after` so many seconds; `acts_after`: the merchant's",
    "drop": "withdraws a right, as if it had never been given",
    "error": "an error, by documented code or by status, with `detail` and `retry_after`",
    "fault": "breaks the connection or the answer, before or after the effect (`effect: before` or `after`)",
    "webhook": "breaks a new registration: `duplicate`, `delay` (seconds), `reorder`, `wrong_signature`, `drop_first`",
}
"""What a rule may bring about: the first key under ``then``."""

STATUSES: Final = (400, 401, 403, 404, 409, 415, 422, 423, 429, 500, 502, 503, 504)
"""Errors that have no code."""
SPANS: Final = ("min", "max", "median", "spread")
"""What lengths of time are told by, where one number does not do."""
_FILE_KEYS = ("description", "rules")
_RULE_KEYS = ("name", "comment", "when", "then", "times", "enabled")
_WHEN_KEYS = tuple(each for each in CONDITIONS if each != "times")
_DETAILS = {
    "payment": ("reason", "after", "for"),
    "order": ("reason", "after", "acts_after"),
    "drop": (),
    "error": ("detail", "retry_after"),
    "fault": ("effect", "seconds", "status", "retry_after"),
    "webhook": (),
}
_GOES_WITH = {
    ("payment", "reason"): (PaymentBehaviour.DECLINES, PaymentBehaviour.SECOND_TRY),
    ("payment", "for"): (PaymentBehaviour.PENDING,),
    ("order", "reason"): (Decision.HOLD,),
    ("error", "retry_after"): ("429",),
    ("fault", "seconds"): (FaultKind.LATENCY, FaultKind.SLOW_BODY),
    ("fault", "status"): (FaultKind.STATUS, FaultKind.GATEWAY_ERROR),
    ("fault", "retry_after"): (FaultKind.RATE_LIMITED, FaultKind.STATUS),
}
"""Details that mean something for some outcomes of their kind only."""
_WEBHOOK_KEYS = ("duplicate", "delay", "reorder", "wrong_signature", "drop_first")
_ONLY_FOR = {
    "payment": ("createPayment", "forceApprove"),
    "order": ("orderProduct",),
    "webhook": ("registerWebhook",),
}
_BY_NUMBER = {code.number: code for code in Code if code is not Code.REFUND_IDEMPOTENCY}


class BadRule(ValueError):
    """A rule is not right; ``place`` leads to the value that is meant."""

    def __init__(self, place: Place, reason: str) -> None:
        super().__init__(f"{dotted(place)}: {reason}")
        self.place = place
        self.reason = reason


def dotted(place: Place) -> str:
    """A place in words."""
    return ".".join(map(str, place)) or "the file"


def read_file(content: object, vocabulary: Vocabulary) -> tuple[Rule, ...]:
    """The rules of a scenario file; raises BadRule."""
    top = _mapping(content, ())
    _check_keys(top, _FILE_KEYS, ())
    rules = top.get("rules", [])
    if not isinstance(rules, Sequence) or isinstance(rules, str):
        raise BadRule(("rules",), "must be a list of rules")
    read = tuple(read_rule(each, vocabulary, ("rules", index)) for index, each in enumerate(rules))
    names = [rule.name for rule in read]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise BadRule(("rules", index, "name"), f"{name!r} is the name of another rule")
    return read


def read_rule(content: object, vocabulary: Vocabulary, place: Place = ()) -> Rule:
    """One rule; raises BadRule."""
    given = _mapping(content, place)
    _check_keys(given, _RULE_KEYS, place)
    name = given.get("name")
    if not isinstance(name, str) or not 1 <= len(name) <= 100 or "/" in name:
        raise BadRule((*place, "name"), "must be a text of 1 to 100 characters without a slash")
    if not isinstance(given.get("comment", ""), str):
        raise BadRule((*place, "comment"), "must be a text")
    kind, then = _read_then(given.get("then"), (*place, "then"))
    asked = given.get("when")
    when = _read_when({} if asked is None else asked, kind, then, vocabulary, (*place, "when"))
    if isinstance(then, Error) and then.code is Code.REFERENCE_EXISTS and when.operations == {"refundPayment"}:
        then = Error(Code.REFUND_IDEMPOTENCY, 0, then.detail)
    if isinstance(then, Conduct):
        then = Conduct(then.behaviour, then.delay, then.reason, then.pending, name)
    on = given.get("enabled", True)
    if not isinstance(on, bool):
        raise BadRule((*place, "enabled"), "must be true or false")
    times = _whole(given["times"], (*place, "times"), 1) if "times" in given else None
    return Rule(name, when, then, times, on, given)


def _read_when(content: object, kind: str, then: Outcome, vocabulary: Vocabulary, place: Place) -> Conditions:
    given = _mapping(content, place)
    _check_keys(given, _WHEN_KEYS, place)
    operations = _operations(given, kind, then, vocabulary, place)
    texts = tuple((name, _texts(given[name], (*place, name))) for name in TEXTS if name in given)
    headers = _mapping(given.get("header", {}), (*place, "header"))
    probability = given.get("probability", 1)
    if not _is_number(probability) or not 0 <= probability <= 1:
        raise BadRule((*place, "probability"), "must be a number from 0 to 1")
    return Conditions(
        operations,
        texts,
        _amount(given["amount"], (*place, "amount")) if "amount" in given else None,
        tuple((key.lower(), _texts(value, (*place, "header", key))) for key, value in headers.items()),
        _whole(given["nth"], (*place, "nth"), 1) if "nth" in given else None,
        float(probability),
        _instant(given["from"], (*place, "from")) if "from" in given else None,
        _instant(given["until"], (*place, "until")) if "until" in given else None,
    )


def _operations(
    given: Mapping[str, Any], kind: str, then: Outcome, vocabulary: Vocabulary, place: Place
) -> frozenset[str]:
    """The operations that the rule is for: those named, or all that its API and its outcome allow."""
    apis = {api for names in vocabulary.values() for api in names}
    named = (
        [_choice(each, apis, (*place, "api")) for each in _texts(given["api"], (*place, "api"))]
        if ("api" in given)
        else sorted(apis)
    )
    possible = frozenset(id_ for id_, of in vocabulary.items() if of & set(named))
    allowed = _allowed(kind, then, vocabulary)
    if "operation" not in given:
        if not possible & allowed:
            raise BadRule((*place, "api"), f"{kind} works for {_some(allowed)} only")
        # What is chosen for a payment when it is made should not be chosen again when it is approved.
        return possible & (allowed - {"forceApprove"} if kind == "payment" else allowed)
    chosen = frozenset(
        _choice(each, vocabulary, (*place, "operation")) for each in _texts(given["operation"], (*place, "operation"))
    )
    if wrong := sorted(chosen - possible):
        raise BadRule((*place, "operation"), f"{wrong[0]} is no operation of {', '.join(named)}")
    if wrong := sorted(chosen - allowed):
        raise BadRule((*place, "operation"), f"{kind} does not work for {wrong[0]}, but for {_some(allowed)}")
    if "forceApprove" in chosen and isinstance(then, Conduct) and not then.behaviour.concerns_bank:
        raise BadRule((*place, "operation"), f"forceApprove asks no customer who {then.behaviour}, but the bank")
    return chosen


def _allowed(kind: str, then: Outcome, vocabulary: Vocabulary) -> frozenset[str]:
    def of(api: str) -> frozenset[str]:
        return frozenset(id_ for id_, names in vocabulary.items() if api in names)

    if kind in _ONLY_FOR:
        return frozenset(_ONLY_FOR[kind])
    if isinstance(then, Error) and then.code is not None:
        return of("epayment")
    match then:
        case Drop.PREFILL:
            return frozenset({"orderProduct"})
        case Drop.MANAGEMENT:
            return of("management")
        case Drop.CONNECTION:
            return of("epayment") | of("webhooks")
        case Drop():
            return frozenset({"createPayment", "capturePayment"})
    return frozenset(vocabulary)


def _some(names: frozenset[str]) -> str:
    return ", ".join(sorted(names)[:8])


def _read_then(content: object, place: Place) -> tuple[str, Outcome]:
    given = _mapping(content, place)
    kinds = [key for key in given if key in OUTCOMES]
    known = [*OUTCOMES, *(detail for details in _DETAILS.values() for detail in details)]
    _check_keys(given, known, place)
    if len(kinds) != 1:
        raise BadRule(place, f"must have exactly one of {', '.join(OUTCOMES)}")
    kind = kinds[0]
    for key in given:
        if key != kind and key not in _DETAILS[kind]:
            raise BadRule((*place, key), f"does not go with {kind}")
    outcome = _READERS[kind](given, place)
    for key in given:
        fitting = _GOES_WITH.get((kind, key))
        if fitting is not None and str(given[kind]) not in fitting:
            raise BadRule((*place, key), f"goes with {kind}: {' or '.join(fitting)} only")
    return kind, outcome


def _payment(given: Mapping[str, Any], place: Place) -> Outcome:
    return Conduct(
        PaymentBehaviour(_choice(given["payment"], PaymentBehaviour, (*place, "payment"))),
        _seconds(given.get("after", 0), (*place, "after"), LONGEST_DELAY),
        DeclineReason(_choice(given.get("reason", DeclineReason.REFUSED_BY_ISSUER), DeclineReason, (*place, "reason"))),
        _seconds(given.get("for", 3600), (*place, "for"), LONGEST_DELAY),
    )


def _order(given: Mapping[str, Any], place: Place) -> Outcome:
    return OrderChoice(
        Decision(_choice(given["order"], Decision, (*place, "order"))),
        HoldReason(_choice(given["reason"], HoldReason, (*place, "reason"))) if "reason" in given else None,
        _seconds(given["after"], (*place, "after"), LONGEST_WAIT) if "after" in given else None,
        _seconds(given["acts_after"], (*place, "acts_after"), LONGEST_WAIT) if "acts_after" in given else None,
    )


def _drop(given: Mapping[str, Any], place: Place) -> Outcome:
    return Drop(_choice(given["drop"], Drop, (*place, "drop")))


def _error(given: Mapping[str, Any], place: Place) -> Outcome:
    detail = given.get("detail")
    if detail is not None and not isinstance(detail, str):
        raise BadRule((*place, "detail"), "must be a text")
    number = str(given["error"])
    retry_after = _whole(given.get("retry_after", 30), (*place, "retry_after"), 0)
    if number in _BY_NUMBER:
        return Error(_BY_NUMBER[number], 0, detail, retry_after)
    known = [*map(str, STATUSES), *_BY_NUMBER]
    return Error(None, int(_choice(number, known, (*place, "error"))), detail, retry_after)


def read_fault(given: Mapping[str, Any]) -> Fault:
    """A fault from ``fault``, ``effect``, ``seconds``, ``status`` and ``retry_after``; raises BadRule."""
    _check_keys(given, ("fault", *_DETAILS["fault"]), ())
    outcome = _read_then(given, ())[1]
    assert isinstance(outcome, Fault)
    return outcome


def _fault(given: Mapping[str, Any], place: Place) -> Fault:
    kind = FaultKind(_choice(given["fault"], FaultKind, (*place, "fault")))
    moment = Moment(_choice(given.get("effect", kind.moment), Moment, (*place, "effect")))
    if kind is FaultKind.ANSWER_LOST and moment is Moment.BEFORE:
        raise BadRule((*place, "effect"), f"{kind} is after the effect; {FaultKind.CONNECTION_CLOSED} may be before it")
    usual = 503 if kind is FaultKind.GATEWAY_ERROR else 500
    status = _whole(given.get("status", usual), (*place, "status"), 400)
    if status > 599:
        raise BadRule((*place, "status"), "must be 400 to 599")
    retry_after = _whole(given.get("retry_after", 30), (*place, "retry_after"), 0)
    span = _span(given.get("seconds", 1), (*place, "seconds"))
    return Fault(kind, moment, status, span, retry_after)


def _span(given: object, place: Place) -> Span:
    if not isinstance(given, Mapping):
        seconds = _seconds(given, place, LONGEST)
        return Span(seconds, seconds)
    _check_keys(given, SPANS, place)
    numbers = {key: _seconds(value, (*place, key), LONGEST) for key, value in given.items()}
    if "median" in numbers:
        if numbers.keys() & {"min", "max"} or not numbers["median"]:
            raise BadRule(place, "a median above 0 goes with spread only")
        spread = numbers.get("spread", 2.0)
        if spread < 1:
            raise BadRule((*place, "spread"), "must be 1 or more")
        return Span(median=numbers["median"], spread=spread)
    low, high = numbers.get("min", 0.0), numbers.get("max", 1.0)
    if low > high or "spread" in numbers:
        raise BadRule(place, "must be min and max, or median and spread")
    return Span(low, high)


def _webhook(given: Mapping[str, Any], place: Place) -> Outcome:
    place = (*place, "webhook")
    faults = _mapping(given["webhook"], place)
    _check_keys(faults, _WEBHOOK_KEYS, place)
    for key in ("duplicate", "reorder", "wrong_signature"):
        if not isinstance(faults.get(key, False), bool):
            raise BadRule((*place, key), "must be true or false")
    return Faults(
        duplicate=faults.get("duplicate", False),
        delay=round(_seconds(faults.get("delay", 0), (*place, "delay"), LONGEST_DELAY) * 1000),
        reorder=faults.get("reorder", False),
        wrong_signature=faults.get("wrong_signature", False),
        drop_first=_whole(faults.get("drop_first", 0), (*place, "drop_first"), 0),
    )


_READERS = {
    "payment": _payment,
    "order": _order,
    "drop": _drop,
    "error": _error,
    "fault": _fault,
    "webhook": _webhook,
}


def _mapping(content: object, place: Place) -> Mapping[str, Any]:
    if not isinstance(content, Mapping) or not all(isinstance(key, str) for key in content):
        raise BadRule(place, "must be a mapping of names to values")
    return content


def _check_keys(given: Mapping[str, Any], known: Iterable[str], place: Place) -> None:
    for key in given:
        if key not in known:
            raise BadRule((*place, key), f"there is no such key{_hint(key, known)}")


def _choice(value: object, known: Iterable[str], place: Place) -> str:
    text = str(value)
    names = [str(each) for each in known]
    if text not in names:
        raise BadRule(place, f"there is no {text[:50]!r}{_hint(text, names)}")
    return text


def _hint(name: str, known: Iterable[str]) -> str:
    names = [str(each) for each in known]
    near = get_close_matches(name, names, n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else f"; there are: {', '.join(names)}"


def _texts(value: object, place: Place) -> tuple[str, ...]:
    values = value if isinstance(value, list | tuple) else [value]
    if not values or not all(isinstance(each, str | int) and not isinstance(each, bool) for each in values):
        raise BadRule(place, "must be a text, or a list of texts")
    return tuple(map(str, values))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


def _whole(value: object, place: Place, least: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= LARGEST:
        raise BadRule(place, f"must be a whole number from {least}")
    return value


def _seconds(value: Any, place: Place, most: float) -> float:
    if not _is_number(value) or not 0 <= value <= most:
        raise BadRule(place, f"must be 0 to {most:g} seconds")
    return float(value)


def _amount(value: object, place: Place) -> tuple[int, int]:
    if not isinstance(value, Mapping):
        exact = _whole(value, place, 0)
        return exact, exact
    _check_keys(value, ("min", "max"), place)
    low = _whole(value.get("min", 0), (*place, "min"), 0)
    high = _whole(value.get("max", LARGEST), (*place, "max"), 0)
    if low > high:
        raise BadRule(place, "min must not be above max")
    return low, high


def _instant(value: object, place: Place) -> int:
    try:
        return parse_timestamp(value if isinstance(value, str) else "")
    except (ValueError, OverflowError):
        raise BadRule(place, "must be an RFC 3339 time with its zone, such as 2030-01-01T00:00:00Z") from None
