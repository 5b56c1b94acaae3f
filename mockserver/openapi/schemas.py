"""JSON schemas of the types that the code reads and writes."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue
from pydantic_core import core_schema

from mockserver.web.described import Changes
from mockserver.web.wire import Body

TEMPLATE = "#/components/schemas/{model}"
Use = tuple[Any, JsonSchemaMode]
"""A type, and whether it is read (validation) or written (serialization)."""
NULL = {"type": "null"}


class _Generator(GenerateJsonSchema):
    """As pydantic has it, less the titles that only repeat a field's name, and more exact about null and absence."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """No field needs its name said twice."""
        return False

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Bodies say by ``NULLABLE`` what may be null; all else may only be absent."""
        made = super().model_schema(schema)
        if issubclass(schema["cls"], Body):
            for name, field in made.get("properties", {}).items():
                if name not in schema["cls"].NULLABLE:
                    made["properties"][name] = _without_null(field)
        return made

    def field_is_required(self, field: Any, total: bool) -> bool:
        """What is written has all fields, those with defaults too."""
        if self.mode == "serialization" and field["type"] != "typed-dict-field":
            return True
        return bool(super().field_is_required(field, total))

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """A default of null only repeats that the field may be left out."""
        made = super().default_schema(schema)
        if made.get("default", ...) is None:
            del made["default"]
        return made


def _without_null(field: dict[str, Any]) -> dict[str, Any]:
    kinds: list[dict[str, Any]] = [each for each in field.get("anyOf", ()) if each != NULL]
    if len(kinds) != 1:
        return field
    return kinds[0] | {name: value for name, value in field.items() if name != "anyOf"}


def schemas(uses: Iterable[Use]) -> tuple[Mapping[Use, JsonSchemaValue], dict[str, JsonSchemaValue]]:
    """The schema of each use, and the definitions that they refer to, by name."""
    plain = list(dict.fromkeys((_kind(kind), mode) for kind, mode in uses))
    adapters = [(use, use[1], TypeAdapter(use[0])) for use in plain]
    made, rest = TypeAdapter.json_schemas(
        [(number, mode, adapter) for number, (_, mode, adapter) in enumerate(adapters)],
        ref_template=TEMPLATE,
        schema_generator=_Generator,
    )
    names = _short(rest.get("$defs", ()))
    if len(set(names.values())) < len(names):
        raise ValueError(f"schemas of one name: {sorted(names)}")
    in_order = sorted(rest.get("$defs", {}).items(), key=lambda each: names[each[0]])
    definitions = {names[name]: _renamed(each, names) for name, each in in_order}
    found = {use: _renamed(made[number, use[1]], names) for number, (use, _, _) in enumerate(adapters)}
    return {
        (kind, mode): _changes(kind, found[kind.of, mode], definitions)
        if isinstance(kind, Changes)
        else found[kind, mode]
        for kind, mode in uses
    }, definitions


def _short(names: Iterable[str]) -> dict[str, str]:
    """Two classes of one name come with their modules: the last one is enough, or else that of the product."""
    split = {name: name.split("__") for name in names}
    short = {name: "".join([*(each.title() for each in parts[-2:-1]), parts[-1]]) for name, parts in split.items()}
    shared = Counter(short.values())
    return {name: each if shared[each] == 1 else _of_product(split[name]) for name, each in short.items()}


def _of_product(parts: list[str]) -> str:
    product = parts[parts.index("apis") + 1] if "apis" in parts else parts[1]
    return f"{product.title()}{parts[-1]}"


def _renamed(node: Any, names: Mapping[str, str]) -> Any:
    if isinstance(node, dict):
        return {
            key: TEMPLATE.format(model=names[each.rpartition("/")[2]]) if key == "$ref" else _renamed(each, names)
            for key, each in node.items()
        }
    return [_renamed(each, names) for each in node] if isinstance(node, list) else node


def _kind(kind: Any) -> Any:
    return kind.of if isinstance(kind, Changes) else kind


def _changes(changes: Changes, schema: JsonSchemaValue, definitions: Mapping[str, JsonSchemaValue]) -> JsonSchemaValue:
    whole = definitions[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    fields = {
        name: {key: value for key, value in field.items() if key != "default"}
        for name, field in whole["properties"].items()
        if name not in changes.fixed
    }
    made = {"type": "object", "properties": fields, "additionalProperties": False}
    return made | ({"required": list(changes.needed)} if changes.needed else {})
