"""The control API's document as calls that any language can have: names, parameters, answers."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mockserver.app import PRODUCTS, control_document, every_control_row
from mockserver.core.values import frozen
from mockserver.openapi.control import PREFIX, of_control

NAMES: Final[Mapping[str, str]] = {
    "abort_payment": "abort",
    "advance_clock": "advance",
    "approve_payment": "approve",
    "behave": "set_inbox",
    "decline_payment": "decline",
    "expire_payment": "expire",
    "explain": "explain_rule",
    "forget": "delete_inbox",
    "freeze_clock": "freeze",
    "get_request": "journal_entry",
    "get_scenarios": "rules",
    "get_state": "export_state",
    "grant_permission": "grant",
    "pause": "pause_webhook",
    "put_state": "import_state",
    "register": "register_webhook",
    "replay_all": "replay_webhook",
    "report_payment": "report",
    "resume": "resume_webhook",
    "revoke_permission": "revoke",
    "send_sample": "sample_webhook",
    "set_faults": "break_webhook",
    "show": "inbox",
    "unfreeze_clock": "unfreeze",
    "use_profiles": "scenario",
}
"""Operation ids that are called otherwise in ``mockserver.testing``; of the others, ``get_`` is left out."""
LEFT_OUT: Final = frozenset({"receive", "stream_news"})
"""What only a sender of webhooks calls, and what is no answer but a stream: ``news`` tells the same."""
WHOLE: Final[Mapping[str, str]] = {"add_rule": "rule", "replace_rule": "rule", "import_state": "state"}
"""Calls whose body is one thing with a name of its own."""
LEADING: Final[Mapping[str, str]] = {"advance": "duration"}
"""Calls with one field that says it all: a document cannot say that exactly one of several is required."""
GIVING: Final[Mapping[str, str]] = {
    "checklist": "points",
    "due": "due",
    "inbox": "messages",
    "rules": "rules",
    "scenario": "rules",
}
"""What an answer with several fields is asked for."""

_KINDS: Final[Mapping[str, str]] = {
    "string": "text",
    "integer": "number",
    "number": "number",
    "boolean": "truth",
    "array": "list",
}
_NOTHING: Final = {"Done", "ResetAnswer"}


@frozen
class Field:
    """A parameter or a field: ``kind`` is text, number, truth, list or object."""

    name: str
    kind: str
    schema: Mapping[str, Any]


@frozen
class Call:
    """A control call.

    ``places`` stand in the path, ``leads`` are the fields that are always needed, ``whole`` is the body itself where it
    is one thing, ``options`` may be left out, all of them unless ``needed``. ``gives`` is the kind of what is given
    back: nothing, text, number, truth, texts (by name), object, objects; ``key`` is where in the answer it stands.
    """

    name: str
    method: str
    path: str
    text: str
    places: tuple[Field, ...]
    leads: tuple[Field, ...]
    options: tuple[Field, ...]
    whole: Field | None
    needed: bool
    in_query: bool
    gives: str
    key: str | None
    answer: Mapping[str, Any]

    @property
    def finds_unit(self) -> bool:
        """Whether it is about a payment, whose sales unit may be left out."""
        return self.path.startswith("/payments/{msn}")

    @property
    def given(self) -> tuple[Field, ...]:
        """What callers put into places, in order."""
        return tuple(each for each in self.places if not (self.finds_unit and each.name == "msn"))

    @property
    def waits(self) -> bool:
        """Whether the server may be told to take its time."""
        return any(each.name == "wait" for each in self.options)


def control() -> dict[str, Any]:
    """The document, as a server with an admin token shows it, without ``servers``."""
    return of_control(every_control_row(), control_document(PRODUCTS), guarded=True)


def calls(document: Mapping[str, Any]) -> tuple[Call, ...]:
    """All calls of the document, in its order."""
    return tuple(_calls(document))


def _calls(document: Mapping[str, Any]) -> Iterator[Call]:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if operation["operationId"] not in LEFT_OUT:
                yield _call(document, path.removeprefix(PREFIX), method.upper(), operation)


def _call(document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]) -> Call:
    id_ = operation["operationId"]
    name = NAMES.get(id_, id_.removeprefix("get_"))
    parameters = operation.get("parameters", [])
    path = re.sub(r"/([\w-]+)/\{id\}", lambda found: f"/{found[1]}/{{{_one_of(found[1])}}}", path)
    fields = [_field(document, each["name"], each["schema"]) for each in parameters if each["in"] == "query"]
    fields = [each for each in fields if each.name != "format"]
    body, needed, required = operation.get("requestBody"), False, set()
    if body is not None:
        schema = resolved(document, body["content"]["application/json"]["schema"])
        fields = [_field(document, key, inner) for key, inner in schema.get("properties", {}).items()]
        needed, required = body["required"], set(schema.get("required", ()))
    whole = Field(WHOLE[name], "object", schema) if name in WHOLE else None
    if name in LEADING:
        required, fields = {LEADING[name]}, [each for each in fields if each.name == LEADING[name]]
    answer, key = _answer(document, name, operation)
    return Call(
        name,
        method,
        path,
        operation["summary"],
        tuple(_field(document, each, {"type": "string"}) for each in re.findall(r"\{(\w+)\}", path)),
        () if whole else tuple(each for each in fields if each.name in required),
        () if whole else tuple(each for each in fields if each.name not in required),
        whole,
        needed and not required and not whole,
        body is None,
        _gives(document, answer),
        key,
        answer,
    )


def _one_of(plural: str) -> str:
    """What one of several is called: deliveries -> delivery, product-orders -> order."""
    return re.sub(r"ie$", "y", plural.rpartition("-")[2].removesuffix("s"))


def resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A schema itself, wherever it stands."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _field(document: Mapping[str, Any], name: str, schema: Mapping[str, Any]) -> Field:
    return Field(name, _KINDS.get(kind_of(document, schema), "object"), schema)


def kind_of(document: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """The JSON type, whether or not null is one too."""
    schema = resolved(document, schema)
    for each in schema.get("anyOf", ()):
        if each.get("type") != "null":
            return kind_of(document, each)
    return str(schema.get("type", "object"))


def _answer(
    document: Mapping[str, Any], name: str, operation: Mapping[str, Any]
) -> tuple[Mapping[str, Any], str | None]:
    """The schema of what a call gives, and the field that it is taken from: the only one, unless GIVING names one."""
    content = operation["responses"]["200"]["content"]
    schema = content.get("application/json", next(iter(content.values())))["schema"]
    if schema.get("$ref", "").rpartition("/")[2] in _NOTHING:
        return {}, None
    properties = resolved(document, schema).get("properties", {})
    if len(properties) == 1 or name in GIVING:
        key = GIVING.get(name) or next(iter(properties))
        return properties[key], key
    return schema, None


def _gives(document: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    if not schema:
        return "nothing"
    whole = resolved(document, schema)
    kind = kind_of(document, whole)
    if kind == "array":
        return "objects"
    if kind == "object":
        values = whole.get("additionalProperties")
        return "texts" if isinstance(values, dict) and values.get("type") == "string" else "object"
    return _KINDS[kind]
