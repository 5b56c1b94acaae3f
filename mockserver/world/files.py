"""World files: YAML or JSON, checked field by field, and the packaged default world."""

import json
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from mockserver.core import kinds, reading
from mockserver.core.adapters import adapter
from mockserver.core.flaws import in_words
from mockserver.world.domain.world import BadWorld, World, check

DEFAULT = "default.json"
ROWS = "default.sql"
Check = Callable[[World], object]
"""Raises BadWorld for what is no world of a server."""


def packaged() -> World:
    """The default world; its source is fixtures/worlds/default.yaml."""
    text = resources.files("mockserver.world").joinpath(DEFAULT).read_bytes()
    return check(adapter(World).validate_json(text))


def packaged_rows() -> str:
    """The same as the store keeps it, for ``mockserver.world.store.world.insert_rows``."""
    return resources.files("mockserver.world").joinpath(ROWS).read_text("utf-8")


def read(path: Path, also: Check = check) -> World:
    """The world of a file, if it passes ``also``; raises BadWorld with one line that names file, key and reason."""
    try:
        written = path.read_bytes()
        if wrong := kinds.of_bytes(written):
            raise BadWorld(f"{path}: {wrong}")
        text = written.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadWorld(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    try:
        content = reading.from_json(text) if path.suffix == ".json" else reading.from_yaml(text)
        if wrong := kinds.of_content(content, kinds.WORLD):
            raise BadWorld(wrong)
        return of_plain(content, also)
    except (BadWorld, reading.Unreadable) as error:
        raise BadWorld(f"{path}: {error}") from None


def of_plain(content: object, also: Check = check) -> World:
    """The same of plain values, with the keys of a world file; raises BadWorld with one line that names the key."""
    try:
        world = check(adapter(World).validate_python(content))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise BadWorld(f"{place}: {in_words(first['msg'])}") from None
    also(world)
    return world


def to_plain(world: World) -> dict[str, Any]:
    """The world as plain values, what equals the default left out."""
    plain: dict[str, Any] = adapter(World).dump_python(world, mode="json", exclude_defaults=True)
    return plain


def to_json(world: World) -> str:
    """The world as JSON text."""
    return json.dumps(to_plain(world), ensure_ascii=False, indent=1) + "\n"


def to_yaml(world: World) -> str:
    """The world as YAML text."""
    import yaml

    class Dumper(yaml.SafeDumper):
        """Quotes digits: some readers make a number of a post code that begins with 0."""

    def text(dumper: yaml.SafeDumper, content: str) -> yaml.ScalarNode:
        style = "'" if content.isascii() and content.isdigit() else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", content, style=style)

    Dumper.add_representer(str, text)
    return str(yaml.dump(to_plain(world), Dumper=Dumper, sort_keys=False, allow_unicode=True, width=110))
