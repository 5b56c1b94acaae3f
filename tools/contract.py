"""Holds real answers of a server against official OpenAPI files: python tools/contract.py --spec FILE [--spec FILE].

Every exchange is checked: status, content type and body of the answer, and whether what the file allows was taken
and what it forbids refused. What differs on purpose stands in DELIBERATE; an entry that is not needed is a failure.
Needs httpx, pyyaml and openapi-schema-validator.
"""

import argparse
import copy
import json
import os
import re
import subprocess
import sys
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import yaml
from openapi_schema_validator import OAS30Validator, oas30_format_checker
from referencing import Registry
from referencing.jsonschema import DRAFT4

Json = Any

# A finding reads "operation status kind: detail"; each entry is a pattern for whole findings, with its reason.
DELIBERATE = {
    r"(capture|refund|cancel)Payment 200 content type: application/json": (
        "success is application/json; the file names application/problem+json for it by mistake"
    ),
    r"getPaymentEventLog 200 body: 'paymentAction' is a required property": (
        "the file requires paymentAction, but describes the property as name, which clients read"
    ),
    r"\w+ \d+ body: \S*currency: 'SEK' .*": "Swedish sales units are newer than the file",
    r"(createPayment 201|\w+Payment 200) accepted: (amount|modificationAmount)\.currency: enum": (
        "Swedish sales units are newer than the file"
    ),
    r"getPayment 200 undocumented property: captureGuaranteedUntil": "documented, and newer than the file",
    r"\w+ [45]\d\d undocumented property: instance": "part of RFC 7807; the platform sends the request's path",
    r"\w+ 401 undocumented status: .*": "the gateway refuses keys and tokens before the API sees the request",
    r"get\w+ 404 undocumented status: 5090": "the file forgets that a reference may be unknown",
    r"forceApprove 404 undocumented status: 5090": "the file forgets that a reference may be unknown",
    r"forceApprove 400 undocumented status: .*": "documented with its own codes, and missing from the file",
    r"forceApprove 409 undocumented status: 4020": "idempotency holds here as everywhere",
    r"forceApprove 500 undocumented status: 3010": "what an expired card gives in the official test environment",
    r"\w+ 405 undocumented status: .*": "HTTP",
    r"\w+ 413 undocumented status: .*": "HTTP",
    r"\w+ 415 undocumented status: .*": "HTTP",
    r"\w+ 423 undocumented status: .*": "documented for concurrent operations, and missing from the file",
    r"\w+ 429 undocumented status: .*": "documented rate limits, answered by the gateway",
    r"\w+ 20\d accepted: header Merchant-Serial-Number missing": (
        "sales unit keys say who calls; documented as recommended, required with partner keys only"
    ),
    r"\w+ 20\d accepted: header Idempotency-Key missing": "clients in use leave it out; --strict refuses",
    r"(createPayment 201|forceApprove 200) accepted: customer: oneOf": "a customer that names nobody counts as none",
    r"\w+ 20\d accepted: (?!body)\S+: null for \w+": "clients write null for what they leave out",
    r"(cancelPayment|forceApprove) 200 accepted: body: null for object": "clients send null for no body",
    r"createPayment 201 accepted: (customer\.phoneNumber|metadata\.\w+|\S+\.quantity): (integer|number) for string": (
        "clients send numbers there; --strict refuses"
    ),
    r"createPayment 400 refused: receipt\.(orderLines\[0\]\.totalAmount|bottomLine\.currency): .*": (
        "a receipt adds up and has the payment's currency"
    ),
    r"createPayment 400 refused: shipping(\.fixedOptions)?: .*": (
        "one way to ship, with options in the payment's currency and within its limit: the file says it in words only"
    ),
    r"createPayment 400 refused: shipping\.fixedOptions\[0\]\.options\[0\]\.id: .*": "an option is chosen by its id",
    r"createPayment 400 refused: shipping\.dynamicOptions\.callbackAuthorizationToken: .*": (
        "it becomes a header, for which the file has a narrower pattern elsewhere"
    ),
    r"(capture|refund)Payment 400 refused: body: .* EOF .*": "the file forgets that the body is required",
    r"(forceApprove|cancelPayment) 400 refused: Idempotency-Key: At most 50 characters": (
        "the file forgets the header here; its length is documented for all that changes state"
    ),
    r"fetchAuthorizationTokenUsingPost 40[01] undocumented status: .*": (
        "the identity provider refuses a wrong client in its own way"
    ),
}

JUNK: tuple[Json, ...] = (
    None, True, 0, -1, 1.5, 2**63, 1e300, "", "x", "x" * 5000, "\0", "æøå 🧦", "0", [], {}, [None], {"x": 1}, [[]],
)  # fmt: skip
BROKEN = (b"", b"null", b"[]", b'"x"', b"7", b"{", b'{"a":}', b"\xff\xfe", b"\xef\xbb\xbf{}", b"NaN", b"1e999",
          b'{"amount":{"value":1e400}}', b'{"reference":"\\ud800"}', b"[" * 100_000, b'{"a":' * 50_000)  # fmt: skip


class Spec:
    """An OpenAPI 3.0 file."""

    def __init__(self, path: Path) -> None:
        self.document = yaml.safe_load(path.read_text("utf-8"))
        self.prefix = urlsplit(self.document["servers"][0]["url"]).path
        self.registry: Registry[Json] = Registry().with_resource("urn:spec", DRAFT4.create_resource(self.document))
        customer = self.document.get("components", {}).get("schemas", {}).get("Customer", {})
        for kind in map(self.resolve, customer.get("oneOf", ())):
            # The file requires nothing of the three kinds, so that every customer would be of all three.
            kind["required"] = list(kind["properties"])
        self.operations: dict[str, tuple[str, str, Json, list[Json]]] = {
            operation["operationId"]: (method.upper(), template, operation, item.get("parameters", []))
            for template, item in self.document["paths"].items()
            for method, operation in item.items()
            if method in ("get", "post", "put", "patch", "delete")
            and "Merchant Endpoints" not in operation.get("tags", ())
        }

    def resolve(self, node: Json) -> Json:
        """The node behind references into this file."""
        while isinstance(node, dict) and "$ref" in node:
            found = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            node = found
        return node

    def inlined(self, node: Json) -> Json:
        """A copy of an example with every reference replaced."""
        node = self.resolve(node)
        if isinstance(node, dict):
            return {name: self.inlined(value) for name, value in node.items()}
        return [self.inlined(each) for each in node] if isinstance(node, list) else node

    def errors(self, schema: Json, value: Json) -> list[Json]:
        """How a value violates a schema of this file."""
        absolute = _absolute(schema)
        validator = OAS30Validator(absolute, registry=self.registry, format_checker=oas30_format_checker)
        return list(validator.iter_errors(value))

    def unknown(self, schema: Json, value: Json, path: str = "") -> Iterator[str]:
        """The properties of a value that the schema does not describe."""
        schema = self.resolve(schema)
        if isinstance(value, list):
            for each in value:
                yield from self.unknown(schema.get("items", {}), each, path)
        if not isinstance(value, dict) or "properties" not in schema:
            return
        for name, inner in value.items():
            if name not in schema["properties"]:
                yield f"{path}{name}"
            else:
                yield from self.unknown(schema["properties"][name], inner, f"{path}{name}.")

    def find(self, method: str, path: str) -> str | None:
        """The operation of a request; one of its path where the method is wrong."""
        found = None
        for operation_id, (known, template, _, _) in self.operations.items():
            if re.fullmatch(self.prefix + re.sub(r"\{\w+\}", "[^/]+", template), path):
                if method == known:
                    return operation_id
                found = operation_id
        return found

    def request_schema(self, operation_id: str) -> Json:
        """The schema of an operation's JSON body, None where there is none."""
        content = self.operations[operation_id][2].get("requestBody", {}).get("content", {})
        return content.get("application/json", {}).get("schema")


def _absolute(node: Json) -> Json:
    if isinstance(node, dict):
        return {key: f"urn:spec{value}" if key == "$ref" else _absolute(value) for key, value in node.items()}
    return [_absolute(each) for each in node] if isinstance(node, list) else node


class Checker:
    """Checks every exchange and keeps what it found."""

    def __init__(self, specs: list[Spec]) -> None:
        self.specs = specs
        self.exchanges: Counter[tuple[str, int]] = Counter()
        self.used: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.examples: dict[str, str] = {}
        self.passed = self.failed = 0

    def judge(self, findings: list[str], example: str = "") -> None:
        """One check: passed unless a finding is not deliberate."""
        bad = False
        for finding in findings:
            reasons = [pattern for pattern in DELIBERATE if re.fullmatch(pattern, finding)]
            self.used.update(reasons)
            if not reasons:
                bad = True
                self.failures[finding] += 1
                self.examples.setdefault(finding, example)
        self.passed, self.failed = self.passed + (not bad), self.failed + bad

    def __call__(self, response: httpx.Response) -> None:
        """Check one exchange (a hook of httpx)."""
        response.read()
        request = response.request
        path = request.url.path
        if path.startswith("/_mock/"):
            response.raise_for_status()
            return
        named = [(spec, spec.find(request.method, path)) for spec in self.specs]
        spec, operation_id = next(((spec, found) for spec, found in named if found), (None, None))
        label = f"{operation_id or 'unrouted'} {response.status_code}"
        example = f"{request.method} {path} {request.content[:200]!r} -> {response.text[:300]}"
        self.exchanges[operation_id or "unrouted", response.status_code] += 1
        findings: list[str] = []
        if not (operation_id == "forceApprove" and response.status_code == 200):
            findings += _json_findings(response)
        if spec is not None and operation_id is not None and not findings:
            findings += self._answer(spec, operation_id, response)
            if request.method == spec.operations[operation_id][0]:
                findings += self._request(spec, operation_id, response)
        self.judge([f"{label} {finding}" for finding in dict.fromkeys(findings)], example)

    def _answer(self, spec: Spec, operation_id: str, response: httpx.Response) -> Iterator[str]:
        status = str(response.status_code)
        responses = spec.operations[operation_id][2]["responses"]
        if status not in responses:
            yield f"undocumented status: {code_of(response) or response.text[:80]}"
        kind = response.headers.get("content-type")
        content = spec.resolve(responses.get(status, {})).get("content", {})
        schema = next((each["schema"] for each in content.values()), None)
        if content and kind not in content:
            yield f"content type: {kind}"
        if schema is None and kind == "application/problem+json":
            schema = {"$ref": "#/components/schemas/Problem"}
        if schema is None:
            return
        body = response.json()
        for error in spec.errors(schema, body):
            where = "".join(f"{part}." for part in error.path if isinstance(part, str)).rstrip(".")
            yield f"body: {where + ': ' if where else ''}{error.message[:200]}"
        for name in spec.unknown(schema, body):
            yield f"undocumented property: {name}"

    def _request(self, spec: Spec, operation_id: str, response: httpx.Response) -> Iterator[str]:
        wrong = list(_request_errors(spec, operation_id, response.request))
        if response.is_success:
            yield from (f"accepted: {each}" for each in wrong)
        elif response.status_code == 400 and not wrong and not code_of(response):
            details = response.json().get("extraDetails", ())
            yield from (f"refused: {each['name']}: {each['reason']}" for each in details)


def _json_findings(response: httpx.Response) -> Iterator[str]:
    try:
        content = response.json()
    except ValueError:
        yield f"no JSON: {response.text[:80]!r}"
        return
    if not response.is_success and not (isinstance(content, dict) and content):
        yield "error without content"
    if response.status_code >= 500 and "emulator" in response.text:
        yield "crash"


def _request_errors(spec: Spec, operation_id: str, request: httpx.Request) -> Iterator[str]:
    _, _, operation, shared = spec.operations[operation_id]
    for parameter in map(spec.resolve, [*shared, *operation.get("parameters", ())]):
        if parameter["in"] == "header" and parameter.get("required"):
            value = request.headers.get(parameter["name"])
            if value is None:
                yield f"header {parameter['name']} missing"
            elif spec.errors(parameter["schema"], value):
                yield f"header {parameter['name']} invalid"
    schema = spec.request_schema(operation_id)
    if schema is None:
        return
    if not request.content:
        if operation["requestBody"].get("required"):
            yield "body: missing"
        return
    try:
        body = strict_json(request.content)
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


def strict_json(content: bytes) -> Json:
    """What RFC 8259 allows and no more; ValueError for the rest."""
    value = json.loads(content.decode(), parse_constant=lambda name: float(f"not {name}"))
    json.dumps(value, ensure_ascii=False).encode()
    return value


def kind_of(value: Json) -> str:
    """The JSON type of a value."""
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return kinds.get(type(value), "null")


def code_of(response: httpx.Response) -> str | None:
    """The ErrorCode of a problem."""
    try:
        details = response.json().get("extraDetails") or []
    except (ValueError, AttributeError):
        return None
    return next((each["reason"] for each in details if each["name"] == "ErrorCode"), None)


class Unit:
    """A sales unit's client. ``post`` and ``get`` take paths under /epayment/v1; None takes a header away."""

    def __init__(self, http: httpx.Client, unit: Json) -> None:
        self.http, self.keys, self.msn = http, unit["keys"], unit["msn"]
        answer = http.post("/accesstoken/get", headers=self.key_headers()).json()
        self.headers = {
            "Authorization": f"Bearer {answer['access_token']}",
            "Ocp-Apim-Subscription-Key": self.keys["subscription_key"],
            "Merchant-Serial-Number": self.msn,
            "Content-Type": "application/json",
        }

    def key_headers(self, **changes: str | None) -> dict[str, str]:
        """What the token endpoint wants."""
        headers = {name: self.keys[name] for name in ("client_id", "client_secret")}
        headers |= {"Ocp-Apim-Subscription-Key": self.keys["subscription_key"]}
        return _without_none(headers | {name.replace("_Key", "-Key"): value for name, value in changes.items()})

    def send(
        self, method: str, path: str, headers: dict[str, str | None] | None = None, **options: Any
    ) -> httpx.Response:
        """One request with a new idempotency key."""
        sent = _without_none(self.headers | {"Idempotency-Key": str(uuid4())} | (headers or {}))
        return self.http.request(method, f"/epayment/v1{path}", headers=sent, **options)

    def get(self, path: str) -> httpx.Response:
        """A GET."""
        return self.send("GET", path)

    def post(self, path: str, body: Json = None, headers: dict[str, str | None] | None = None) -> httpx.Response:
        """A POST of JSON; without a body when it is None."""
        return self.send("POST", path, headers, **({} if body is None else {"json": body}))

    def reference(self) -> str:
        """A new one."""
        return f"contract-{uuid4()}"

    def created(self, value: int = 10_000, currency: str = "NOK", **fields: Json) -> str:
        """The reference of a new payment."""
        reference = self.reference()
        answer = self.post("/payments", order(reference, value, currency, **fields))
        if answer.status_code != 201:
            raise SystemExit(f"createPayment fails: {answer.text}")
        return reference

    def approved(self, value: int = 10_000, currency: str = "NOK", captured: int = 0) -> str:
        """The reference of an approved payment."""
        reference = self.created(value, currency)
        self.post(f"/test/payments/{reference}/approve", {})
        if captured:
            self.post(f"/payments/{reference}/capture", modification(captured, currency))
        return reference


def _without_none(headers: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if value is not None}


def order(reference: str, value: int = 10_000, currency: str = "NOK", **fields: Json) -> Json:
    """A createPayment body."""
    return {
        "amount": {"currency": currency, "value": value},
        "paymentMethod": {"type": "WALLET"},
        "reference": reference,
        "userFlow": "WEB_REDIRECT",
        "returnUrl": "https://shop.example.com/return",
    } | fields


def modification(value: int, currency: str = "NOK") -> Json:
    """A capture or refund body."""
    return {"modificationAmount": {"currency": currency, "value": value}}


def tokens(http: httpx.Client, unit: Unit, world: Json) -> None:
    """Both token endpoints, good and bad."""
    for changes in ({"client_id": None}, {"client_secret": "wrong"}, {"client_id": "wrong"},
                    {"Ocp-Apim-Subscription_Key": None}, {"Ocp-Apim-Subscription_Key": "wrong"}):  # fmt: skip
        http.post("/accesstoken/get", headers=unit.key_headers(**changes))
    keys = next(partner["management_keys"] for partner in world["partners"] if partner.get("management_keys"))
    right = b64encode(f"{keys['client_id']}:{keys['client_secret']}".encode()).decode()
    form = {"grant_type": "client_credentials"}
    for basic, data, more in ((right, form, {}), (right, {}, {}), ("d3Jvbmc6a2V5cw==", form, {}), ("%", form, {}),
                              (right, form, {"Ocp-Apim-Subscription-Key": "any"})):  # fmt: skip
        http.post("/miami/v1/token", headers={"Authorization": f"Basic {basic}"} | more, data=data)


def life(unit: Unit, currency: str) -> None:
    """One payment through every operation, and each way to end."""
    reference = unit.approved(currency=currency)
    path = f"/payments/{reference}"
    for action, value in (("capture", 4000), ("refund", 1000), ("capture", 60_000_000), ("refund", 60_000_000)):
        unit.post(f"{path}/{action}", modification(value, currency))
    unit.post(f"{path}/cancel")
    unit.post(f"{path}/cancel", {})
    for each in (reference, unit.created(currency=currency), unit.created(151, currency), unit.created(186, currency)):
        unit.post(f"/test/payments/{each}/approve", {})
        unit.get(f"/payments/{each}")
        unit.get(f"/payments/{each}/events")
    terminated = unit.created(currency=currency)
    unit.post(f"/payments/{terminated}/cancel", {"cancelTransactionOnly": True})
    unit.get(f"/payments/{terminated}")
    for flow in ("NATIVE_REDIRECT", "QR", "PUSH_MESSAGE"):
        unit.get(f"/payments/{unit.created(currency=currency, userFlow=flow, customer={'phoneNumber': '4712345678'})}")


def shared_and_shipped(unit: Unit, http: httpx.Client) -> None:
    """A payment with everything that an answer can hold."""
    groups = [{"type": "MAILBOX", "brand": "POSTEN", "options": [{"id": "post", "name": "Post", "amount": amount}]}
              for amount in [{"currency": "NOK", "value": 4900}]]  # fmt: skip
    profile = {"scope": "name address email phoneNumber birthDate"}
    reference = unit.created(profile=profile, shipping={"fixedOptions": groups}, metadata={"order": "1"})
    unit.post(f"/test/payments/{reference}/approve", {})
    http.post(f"/_mock/payments/{unit.msn}/{reference}/approve", json={})
    shown = unit.get(f"/payments/{reference}").json()
    missing = {"shippingDetails", "userDetails", "metadata", "captureGuaranteedUntil"} - shown.keys()
    if missing or "sub" not in shown["profile"]:
        raise SystemExit(f"getPayment lacks {missing or 'profile.sub'}: {shown}")


def refusals(unit: Unit, without_product: Unit) -> None:
    """Every refusal that any operation may give."""
    without_product.post("/payments", order(unit.reference()))
    reference, key = unit.approved(), str(uuid4())
    modify = {"capture": modification(100), "refund": modification(100), "cancel": {}}
    calls = [("GET", f"/payments/{reference}", None), ("GET", f"/payments/{reference}/events", None),
             ("POST", "/payments", order(unit.reference())), ("POST", f"/test/payments/{reference}/approve", {}),
             *(("POST", f"/payments/{reference}/{action}", body) for action, body in modify.items())]  # fmt: skip
    for method, path, body in calls:
        options = {} if body is None else {"json": body}
        for name in ("Authorization", "Ocp-Apim-Subscription-Key"):
            unit.send(method, path, {name: None}, **options)
            unit.send(method, path, {name: "wrong"}, **options)
        unit.send("DELETE", path)
        unit.send(method, path.replace(reference, "nobody-knows-it"), **options)
        unit.send(method, f"{path}/nothing", **options)
        if method == "POST":
            unit.send(method, path, content=b" " * 2_000_000)
            unit.send(method, path, {"Content-Type": "text/plain"}, content=b"hello")
            unit.send(method, path, {"Idempotency-Key": "k" * 51}, **options)
            unit.send(method, path, {"Idempotency-Key": key}, **options)
            unit.send(method, path, {"Idempotency-Key": key}, json={"another": "request"})
    unit.post("/payments", order(reference))
    unit.post("/payments", order(unit.reference()), {"Merchant-Serial-Number": None, "Idempotency-Key": None})
    unit.post("/payments", order(unit.reference()), {"Content-Type": 'application/json; charset="utf-8"'})


def under_way(unit: Unit, http: httpx.Client) -> None:
    """What takes a server with other settings: 423, 429, and the 500 of an expired card."""
    for _ in range(121):
        unit.get("/payments/asked-too-often")
    unit.post(f"/test/payments/{unit.created(186)}/approve", {})
    reference = unit.approved()
    http.post("/_mock/clock/freeze")
    with ThreadPoolExecutor() as threads:
        both = {threads.submit(unit.post, f"/payments/{reference}/capture", modification(100)) for _ in range(2)}
        wait(both, return_when=FIRST_COMPLETED)
        http.post("/_mock/clock/unfreeze")


def sample(spec: Spec, schema: Json) -> Json:
    """A value made of the file's own examples."""
    schema = spec.resolve(schema)
    if "example" in schema:
        return copy.deepcopy(schema["example"])
    if "oneOf" in schema:
        return sample(spec, schema["oneOf"][0])
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            return {name: sample(spec, inner) for name, inner in schema.get("properties", {}).items()}
        case "array":
            return [sample(spec, schema["items"])]
        case "string":
            return "x" * max(schema.get("minLength", 0), 1)
        case kind:
            return False if kind == "boolean" else schema.get("minimum", 1)


def mended(body: Json, reference: str) -> Json:
    """An example body of the file without what makes it fail: it is old, and does not add up."""
    body = body | {"reference": reference}
    if "expiresAt" in body:
        body["expiresAt"] = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%dT%H:%M:%SZ}"
    receipt = body.get("receipt", {})
    if isinstance(receipt.get("bottomLine"), list):
        receipt["bottomLine"] = receipt["bottomLine"][0]
    for line in receipt.get("orderLines", ()):
        line["totalTaxAmount"] = line["totalAmount"] - line["totalAmountExcludingTax"]
    return body


def examples(spec: Spec, unit: Unit, checker: Checker) -> None:
    """What the file shows as requests is taken."""
    schema = spec.resolve(spec.request_schema("createPayment"))
    for title, shown in schema["x-examples"].items():
        unit.post("/payments", spec.inlined(shown))
        answer = unit.post("/payments", mended(spec.inlined(shown), unit.reference()))
        checker.judge([] if answer.status_code == 201 else [f"createPayment example refused: {title}"], answer.text)


def whole_orders(spec: Spec, unit: Unit, checker: Checker) -> list[Json]:
    """createPayment bodies with every field that the file knows: one for each way to ship."""
    body = mended(sample(spec, spec.request_schema("createPayment")), unit.reference())
    body["profile"]["scope"] = "name address email phoneNumber birthDate"
    body["customer"] = {"phoneNumber": "4712345678"}
    del body["paymentMethod"]["blockedSources"]
    dynamic = {"callbackUrl": "https://shop.example.com/shipping", "callbackAuthorizationToken": "ae0cb90d91b4a84a"}
    ways = ({"fixedOptions": body["shipping"]["fixedOptions"]}, {"dynamicOptions": dynamic})
    bodies = [body | {"shipping": way} for way in ways]
    for each in bodies:
        answer = unit.post("/payments", each | {"reference": unit.reference()})
        checker.judge([] if answer.status_code == 201 else ["createPayment with every field refused"], answer.text)
    return bodies


Path_ = tuple[str | int, ...]


def places(spec: Spec, schema: Json, value: Json, path: Path_ = ()) -> Iterator[tuple[Path_, Json]]:
    """Every place in a body with its schema."""
    schema = spec.resolve(schema)
    yield path, schema
    if isinstance(value, dict):
        known = dict(schema.get("properties", {}))
        for kind in map(spec.resolve, schema.get("oneOf", ())):
            known |= kind["properties"]
        for name, inner in value.items():
            yield from places(spec, known.get(name, schema.get("additionalProperties", {})), inner, (*path, name))
    elif isinstance(value, list) and value:
        yield from places(spec, schema.get("items", {}), value[0], (*path, 0))


def replacements(schema: Json) -> Iterator[Json]:
    """What to put in a place: junk, every allowed word, and both sides of every limit."""
    yield from JUNK
    yield from schema.get("enum", ())
    for limit in ("minimum", "maximum"):
        if limit in schema:
            yield from (schema[limit] - 1, schema[limit], schema[limit] + 1)
    for limit in ("minLength", "maxLength"):
        if limit in schema:
            yield from ("1" * max(schema[limit] + step, 0) for step in (-1, 0, 1))


def variants(spec: Spec, schema: Json, body: Json) -> Iterator[Json]:
    """The body with one thing wrong or unusual each."""
    for path, inner in places(spec, schema, body):
        if not path:
            yield from JUNK
            continue
        *way, last = path
        for value in (*replacements(inner), ...):
            changed = copy.deepcopy(body)
            container = changed
            for part in way:
                container = container[part]
            if value is ...:
                del container[last]
            else:
                container[last] = value
            yield changed
        if isinstance(last, str):
            yield body | {f"{last}Unknown": 1}


def mutations(spec: Spec, unit: Unit, checker: Checker) -> None:
    """Every operation that takes a body, with every variant of it."""
    creation = spec.request_schema("createPayment")
    for body in whole_orders(spec, unit, checker):
        for changed in variants(spec, creation, body):
            if isinstance(changed, dict) and changed.get("reference") == body["reference"]:
                changed["reference"] = unit.reference()
            unit.send("POST", "/payments", json=changed)
    for raw in BROKEN:
        unit.send("POST", "/payments", content=raw)
    targets: dict[str, tuple[Callable[[], str], str, Json]] = {
        "capturePayment": (unit.approved, "/payments/{}/capture", modification(100)),
        "refundPayment": (lambda: unit.approved(captured=500), "/payments/{}/refund", modification(100)),
        "cancelPayment": (unit.created, "/payments/{}/cancel", {"cancelTransactionOnly": False}),
        "forceApprove": (unit.created, "/test/payments/{}/approve", {"customer": {"phoneNumber": "4712345678"}}),
    }
    for operation_id, (fresh, path, body) in targets.items():
        for changed in variants(spec, spec.request_schema(operation_id), body):
            unit.send("POST", path.format(fresh()), json=changed)
        for raw in BROKEN:
            unit.send("POST", path.format(fresh()), content=raw)


@contextmanager
def serving(*options: str) -> Iterator[str]:
    """The URL of a server of its own."""
    command = [sys.executable, "-m", "mockserver", "serve", "--port", "0", "--access-log", "off", *options]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("VIPPS_MOCKSERVER_")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:  # noqa: S603
        try:
            banner = "".join(iter(process.stdout.readline if process.stdout else str, "Stop with Ctrl-C.\n"))
            found = re.search(r"VIPPS_BASE_URL='(\S+)'", banner)
            if found is None:
                raise SystemExit("the server did not start")
            yield found[1]
        finally:
            process.terminate()


def check(specs: list[Spec], url: str, checker: Checker, *, other_settings: bool = False) -> None:
    """Everything that is to be asked of one server."""
    command = [sys.executable, "-m", "mockserver", "world", "--format", "json"]
    world = yaml.safe_load(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603
    with httpx.Client(base_url=url, timeout=30, event_hooks={"response": [checker]}) as http:
        units = {unit["msn"]: unit for unit in world["sales_units"]}
        norwegian = Unit(http, units["123456"])
        if other_settings:
            under_way(norwegian, http)
            return
        tokens(http, norwegian, world)
        spec = next(each for each in specs if "createPayment" in each.operations)
        for msn, currency in (("123456", "NOK"), ("223456", "DKK"), ("323456", "EUR"), ("423456", "SEK")):
            life(Unit(http, units[msn]), currency)
        shared_and_shipped(norwegian, http)
        refusals(norwegian, Unit(http, units["123459"]))
        examples(spec, norwegian, checker)
        mutations(spec, norwegian, checker)


def main() -> int:
    """Check, print, and give the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spec", type=Path, action="append", required=True, help="an official OpenAPI file")
    parser.add_argument("--url", help="a running server with the packaged world; else one is started")
    given = parser.parse_args()
    specs = [Spec(path) for path in given.spec]
    missing = {"createPayment", "fetchToken"}.difference(*(spec.operations for spec in specs))
    if missing:
        parser.error(f"no file describes {' and '.join(sorted(missing))}")
    checker = Checker(specs)
    if given.url:
        check(specs, given.url, checker)
    else:
        with serving() as url:
            check(specs, url, checker)
        with serving("--environment", "test", "--rate-limits", "--processing-time", "0.02") as url:
            check(specs, url, checker, other_settings=True)
    for spec in specs:
        for operation_id, (_, _, operation, _) in spec.operations.items():
            for status in operation["responses"]:
                seen = checker.exchanges[operation_id, int(status)]
                checker.judge([] if seen else [f"{operation_id} {status} never seen"])
    if not given.url:
        for pattern in DELIBERATE:
            checker.judge([] if checker.used[pattern] else [f"deliberate difference not needed: {pattern}"])
    report(checker)
    return 1 if checker.failed else 0


def report(checker: Checker) -> None:
    """A line for each operation, the failures, the sum."""
    for operation_id in sorted({name for name, _ in checker.exchanges}):
        seen = sorted((status, times) for (name, status), times in checker.exchanges.items() if name == operation_id)
        print(f"{operation_id:34}", "  ".join(f"{status}: {times}" for status, times in seen))
    print(f"{sum(checker.used.values())} differences on purpose, of {len(checker.used)} kinds")
    for finding, times in checker.failures.most_common(40):
        print(f"FAILED {times} times: {finding}\n    {checker.examples[finding]}")
    print(f"{checker.passed} passed, {checker.failed} failed")


if __name__ == "__main__":
    sys.exit(main())
