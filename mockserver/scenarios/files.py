"""Scenario files: YAML, checked rule by rule, with file and line of whatever is wrong; and the packaged profiles."""

from collections.abc import Iterable
from difflib import get_close_matches
from importlib import resources
from pathlib import Path
from typing import Any

from mockserver.core import kinds
from mockserver.core.reading import Unreadable, with_nodes
from mockserver.core.values import frozen
from mockserver.scenarios import BadScenario
from mockserver.scenarios.domain.reading import BadRule, Place, dotted
from mockserver.scenarios.domain.scenario import Rule
from mockserver.scenarios.domain.scenario_form import read_file
from mockserver.scenarios.domain.vocabulary import Vocabulary

PACKAGE = "mockserver.scenarios"
SUFFIX = ".yaml"
DEFAULT = "happy"


@frozen
class Scenario:
    """A file's rules; ``description`` is its first sentence on itself, ``text`` all of it as written."""

    name: str
    description: str
    text: str
    rules: tuple[Rule, ...]


def names() -> list[str]:
    """The packaged profiles, by name."""
    folder = resources.files(PACKAGE).joinpath("profiles")
    return sorted(each.name.removesuffix(SUFFIX) for each in folder.iterdir() if each.name.endswith(SUFFIX))


def packaged(name: str, vocabulary: Vocabulary) -> Scenario:
    """The packaged profile of this name; raises BadScenario with the nearest name."""
    known = names()
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}"
        raise BadScenario(f"there is no scenario {name[:100]!r}; {hint}")
    text = resources.files(PACKAGE).joinpath("profiles", name + SUFFIX).read_text("utf-8")
    return parse(text, name, vocabulary)


def read(path: Path, vocabulary: Vocabulary) -> Scenario:
    """The scenario of a file; raises BadScenario."""
    try:
        written = path.read_bytes()
        if written.strip() and (wrong := kinds.of_bytes(written)):  # an empty one has no rules
            raise BadScenario(f"{path}: {wrong}")
        text = written.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadScenario(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    return parse(text, str(path), vocabulary)


def find(name_or_file: str, vocabulary: Vocabulary) -> Scenario:
    """A packaged profile by its name, or else a file; raises BadScenario."""
    path = Path(name_or_file)
    is_file = path.suffix in (".yaml", ".yml", ".json") or path.name != name_or_file
    return read(path, vocabulary) if is_file else packaged(name_or_file, vocabulary)


def together(scenarios: Iterable[Scenario]) -> tuple[Rule, ...]:
    """The rules of several scenarios, in order; raises BadScenario for a name that two of them have."""
    rules: dict[str, Rule] = {}
    for scenario in scenarios:
        for rule in scenario.rules:
            if rule.name in rules:
                raise BadScenario(f"{scenario.name}: another scenario has a rule {rule.name!r} too")
            rules[rule.name] = rule
    return tuple(rules.values())


def parse(text: str, name: str, vocabulary: Vocabulary) -> Scenario:
    """The scenario that a text (YAML, and so JSON too) holds; raises BadScenario with ``name`` and line."""
    try:
        content, node = with_nodes(text)
    except Unreadable as error:
        place = name if error.line is None else f"{name}:{error.line}"
        raise BadScenario(f"{place}: {error.reason}") from None
    content = {} if node is None else content
    if wrong := kinds.of_content(content, kinds.SCENARIO):
        raise BadScenario(f"{name}: {wrong}")
    try:
        rules = read_file(content, vocabulary)
    except BadRule as error:
        line = _line(node, error.place)
        raise BadScenario(f"{name}:{line}: {dotted(error.place)}: {error.reason}") from None
    description = content.get("description") or ""
    return Scenario(name, " ".join(str(description).split()), text, rules)


def _line(node: Any, place: Place) -> int:
    """The line of the deepest part of a place that the file has."""
    line: int = node.start_mark.line + 1
    for step in place:
        following = _step(node, step)
        if following is None:
            break
        node, line = following
    return line


def _step(node: Any, step: str | int) -> tuple[Any, int] | None:
    if node.id == "sequence" and isinstance(step, int):
        return node.value[step], node.value[step].start_mark.line + 1
    if node.id == "mapping":
        for key, value in node.value:
            if key.value == step:
                return value, key.start_mark.line + 1
    return None
