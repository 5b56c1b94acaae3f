"""All that can be asked for: operations and control calls of the documents, pages of the routing table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from mockserver.app import build, every_page
from mockserver.settings import Settings

Schema = Mapping[str, Any]
_DOCUMENTS = ("access-token", "epayment", "webhooks", "management", "login", "userinfo", "control")


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
    for name in _DOCUMENTS:
        document = (
            httpx.get(f"{url}/openapi/{name}.json", headers=dict(admin), trust_env=False, timeout=60)
            .raise_for_status()
            .json()
        )
        for path, methods in document["paths"].items():
            found += [_target(name, method.upper(), path, each, document) for method, each in methods.items()]
    return found


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
