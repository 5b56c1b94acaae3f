"""Reading what people wrote by hand: YAML and JSON.

A key that stands twice is a mistake, not a way to lose the first one unseen. Times stay texts, as they are in JSON.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yaml import MappingNode, SafeLoader


def from_json(text: str) -> Any:
    """What a JSON text holds; raises ValueError, also for a key that stands twice, and RecursionError."""
    import json

    return json.loads(text, object_pairs_hook=_unique)


def from_yaml(text: str) -> Any:
    """What a YAML text holds; raises YAMLError, also for a key that stands twice, ValueError, RecursionError."""
    import yaml

    return yaml.load(text, yaml_loader())  # noqa: S506 - a safe one


def yaml_loader() -> "type[SafeLoader]":
    """A safe loader of YAML; it raises ConstructorError with a mark for a key that stands twice."""
    import yaml

    class Loader(yaml.SafeLoader):
        def construct_mapping(self, node: "MappingNode", deep: bool = False) -> dict[Any, Any]:
            """The values by key."""
            seen = set()
            for key, _ in node.value:
                if key.tag != "tag:yaml.org,2002:merge" and isinstance(key, yaml.ScalarNode):
                    if key.value in seen:
                        raise yaml.constructor.ConstructorError(None, None, _twice(key.value), key.start_mark)
                    seen.add(key.value)
            return super().construct_mapping(node, deep)

    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return Loader


def _unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for key, value in pairs:
        if key in content:
            raise ValueError(_twice(key))
        content[key] = value
    return content


def _twice(key: str) -> str:
    return f"the key {key[:50]!r} stands twice"
