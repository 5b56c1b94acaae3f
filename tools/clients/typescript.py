"""JSON schemas as TypeScript types."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

_SIMPLE: Final[Mapping[str, str]] = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}


def type_of(schema: Mapping[str, Any]) -> str:
    """The type of what a schema lets through; ``unknown`` for anything."""
    if "$ref" in schema:
        return name_of(schema["$ref"].rpartition("/")[2])
    if "const" in schema or "enum" in schema:
        return " | ".join(json.dumps(each) for each in schema.get("enum", [schema.get("const")]))
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(type_of(each) for each in schema["anyOf"]))
    match schema.get("type"):
        case "array":
            inner = type_of(schema.get("items", {}))
            return f"({inner})[]" if " " in inner else f"{inner}[]"
        case "object":
            return _object(schema)
        case kind:
            return _SIMPLE.get(str(kind), "unknown")


def _object(schema: Mapping[str, Any]) -> str:
    if "properties" in schema:
        return "{ " + " ".join(f"{line};" for line in members(schema)) + " }"
    values = schema.get("additionalProperties")
    return f"Record<string, {type_of(values) if isinstance(values, dict) else 'unknown'}>"


def members(schema: Mapping[str, Any]) -> list[str]:
    """The fields of an object, each as it stands in an interface."""
    required = schema.get("required", ())
    return [
        f"{name}{'' if name in required else '?'}: {type_of(inner)}"
        for name, inner in schema.get("properties", {}).items()
    ]


def name_of(schema: str) -> str:
    """The name of a schema's type: what comes out is called by its name, what goes in gets ``Input`` behind it."""
    return re.sub(r"(View|-Output)$", "", schema).replace("-", "")


def used(schemas: Mapping[str, Mapping[str, Any]], *roots: Any) -> dict[str, Mapping[str, Any]]:
    """The schemas that these refer to, directly or not, in order."""
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        names = set(re.findall(r"#/components/schemas/([^\"]+)", json.dumps(waiting.pop()))) - found
        found |= names
        waiting += [schemas[name] for name in names]
    return {name: schema for name, schema in schemas.items() if name in found}
