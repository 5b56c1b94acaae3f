"""Checks every exchange against the files, and keeps what it found."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qs, parse_qsl

import httpx

from tools.contract.spec import JSON, Json, Operation, Spec
from tools.contract.suite import Suite

PROBLEM = "application/problem+json"


class Checker:
    """Checks what goes over the wire and what the calls expect."""

    def __init__(self, files: Mapping[str, tuple[Suite, Spec]]) -> None:
        self.files = files
        self.exchanges: Counter[tuple[str, int]] = Counter()
        self.shown: dict[tuple[str, int], set[str]] = {}
        self.used: Counter[tuple[str, str]] = Counter()
        self.failures: Counter[str] = Counter()
        self.examples: dict[str, str] = {}
        self.passed = self.failed = 0

    def judge(self, suite: Suite | None, findings: list[str], example: str = "") -> None:
        """One check: passed unless a finding is not deliberate."""
        bad = False
        for finding in findings:
            reasons = [pattern for pattern in (suite.deliberate if suite else ()) if re.fullmatch(pattern, finding)]
            self.used.update((suite.title, pattern) for pattern in reasons if suite)
            if not reasons:
                bad = True
                self.failures[finding] += 1
                self.examples.setdefault(finding, example)
        self.passed, self.failed = self.passed + (not bad), self.failed + bad

    def expect(self, holds: bool, what: str, example: object = "") -> None:
        """Something that no file says and that has to hold all the same."""
        self.judge(None, [] if holds else [what], str(example)[:500])

    def __call__(self, response: httpx.Response) -> None:
        """Check one exchange (a hook of httpx)."""
        response.read()
        request, path = response.request, response.request.url.path
        if path.startswith("/_mock/"):
            if response.is_error:
                raise SystemExit(f"{request.method} {path} {request.content[:500]!r}: {response.text}")
            return
        suite, spec, operation, exact = self._find(request.method, path)
        name = operation.id if operation else "unrouted"
        self.exchanges[name, response.status_code] += 1
        findings = [*_flaws(response, operation)]
        if spec is not None and operation is not None and not findings:
            findings += self._answer(spec, operation, response)
            if exact:
                findings += _request(spec, operation, response)
        example = f"{request.method} {path} {request.content[:200]!r} -> {response.text[:300]}"
        self.judge(suite, [f"{name} {response.status_code} {each}" for each in dict.fromkeys(findings)], example)

    def _find(self, method: str, path: str) -> tuple[Suite | None, Spec | None, Operation | None, bool]:
        found = [(suite, spec, *spec.find(method, path)) for suite, spec in self.files.values()]
        return max(found, key=lambda each: (each[2] is not None, each[3])) if found else (None, None, None, False)

    def _answer(self, spec: Spec, operation: Operation, response: httpx.Response) -> Iterator[str]:
        status = response.status_code
        documented = operation.response(status)
        if documented is None:
            yield f"undocumented status: {code_of(response) or response.text[:80]}"
        kind = response.headers.get("content-type")
        content = (documented or {}).get("content", {})
        schema = next((each["schema"] for each in content.values() if "schema" in each), None)
        if content and kind not in content:
            yield f"content type: {kind}"
        if response.is_success and documented is not None and not content and response.content:
            yield "a body where none is documented"
        problem = {"Problem", "ProblemDetails"} & spec.document.get("components", {}).get("schemas", {}).keys()
        if schema is None and kind == PROBLEM and problem:
            schema = {"$ref": f"#/components/schemas/{problem.pop()}"}
        if schema is None or not _is_json(response):
            return
        body = response.json()
        if response.is_success:
            self.shown.setdefault((operation.id, status), set()).update(spec.described(schema, body))
        for error in spec.errors(schema, body):
            where = "".join(f"{part}." for part in error.path if isinstance(part, str)).rstrip(".")
            yield f"body: {where + ': ' if where else ''}{error.message[:200]}"
        for name in spec.unknown(schema, body):
            yield f"undocumented property: {name}"

    def complete(self, suite: Suite, spec: Spec) -> None:
        """Every documented status, and every field and word of a success, has to have been seen."""
        for operation in spec.operations.values():
            for status, answer in operation.responses.items():
                listed = status != "default"
                seen = any(
                    name == operation.id and (each == int(status) if listed else str(each) not in operation.responses)
                    for name, each in self.exchanges
                )
                self.judge(suite, [] if seen else [f"{operation.id} {status} never seen"])
                if not seen or not status.startswith("2"):
                    continue
                shown = self.shown.get((operation.id, int(status)), set())
                for content in answer.get("content", {}).values():
                    for each in spec.promised(content.get("schema", {})):
                        self.judge(suite, [] if each in shown else [f"{operation.id} {status} never shown: {each}"])

    def needless(self, suite: Suite) -> None:
        """Differences that nothing shows any more."""
        for pattern in suite.deliberate:
            found = self.used[suite.title, pattern]
            self.judge(None, [] if found else [f"{suite.title}: deliberate difference not needed: {pattern}"])


def _is_json(response: httpx.Response) -> bool:
    kind = response.headers.get("content-type", "").partition(";")[0]
    return kind == JSON or str(kind).endswith("+json")


def _flaws(response: httpx.Response, operation: Operation | None) -> Iterator[str]:
    if response.status_code >= 500 and "emulator" in response.text:
        yield "crash"
    documented = operation.response(response.status_code) if operation else None
    if documented is not None and not any(JSON in kind or "+json" in kind for kind in documented.get("content", ())):
        return
    try:
        content = response.json()
    except ValueError:
        yield f"no JSON: {response.text[:80]!r}"
        return
    if not response.is_success and not (isinstance(content, dict) and content):
        yield "error without content"


def _request(spec: Spec, operation: Operation, response: httpx.Response) -> Iterator[str]:
    wrong = list(_request_errors(spec, operation, response.request))
    if response.is_success:
        yield from (f"accepted: {each}" for each in wrong)
    elif response.status_code == 400 and not wrong and _is_json(response) and not code_of(response):
        content = response.json()
        details = [
            (each.get("name", each.get("key")), each.get("reason", each.get("value"))) for each in _extra(content)
        ]
        yield from (f"refused: {name}: {reason}" for name, reason in details)
        if not details and "detail" in content:
            yield f"refused: {content['detail']}"


def _request_errors(spec: Spec, operation: Operation, request: httpx.Request) -> Iterator[str]:
    yield from _parameter_errors(spec, operation, request)
    schema = operation.request_schema
    if schema is None:
        return
    if not request.content:
        if operation.request.get("required"):
            yield "body: missing"
        return
    try:
        body = strict_json(request.content) if JSON in operation.request["content"] else _form(request.content)
    except (ValueError, RecursionError):
        yield "body: not JSON"
        return
    for error in spec.errors(schema, body):
        where = ".".join(part for part in error.path if isinstance(part, str)) or "body"
        if error.instance is None:
            yield f"{where}: null for {error.schema.get('type', 'nothing')}"
        elif error.validator == "type":
            yield f"{where}: {kind_of(error.instance)} for {error.validator_value}"
        else:
            yield f"{where}: {error.validator}"


def _parameter_errors(spec: Spec, operation: Operation, request: httpx.Request) -> Iterator[str]:
    path = operation.path.fullmatch(request.url.path)
    query = parse_qs(request.url.query.decode(), keep_blank_values=True)
    for parameter in operation.parameters:
        name, place = parameter["name"], parameter["in"]
        if place == "header":
            value = request.headers.get(name)
        else:
            value = path[name] if place == "path" and path else query.get(name, [None])[0]
        if value is None:
            if parameter.get("required"):
                yield f"{place} {name} missing"
        elif spec.errors(parameter["schema"], _typed(spec.resolve(parameter["schema"]), value)):
            yield f"{place} {name} invalid"


def _typed(schema: Json, text: str) -> Json:
    if schema.get("type") == "boolean":
        return {"true": True, "false": False}.get(text, text)
    return int(text) if schema.get("type") == "integer" and re.fullmatch(r"-?\d+", text) else text


def _form(content: bytes) -> Json:
    return dict(parse_qsl(content.decode(), keep_blank_values=True))


def strict_json(content: bytes) -> Json:
    """What RFC 8259 allows and no more; ValueError for the rest."""
    value = json.loads(content.decode(), parse_constant=lambda name: float(f"not {name}"))
    json.dumps(value, ensure_ascii=False).encode()
    return value


def kind_of(value: Json) -> str:
    """The JSON type of a value."""
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return kinds.get(type(value), "null")


def _extra(content: Json) -> list[Json]:
    return (content.get("extraDetails") or []) if isinstance(content, dict) else []


def code_of(response: httpx.Response) -> str | None:
    """The ErrorCode of a problem."""
    try:
        details = _extra(response.json())
    except ValueError:
        return None
    return next((each["reason"] for each in details if each.get("name") == "ErrorCode"), None)
