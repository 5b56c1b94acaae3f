"""Before a request runs: which rule or header decides about it, and what that means for it."""

from typing import Any

from pydantic_core import from_json

from mockserver.domain.conduct import Conduct
from mockserver.domain.customer import CustomerKey, CustomerReference
from mockserver.domain.errors import (
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
from mockserver.domain.faults import Fault, FaultKind, Moment
from mockserver.domain.merchant import ClientKind
from mockserver.domain.payment import Payment
from mockserver.domain.policy import Kindness
from mockserver.domain.scenario import Drop, Error, Facts, OrderChoice, describe
from mockserver.domain.webhook import Faults
from mockserver.services import payers
from mockserver.services.access import EXPIRED_TOKEN, INVALID_TOKEN, Audience, Caller
from mockserver.services.partners import NOT_AUTHORIZED
from mockserver.services.rulebook import Match
from mockserver.web import keys, links, problems
from mockserver.web.http import Answer
from mockserver.web.journal import Entry
from mockserver.web.operations import FAULT_HEADER, Api, Call, Operation
from mockserver.web.problems import HttpRefused, RateLimited
from mockserver.web.runtime import Runtime
from mockserver.web.staged import Staged

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


def stage(runtime: Runtime, api: Api, operation: Operation, call: Call) -> Staged | None:
    """What is decided about this request; None when nothing is. The request's own header comes before the rules."""
    try:
        asked = _asked(call) if FAULT_HEADER in call.headers else None
    except Malformed as refusal:
        return Staged(None, "refused", lambda: 0.0, early=api.refuse(runtime.engine.ids, call.path, refusal))
    if asked is not None:
        draw = runtime.rules.chance("header")
        return _faulty(runtime, api, call, Staged(None, str(asked), draw, fault=asked))
    if not runtime.rules.concerns(operation.id):
        return None
    facts = RequestFacts(runtime, api, operation, call)
    found = runtime.rules.match(facts, lambda: _admitted(runtime, operation, call, facts))
    if found is None:
        # Looked up once is enough: see Endpoint._caller.
        call.caller = facts.__dict__.get("caller")
        return None
    call.caller = facts.caller
    return _of_match(runtime, api, call, found)


def _admitted(runtime: Runtime, operation: Operation, call: Call, facts: "RequestFacts") -> bool:
    """Whoever is refused at the door meets no scenario, nor does what was answered before."""
    if not operation.authenticated:
        return True
    caller = facts.caller
    return caller is not None and not keys.decide(runtime.engine.reading(), operation, call, caller)


class RequestFacts(Facts):
    """What is known of a request; who calls, and whose phone it is about, is found out when a rule asks for it."""

    caller: Caller | None
    """Who calls, where that has to be known; None for whoever is refused."""

    def __init__(self, runtime: Runtime, api: Api, operation: Operation, call: Call) -> None:
        self._runtime, self._operation, self._call = runtime, operation, call
        self._path = path = call.scope.get("path_params") or {}
        self.operation = operation.id
        self.api = api.name
        self.at = runtime.engine.clock.now()
        self.headers = _Headers(call.headers)
        self.reference = path.get("reference")
        self.business = path.get("id") if "scheme" in path else None
        self._content = _content(call.body)
        _add_content(self, self._content)

    def __getattr__(self, name: str) -> Any:
        if name in _BY_CALLER:
            self.caller = caller = self._find_caller()
            self.msn = self._path.get("msn")
            self.partner = self.client = None
            _add_caller(self, caller)
        elif name == "phone":
            # A payment that the path names; one that is being created has nobody yet but whom the body names.
            named = _phone_in(self._runtime, self._content) if self._content else None
            self.phone = named or _phone_of(self._runtime, self.msn, self._path.get("reference"))
        else:
            raise AttributeError(name)
        return getattr(self, name)

    def _find_caller(self) -> Caller | None:
        if not self._operation.authenticated:
            return None
        try:
            return self._runtime.callers.of(
                self._runtime.engine.reading(self._call.policy), self._call.headers, self._operation.audience
            )
        except Refusal:
            return None


_BY_CALLER = frozenset({"caller", "msn", "partner", "client"})


def facts_of_entry(runtime: Runtime, entry: Entry) -> Facts:
    """The same about a request that is in the journal, as far as the journal kept it."""
    headers = dict(line.partition(b":")[::2] for line in entry.headers.split(b"\n") if line)
    facts = Facts(entry.operation or "", entry.api or "", entry.at, _Headers(headers))
    facts.reference = entry.reference
    facts.msn = entry.msn or _in_path(entry.path, "/sales-units/", 0)
    facts.business = _in_path(entry.path, "/merchants/", 1)
    caller = None
    policy = runtime.policies.of({"scheme": "http"}, headers)
    for audience in Audience:
        try:
            caller = runtime.callers.of(runtime.engine.reading(policy), headers, audience)
            break
        except Refusal:
            continue
    _add_caller(facts, caller)
    content = _content(entry.body)
    _add_content(facts, content)
    in_path = _in_path(entry.path, "/payments/", 0)
    facts.phone = _phone_in(runtime, content) or _phone_of(runtime, facts.msn, in_path)
    return facts


def _in_path(path: str, after: str, position: int) -> str | None:
    parts = path.partition(after)[2].split("/")
    return parts[position] or None if position < len(parts) else None


def conduct_on_page(runtime: Runtime, payment: Payment, partner: str | None, phone: str) -> Conduct | None:
    """What a rule that asks for a phone chooses for a payment whose customer was picked on the landing page.

    That it did stands in the journal, though the page itself does not.
    """
    facts = Facts("createPayment", "epayment", runtime.engine.clock.now())
    facts.msn, facts.partner, facts.phone = payment.msn, partner, phone
    facts.reference, facts.amount = payment.reference, payment.amount
    found = runtime.rules.match_phone(facts)
    if found is None or not isinstance(found.outcome, Conduct):
        return None
    runtime.record(_picked(runtime, payment, phone, (found.name, describe(found.outcome))))
    return found.outcome


def _picked(runtime: Runtime, payment: Payment, phone: str, scenario: tuple[str, str]) -> Entry:
    return Entry(
        number=runtime.journal.next_number(),
        at=runtime.engine.clock.now(),
        method="POST",
        path=links.LANDING,
        query="",
        headers=b"",
        body=b"customer=" + phone.encode(),
        status=200,
        answer=b"",
        duration=0,
        msn=payment.msn,
        reference=payment.reference,
        scenario=scenario,
    )


def _add_caller(facts: Facts, caller: Caller | None) -> None:
    if caller is None:
        facts.msn = facts.msn or facts.headers.get("merchant-serial-number")
        facts.client = facts.headers.get("client_id")
        return
    facts.msn = caller.msn or facts.msn
    facts.client = caller.client_id
    of_partner = caller.kind in (ClientKind.PARTNER, ClientKind.MANAGEMENT)
    facts.partner = caller.owner if of_partner else caller.unit.partner_id if caller.unit else None


class _Headers:
    """The request's headers as text, decoded when they are asked for."""

    __slots__ = ("_raw",)

    def __init__(self, raw: dict[bytes, bytes]) -> None:
        self._raw = raw

    def get(self, name: str, /) -> str | None:
        value = self._raw.get(name.encode())
        return None if value is None else value.decode("latin-1")


def _add_content(facts: Facts, content: dict[str, Any]) -> None:
    facts.reference = facts.reference or _text(content.get("reference"))
    amount = content.get("amount") or content.get("modificationAmount")
    value = amount.get("value") if isinstance(amount, dict) else None
    facts.amount = value if isinstance(value, int) and not isinstance(value, bool) else None
    facts.product = _text(content.get("productType"))
    business = content.get("businessIdentifier")
    facts.business = facts.business or (_text(business.get("id")) if isinstance(business, dict) else None)


def _content(body: bytes) -> dict[str, Any]:
    if body.lstrip()[:1] != b"{":
        return {}
    try:
        content = from_json(body)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _phone_in(runtime: Runtime, content: dict[str, Any]) -> str | None:
    """The number of the customer that a request names, in whatever way."""
    customer = content.get("customer")
    if not isinstance(customer, dict):
        return None
    for key in CustomerKey:
        value = _text(customer.get(key))
        if value is not None:
            known = payers.phone_of(runtime.engine.reading(), CustomerReference(key, value))
            return known or (value if key is CustomerKey.PHONE_NUMBER else None)
    return None


def _phone_of(runtime: Runtime, msn: str | None, reference: str | None) -> str | None:
    """The number of a payment's customer, as far as that is known by now."""
    return payers.phone(runtime.engine.reading(), msn, reference) if msn and reference else None


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _of_match(runtime: Runtime, api: Api, call: Call, found: Match) -> Staged | None:
    staged = Staged(found.name, describe(found.outcome), found.draw)
    match found.outcome:
        case Conduct() as conduct:
            staged.conduct = conduct
        case OrderChoice() as order:
            staged.order = order
        case Faults() as faults:
            staged.webhook = faults
        case Drop() as drop:
            staged.drop = drop
            _drop(runtime, api, call, staged, drop)
        case Error() as error:
            answer = shaped(runtime, api, call.path, _refusal(error), error.code.status if error.code else error.status)
            if answer.status in NOT_KEPT or answer.status >= 500:
                staged.early = answer
            else:
                staged.instead = answer
        case Fault() as fault:
            staged.fault = fault
            return _faulty(runtime, api, call, staged)
    return staged


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
    fault = staged.fault
    if fault is not None and fault.moment is Moment.BEFORE and fault.kind is not FaultKind.LATENCY:
        staged.early = fault_answer(runtime, api, call.path, fault)
    return staged


def afterwards(runtime: Runtime, api: Api, call: Call, answer: Answer) -> Answer:
    """What becomes of an operation's own answer, when a fault replaces it after the effect."""
    fault = call.staged.fault if call.staged is not None else None
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
        return DomainError(error.code, error.detail)
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
    from mockserver.domain.scenario_form import BadRule, dotted, read_fault

    text = call.headers[FAULT_HEADER].decode("latin-1").strip()
    if not text or not call.lenience.allow(Kindness.FAULT_HEADER, f"X-Mock-Fault: {text[:100]}"):
        return None
    name, *parts = (part.strip() for part in text.split(";"))
    given: dict[str, Any] = {"fault": name}
    for part in parts:
        key, _, value = part.partition("=")
        given[key.strip()] = _value(value.strip())
    try:
        known = {"fault", "effect", "seconds", "status", "retry_after"}
        if unknown := sorted(given.keys() - known):
            raise BadRule((unknown[0],), f"there is no such key; there are: {', '.join(sorted(known - {'fault'}))}")
        return read_fault(given, ())
    except BadRule as error:
        raise Malformed([Violation("X-Mock-Fault", f"{dotted(error.place)}: {error.reason}")]) from None


def _value(text: str) -> Any:
    try:
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else float(text)
    except ValueError:
        return text
