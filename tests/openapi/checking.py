"""Holds what goes over the wire against the documents: every answer, and every request that was taken in silence."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

import httpx
from openapi_schema_validator import OAS31Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

Json = Any
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


class Document:
    """An OpenAPI document whose objects have no fields but those it names."""

    def __init__(self, document: Json) -> None:
        resource = DRAFT202012.create_resource(closed(document))
        self._registry: Registry[Json] = Registry().with_resource("urn:document", resource)
        self.operations = {
            (method.upper(), path): operation
            for path, item in document["paths"].items()
            for method, operation in item.items()
        }
        self._patterns = {path: re.compile(re.sub(r"\{\w+\}", "[^/]+", path)) for _, path in self.operations}
        self._validators: dict[str, OAS31Validator] = {}

    def find(self, method: str, path: str) -> tuple[str, Json] | None:
        """The operation that a request is to, by its path; exact paths before those with parameters."""
        found = [
            (template, operation)
            for (verb, template), operation in self.operations.items()
            if verb == method and self._patterns[template].fullmatch(path)
        ]
        return min(found, key=lambda each: each[0].count("{"), default=None)

    def flaws(self, schema: Json, value: Json, *, others: bool = False) -> list[str]:
        """How a value violates a schema of the document; ``others``: it may have fields that are not named."""
        key = json.dumps(schema, sort_keys=True)
        if key not in self._validators:
            made = OAS31Validator(_absolute(closed(schema)), registry=self._registry)
            self._validators[key] = made
        return [
            f"{each.json_path}: {each.message[:200]}"
            for each in self._validators[key].iter_errors(value)
            if not (others and each.validator == "additionalProperties")
        ]


def closed(node: Json) -> Json:
    """The same schema, without room for fields that it does not name."""
    if isinstance(node, list):
        return [closed(each) for each in node]
    if not isinstance(node, dict):
        return node
    made = {name: closed(each) for name, each in node.items()}
    if isinstance(node.get("properties"), dict) and node.get("type") == "object":
        made.setdefault("additionalProperties", False)
    return made


def _absolute(node: Json) -> Json:
    if isinstance(node, dict):
        return {key: f"urn:document{each}" if key == "$ref" else _absolute(each) for key, each in node.items()}
    return [_absolute(each) for each in node] if isinstance(node, list) else node


class Checker:
    """Checks exchanges, and counts them by operation and status."""

    def __init__(self, documents: Mapping[str, Json]) -> None:
        self.documents = {name: Document(document) for name, document in documents.items()}
        self.seen: Counter[tuple[str, str, int]] = Counter()

    def check(self, answer: httpx.Response) -> list[str]:
        """What is wrong with an exchange; nothing is said of requests to no operation."""
        request = answer.request
        found = self._find(request.method, request.url.path)
        if found is None:
            return []
        name, document, template, operation = found
        self.seen[name, f"{request.method} {template}", answer.status_code] += 1
        flaws = [*_answer_flaws(document, operation, answer)]
        if answer.is_success and "x-mock-warning" not in answer.headers:
            flaws += _request_flaws(document, operation, request)
        return [f"{operation['operationId']} {answer.status_code}: {each}" for each in flaws]

    def _find(self, method: str, path: str) -> tuple[str, Document, str, Json] | None:
        path = re.sub("/+", "/", path).rstrip("/")
        for name, document in self.documents.items():
            found = document.find(method, path)
            if found is not None:
                return name, document, *found
        return None


def _answer_flaws(document: Document, operation: Json, answer: httpx.Response) -> Iterator[str]:
    responses = operation["responses"]
    response = responses.get(str(answer.status_code), responses.get("default"))
    if response is None:
        yield f"the document knows no such status: {answer.text[:200]}"
        return
    for header, told in response.get("headers", {}).items():
        if told.get("required") and header not in answer.headers:
            yield f"the header {header} is missing"
    if "content" not in response:
        if answer.content:
            yield "the document knows no body"
        return
    given = answer.headers.get("content-type", "").partition(";")[0]
    content = response["content"].get(given)
    if content is None:
        yield f"the content is {given!r} and not {', '.join(response['content'])}"
    elif given.endswith("json"):
        yield from document.flaws(content["schema"], answer.json())


def _request_flaws(document: Document, operation: Json, request: httpx.Request) -> Iterator[str]:
    parameters = {(each["in"], each["name"]): each for each in operation.get("parameters", ())}
    if request.url.path.startswith("/_mock/") and any(where == "query" for where, _ in parameters):
        # All others ignore what they do not know.
        unknown = [name for name in request.url.params if ("query", name) not in parameters]
        yield from (f"the query parameter {name} was taken" for name in unknown)
    for (where, name), parameter in parameters.items():
        given = {"header": request.headers, "query": request.url.params}.get(where, {})
        if parameter["required"] and where != "path" and not given.get(name):
            yield f"{name} was not needed"
    body = operation.get("requestBody")
    content = request.read()
    if body is None or not content.strip():
        if body is not None and body["required"]:
            yield "the body was not needed"
        return
    ((media, told),) = body["content"].items()
    if media == FORM:
        yield from document.flaws(told["schema"], dict(parse_qsl(content.decode())), others=True)
    elif media == JSON and content.strip() != b"null":
        yield from document.flaws(told["schema"], json.loads(content))
