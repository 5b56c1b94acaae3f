"""Reading what people wrote by hand: YAML and JSON.

A key that stands twice is a mistake, not a way to lose the first one unseen. Times stay texts, as they are in JSON.
"""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yaml import MappingNode, Node, SafeLoader


class Unreadable(ValueError):
    """A text is no YAML or JSON: why in one line, and in which ``line`` of the text (from 1) where that is known."""

    def __init__(self, kind: str, reason: str, line: int | None = None) -> None:
        self.reason = f"not valid {kind}: {' '.join(reason.split())}"
        self.line = line
        super().__init__(self.reason if line is None else f"{self.reason}, in line {line}")


def from_json(text: str | bytes) -> Any:
    """What a JSON text holds; raises Unreadable."""
    import json

    try:
        return json.loads(text, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise Unreadable("JSON", str(error)) from None


def from_yaml(text: str) -> Any:
    """What a YAML text holds; raises Unreadable."""
    return with_nodes(text)[0]


def with_nodes(text: str) -> "tuple[Any, Node | None]":
    """The same, and the nodes that it was made of, which know their lines; None for an empty text."""
    import yaml

    try:
        loader = _loader()(text)
        node = loader.get_single_node()
        return None if node is None else loader.construct_document(node), node
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or str(error)
        raise Unreadable("YAML", reason, mark.line + 1 if mark else None) from None


def _loader() -> "type[SafeLoader]":
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


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        times = Counter(key for key, _ in pairs)
        raise ValueError(_twice(next(key for key, number in times.items() if number > 1)))
    return content


def _twice(key: str) -> str:
    return f"the key {key[:50]!r} stands twice"
