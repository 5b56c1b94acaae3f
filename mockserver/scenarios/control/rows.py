"""Scenario rules through the control API: add, replace, switch, delete, count, and explain."""

from difflib import get_close_matches
from typing import Any

from starlette.requests import Request

from mockserver.core.errors import Malformed, NotFound, Violation
from mockserver.scenarios.domain.reading import BadRule, dotted
from mockserver.scenarios.domain.scenario import Facts, Finding, Rule, describe
from mockserver.scenarios.domain.scenario_form import read_rule
from mockserver.scenarios.domain.vocabulary import AMOUNT
from mockserver.scenarios.rulebook import Standing
from mockserver.scenarios.scenarios import Scenarios
from mockserver.scenarios.staging import facts as known
from mockserver.web import control as requests
from mockserver.web.journal import Entry
from mockserver.web.runtime import Runtime


def _of(runtime: Runtime) -> Scenarios:
    return runtime.parts.of(Scenarios)


async def get_scenarios(runtime: Runtime, request: Request) -> Any:
    """Lists the rules in order, with how often each matched and was applied, and the packaged profiles."""
    return {"rules": _views(runtime), "profiles": list(_of(runtime).profiles.names())}


async def add_rule(runtime: Runtime, request: Request) -> Any:
    """Adds a rule after the others; position 0 puts it first. The keys are those of a file."""
    given = await requests.read_raw(request, runtime.largest_body)
    position = given.pop("position", None)
    if position is not None and (not isinstance(position, int) or isinstance(position, bool) or position < 0):
        raise Malformed([Violation("position", "Must be a number from 0")])
    return _view(_of(runtime).rules.add(await _read(runtime, given), position))


async def use_profiles(runtime: Runtime, request: Request) -> Any:
    """Replaces all rules by packaged profiles: {"profiles": ["declines"]}; an empty list: no rules."""
    given = await requests.read_raw(request, runtime.largest_body)
    names = given.get("profiles")
    if set(given) != {"profiles"} or not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise Malformed([Violation("profiles", "Must be a list of names, and the only field")])
    _of(runtime).rules.use(_of(runtime).profiles.read(names, await _of(runtime).learnt()))
    return await get_scenarios(runtime, request)


async def get_rule(runtime: Runtime, request: Request) -> Any:
    """Shows one rule."""
    return _view(_of(runtime).rules.find(request.path_params["name"]))


async def replace_rule(runtime: Runtime, request: Request) -> Any:
    """Replaces a rule and sets its counts to zero; name may be left out."""
    name = request.path_params["name"]
    given = {"name": name} | await requests.read_raw(request, runtime.largest_body)
    return _view(_of(runtime).rules.replace(name, await _read(runtime, given)))


async def delete_rule(runtime: Runtime, request: Request) -> Any:
    """Deletes a rule."""
    _of(runtime).rules.remove(request.path_params["name"])
    return {"status": "ok"}


async def switch_on(runtime: Runtime, request: Request) -> Any:
    """Switches a rule on."""
    await requests.read(request, requests.EmptyBody, runtime.largest_body)
    return _view(_of(runtime).rules.switch(request.path_params["name"], on=True))


async def switch_off(runtime: Runtime, request: Request) -> Any:
    """Switches a rule off."""
    await requests.read(request, requests.EmptyBody, runtime.largest_body)
    return _view(_of(runtime).rules.switch(request.path_params["name"], on=False))


@requests.takes(requests.ANYTHING)
async def explain(runtime: Runtime, request: Request) -> Any:
    """Says for each condition whether a rule matches a journal entry (entry), or a request described in the query."""
    vocabulary = await _of(runtime).learnt()
    requests.check_names(request, frozenset({"entry", "operation", "api", AMOUNT, "header", *vocabulary.texts}))
    given = dict(request.query_params)
    number, entry = requests.number(given, "entry", most=10**9), None
    headers = [each.partition(":")[::2] for each in request.query_params.getlist("header")]
    if number is not None:
        if len(given) > 1:
            raise Malformed([Violation("entry", "Cannot be combined with other parameters")])
        entry = _entry(runtime, number)
        facts = known.of_entry(runtime, vocabulary, entry)
    else:
        operation = given.get("operation")
        if operation is None or operation not in vocabulary:
            near = get_close_matches(operation or "", vocabulary.operations, n=1, cutoff=0.5)
            hint = f"; did you mean {near[0]}?" if near else ", or name a journal entry with entry"
            raise Malformed([Violation("operation", f"Must be an operation id{hint}")])
        facts = Facts(
            operation,
            given.get("api", ""),
            runtime.engine.clock.now(),
            {name.strip().lower().encode(): value.strip().encode("latin-1", "replace") for name, value in headers},
        )
        setattr(facts, AMOUNT, requests.number(given, AMOUNT, most=10**9))
        for name in vocabulary.texts:
            setattr(facts, name, given.get(name))
    matches, findings = _of(runtime).rules.explain(request.path_params["name"], facts)
    if entry is not None and entry.replayed:
        matches, had = False, "answered by its Idempotency-Key"
        findings.append(Finding("first request", False, "not answered before", had))
    return {
        "matches": matches,
        "conditions": [
            {"condition": each.condition, "matched": each.matched, "wanted": each.wanted, "had": each.had}
            for each in findings
        ],
    }


def _entry(runtime: Runtime, number: int) -> Entry:
    entry = next((each for each in runtime.journal.newest() if each.number == number), None)
    if entry is None or entry.operation is None or entry.outgoing:
        raise NotFound(f"The journal has no request {number} to an operation")
    return entry


async def _read(runtime: Runtime, given: dict[str, Any]) -> Rule:
    vocabulary = await _of(runtime).learnt()
    try:
        return read_rule(given, vocabulary)
    except BadRule as error:
        raise Malformed([Violation(dotted(error.place) if error.place else "rule", error.reason)]) from None


def _views(runtime: Runtime) -> list[dict[str, Any]]:
    return [_view(standing) for standing in _of(runtime).rules.all()]


def _view(standing: Standing) -> dict[str, Any]:
    rule = standing.rule
    return dict(rule.source) | {
        "enabled": standing.on,
        "outcome": describe(rule.then),
        "operations": sorted(rule.when.operations),
        "matched": standing.seen,
        "applied": standing.applied,
    }


ROWS = (
    ("GET", "/scenarios", get_scenarios),
    ("POST", "/scenarios", add_rule),
    ("PUT", "/scenarios", use_profiles),
    ("GET", "/scenarios/{name}", get_rule),
    ("PUT", "/scenarios/{name}", replace_rule),
    ("DELETE", "/scenarios/{name}", delete_rule),
    ("POST", "/scenarios/{name}/on", switch_on),
    ("POST", "/scenarios/{name}/off", switch_off),
    ("GET", "/scenarios/{name}/explain", explain),
)
"""Method, path under /_mock, handler."""
