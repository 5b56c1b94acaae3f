"""An OpenAPI 3.0 file, and what it says about a request or an answer."""

import base64
import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from openapi_schema_validator import OAS30Validator, oas30_format_checker
from referencing import Registry
from referencing.jsonschema import DRAFT4

Json = Any
METHODS = ("get", "post", "put", "patch", "delete")
JSON, FORM = "application/json", "application/x-www-form-urlencoded"

FORMATS: Any = copy.copy(oas30_format_checker)
FORMATS.checkers = dict(FORMATS.checkers)


def _is_byte(value: object) -> bool:
    return not isinstance(value, str) or base64.b64decode(value, validate=True) is not None


def _is_uri(value: object) -> bool:
    if not isinstance(value, str):
        return True
    parts = urlsplit(value)
    return bool(parts.scheme and value.partition(":")[2]) and value.isascii() and not re.search(r"[\s<>\"]", value)


FORMATS.checks("byte", raises=ValueError)(_is_byte)
FORMATS.checks("uri", raises=ValueError)(_is_uri)


@dataclass(frozen=True)
class Operation:
    """One operation: ``parameters`` with those that its path shares, ``responses`` by status."""

    id: str
    method: str
    path: re.Pattern[str]
    parameters: list[Json]
    request: Json
    responses: dict[str, Json]

    def response(self, status: int) -> Json | None:
        """What the file says about answers with a status, None when it says nothing."""
        return self.responses.get(str(status), self.responses.get("default"))

    @property
    def request_schema(self) -> Json:
        """The schema of the body, None where there is none."""
        content = self.request.get("content", {})
        return next((content[kind].get("schema") for kind in (JSON, FORM) if kind in content), None)


class Spec:
    """An OpenAPI 3.0 file. ``prepare`` mends its document before it is used."""

    def __init__(self, path: Path, prepare: Callable[[Json], None] | None = None) -> None:
        self.name = path.name
        self.document = yaml.safe_load(path.read_text("utf-8"))
        if prepare is not None:
            prepare(self.document)
        _clarify(self.document)
        self.registry: Registry[Json] = Registry().with_resource("urn:spec", DRAFT4.create_resource(self.document))
        self.operations = {operation.id: operation for operation in self._read()}

    def _read(self) -> Iterator[Operation]:
        prefix = urlsplit(self.document["servers"][0]["url"]).path.rstrip("/")
        for template, item in self.document["paths"].items():
            for method in METHODS:
                if method not in item:
                    continue
                raw = item[method]
                yield Operation(
                    id=raw.get("operationId", f"{method} {template}"),
                    method=method.upper(),
                    path=re.compile(re.escape(prefix) + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template)),
                    parameters=[
                        self.resolve(each) for each in (*item.get("parameters", ()), *raw.get("parameters", ()))
                    ],
                    request=self.resolve(raw.get("requestBody", {})),
                    responses={str(status): self.resolve(each) for status, each in raw["responses"].items()},
                )

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

    def find(self, method: str, path: str) -> tuple[Operation | None, bool]:
        """The operation of a request, and whether it has its method: one of the same path when no method fits."""
        same_path = [each for each in self.operations.values() if each.path.fullmatch(path)]
        exact = next((each for each in same_path if each.method == method), None)
        return (exact, True) if exact else (next(iter(same_path), None), False)

    def errors(self, schema: Json, value: Json) -> list[Json]:
        """How a value violates a schema of this file."""
        validator = OAS30Validator(_absolute(schema), registry=self.registry, format_checker=FORMATS)
        return list(validator.iter_errors(value))

    def described(self, schema: Json, value: Json, place: str = "") -> Iterator[str]:
        """What a value shows of what a schema describes: ``a.b`` for a field, ``a.b=X`` for a word of a list."""
        schema = self.resolve(schema)
        if isinstance(value, dict):
            for name, inner in schema.get("properties", {}).items():
                if name in value:
                    yield f"{place}{name}"
                    yield from self.described(inner, value[name], f"{place}{name}.")
        elif isinstance(value, list):
            for each in value:
                yield from self.described(schema.get("items", {}), each, place)
        elif "enum" in schema:
            yield f"{place.rstrip('.')}={value}"

    def promised(self, schema: Json, place: str = "") -> Iterator[str]:
        """All that ``described`` can yield for a schema."""
        schema = self.resolve(schema)
        for name, inner in schema.get("properties", {}).items():
            yield f"{place}{name}"
            yield from self.promised(inner, f"{place}{name}.")
        yield from self.promised(schema["items"], place) if "items" in schema else ()
        yield from (f"{place.rstrip('.')}={word}" for word in schema.get("enum", ()) if word is not None)

    def unknown(self, schema: Json, value: Json, place: str = "") -> Iterator[str]:
        """The fields of a value that the schema does not describe."""
        schema = self.resolve(schema)
        if isinstance(value, list):
            for each in value:
                yield from self.unknown(schema.get("items", {}), each, place)
        if not isinstance(value, dict) or "properties" not in schema:
            return
        for name, inner in value.items():
            if name not in schema["properties"]:
                yield f"{place}{name}"
            else:
                yield from self.unknown(schema["properties"][name], inner, f"{place}{name}.")


def _absolute(node: Json) -> Json:
    if isinstance(node, dict):
        return {key: f"urn:spec{value}" if key == "$ref" else _absolute(value) for key, value in node.items()}
    return [_absolute(each) for each in node] if isinstance(node, list) else node


def _clarify(node: Json) -> None:
    """Let a file mean what it says: a nullable word may be null."""
    if isinstance(node, dict) and node.get("nullable") is True and isinstance(node.get("enum"), list):
        node["enum"] = [*node["enum"], None]
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _clarify(each)
