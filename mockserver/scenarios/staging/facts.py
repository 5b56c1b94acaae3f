"""What is known of a request: the facts that scenario rules are held against."""

from collections.abc import Mapping
from functools import lru_cache
from re import Pattern
from typing import Any

from starlette.routing import compile_path

from mockserver.core.engine import Tx
from mockserver.core.errors import Malformed, Refusal
from mockserver.scenarios.domain.scenario import Facts
from mockserver.scenarios.domain.vocabulary import Look, Vocabulary, members
from mockserver.web.journal import Entry
from mockserver.web.operations import Api, Call, Operation
from mockserver.web.parsing import exact, plain
from mockserver.web.runtime import Runtime
from mockserver.world.services.access import Audience, Caller


def of_request(
    tx: Tx, api: Api, operation: Operation, call: Call, vocabulary: Vocabulary, asked: frozenset[str]
) -> Facts:
    """What there is to know of a request whose caller is known, as far as it is ``asked`` for."""
    facts = Facts(operation.id, api.name, tx.at, call.headers)
    facts.reference = call.reference
    caller, named = call.caller, (call.scope.get("path_params") or {}).get
    if caller is None:
        facts.msn = named("msn") or facts.header("merchant-serial-number")
        facts.client = facts.header("client_id")
    else:
        facts.msn = caller.msn or named("msn")
        facts.client = caller.client_id
        if "partner" in asked:
            facts.partner = caller.partner
    wanted = [each for each in vocabulary.brought if each.name in asked]
    if wanted:
        look = Look(tx, facts, _content_of(operation, call) if call.body else {}, named)
        for each in wanted:
            setattr(facts, each.name, each.find(look))
    return facts


def of_entry(runtime: Runtime, vocabulary: Vocabulary, entry: Entry) -> Facts:
    """The same about a request that is in the journal, as far as the journal kept it."""
    headers = dict(line.partition(b":")[::2] for line in entry.headers.split(b"\n") if line)
    facts = Facts(entry.operation or "", entry.api or "", entry.at, headers)
    facts.reference = entry.reference
    words = vocabulary.operations.get(facts.operation)
    found = _pattern(words.path).match(entry.path) if words is not None else None
    named = (found.groupdict() if found else {}).get
    facts.msn = entry.msn or named("msn")
    tx = runtime.engine.reading(runtime.policies.of({"scheme": "http"}, headers))
    caller = _caller(runtime, tx, headers)
    if caller is None:
        facts.msn = facts.msn or facts.header("merchant-serial-number")
        facts.client = facts.header("client_id")
    else:
        facts.msn = caller.msn or facts.msn
        facts.client, facts.partner = caller.client_id, caller.partner
    look = Look(tx, facts, _content(entry.body), named)
    for each in vocabulary.brought:
        setattr(facts, each.name, each.find(look))
    return facts


@lru_cache(maxsize=256)
def _pattern(path: str) -> Pattern[str]:
    return compile_path(path)[0]


def _caller(runtime: Runtime, tx: Tx, headers: dict[bytes, bytes]) -> Caller | None:
    for audience in Audience:
        try:
            return runtime.callers.of(tx, headers, audience)
        except Refusal:
            continue
    return None


def _content_of(operation: Operation, call: Call) -> Mapping[str, Any]:
    """The members of a request's body, read for the operation too where it is exact."""
    if operation.form is not None:
        call.exact = exact(operation.form, call.body)
        if call.exact is not None:
            return vars(call.exact)
    return _content(call.body)


def _content(body: bytes) -> Mapping[str, Any]:
    try:
        return members(plain(body))
    except Malformed:
        return {}
