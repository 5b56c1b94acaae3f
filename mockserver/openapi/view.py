"""A document in the words of a page."""

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.core.values import frozen

Json = Mapping[str, Any]


@frozen
class Field:
    """A field or parameter: its type in words, with a link to the type's own section (``ref``) if it has one."""

    name: str
    kind: str
    ref: str | None
    required: bool
    text: str
    where: str = ""


@frozen
class Content:
    """A body or answer: its type in words, and a link as in ``Field``."""

    status: str
    text: str
    media: str
    kind: str
    ref: str | None
    fields: tuple[Field, ...] = ()


@frozen
class Call:
    """One operation."""

    id: str
    method: str
    path: str
    summary: str
    security: str
    parameters: tuple[Field, ...]
    body: Content | None
    answers: tuple[Content, ...]


@frozen
class Type:
    """A named type: its fields, or its words."""

    name: str
    text: str
    fields: tuple[Field, ...]
    words: tuple[str, ...]


def view(document: Json) -> dict[str, Any]:
    """What the template of an API's page shows."""
    calls = [
        _call(method.upper(), path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]
    types = [_type(name, schema) for name, schema in sorted(document["components"]["schemas"].items())]
    schemes = document["components"]["securitySchemes"]
    info = document["info"] | {"description": _plain(document["info"]["description"])}
    return {"info": info, "calls": calls, "types": types, "schemes": _schemes(schemes)}


def _plain(text: str) -> str:
    return text.replace("`", "")


def _schemes(schemes: Json) -> list[tuple[str, str]]:
    return [(name, f"{_how(each)}{': ' if 'description' in each else ''}{each.get('description', '')}")
            for name, each in schemes.items()]  # fmt: skip


def _how(scheme: Json) -> str:
    return f"header {scheme['name']}" if scheme["type"] == "apiKey" else f"Authorization: {scheme['scheme'].title()}"


def _call(method: str, path: str, operation: Json) -> Call:
    body = operation.get("requestBody")
    return Call(
        id=operation["operationId"],
        method=method,
        path=path,
        summary=operation["summary"],
        security=", or ".join(" and ".join(each) or "none" for each in operation["security"]) or "none",
        parameters=tuple(_parameter(each) for each in operation.get("parameters", ())),
        body=_content("required" if body["required"] else "optional", "", body["content"]) if body else None,
        answers=tuple(
            _content(status, each["description"], each.get("content", {}))
            for status, each in operation["responses"].items()
        ),
    )


def _parameter(parameter: Json) -> Field:
    kind, ref = in_words(parameter["schema"])
    return Field(
        parameter["name"], kind, ref, parameter["required"], _plain(parameter.get("description", "")), parameter["in"]
    )


def _content(status: str, text: str, content: Json) -> Content:
    if not content:
        return Content(status, text, "", "no body", None)
    kinds = [in_words(each["schema"]) for each in content.values()]
    words = " or ".join(kind for kind, _ in kinds)
    fields = tuple(_fields(next(iter(content.values()))["schema"]))
    return Content(status, text, " or ".join(content), words, next((ref for _, ref in kinds if ref), None), fields)


def _type(name: str, schema: Json) -> Type:
    return Type(
        name, _plain(schema.get("description", "")), tuple(_fields(schema)), tuple(map(str, schema.get("enum", ())))
    )


def _fields(schema: Json) -> Iterator[Field]:
    required = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        kind, ref = in_words(field)
        yield Field(name, kind, ref, name in required, _plain(field.get("description", "")))


def in_words(schema: Json) -> tuple[str, str | None]:
    """A schema in a few words, and the name of the type that it refers to, if any."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return name, name
    if "anyOf" in schema:
        parts = [in_words(each) for each in schema["anyOf"]]
        return " or ".join(words for words, _ in parts), next((ref for _, ref in parts if ref), None)
    if "const" in schema:
        return str(schema["const"]), None
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"])), None
    if schema.get("type") == "array":
        words, ref = in_words(schema.get("items", {}))
        return f"list of {words}", ref
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        words, ref = in_words(schema["additionalProperties"])
        return f"object of {words}", ref
    return f"{schema.get('type', 'anything')}{_limits(schema)}", None


def _limits(schema: Json) -> str:
    low, high = schema.get("minimum", schema.get("minLength")), schema.get("maximum", schema.get("maxLength"))
    unit = " characters" if schema.get("type") == "string" else ""
    limits = []
    if low is not None and high is not None:
        limits.append(f"{low} to {high}{unit}")
    elif low is not None:
        limits.append(f"at least {low}{unit}")
    elif high is not None:
        limits.append(f"at most {high}{unit}")
    if "pattern" in schema:
        limits.append(schema["pattern"])
    return f", {', '.join(limits)}" if limits else ""
