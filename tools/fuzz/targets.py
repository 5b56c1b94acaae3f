"""All that can be asked for: operations and control calls of the documents, pages of the routing table."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from mockserver.app import build, every_page
from mockserver.settings import Settings

Schema = Mapping[str, Any]
_DOCUMENT = re.compile(r'href="/openapi/([a-z-]+)\.json"')


@dataclass(frozen=True)
class Target:
    """A method at a path with ``{names}``, its parameters in query and headers, the schema of its body if there is one.

    ``known``: the document's schemas, by reference. ``kind``: control, page, or the API's name.
    """

    kind: str
    method: str
    path: str
    query: Sequence[str] = ()
    headers: Sequence[str] = ()
    form: bool = False
    body: Schema | None = None
    known: Schema = field(default_factory=dict, hash=False)


def find(url: str, admin: Mapping[str, str]) -> list[Target]:
    """What a server has, which must be one of this version."""
    found = _pages()
    for name, document in _documents(url, admin):
        for path, methods in document["paths"].items():
            found += [_target(name, method.upper(), path, each, document) for method, each in methods.items()]
    return found


def _documents(url: str, admin: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    with httpx.Client(base_url=url, headers=dict(admin), trust_env=False, timeout=60) as client:
        for name in dict.fromkeys(_DOCUMENT.findall(client.get("/openapi").raise_for_status().text)):
            yield name, client.get(f"/openapi/{name}.json").raise_for_status().json()


def _target(name: str, method: str, path: str, operation: Schema, document: Schema) -> Target:
    places: dict[str, list[str]] = {"query": [], "header": [], "path": []}
    for each in operation.get("parameters", ()):
        places.setdefault(each["in"], []).append(each["name"])
    content: dict[str, Schema] = operation.get("requestBody", {}).get("content", {})
    kind = next(iter(content), "")
    body = content.get(kind, {})
    form = "form" in kind
    return Target(
        name, method, path, places["query"], places["header"], form, body.get("schema"), document.get("components", {})
    )


def _pages() -> list[Target]:
    server = build(Settings.model_validate({"access_log": "off"}))
    routes = every_page(server.runtime)
    found = [
        Target("page", method, each.path, query=("token", "state", "size", "lang"), form=method == "POST")
        for each in routes
        for method in sorted(each.methods or ())
        if method != "HEAD"
    ]
    server.runtime.engine.database.close()
    return found
