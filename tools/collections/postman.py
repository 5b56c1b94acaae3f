"""Stories as a collection of Postman, schema 2.1.0."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from tools.collections.scripts import Dialect
from tools.collections.steps import Folder, Step

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_DIALECT = Dialect(
    test="pm.test",
    expect="pm.expect",
    status="pm.response.code",
    answer="pm.response.json()",
    get="name => pm.variables.get(name) ?? null",
    fill="text => pm.variables.replaceIn(text)",
    keep="pm.collectionVariables.set",
)


def collection(name: str, about: str, folders: Iterable[Folder], variables: Mapping[str, str]) -> str:
    """The collection as a file."""
    made = {
        "info": {"name": name, "description": about, "schema": SCHEMA},
        "variable": [{"key": key, "value": value} for key, value in variables.items()],
        "item": [_folder(each) for each in folders],
    }
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def _folder(folder: Folder) -> dict[str, Any]:
    return {"name": folder.name, "description": folder.about, "item": [_item(step) for step in folder.steps]}


def _item(step: Step) -> dict[str, Any]:
    request: dict[str, Any] = {"method": step.method, "header": _pairs(step.headers), "url": step.url}
    if step.basic is not None:
        user = dict(zip(("username", "password"), step.basic, strict=True))
        request["auth"] = {"type": "basic", "basic": _pairs(user)}
    if step.body is not None:
        raw = {"raw": json.dumps(step.body, indent=2), "options": {"raw": {"language": "json"}}}
        request["body"] = {"mode": "raw", **raw}
    if step.form is not None:
        request["body"] = {"mode": "urlencoded", "urlencoded": _pairs(step.form)}
    scripts = {"prerequest": _DIALECT.before(step), "test": _DIALECT.after(step)}
    return {"name": step.name, "request": request, "event": [_event(*each) for each in scripts.items() if each[1]]}


def _pairs(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in values.items()]


def _event(listen: str, lines: list[str]) -> dict[str, Any]:
    return {"listen": listen, "script": {"type": "text/javascript", "exec": lines}}
