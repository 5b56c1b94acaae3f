"""From tables of operations and what is said of them to OpenAPI 3.1 documents."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from importlib import import_module
from typing import Any, Final

from pydantic.json_schema import JsonSchemaValue

from mockserver.core.values import frozen
from mockserver.openapi.schemas import Use, schemas
from mockserver.web.described import (
    JSON,
    SCHEMES,
    SUBSCRIPTION_KEY,
    TOKEN,
    Alternatives,
    Described,
    Document,
    Parameter,
    Reply,
)
from mockserver.web.idempotency import HEADER, LONGEST
from mockserver.web.operations import LONGEST_SYSTEM_HEADER, SYSTEM_HEADERS, Api, Operation
from mockserver.world.services.access import Audience

VERSION: Final = "3.1.0"
ABOUT: Final = (
    "What vipps-mockserver, an emulator, answers: made of its own tables, and not the official specification. "
    "Not affiliated with Vipps MobilePay. No real money moves."
)
KINDER: Final = (
    " Requests are described as exact ones. Without `--strict` more is accepted, and the answer says so in "
    "`X-Mock-Warning`. "
    "Scenario rules and the header `X-Mock-Fault` can bring about any other answer."
)
WARNING: Final = {
    "schema": {"type": "string"},
    "description": "A kindness that was used: the real API may refuse this.",
}
_HEADERS: Final[Mapping[str, str]] = {
    "Location": "Where to go on.",
    "Retry-After": "Seconds to wait.",
    "WWW-Authenticate": "How to say who calls.",
    "Cache-Control": "How long to keep the answer.",
}
_MSN: Final = Parameter("Merchant-Serial-Number", "The sales unit that is called for.", where="header")
_PHRASES: Final[Mapping[int | str, str]] = {413: "Content Too Large"}
"""As RFC 9110 has them; Python 3.12 and before have older ones."""
_NAMES: Final = re.compile(r"^[\w-]+(?: and [\w-]+)*: (?=\S)")


@frozen
class Row:
    """An operation with all that a document says of it."""

    id: str
    method: str
    path: str
    summary: str
    described: Described
    parameters: tuple[Parameter, ...]
    errors: Mapping[int | str, Reply]
    security: Alternatives
    tag: str | None = None


def document_of(api: Api) -> Document:
    """What an API's module says of its operations."""
    document: Document = import_module(f"{api.operations[0].handler.__module__.rpartition('.')[0]}.document").DOCUMENT
    return document


def of_apis(apis: Sequence[Api]) -> dict[str, Any]:
    """The document of the APIs of one name, without ``servers``."""
    document = document_of(apis[0])
    rows: dict[str, Row] = {}
    for api in apis:
        for operation in api.operations:
            # An id may stand for two methods in a table, and never in a document.
            id_ = operation.id if operation.id not in rows else f"{operation.id}-{operation.method.lower()}"
            rows[id_] = _row(id_, api, operation, document)
    return _document(document, list(rows.values()), ABOUT + KINDER, warns=True)


def _row(id_: str, api: Api, operation: Operation, document: Document) -> Row:
    known = document.operations
    described = known.get(f"{operation.method} {operation.id}") or known[operation.id]
    path = f"{api.prefix}{operation.path}"
    return Row(
        id_,
        operation.method,
        path,
        first_line(operation.handler.__doc__),
        described,
        (*path_parameters(path, document), *described.parameters, *_headers(operation)),
        _errors(operation, described, document),
        described.security if described.security is not None else _security(operation),
    )


def first_line(docstring: str | None) -> str:
    """What a docstring says first, without the operation ids in front."""
    text = _NAMES.sub("", " ".join((docstring or "").strip().partition("\n\n")[0].split()))
    return text[:1].upper() + text[1:]


def path_parameters(path: str, document: Document) -> Iterator[Parameter]:
    """The parameters of a path."""
    for name in re.findall(r"\{(\w+)\}", path):
        known = document.path.get(name, Parameter(name, ""))
        yield Parameter(name, known.text, known.kind, "path", required=True)


def _headers(operation: Operation) -> Iterator[Parameter]:
    if not operation.authenticated:
        return
    yield _MSN
    if operation.conflict is not None:
        text = "The same key and the same body get the first answer again."
        yield Parameter(HEADER, text, operation, "header", operation.key_required)
    for name in SYSTEM_HEADERS:
        yield Parameter(name.decode().title(), "What the caller's system is.", SYSTEM_HEADERS, "header")


def _security(operation: Operation) -> Alternatives:
    if not operation.authenticated:
        return ()
    with_key = (TOKEN, SUBSCRIPTION_KEY)
    return (with_key, (TOKEN,)) if operation.audience is not Audience.UNIT else (with_key,)


def _errors(operation: Operation, described: Described, document: Document) -> dict[int | str, Reply]:
    statuses: set[int | str] = {500, *described.errors}
    if operation.writes:
        statuses.add(413)
    if operation.authenticated:
        statuses |= {400, 401, 403}
    if operation.authenticated and operation.method not in ("GET", "DELETE"):
        statuses.add(415)
    if operation.conflict is not None:
        statuses.add(409)
    if operation.locked:
        statuses.add(423)
    if operation.per_minute is not None:
        statuses.add(429)
    return errors(statuses - set(described.replies), document)


def errors(statuses: Iterable[int | str], document: Document) -> dict[int | str, Reply]:
    """How an API answers with these statuses."""
    return {status: document.others.get(status, document.problem) for status in statuses}


def _document(document: Document, rows: Sequence[Row], about: str, *, warns: bool) -> dict[str, Any]:
    found, definitions = schemas(_uses(rows))
    paths: dict[str, dict[str, Any]] = {}
    for row in rows:
        paths.setdefault(row.path, {})[row.method.lower()] = _operation(row, found, warns=warns)
    _prune(paths, definitions)
    used = {name for row in rows for alternative in row.security for name in alternative}
    components: dict[str, Any] = {
        "schemas": definitions,
        "securitySchemes": {name: dict(SCHEMES[name]) for name in SCHEMES if name in used},
    }
    if warns:
        components["headers"] = {"X-Mock-Warning": WARNING}
    return {
        "openapi": VERSION,
        "info": {"title": f"{document.title} (emulator)", "version": document.version, "description": about},
        "paths": paths,
        "components": components,
    }


def _prune(paths: Mapping[str, Any], definitions: dict[str, JsonSchemaValue]) -> None:
    """Drop the definitions that nothing refers to, until there are none."""
    while unused := set(definitions) - set(_references([paths, definitions])):
        for name in unused:
            del definitions[name]


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].rpartition("/")[2]
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from _references(each)


def of_rows(rows: Sequence[Row], document: Document) -> dict[str, Any]:
    """The document of an API that is no emulated one."""
    return _document(document, rows, ABOUT, warns=False)


def _uses(rows: Iterable[Row]) -> list[Use]:
    uses: list[Use] = []
    for row in rows:
        if row.described.body is not None:
            uses.append((row.described.body, "validation"))
        replies = (*row.described.replies.values(), *row.errors.values())
        kinds = [kind for reply in replies for kind in (reply.kind, reply.other) if kind is not None]
        uses += [(kind, "serialization") for kind in kinds]
        uses += [(each.kind, "validation") for each in row.parameters if not _is_our_header(each)]
    return uses


def _is_our_header(parameter: Parameter) -> bool:
    return parameter.kind is SYSTEM_HEADERS or isinstance(parameter.kind, Operation)


def _operation(row: Row, found: Mapping[Use, JsonSchemaValue], *, warns: bool) -> dict[str, Any]:
    described = row.described
    made: dict[str, Any] = {"operationId": row.id, "summary": row.summary}
    if row.tag is not None:
        made["tags"] = [row.tag]
    if row.parameters:
        made["parameters"] = [_parameter(each, found) for each in row.parameters]
    if described.body is not None:
        content = {described.media: {"schema": found[described.body, "validation"]}}
        made["requestBody"] = {"required": described.body_required, "content": content}
    replies = {**described.replies, **row.errors}
    made["responses"] = {
        str(status): _response(status, replies[status], found, warns=warns) for status in sorted(replies, key=str)
    }
    made["security"] = [{name: [] for name in alternative} for alternative in row.security]
    return made


def _parameter(parameter: Parameter, found: Mapping[Use, JsonSchemaValue]) -> dict[str, Any]:
    kind = parameter.kind
    if isinstance(kind, Operation):
        schema: JsonSchemaValue = {"type": "string", "minLength": 1, "maxLength": LONGEST}
        if kind.key_pattern is not None:
            schema["pattern"] = f"^{kind.key_pattern.pattern}$"
    elif kind is SYSTEM_HEADERS:
        schema = {"type": "string", "maxLength": LONGEST_SYSTEM_HEADER}
    else:
        schema = found[kind, "validation"]
    made = {"name": parameter.name, "in": parameter.where, "required": parameter.required, "schema": schema}
    return made | ({"description": parameter.text} if parameter.text else {})


def _response(status: int | str, reply: Reply, found: Mapping[Use, JsonSchemaValue], *, warns: bool) -> dict[str, Any]:
    made: dict[str, Any] = {"description": reply.text or _PHRASES.get(status) or HTTPStatus(int(status)).phrase}
    headers: dict[str, Any] = {
        name: {"schema": {"type": "string"}, "description": _HEADERS[name], "required": True} for name in reply.headers
    }
    if warns:
        headers["X-Mock-Warning"] = {"$ref": "#/components/headers/X-Mock-Warning"}
    if headers:
        made["headers"] = headers
    if reply.kind is not None:
        made["content"] = {reply.media: {"schema": found[reply.kind, "serialization"]}}
    if reply.other is not None:
        made["content"][JSON] = {"schema": found[reply.other, "serialization"]}
    return made
