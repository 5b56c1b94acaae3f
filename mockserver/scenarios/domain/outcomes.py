"""What rules can bring about for every product: rights withdrawn, errors, faults."""

from collections.abc import Mapping
from typing import Any, Final

from mockserver.core.errors import Code
from mockserver.scenarios.domain.faults import LONGEST, Fault, FaultKind, Moment, Span
from mockserver.scenarios.domain.reading import BadRule, Place, check_keys, choice, in_words, seconds, whole
from mockserver.scenarios.domain.scenario import Drop, Error
from mockserver.scenarios.domain.vocabulary import Operations, OutcomeKind

STATUSES: Final = (400, 401, 403, 404, 409, 415, 422, 423, 429, 500, 502, 503, 504)
"""Errors that have no code."""
SPANS: Final = ("min", "max", "median", "spread")
"""What lengths of time are told by, where one number does not do."""
_BY_NUMBER = {code.number: code for code in Code if code is not Code.REFUND_IDEMPOTENCY}


def read_outcome(given: Mapping[str, Any], kind: OutcomeKind, place: Place) -> Any:
    """The outcome of this kind under ``then``; raises BadRule for details that do not go with it."""
    for key in given:
        if key != kind.key and key not in kind.details:
            raise BadRule((*place, key), f"does not go with {kind.key}")
    outcome = kind.read(given, place)
    for key in given:
        fitting = kind.goes_with.get(key)
        if fitting is not None and str(given[kind.key]) not in fitting:
            raise BadRule((*place, key), f"goes with {kind.key}: {' or '.join(fitting)} only")
    return outcome


def _drop(given: Mapping[str, Any], place: Place) -> Drop:
    return Drop(choice(given["drop"], Drop, (*place, "drop")))


def _error(given: Mapping[str, Any], place: Place) -> Error:
    detail = given.get("detail")
    if detail is not None and not isinstance(detail, str):
        raise BadRule((*place, "detail"), "must be a text")
    if not isinstance(given["error"], str | int) or isinstance(given["error"], bool):
        statuses = ", ".join(map(str, STATUSES))
        raise BadRule(
            (*place, "error"), f"must be a documented code or one of {statuses}, not {in_words(given['error'])}"
        )
    number = str(given["error"])
    retry_after = whole(given.get("retry_after", 30), (*place, "retry_after"), 0)
    if number in _BY_NUMBER:
        return Error(_BY_NUMBER[number], 0, detail, retry_after)
    known = [*map(str, STATUSES), *_BY_NUMBER]
    return Error(None, int(choice(number, known, (*place, "error"))), detail, retry_after)


def read_fault(given: Mapping[str, Any]) -> Fault:
    """A fault from ``fault``, ``effect``, ``seconds``, ``status`` and ``retry_after``; raises BadRule."""
    check_keys(given, ("fault", *FAULT.details), ())
    outcome: Fault = read_outcome(given, FAULT, ())
    return outcome


def _fault(given: Mapping[str, Any], place: Place) -> Fault:
    kind = FaultKind(choice(given["fault"], FaultKind, (*place, "fault")))
    moment = Moment(choice(given.get("effect", kind.moment), Moment, (*place, "effect")))
    if kind is FaultKind.ANSWER_LOST and moment is Moment.BEFORE:
        raise BadRule((*place, "effect"), f"{kind} is after the effect; {FaultKind.CONNECTION_CLOSED} may be before it")
    usual = 503 if kind is FaultKind.GATEWAY_ERROR else 500
    status = whole(given.get("status", usual), (*place, "status"), 400, 599)
    retry_after = whole(given.get("retry_after", 30), (*place, "retry_after"), 0)
    span = _span(given.get("seconds", 1), (*place, "seconds"))
    return Fault(kind, moment, status, span, retry_after)


def _span(given: object, place: Place) -> Span:
    if not isinstance(given, Mapping):
        length = seconds(given, place, LONGEST)
        return Span(length, length)
    check_keys(given, SPANS, place)
    numbers = {key: seconds(value, (*place, key), LONGEST) for key, value in given.items()}
    if numbers.keys() & {"min", "max"} and numbers.keys() & {"median", "spread"}:
        raise BadRule(place, f"must be either min and max, or median and spread, not {' and '.join(numbers)}")
    if "spread" in numbers and "median" not in numbers:
        raise BadRule((*place, "spread"), "needs a median beside it")
    if "median" in numbers:
        if not numbers["median"]:
            raise BadRule((*place, "median"), "must be above 0")
        spread = numbers.get("spread", 2.0)
        if spread < 1:
            raise BadRule((*place, "spread"), "must be 1 or more")
        return Span(median=numbers["median"], spread=spread)
    low, high = numbers.get("min", 0.0), numbers.get("max", 1.0)
    if low > high:
        raise BadRule(
            place, f"min must not be above max{'' if 'max' in numbers else ', which is 1 when it is left out'}"
        )
    return Span(low, high)


def _with_right(drop: Drop, operations: Operations) -> frozenset[str]:
    return frozenset(id_ for id_, words in operations.items() if drop in words.rights)


def _with_error(error: Error, operations: Operations) -> frozenset[str]:
    return frozenset(id_ for id_, words in operations.items() if error.code is None or words.codes)


def _any(outcome: object, operations: Operations) -> frozenset[str]:
    return frozenset(operations)


DROP: Final = OutcomeKind("drop", "withdraws a right, as if it had never been given", _drop, _with_right)
ERROR: Final = OutcomeKind(
    "error",
    "an error, by documented code or by status, with `detail` and `retry_after`",
    _error,
    _with_error,
    details=("detail", "retry_after"),
    goes_with={"retry_after": ("429",)},
)
FAULT: Final = OutcomeKind(
    "fault",
    "breaks the connection or the answer, before or after the effect (`effect: before` or `after`)",
    _fault,
    _any,
    details=("effect", "seconds", "status", "retry_after"),
    goes_with={
        "seconds": (FaultKind.LATENCY, FaultKind.SLOW_BODY),
        "status": (FaultKind.STATUS, FaultKind.GATEWAY_ERROR),
        "retry_after": (FaultKind.RATE_LIMITED, FaultKind.STATUS),
    },
)
OWN: Final = (DROP, ERROR, FAULT)
