"""From calls to files, by one template for each."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from mockserver import __version__
from tools.clients import typescript
from tools.clients.calls import Call, calls, control

ROOT: Final = Path(__file__).parent.parent.parent
CLIENTS: Final = ROOT / "clients"

FILES: Final = (
    "node/package.json",
    "node/index.cjs",
    "node/index.d.ts",
    "java/Vipps.java",
    "dotnet/Vipps.cs",
    "php/Vipps.php",
    "go/vippsmock.go",
)
"""What is made, each of the template of its own name; all else in clients/ is written by hand."""

_TAKEN: Final[Mapping[str, Mapping[str, str]]] = {"go": {"type": "kind"}, "csharp": {"event": "@event"}}
"""Names that a language keeps for itself, and what is said instead."""


def files() -> dict[str, str]:
    """Each file's content by its path in clients/."""
    document = control()
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - programs, not pages
    )
    filters: Mapping[str, Callable[..., Any]] = {
        "camel": camel,
        "pascal": lambda name: camel(f"_{name}"),
        "free": lambda name, language: _TAKEN[language].get(name, name),
        "ts": typescript.type_of,
        "members": typescript.members,
        "type_name": typescript.name_of,
    }
    environment.filters.update(filters)
    every = calls(document)
    said = {"calls": every, "version": __version__, "types": _types(document, every)}
    return {name: environment.get_template(f"{name.rpartition('/')[2]}.j2").render(said) for name in FILES}


def camel(name: str) -> str:
    """wait_for_webhook -> waitForWebhook."""
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)


def _types(document: Mapping[str, Any], every: tuple[Call, ...]) -> dict[str, Mapping[str, Any]]:
    roots = [[call.answer, [each.schema for each in (*call.leads, *call.options)]] for call in every]
    wholes = [call.whole.schema for call in every if call.whole is not None]
    return typescript.used(document["components"]["schemas"], *roots, *wholes)
