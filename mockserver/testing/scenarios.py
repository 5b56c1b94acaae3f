"""Calls about scenario rules: what becomes of which requests."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mockserver.core import reading
from mockserver.testing.calls import ControlError, Steps, call, get, post, send
from mockserver.testing.values import Rule, build, build_all

Given = str | Path | Mapping[str, Any]
"""The name of a packaged profile, a scenario file, or a rule with the keys of such a file."""


class ScenarioCalls:
    """Rules in order; the first that fits a request decides."""

    @call
    def scenario(self, *given: Given | Sequence[Given]) -> Steps[tuple[Rule, ...]]:
        """Put packaged profiles, files and rules in the place of all rules; nothing given switches all off.

        Rules and files come before profiles, in the order given.
        """
        flat = [each for one in given for each in ([one] if isinstance(one, str | Path | Mapping) else one)]
        rules = [rule for each in flat for rule in _rules(each)]
        profiles = [each for each in flat if isinstance(each, str) and not _is_file(each)]
        yield send("PUT", "scenarios", body={"profiles": profiles})
        for position, rule in enumerate(rules):
            yield send("POST", "scenarios", body={**rule, "position": position})
        found = yield get("scenarios")
        return build_all(Rule, found["rules"])

    @call
    def rules(self) -> Steps[tuple[Rule, ...]]:
        """All rules, with how many requests each fitted and was applied to."""
        found = yield get("scenarios")
        return build_all(Rule, found["rules"])

    @call
    def profiles(self) -> Steps[tuple[str, ...]]:
        """The names of the packaged profiles."""
        found = yield get("scenarios")
        return tuple(found["profiles"])

    @call
    def rule(self, name: str) -> Steps[Rule]:
        """One rule."""
        return build(Rule, (yield get("scenarios", name)))

    @call
    def add_rule(self, rule: Mapping[str, Any], *, position: int | None = None) -> Steps[Rule]:
        """Add a rule behind the others; ``position`` 0 puts it before all."""
        return build(Rule, (yield post("scenarios", **rule, position=position)))

    @call
    def replace_rule(self, name: str, rule: Mapping[str, Any]) -> Steps[Rule]:
        """Put a rule in the place of another one."""
        return build(Rule, (yield send("PUT", "scenarios", name, body=dict(rule))))

    @call
    def delete_rule(self, name: str) -> Steps[None]:
        """Delete a rule."""
        yield send("DELETE", "scenarios", name)

    @call
    def switch_rule(self, name: str, *, on: bool) -> Steps[Rule]:
        """Switch a rule on or off."""
        return build(Rule, (yield post("scenarios", name, "on" if on else "off")))

    @call
    def explain_rule(self, /, name: str, entry: int | None = None, **facts: Any) -> Steps[dict[str, Any]]:
        """Condition by condition, whether a rule fits a journal entry, or a request of these facts (operation, ...)."""
        return dict((yield get("scenarios", name, "explain", entry=entry, **facts)))


def _is_file(given: str) -> bool:
    return Path(given).suffix in (".yaml", ".yml", ".json")


def _rules(given: Given) -> Sequence[Mapping[str, Any]]:
    if isinstance(given, Mapping):
        return [given]
    if isinstance(given, str) and not _is_file(given):
        return []
    try:
        content = _parsed(Path(given))
    except (OSError, ValueError) as error:
        raise ControlError(f"{given}: cannot be read: {error}") from error
    rules = content.get("rules") if isinstance(content, dict) else None
    if not isinstance(rules, list) or not all(isinstance(each, dict) for each in rules):
        raise ControlError(f"{given}: must have rules, a list")
    return rules


def _parsed(path: Path) -> Any:
    text = path.read_text("utf-8")
    return reading.from_json(text) if path.suffix == ".json" else reading.from_yaml(text)
