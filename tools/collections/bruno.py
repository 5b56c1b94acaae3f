"""Stories as a collection of Bruno: a folder of files in its own language."""

import json
import re
from collections.abc import Iterable, Mapping

from tools.collections.scripts import Dialect
from tools.collections.steps import Folder, Step

ENVIRONMENT = "local"
_DIALECT = Dialect(
    test="test",
    expect="expect",
    status="res.getStatus()",
    answer="res.getBody()",
    get="name => bru.getVar(name) ?? bru.getEnvVar(name) ?? null",
    fill="text => bru.interpolate(text)",
    keep="bru.setVar",
)
# Bruno would encode paths and queries again.
_AS_WRITTEN = {"encodeUrl": "false"}


def collection(name: str, about: str, folders: Iterable[Folder], variables: Mapping[str, str]) -> dict[str, str]:
    """The content of each file, by its path in the collection's folder."""
    head = {"version": "1", "name": name, "type": "collection", "ignore": ["node_modules", ".git"]}
    made = {
        "bruno.json": json.dumps(head, indent=2) + "\n",
        "collection.bru": _text("docs", about.splitlines()),
        f"environments/{ENVIRONMENT}.bru": _block("vars", variables),
    }
    for number, folder in enumerate(folders, 1):
        made |= _folder(number, folder)
    return made


def _folder(number: int, folder: Folder) -> dict[str, str]:
    path = f"{number}-{_slug(folder.name)}"
    head = _block("meta", {"name": folder.name, "seq": str(number)})
    made = {f"{path}/folder.bru": head + "\n" + _text("docs", folder.about.splitlines())}
    for place, step in enumerate(folder.steps, 1):
        made[f"{path}/{place:02}-{_slug(step.name)}.bru"] = _request(place, step)
    return made


def _request(place: int, step: Step) -> str:
    body = "json" if step.body is not None else "none" if step.form is None else "formUrlEncoded"
    auth = "none" if step.basic is None else "basic"
    blocks = [
        _block("meta", {"name": step.name, "type": "http", "seq": str(place)}),
        _block(step.method.lower(), {"url": step.url, "body": body, "auth": auth}),
    ]
    if step.headers:
        blocks.append(_block("headers", step.headers))
    if step.basic is not None:
        user = dict(zip(("username", "password"), step.basic, strict=True))
        blocks.append(_block("auth:basic", user))
    if step.body is not None:
        blocks.append(_text("body:json", json.dumps(step.body, indent=2).splitlines()))
    if step.form is not None:
        blocks.append(_block("body:form-urlencoded", step.form))
    if before := _DIALECT.before(step):
        blocks.append(_text("script:pre-request", before))
    return "\n".join([*blocks, _text("tests", _DIALECT.after(step)), _block("settings", _AS_WRITTEN)])


def _block(name: str, values: Mapping[str, str]) -> str:
    return _text(name, [f"{key}: {value}" for key, value in values.items()])


def _text(name: str, lines: Iterable[str]) -> str:
    return "\n".join([f"{name} {{", *(f"  {line}" for line in lines), "}"]) + "\n"


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
