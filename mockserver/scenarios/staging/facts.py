"""What is known of a request: the facts that scenario rules are held against."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic_core import from_json

from mockserver.apis.epayment.services import payers
from mockserver.core.engine import Tx
from mockserver.core.errors import Refusal
from mockserver.scenarios.domain.scenario import TEXTS, Facts
from mockserver.web.journal import Entry
from mockserver.web.operations import Api, Call, Operation
from mockserver.web.parsing import exact
from mockserver.web.runtime import Runtime
from mockserver.world.domain.customer import CustomerKey, CustomerReference
from mockserver.world.services.access import Audience, Caller

_ALL = frozenset({*TEXTS, "amount"})
_IN_BODY = frozenset({"reference", "amount", "product", "business", "phone"})


def of_request(tx: Tx, api: Api, operation: Operation, call: Call, asked: frozenset[str]) -> Facts:
    """What there is to know of a request whose caller is known, as far as it is ``asked`` for."""
    facts = Facts(operation.id, api.name, tx.at, call.headers)
    facts.reference = call.reference
    caller = call.caller
    if caller is None:
        facts.msn = _in_params(call, "msn") or facts.header("merchant-serial-number")
        facts.client = facts.header("client_id")
    else:
        facts.msn = caller.msn or _in_params(call, "msn")
        facts.client = caller.client_id
        if "partner" in asked:
            facts.partner = caller.partner
    content = _content_of(operation, call) if call.body and not asked.isdisjoint(_IN_BODY) else None
    if "phone" in asked:
        if content and content.get("customer") is not None:
            facts.phone = _phone_in(tx, content)
        if facts.phone is None and facts.msn and facts.reference:
            # A payment that the path names: the body has not been looked at, as one to be created has nobody yet.
            facts.phone = payers.phone(tx, facts.msn, facts.reference)
    if "business" in asked and _in_params(call, "scheme"):
        facts.business = _in_params(call, "id")
    if content:
        _add_content(facts, content, asked)
    return facts


def _in_params(call: Call, name: str) -> str | None:
    return (call.scope.get("path_params") or {}).get(name)


def of_entry(runtime: Runtime, entry: Entry) -> Facts:
    """The same about a request that is in the journal, as far as the journal kept it."""
    headers = dict(line.partition(b":")[::2] for line in entry.headers.split(b"\n") if line)
    facts = Facts(entry.operation or "", entry.api or "", entry.at, headers)
    facts.reference = entry.reference
    facts.msn = entry.msn or _in_path(entry.path, "/sales-units/", 0)
    facts.business = _in_path(entry.path, "/merchants/", 1)
    tx = runtime.engine.reading(runtime.policies.of({"scheme": "http"}, headers))
    caller = _caller(runtime, tx, headers)
    if caller is None:
        facts.msn = facts.msn or facts.header("merchant-serial-number")
        facts.client = facts.header("client_id")
    else:
        facts.msn = caller.msn or facts.msn
        facts.client, facts.partner = caller.client_id, caller.partner
    content = _content(entry.body)
    _add_content(facts, content)
    facts.phone = _phone_in(tx, content)
    reference = _in_path(entry.path, "/payments/", 0)
    if facts.phone is None and facts.msn and reference:
        facts.phone = payers.phone(tx, facts.msn, reference)
    return facts


def _caller(runtime: Runtime, tx: Tx, headers: dict[bytes, bytes]) -> Caller | None:
    for audience in Audience:
        try:
            return runtime.callers.of(tx, headers, audience)
        except Refusal:
            continue
    return None


def _in_path(path: str, after: str, position: int) -> str | None:
    parts = path.partition(after)[2].split("/")
    return parts[position] or None if position < len(parts) else None


def _content_of(operation: Operation, call: Call) -> Mapping[str, Any]:
    """The members of a request's body, read for the operation too where it is exact."""
    if operation.form is not None:
        call.exact = exact(operation.form, call.body)
        if call.exact is not None:
            return vars(call.exact)
    return _content(call.body)


def _content(body: bytes) -> Mapping[str, Any]:
    try:
        return _members(from_json(body))
    except ValueError:
        return {}


def _members(value: object) -> Mapping[str, Any]:
    """What is in an object, read as JSON or as a form; nothing for anything else."""
    if isinstance(value, BaseModel):
        return vars(value)
    return value if isinstance(value, dict) else {}


def _add_content(facts: Facts, content: Mapping[str, Any], asked: frozenset[str] = _ALL) -> None:
    if facts.reference is None:
        facts.reference = _text(content.get("reference"))
    if "amount" in asked:
        value = _members(content.get("amount") or content.get("modificationAmount")).get("value")
        facts.amount = value if isinstance(value, int) and not isinstance(value, bool) else None
    if "product" in asked:
        facts.product = _text(content.get("productType"))
    if "business" in asked and facts.business is None:
        facts.business = _text(_members(content.get("businessIdentifier")).get("id"))


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _phone_in(tx: Tx, content: Mapping[str, Any]) -> str | None:
    """The number of the customer that a request names, in whatever way."""
    customer = _members(content.get("customer"))
    for key in CustomerKey:
        value = _text(customer.get(key))
        if value is not None:
            known = payers.phone_of(tx, CustomerReference(key, value))
            return known or (value if key is CustomerKey.PHONE_NUMBER else None)
    return None
