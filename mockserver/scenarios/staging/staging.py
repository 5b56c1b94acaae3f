"""Before a request runs: which rule or header decides about it, and what that means for it."""

import logging
from dataclasses import replace
from functools import partial
from typing import Any

from mockserver.core.engine import Tx
from mockserver.core.errors import (
    AccessDenied,
    Code,
    DomainError,
    Forbidden,
    Locked,
    Malformed,
    NotFound,
    Refusal,
    Violation,
)
from mockserver.core.policy import Kindness
from mockserver.scenarios.domain.faults import Fault, FaultKind, Moment
from mockserver.scenarios.domain.scenario import Drop, Error, Facts, describe
from mockserver.scenarios.rulebook import Candidates, Match
from mockserver.scenarios.scenarios import Scenarios
from mockserver.scenarios.staging import facts
from mockserver.web import keys, problems
from mockserver.web.http import Answer
from mockserver.web.operations import FAULT_HEADER, Api, Call, Operation
from mockserver.web.problems import HttpRefused, RateLimited
from mockserver.web.runtime import Runtime
from mockserver.web.staged import Staged
from mockserver.world.domain.merchant import ClientKind
from mockserver.world.services.access import EXPIRED_TOKEN, INVALID_TOKEN, Caller
from mockserver.world.services.partners import NOT_AUTHORIZED

logger = logging.getLogger(__name__)

NOT_KEPT = frozenset({401, 403, 423, 429})
"""Statuses that no idempotency key keeps, as on the platform; a 5xx is not kept either."""
_REASONS = {
    400: "Bad Request",
    409: "Conflict",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
_SHAPED = frozenset({FaultKind.STATUS, FaultKind.TOKEN_EXPIRED, FaultKind.LOCKED, FaultKind.RATE_LIMITED})


def stage(scenarios: Scenarios, runtime: Runtime, api: Api, operation: Operation, call: Call) -> Staged | None:
    """What is decided about this request; None when nothing is. The request's own header comes before the rules."""
    try:
        fault = _asked(call) if FAULT_HEADER in call.headers else None
        if fault is not None:
            chance = scenarios.rules.chance_by_header
            return _faulty(runtime, api, call, Staged(None, str(fault), chance, chosen=fault))
        return _decided(scenarios, runtime, api, operation, call)
    except Malformed as refusal:
        return _refused(runtime, api, call, refusal)
    except Exception:
        logger.exception("the rules for %s failed", operation.id)
        return _refused(runtime, api, call, DomainError(Code.INTERNAL, "The emulator failed; its log says why"))


def _refused(runtime: Runtime, api: Api, call: Call, refusal: Refusal) -> Staged:
    return Staged(None, "refused", lambda: 0.0, early=api.refuse(runtime.engine.ids, call.path, refusal))


def _decided(scenarios: Scenarios, runtime: Runtime, api: Api, operation: Operation, call: Call) -> Staged | None:
    """What a rule decides."""
    rules = scenarios.rules.of(operation.id)
    if rules is None:
        return None
    tx = runtime.engine.reading(call.policy)
    if operation.authenticated:
        try:
            call.caller = runtime.callers.of(tx, call.headers, operation.audience)
        except Refusal:
            return None  # whoever is refused at the door meets no scenario
    known = facts.of_request(tx, api, operation, call, scenarios.vocabulary, rules.asked)
    candidates = rules.candidates(known)
    found = _found(scenarios, tx, operation, call, candidates, known) if candidates else None
    if found is None:
        # Nothing can change before the operation runs, unless it flies first.
        call.view = tx if runtime.flights is None else None
        return None
    return _of_match(runtime, api, call, found)


def _found(
    scenarios: Scenarios, tx: Tx, operation: Operation, call: Call, candidates: Candidates, known: Facts
) -> Match | None:
    """The rule that decides; none about what was answered before."""

    def first_time() -> bool:
        return call.caller is None or not keys.decide(tx, operation, call, call.caller)

    return scenarios.rules.match(candidates, known, first_time)


def _of_match(runtime: Runtime, api: Api, call: Call, found: Match) -> Staged | None:
    staged = Staged(found.name, describe(found.outcome), found.draw, chosen=found.outcome)
    match found.outcome:
        case Drop() as drop:
            staged.limited = partial(_without, drop)
            _drop(runtime, api, call, staged, drop)
        case Error() as error:
            answer = shaped(runtime, api, call.path, _refusal(error), error.code.status if error.code else error.status)
            if answer.status in NOT_KEPT or answer.status >= 500:
                staged.early = answer
            else:
                staged.instead = answer
        case Fault():
            return _faulty(runtime, api, call, staged)
    return staged


def _without(drop: Drop, caller: Caller) -> Caller:
    """The caller without the right that was taken away."""
    setting = drop.setting
    if setting is None or caller.unit is None:
        return caller
    off: dict[str, Any] = {setting: False}
    configuration = replace(caller.unit.configuration, **off)
    return replace(caller, unit=replace(caller.unit, configuration=configuration))


def _drop(runtime: Runtime, api: Api, call: Call, staged: Staged, drop: Drop) -> None:
    caller = call.caller
    if caller is None or caller.kind not in (ClientKind.PARTNER, ClientKind.MANAGEMENT):
        return
    ordering = call.path.endswith("/product-orders") and bool(call.body)
    match drop:
        case Drop.MANAGEMENT:
            title = NOT_AUTHORIZED if ordering else "Forbidden"
            refusal = Forbidden("The partner may not use the Management API", title)
        case Drop.PREFILL:
            refusal = Forbidden("The partner may not prefill product orders", NOT_AUTHORIZED)
        case Drop.CONNECTION:
            refusal = Forbidden(f"The partner is not connected to the Merchant-Serial-Number {caller.msn}")
        case _:
            return
    staged.early = shaped(runtime, api, call.path, refusal, 403)


def _faulty(runtime: Runtime, api: Api, call: Call, staged: Staged) -> Staged:
    fault = staged.choice(Fault)
    if fault is not None and fault.moment is Moment.BEFORE and fault.kind is not FaultKind.LATENCY:
        staged.early = fault_answer(runtime, api, call.path, fault)
    return staged


def afterwards(runtime: Runtime, api: Api, call: Call, answer: Answer) -> Answer:
    """What becomes of an operation's own answer, when a fault replaces it after the effect."""
    fault = call.staged.choice(Fault) if call.staged is not None else None
    if fault is None or fault.moment is Moment.BEFORE:
        return answer
    replaces = fault.kind in _SHAPED or fault.kind is FaultKind.GATEWAY_ERROR
    return fault_answer(runtime, api, call.path, fault) if replaces else answer


def fault_answer(runtime: Runtime, api: Api, path: str, fault: Fault) -> Answer:
    """The answer that a fault puts in the place of the operation's own."""
    if fault.kind is FaultKind.CONNECTION_CLOSED:
        return Answer(0, b"")
    if fault.kind not in _SHAPED:
        status = fault.status if fault.kind is FaultKind.GATEWAY_ERROR else 503
        return problems.gateway(status, _REASONS.get(status, "Error"))
    status = {FaultKind.TOKEN_EXPIRED: 401, FaultKind.LOCKED: 423, FaultKind.RATE_LIMITED: 429}.get(
        fault.kind, fault.status
    )
    error = Error(None, status, EXPIRED_TOKEN if status == 401 else None, fault.retry_after)
    return shaped(runtime, api, path, _refusal(error), status)


def _refusal(error: Error) -> Refusal:
    if error.code is not None:
        return DomainError(error.code, error.detail, verbatim=error.detail is not None)
    status, detail = error.status, error.detail
    match status:
        case 401:
            return AccessDenied(detail or INVALID_TOKEN)
        case 403:
            return Forbidden(detail or "The caller may not do this")
        case 404:
            return NotFound(detail or "Resource not found")
        case 423:
            return Locked(detail or "Another operation on this payment is in progress")
        case 429:
            return RateLimited(error.retry_after)
        case 500 if detail is None:
            return DomainError(Code.INTERNAL)
        case _:
            reason = _REASONS.get(status, "Error")
            return HttpRefused(status, reason, detail or reason)


def shaped(runtime: Runtime, api: Api, path: str, refusal: Refusal, status: int) -> Answer:
    """A refusal in the API's shape; in the gateway's where the API itself never answers with this status."""
    answer = api.refuse(runtime.engine.ids, path, refusal)
    if answer.status == status:
        return answer
    instead = problems.gateway(status, str(refusal))
    if isinstance(refusal, RateLimited):
        instead.headers = [(b"retry-after", str(refusal.seconds).encode())]
    return instead


def _asked(call: Call) -> Fault | None:
    """The fault that a request asks for; None where that is not allowed. Raises Malformed."""
    from mockserver.scenarios.domain.outcomes import read_fault
    from mockserver.scenarios.domain.reading import BadRule

    text = call.headers[FAULT_HEADER].decode("latin-1").strip()
    if not text or not call.lenience.allow(Kindness.FAULT_HEADER, f"X-Mock-Fault: {text[:100]}"):
        return None
    try:
        return read_fault(_told(text))
    except BadRule as error:
        key = ".".join(map(str, error.place))
        raise Malformed([Violation("X-Mock-Fault", f"{key}: {error.reason}" if key else error.reason)]) from None


def _told(text: str) -> dict[str, Any]:
    """A fault as a file would write it: ``{min: 0.1, max: 2}`` stands in a header without its braces."""
    from mockserver.scenarios.domain.outcomes import SPANS
    from mockserver.scenarios.domain.reading import BadRule

    name, *parts = (part.strip() for part in text.split(";"))
    given: dict[str, Any] = {"fault": name}
    span: dict[str, Any] = {}
    for part in parts:
        key, _, value = (each.strip() for each in part.partition("="))
        if key in given or key in span:
            raise BadRule((key,), "stands twice")
        (span if key in SPANS else given)[key] = _value(value)
    if span and "seconds" in given:
        raise BadRule(("seconds",), "is one number, or min and max, or median and spread")
    return given | ({"seconds": span} if span else {})


def _value(text: str) -> Any:
    try:
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else float(text)
    except ValueError:
        return text
