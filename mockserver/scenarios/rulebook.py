"""The rules in force: in order, switched on and off, counted, and found fast by operation."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, Protocol

from mockserver.core import codec
from mockserver.core.database import Database
from mockserver.core.errors import IllegalAction, NotFound
from mockserver.core.ids import Ids
from mockserver.core.values import frozen
from mockserver.scenarios.store import rules as store

if TYPE_CHECKING:  # Most servers have no rules, and start without learning what one is.
    from mockserver.scenarios.domain.scenario import Conditions, Draw, Facts, Finding, Rule
    from mockserver.scenarios.domain.vocabulary import Vocabulary


@dataclass(slots=True)
class Standing:
    """A rule and what happened to it: requests that it was ``seen`` to fit, and how often it ``applied``."""

    rule: Rule
    on: bool
    fits: Callable[[Facts], bool]
    seen: int = 0
    applied: int = 0


@frozen
class Match:
    """A rule that decides about a request; ``draw`` is the chance of just this time."""

    name: str
    outcome: Any
    draw: Draw


class Profiles(Protocol):
    """The packaged sets of rules."""

    def names(self) -> Sequence[str]:
        """All of them."""
        ...

    def read(self, names: Sequence[str], vocabulary: Vocabulary) -> tuple[Rule, ...]:
        """The rules of these, in order; raises NotFound, IllegalAction when two rules have one name."""
        ...


def _standing(rule: Rule, row: store.Row | None = None) -> Standing:
    """A rule as it stands in its row of the store, or a new one."""
    from mockserver.scenarios.domain.scenario import compiled

    if row is None:
        return Standing(rule, rule.on, compiled(rule.when))
    return Standing(rule, row.enabled, compiled(rule.when), row.seen, row.applied)


class _Chance:
    """Numbers from 0 to 1, of a source that is made when it is first asked: most rules leave nothing to chance."""

    def __init__(self, seed: str | None) -> None:
        self._seed = seed
        self._ids: Ids | None = None

    def __call__(self) -> float:
        if self._ids is None:
            self._ids = Ids(self._seed)
        return self._ids.chance()


Candidates = list[tuple[int, Standing]]
"""Rules and where they stand."""
_Text = str | bytes | int
"""A text of the request, or its amount."""
_Places = dict[_Text | None, Candidates]
"""Rules by such a text."""


class Bucket:
    """The rules of one operation; ``asked`` are all facts that they ask for, headers aside.

    Those that ask for an exact text or amount, or for a text that begins so, are found by it: hundreds cost no more
    than one.
    """

    def __init__(self, entries: Candidates) -> None:
        self._always: Candidates = []
        self._texts: dict[str, _Places] = {}
        self._headers: dict[bytes, _Places] = {}
        self._beginnings: dict[str, dict[int, _Places]] = {}
        self._ranges: list[tuple[int, int, Candidates]] = []
        for entry in entries:
            self._file(entry)
        self.asked = frozenset[str]().union(*(standing.rule.when.asked for _, standing in entries))
        self._any_text = frozenset[object]().union(*self._texts.values())
        # Two names at least, for a tuple of texts.
        self._texts_of: Callable[[Facts], tuple[_Text | None, ...]] = attrgetter("msn", "reference", *self._texts)
        self._heads = tuple((name, *_heads(lengths)) for name, lengths in self._beginnings.items())

    def _file(self, entry: tuple[int, Standing]) -> None:
        when = entry[1].rule.when
        places, patterns = self._places(when)
        for each in dict.fromkeys(patterns):
            places.setdefault(each, []).append(entry)
        if not patterns and when.amount is not None:
            self._ranges.append((*when.amount, [entry]))
        elif not patterns:
            self._always.append(entry)

    def _places(self, when: Conditions) -> tuple[_Places, tuple[_Text, ...]]:
        """Where rules of these conditions are found, and under which texts; under none where that cannot be said."""
        from mockserver.scenarios.domain.scenario import is_pattern

        for name, patterns in when.texts:
            if not any(map(is_pattern, patterns)):
                return self._texts.setdefault(name, {}), patterns
        for name, patterns in when.headers:
            if not any(map(is_pattern, patterns)):
                exact = tuple(each.encode("latin-1", "replace") for each in patterns)
                return self._headers.setdefault(name.encode(), {}), exact
        if when.amount is not None and when.amount[0] == when.amount[1]:
            return self._texts.setdefault("amount", {}), when.amount[:1]
        for name, patterns in when.texts:
            beginning = patterns[0].removesuffix("*")
            if len(patterns) == 1 and beginning and not is_pattern(beginning):
                return self._beginnings.setdefault(name, {}).setdefault(len(beginning), {}), (beginning,)
        return {}, ()

    def candidates(self, facts: Facts) -> Candidates:
        """Those that may fit, in order."""
        found = self._always
        if not self._any_text.isdisjoint(self._texts_of(facts)):
            for name, places in self._texts.items():
                found = found + places.get(getattr(facts, name), [])
        for name, shortest, heads in self._heads:
            value = getattr(facts, name)
            if value is not None and value[:shortest] in heads:
                for length, places in self._beginnings[name].items():
                    found = found + places.get(value[:length], [])
        for header, places in self._headers.items():
            if more := places.get(facts.headers.get(header)):
                found = found + more
        if facts.amount is not None:
            for low, high, more in self._ranges:
                if low <= facts.amount <= high:
                    found = found + more
        return found if found is self._always else sorted(found, key=itemgetter(0))


def _heads(lengths: Mapping[int, _Places]) -> tuple[int, frozenset[str]]:
    """As much of these beginnings as all of them have: most texts begin with none of it, which one look tells."""
    shortest = min(lengths)
    return shortest, frozenset(str(each)[:shortest] for places in lengths.values() for each in places)


class Rulebook:
    """Holds the rules of a server, and keeps them in its store; ``seed`` decides about all that is left to chance.

    ``read`` makes a rule of what was written. ``on_match`` is told of each that decides. ``engaged``: whether there is
    any rule to look at. ``chance_by_header``: the chance of faults that requests ask for themselves, drawn one after
    the other.
    """

    def __init__(self, database: Database, seed: str | None, read: Callable[[Mapping[str, Any]], Rule]) -> None:
        self._database = database
        self._seed = seed
        self._read = read
        self._standings: list[Standing] = []
        self._index: dict[str, Bucket] = {}
        self.engaged = False
        self.on_match: Callable[[Match, Facts], None] = lambda _match, _facts: None
        self.load()

    def load(self) -> None:
        """Go on from what the store holds."""
        self.chance_by_header = self._chance("header")
        self._standings = [self._kept(row) for row in store.every(self._database.connection)]
        self._arrange()

    def _kept(self, row: store.Row) -> Standing:
        return _standing(self._read(json.loads(row.body)), row)

    def _change(self, standings: list[Standing]) -> None:
        """Let these be the rules, once they are kept."""
        rows = [store.Row(codec.to_text(each.rule.source), each.on, each.seen, each.applied) for each in standings]
        with self._database.transaction() as connection:
            store.replace(connection, rows)
        self._standings = standings
        self._arrange()

    def _arrange(self) -> None:
        entries: dict[str, Candidates] = {}
        for number, standing in enumerate(self._standings):
            if standing.on:
                for operation in standing.rule.when.operations:
                    entries.setdefault(operation, []).append((number, standing))
        self._index = {operation: Bucket(those) for operation, those in entries.items()}
        self.engaged = bool(self._index)

    def all(self) -> list[Standing]:
        """The rules in order."""
        return list(self._standings)

    def find(self, name: str) -> Standing:
        """The rule of this name; raises NotFound."""
        for standing in self._standings:
            if standing.rule.name == name:
                return standing
        raise NotFound(f"There is no rule {name[:100]}")

    def add(self, rule: Rule, position: int | None = None) -> Standing:
        """Put a rule behind the others, or before the one at ``position``; raises IllegalAction for a taken name."""
        if any(each.rule.name == rule.name for each in self._standings):
            raise IllegalAction(f"There is a rule {rule.name} already: replace or delete it")
        position = len(self._standings) if position is None else position
        standing = _standing(rule)
        self._change([*self._standings[:position], standing, *self._standings[position:]])
        return standing

    def replace(self, name: str, rule: Rule) -> Standing:
        """Put a rule in the place of another one, nothing counted; raises NotFound, IllegalAction."""
        old, standing = self.find(name), _standing(rule)
        if rule.name != name and any(each.rule.name == rule.name for each in self._standings):
            raise IllegalAction(f"There is a rule {rule.name} already")
        self._change([standing if each is old else each for each in self._standings])
        return standing

    def switch(self, name: str, *, on: bool) -> Standing:
        """Switch a rule on or off; raises NotFound."""
        old = self.find(name)
        standing = replace(old, on=on)
        self._change([standing if each is old else each for each in self._standings])
        return standing

    def remove(self, name: str) -> None:
        """Delete a rule; raises NotFound."""
        old = self.find(name)
        self._change([each for each in self._standings if each is not old])

    def use(self, rules: Iterable[Rule]) -> None:
        """Put these in the place of all rules."""
        self._change([_standing(rule) for rule in rules])

    def of(self, operation: str) -> Bucket | None:
        """The rules for this operation; None when there are none."""
        return self._index.get(operation)

    def match(self, candidates: Candidates, facts: Facts, admitted: Callable[[], bool]) -> Match | None:
        """The first rule that decides about a request, counted; None for one that is not ``admitted``."""
        for position, standing in candidates:
            if not standing.fits(facts) or self._used_up(standing):
                continue
            if not admitted():
                return None
            draw = self._draw_of(standing)
            if self._decides(position, standing, draw):
                return self._told(Match(standing.rule.name, standing.rule.then, draw), facts)
        return None

    def _told(self, match: Match, facts: Facts) -> Match:
        self.on_match(match, facts)
        return match

    def _draw_of(self, standing: Standing) -> Draw:
        """Chance by how often the rule was met, so that a rule goes on drawing the same whoever counted before."""
        return self._chance(f"{standing.rule.name}/{standing.seen}")

    def _chance(self, name: str) -> Draw:
        """A source of its own, so that nothing shifts what another one draws."""
        return _Chance(None if self._seed is None else f"{self._seed}/{name}")

    def match_choice(self, facts: Facts, kind: type[Any], condition: str) -> Match | None:
        """What the first rule chooses that has an outcome of this class and asks for this condition, counted."""
        for position, standing in enumerate(self._standings):
            when, then = standing.rule.when, standing.rule.then
            asks = standing.on and any(name == condition for name, _ in when.texts)
            if not asks or not isinstance(then, kind) or facts.operation not in when.operations:
                continue
            if not standing.fits(facts) or self._used_up(standing):
                continue
            draw = self._draw_of(standing)
            if self._decides(position, standing, draw):
                return self._told(Match(standing.rule.name, then, draw), facts)
        return None

    def _decides(self, position: int, standing: Standing, draw: Draw) -> bool:
        """Count a request that fits, and say whether it is the rule's turn."""
        when = standing.rule.when
        standing.seen += 1
        decides = (when.nth is None or standing.seen == when.nth) and (
            when.probability >= 1 or draw() < when.probability
        )
        standing.applied += decides
        store.count(self._database.connection, position, standing.seen, standing.applied)
        return decides

    def _used_up(self, standing: Standing) -> bool:
        return standing.rule.times is not None and standing.applied >= standing.rule.times

    def explain(self, name: str, facts: Facts) -> tuple[bool, list[Finding]]:
        """Whether a rule would decide about a request now, and each condition; nothing is counted.

        A rule that stands before it and fits is a condition too: the first match wins. Raises NotFound.
        """
        from mockserver.scenarios.domain.scenario import Finding

        standing = self.find(name)
        when, rule = standing.rule.when, standing.rule
        findings = [Finding("on", standing.on, "on", "on" if standing.on else "off"), *when.findings(facts)]
        if rule.times is not None:
            findings.append(
                Finding("times", standing.applied < rule.times, f"{rule.times} at most", f"applied {standing.applied}")
            )
        if when.nth is not None:
            following = standing.seen + 1
            findings.append(Finding("nth", following == when.nth, str(when.nth), f"would be {following}"))
        before = self._first_before(standing, facts)
        if before is not None:
            findings.append(Finding("first match", False, rule.name, before.rule.name))
        if when.probability < 1:
            findings.append(Finding("probability", when.probability > 0, f"{when.probability:g}", "left to chance"))
        return all(each.matched for each in findings), findings

    def _first_before(self, standing: Standing, facts: Facts) -> Standing | None:
        for other in self._standings[: self._standings.index(standing)]:
            when = other.rule.when
            certain = when.nth is None and when.probability == 1 and not self._used_up(other)
            if other.on and certain and facts.operation in when.operations and other.fits(facts):
                return other
        return None
